"""Words made of n-grams as rows of a comparison: trained beside those without, measured alike, and asked for again."""

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v.base.config import Config
from w2v.cli import app
from w2v.comparison import process
from w2v.comparison import run as comparing
from w2v.comparison.again import Call
from w2v.comparison.combinations import Combination, asked_for, in_order
from w2v.comparison.results import Outcome, Plan, finished_in
from w2v.comparison.run import compare
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.text.sources import File
from w2v.training import estimate

SETTINGS = {"epochs": 2, "vector_size": 8, "workers": 1, "sample": 0, "held_out": 0.2, "min_n": 2, "max_n": 3}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """Words of one topic stand together, and begin alike."""
    path = tmp_path_factory.mktemp("subwords") / "corpus.txt"
    generator = np.random.default_rng(7)
    lines = []
    for _ in range(1500):
        topic = ("kissa", "talo", "jarvi", "metsa")[generator.integers(4)]
        lines.append(" ".join(topic + "aeiou"[i] + "nst"[k] for i, k in generator.integers(0, (5, 3), size=(9, 2))))
    path.write_text("\n".join(lines))
    return path


@pytest.fixture(scope="module")
def asked(text):
    return {
        "corpus": text,
        "heads": ["ns", "pmi"],
        "archs": ["cbow"],
        "subwords": ["none", "fasttext"],
        "cache_dir": text.parent / "cache",
        **SETTINGS,
    }


