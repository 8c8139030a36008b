"""What heads say that they need, and heads from anywhere: classes, by their names."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from w2v import Word2Vec
from w2v.base.config import Config
from w2v.errors import W2VError
from w2v.heads import spec_of
from w2v.plots.training.curves import read_histories


def test_what_is_not_set_suits_the_objective():
    """alpha has no one best value: see experiments/LOG.md."""
    chosen = {(a, h): Config(arch=a, head=h) for a in ("skipgram", "cbow") for h in ("ns", "hs")}
    assert {key: spec_of(config.head).start_alpha(config) for key, config in chosen.items()} == {
        ("skipgram", "ns"): 0.04,
        ("skipgram", "hs"): 0.025,
        ("cbow", "ns"): 0.1,
        ("cbow", "hs"): 0.0625,
    }
    given = {key: config.replace(alpha=0.02) for key, config in chosen.items()}
    assert {key: spec_of(config.head).start_alpha(config) for key, config in given.items()} == {
        ("skipgram", "ns"): 0.02,
        ("skipgram", "hs"): 0.02,
        ("cbow", "ns"): 0.05,
        ("cbow", "hs"): 0.05,
    }
    for undivided in ({"cbow_update": "original"}, {"cbow_mean": False}, {"head": "pmi"}):
        config = given["cbow", "ns"].replace(**undivided)
        assert spec_of(config.head).start_alpha(config) == 0.02


def test_negative_samples_of_a_chunk_are_as_many_as_suit_the_objective():
    found = {
        (arch, head, update): spec_of(head).shared_negatives(Config(arch=arch, head=head, cbow_update=update))
        for arch in ("skipgram", "cbow")
        for head in ("ns", "poincare", "hs")
        for update in ("mean", "original")
    }
    assert {key for key, number in found.items() if number == 16} == {("cbow", "ns", "original")}
    assert {key[1] for key, number in found.items() if number == 0} == {"hs"}
    assert spec_of("ns").shared_negatives(Config(arch="cbow", shared_negatives=40)) == 40


FOREIGN = """
from torch.nn import functional as F

from w2v.heads.base import Head
from w2v.heads.ns.reference import NegativeSampling
from w2v.heads.spec import HeadSpec


class Scaled(Head):
    def forward(self, hidden, target):
        return F.cross_entropy(self.scores(hidden), target, reduction="none")

    def log_prob(self, hidden):
        return F.log_softmax(self.scores(hidden), dim=-1)

    def scores(self, hidden):
        return hidden @ self.output.T / hidden.shape[1] ** 0.5


class Mine(NegativeSampling):
    def forward(self, hidden, target):
        raise ArithmeticError("my own loss")


class Slower(type(NegativeSampling.spec)):
    usual_alpha = 0.01


class MineToo(Mine):
    spec = Slower()


class Lost(Scaled):
    spec = HeadSpec
"""
SENTENCES = [["the", "cat", "sat", "on", "the", "mat"]] * 20


@pytest.fixture
def foreign(tmp_path, monkeypatch):
    """The module of someone who has heads of their own."""
    (tmp_path / "foreign_heads.py").write_text(FOREIGN)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("foreign_heads")
    sys.modules.pop("foreign_heads", None)


@pytest.mark.parametrize("name", ["Mine", "MineToo"])
def test_a_subclass_of_a_head_is_trained_by_its_own_loss(foreign, name):
    """And not by the kernel of the head that it comes from, which knows nothing of it."""
    head = getattr(foreign, name)
    with pytest.raises(ArithmeticError, match="my own loss"):
        Word2Vec(SENTENCES, head=head, epochs=1, vector_size=4)
    with pytest.raises(W2VError, match="has no CPU kernel"):
        Word2Vec(SENTENCES, head=head, epochs=1, vector_size=4, engine="cpu")


def test_a_class_is_only_taken_if_its_name_leads_back_to_it(foreign):
    other = type("Scaled", (foreign.Scaled,), {"__module__": "foreign_heads"})
    nameless = type("Nameless", (foreign.Scaled,), {"__module__": "foreign_heads"})

    class Local(foreign.Scaled):
        pass

    for head in (other, nameless, Local):
        with pytest.raises(W2VError, match="cannot be found by its name again"):
            Config(head=head)
    assert Config(head=foreign.Scaled).head == "foreign_heads:Scaled"


@pytest.mark.parametrize("content", ["raise RuntimeError('boom')", "def (", "import no_such_module"])
def test_a_module_that_cannot_be_imported_is_a_sentence(tmp_path, monkeypatch, content):
    (tmp_path / "broken_heads.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(W2VError, match="'broken_heads:X' cannot be imported"):
        spec_of("broken_heads:X")


@pytest.mark.parametrize("name", [":", ":x", "x:", "a:b:c", ".x:y", "foreign_heads:", "foreign_heads:F"])
def test_a_name_of_no_class_is_a_sentence(foreign, name):
    with pytest.raises(W2VError, match=r"module:Class|is no head"):
        spec_of(name)


def test_a_spec_that_is_no_object_is_a_sentence(foreign):
    with pytest.raises(W2VError, match=r"The spec of foreign_heads:Lost is .*; expected an instance"):
        spec_of("foreign_heads:Lost")


def test_the_history_of_a_foreign_head_is_drawn_without_it(foreign, tmp_path):
    Word2Vec(SENTENCES, head=foreign.Scaled, epochs=1, vector_size=4).save(tmp_path / "m")
    del sys.modules["foreign_heads"]
    histories, objectives = read_histories([tmp_path / "m"])
    assert len(histories["m"]) == 1
    assert objectives == {"m": "skipgram foreign_heads:Scaled"}
    assert "foreign_heads" not in sys.modules


def test_a_foreign_head_is_given_to_its_own_models_only(foreign, tmp_path):
    """Else a run would go on from the tables of another objective. Its module may have another name by now."""
    Word2Vec(SENTENCES, head=foreign.Scaled, epochs=1, vector_size=4).save(tmp_path / "m")
    for other in (foreign.Mine, "foreign_heads:Mine", "ns", "Scaled"):
        with pytest.raises(W2VError, match="is the class foreign_heads:Scaled, and not"):
            Word2Vec.load(tmp_path / "m", head=other)
    assert Word2Vec.load(tmp_path / "m", head="moved.heads:Scaled").head == "moved.heads:Scaled"


def test_the_command_finds_a_class_in_the_current_folder(foreign, tmp_path):
    """As the program that pip installs, which does not look there by itself; and tells of the model without it."""
    (tmp_path / "corpus.txt").write_text("the cat sat on the mat\n" * 20)
    (tmp_path / "elsewhere").mkdir()

    def w2v(*arguments, cwd):
        program = "import sys; sys.path = [p for p in sys.path if p]; from w2v.cli import main; main()"
        paths = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
        command = [sys.executable, "-c", program, *arguments]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120, env=paths)

    asked = ["--head", "foreign_heads:Scaled", "--epochs", "1", "--vector-size", "4"]
    done = w2v("train", "corpus.txt", "-o", "m", *asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = w2v("info", "../m", cwd=tmp_path / "elsewhere")
    assert told.returncode == 0, told.stderr
    assert "foreign_heads:Scaled" in told.stdout
