"""What heads say that they need, and heads from anywhere: classes, by their names."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from typer.testing import CliRunner
from w2v_data.world import write_world

from w2v import Config, Head, HeadSpec, KeyedVectors, Word2Vec, compare, latest
from w2v.base.class_names import class_name
from w2v.cli import app
from w2v.engines import engine_class
from w2v.errors import W2VError
from w2v.heads import head_class, names, spec_of
from w2v.heads.softmax.reference import Softmax
from w2v.heads.softmax.spec import SoftmaxSpec
from w2v.models.model import Model
from w2v.plots.training.curves import read_histories
from w2v.training.checkpoint import Checkpoint

PAGE = Path(__file__).parent.parent / "docs" / "extending.md"
SMALL = {"vector_size": 16, "min_count": 1, "sample": 0.02, "workers": 1, "epochs": 3}


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


@pytest.mark.parametrize("name", names())
def test_a_spec_agrees_with_its_class(name):
    assert head_class(name).spec is spec_of(name)
    assert class_name(head_class(name)) == name
    made = head_class(name)(np.array([3, 2, 1]), 4)
    assert made.output.shape == (spec_of(name).output_rows(3), spec_of(name).output_columns(4))


@pytest.fixture
def scaled(tmp_path, monkeypatch):
    """The head that docs/extending.md shows, in a file outside the package."""
    block = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[0]
    (tmp_path / "scaled.py").write_text(block, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "scaled", raising=False)
    monkeypatch.chdir(tmp_path)
    return importlib.import_module("scaled").Scaled


def test_the_head_that_the_page_shows_learns(scaled, tmp_path):
    """At the rate of its spec, on a text as small as is said there; at the usual one it hardly begins."""
    lines = write_world(tmp_path / "world", tokens=6_000).corpus.read_text(encoding="utf-8").splitlines()
    sentences = [line.split() for line in lines[:250]]
    model, slow = (Word2Vec(sentences, head=scaled, epochs=1, workers=1, alpha=alpha) for alpha in (None, 0.04))
    alike = np.log(len(model.wv))
    assert model.alpha == 0.4
    assert model.history[-1].loss < alike - 0.15
    assert slow.history[-1].loss > alike - 0.02


def test_a_head_of_thirty_lines_in_a_file_of_ones_own_trains_saves_and_loads(scaled, planted, tmp_path):
    assert len((tmp_path / "scaled.py").read_text(encoding="utf-8").splitlines()) <= 30
    model = Word2Vec(planted[0][:300], head=scaled, **SMALL)
    assert model.head == "scaled:Scaled"
    assert model.history[-1].loss < model.history[0].loss
    model.save("m")
    for given in (scaled, "scaled:Scaled"):
        loaded = Word2Vec.load("m", head=given)
        assert loaded.config == model.config
        assert loaded.predict_output_word(["sea1"], topn=3) == model.predict_output_word(["sea1"], topn=3)


@pytest.mark.long
def test_it_is_compared_with_the_others(scaled, planted, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("\n".join(" ".join(sentence) for sentence in planted[0] * 3), encoding="utf-8")
    found = compare(text, tmp_path / "report", heads=[scaled, "softmax"], archs=["cbow"], held_out=0.3, **SMALL)
    assert not found.failed
    ours, softmax = (found.model("cbow", head) for head in (scaled, "softmax"))
    assert type(ours.head()) is scaled
    assert type(softmax.head()) is Softmax
    assert "scaled:Scaled" in str(found)


@pytest.mark.long  # the reference engine, on 5,000 words
def test_the_command_line_takes_it_from_the_current_folder(scaled, planted, tmp_path):
    (tmp_path / "text.txt").write_text("\n".join(" ".join(s) for s in planted[0][:200]), encoding="utf-8")
    options = ["--head", "scaled:Scaled", "--vector-size", "8", "--epochs", "2", "--checkpoint", "kept"]
    paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path not in ("", str(tmp_path)))}
    for more in (["-o", "m"], ["-o", "n", "--resume"]):
        command = [sys.executable, "-c", "from w2v.cli import main; main()", "train", "text.txt", *options, *more]
        command = [*command[:1], "-P", *command[1:]] if sys.version_info >= (3, 11) else command
        subprocess.run(command, check=True, cwd=tmp_path, env=os.environ | paths)
    assert Model.load(tmp_path / "n", "scaled:Scaled").history == Model.load(tmp_path / "m", scaled).history
    command = [sys.executable, "-c", "from w2v.cli import main; main()", "info", str(tmp_path / "m")]
    told = subprocess.run(command, check=True, cwd=PAGE.parent, env=os.environ | paths, capture_output=True, text=True)
    assert "scaled:Scaled" in told.stdout


def test_what_a_strangers_folder_names_is_never_imported(scaled, planted, tmp_path, monkeypatch):
    Word2Vec(planted[0][:50], head=scaled, callbacks=Checkpoint("kept"), **SMALL).save("m")
    monkeypatch.delitem(sys.modules, "scaled")
    for load in (Word2Vec.load, Model.load, lambda folder: latest("kept")):
        with pytest.raises(W2VError, match=r"is the class scaled:Scaled, .* you trust it, give it: head='scaled:Sca"):
            load("m")
    assert len(KeyedVectors.load("m").most_similar("sea1")) == 10
    assert "scaled" not in sys.modules
    assert latest("kept", "scaled:Scaled").config.head == "scaled:Scaled"


class OwnVectors(Head):
    """A head whose word vectors are no table of its own."""

    class Spec(HeadSpec):
        usual_alpha = 0.02
        geometry = "poincare"

        def output_columns(self, vector_size):
            return vector_size + 1

        def word_vectors(self, config, first, get_second):
            return first.astype(np.float64) / 10

    spec = Spec()

    def forward(self, hidden, target):
        return -self.log_likelihood(hidden, target)

    def log_prob(self, hidden):
        return torch.log_softmax(hidden @ self.output[:, :-1].T + self.output[:, -1], dim=-1)


def test_a_head_of_ones_own_says_what_it_needs_and_its_vectors_need_no_class(planted, tmp_path):
    model = Word2Vec(planted[0][:50], head=OwnVectors, **SMALL | {"epochs": 1})
    assert model.alpha == 0.02
    assert model.model.tables["output"].shape[1] == 17
    np.testing.assert_allclose(model.wv.vectors, model.model.tables["input"] / 10, rtol=1e-6)
    model.save(tmp_path / "m")
    read = KeyedVectors.load(tmp_path / "m")
    assert read.geometry == "poincare"
    np.testing.assert_array_equal(read.vectors, model.wv.vectors)
    assert "vectors" in load_file(tmp_path / "m" / "tables.safetensors")
    assert set(Model.load(tmp_path / "m", OwnVectors).tables) == {"input", "output"}


class OwnKernel(Softmax):
    """Softmax once more, with a kernel that its spec names."""

    class Spec(SoftmaxSpec):
        kernel = SoftmaxSpec.kernel

    spec = Spec()


def test_a_kernel_that_a_spec_names_trains_on_the_cpu_engine(planted):
    found = [Word2Vec(planted[0][:100], head=head, engine="cpu", **SMALL).wv.vectors for head in (OwnKernel, "softmax")]
    np.testing.assert_array_equal(*found)
    why_not = engine_class(Config(head=OwnVectors))[1]
    assert "has no CPU kernel" in why_not


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (
            "glove",
            "no head 'glove'; there are: hs, ns, .* One of your own is given as its class, or by na",
        ),
        ("no_such_module:Head", "cannot be imported: No module named 'no_such_module'"),
        ("w2v.heads.base:Nothing", "cannot be imported: .*Nothing"),
        (":Scaled", "cannot be imported"),
        ("w2v:", "cannot be imported"),
        ("w2v:train", "is no head: expected a subclass of w2v.heads.base.Head"),
        ("w2v:Head", "is no head"),
        (int, "is no head"),
    ],
    ids=str,
)
def test_what_is_no_head_is_refused_before_the_text_is_read(head, sentence):
    with pytest.raises(W2VError, match=sentence):
        Word2Vec(iter(lambda: pytest.fail("read"), None), head=head)


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
    histories, objectives, _ = read_histories([tmp_path / "m"])
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


def test_a_foreign_head_predicts_where_it_is_given(foreign, tmp_path):
    Word2Vec(SENTENCES, head=foreign.Scaled, epochs=1, vector_size=4).save(tmp_path / "m")
    ask = ["predict", str(tmp_path / "m"), "--context", "the", "cat"]
    told = CliRunner().invoke(app, ask).exception
    assert re.search(r"is the class foreign_heads:Scaled, .* give it: --head foreign_heads:Scaled, or", str(told))
    assert CliRunner().invoke(app, [*ask, "--head", "foreign_heads:Scaled"]).output.startswith("amid the cat\n")