@pytest.fixture(scope="module")
def first(text, asked):
    """Of a head that takes subwords and one that does not, each with them and without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("w2v.comparison.figures._maps", lambda *_: None)  # which take a second or two
        return compare(folder=text.parent / "report", **asked)


def rows(folder, name="results.csv"):
    with open(folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_stand_beside_those_without_and_a_head_that_cannot_says_so(first):
    assert [outcome.name for outcome in first.outcomes] == [
        "CBOW ns",
        "CBOW ns with subwords",
        "CBOW pmi",
        "CBOW pmi with subwords",
    ]
    plain, made, pmi, failed = first.outcomes
    assert first.failed == [failed]
    assert "adds up rows of n-grams, and head 'pmi' learns from counted pairs of words" in failed.failed
    assert made.model == "models/cbow-ns-fasttext"
    assert plain.examples == made.examples == pmi.examples
    assert made.nats < made.frequencies - 0.5, "the topic is learnt"
    assert made.nats != plain.nats


def test_the_models_are_those_that_were_asked_for(first):
    assert "kissaankin" not in first.model("cbow", "ns").vectors
    assert "kissaankin" in first.model("cbow", "ns", "fasttext").vectors
    with pytest.raises(W2VError, match="no model cbow ns floret; it has: cbow ns, cbow ns fasttext, cbow pmi"):
        first.model("cbow", "ns", "floret")


def test_the_curve_is_of_the_rows_that_are_trained(first):
    """Not of words' vectors, of which a callback has those of the beginning: the last point is the model's."""
    curve = first.outcomes[1].curve
    assert curve[-1].nats == pytest.approx(first.outcomes[1].nats, abs=1e-6)
    assert curve[0].nats > curve[-1].nats


def test_tables_and_report_tell_them_apart(first):
    assert [(row["head"], row["subword"]) for row in rows(first.folder)] == [
        ("ns", "none"),
        ("ns", "fasttext"),
        ("pmi", "none"),
        ("pmi", "fasttext"),
    ]
    assert {row["subword"] for row in rows(first.folder, "history.csv")} == {"none", "fasttext"}
    report = (first.folder / "report.md").read_text(encoding="utf-8")
    assert "ns and pmi, with CBOW, each without subwords and with subwords." in report
    assert "| CBOW ns with subwords " in report
    assert "min_n 2, max_n 3, tokenizer whitespace" in report
    assert "**CBOW pmi with subwords**: subword='fasttext' adds up rows" in report
    assert 'subwords=["none", "fasttext"]' in report.replace("'", '"')


def test_a_second_call_trains_nothing_anew(first, asked, monkeypatch):
    monkeypatch.setattr(process, "run", lambda command, tell: pytest.fail(f"{command} was started"))
    monkeypatch.setattr("w2v.comparison.figures.draw", lambda *_: ({}, []))
    assert compare(folder=first.folder, **asked).outcomes == first.outcomes
    one_kind = compare(folder=first.folder, **asked | {"subwords": ["fasttext"], "heads": ["ns"]})
    assert one_kind.outcomes == first.outcomes[:3] + [first.outcomes[3]] * (len(one_kind.outcomes) == 4)


def test_the_setting_is_for_all_where_no_kinds_are_listed(asked, tmp_path, monkeypatch):
    def nothing_trained(folder, plan, stream, combinations, tell):
        seen.extend(combinations)
        raise W2VError("enough is known")

    seen = []
    monkeypatch.setattr(comparing, "_train_missing", nothing_trained)
    settings = {name: value for name, value in asked.items() if name != "subwords"} | {"heads": ["ns"]}
    for way in ({"subword": "floret"}, {"config": Config(subword="floret", epochs=2)}):
        with pytest.raises(W2VError, match="enough is known"):
            compare(folder=tmp_path / str(len(seen)), **settings, **way)
    assert seen == [("cbow", "ns", "floret")] * 2
    assert "subword" not in Plan.load(tmp_path / "0").settings


def test_a_report_of_before_there_were_subwords_is_read(tmp_path):
    outcome = Outcome("cbow", "ns", model="models/cbow-ns", nats=6.0)
    outcome.save(tmp_path)
    [path] = (tmp_path / "trials").iterdir()
    told = json.loads(path.read_text())
    del told["subword"]
    path.write_text(json.dumps(told))
    assert finished_in(tmp_path) == [("cbow", "ns", "none")]
    assert Outcome.load(tmp_path, "cbow", "ns").name == "CBOW ns"


@pytest.mark.parametrize("change", [{"subword": "floret"}, {"subword": "bpe"}, {"subword": None}], ids=str)
def test_an_outcome_of_other_subwords_than_its_name_says_is_a_sentence(tmp_path, change):
    Outcome("cbow", "ns", model="models/cbow-ns-fasttext", subword="fasttext").save(tmp_path)
    [path] = (tmp_path / "trials").iterdir()
    assert path.name == "cbow-ns-fasttext.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(W2VError, match=r"json is damaged: .* Delete it, to train it anew"):
        finished_in(tmp_path)


def test_combinations_are_each_with_each_and_in_order():
    every = asked_for(["skipgram", "cbow"], "ns", ["fasttext", "none"])
    assert [each.stem for each in every] == ["skipgram-ns-fasttext", "skipgram-ns", "cbow-ns-fasttext", "cbow-ns"]
    assert in_order([*every[1:], *every]) == [every[i] for i in (1, 0, 3, 2)]
    assert asked_for("cbow", ["ns"], []) == [Combination("cbow", "ns")]
    with pytest.raises(W2VError, match="There are no subwords 'bpe'; there are: none, fasttext, floret"):
        asked_for("cbow", "ns", "bpe")


def test_rows_of_n_grams_take_memory():
    vocab = Vocabulary([str(i) for i in range(1000)], np.full(1000, 5))
    plain = estimate.memory(Config(), vocab)
    assert estimate.memory(Config(subword="fasttext", max_n=0), vocab) == plain
    assert estimate.memory(Config(subword="fasttext", bucket=2_000_000), vocab) > plain + 2e9
    assert plain < estimate.memory(Config(subword="fasttext"), vocab) < 5 * plain


def test_the_command_lists_kinds_of_subwords(text, tmp_path, monkeypatch):
    def nothing_trained(folder, plan, stream, combinations, tell):
        seen.extend(combinations)
        raise W2VError("enough is known")

    seen = []
    monkeypatch.setattr(comparing, "_train_missing", nothing_trained)
    command = ["compare", str(text), "-o", str(tmp_path / "report"), "-q", "--heads", "ns", "--archs", "cbow"]
    told = CliRunner().invoke(app, [*command, "--subword", "fasttext, none", "--cache-dir", str(tmp_path)])
    assert "enough is known" in str(told.exception)
    assert seen == [("cbow", "ns", "fasttext"), ("cbow", "ns", "none")]
    told = CliRunner().invoke(app, [*command, "--subword", "bpe"])
    assert "There are no subwords 'bpe'" in str(told.exception)


def test_a_report_says_how_to_ask_for_the_same_rows():
    plan = Plan("text", {}, "", 0.2, [], [], [], {})
    call = Call.of([File("corpus.txt")], "r", [], [], None)
    assert (
        "--archs cbow --subword none,fasttext --held-out" in call.again(plan, ["ns"], ["cbow"], ["none", "fasttext"])[1]
    )
    assert "subword" not in call.again(plan, ["ns"], ["cbow"], ["none"])[1]
