"""What a report says follows from the numbers, and nothing else."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from w2v.comparison import report, table
from w2v.comparison.again import Call
from w2v.comparison.report import Text
from w2v.comparison.results import Outcome, Plan, Point, Score
from w2v.corpus.blocks import HeldOut
from w2v.text.sources import File, from_arguments

PLAN = Plan(
    corpus="corpus.txt",
    text={},
    stream="",
    held_out=0.01,
    analogies=["/home/someone/questions.txt"],
    similarity=["/home/someone/wordsim.tsv"],
    vocab_sizes=[1000, 5000],
    settings={"epochs": 1, "sample": 1e-4, "cbow_mean": False, "shrink_windows": True},
)
CALL = Call.of([File("corpus.txt")], "r", ["questions.txt"], ["wordsim.tsv"], None)
HELD = HeldOut(2, 200, "blocks of 10,000 words")
TEXT = Text(
    "corpus.txt", 1_000_000, types=50_000, vocabulary=9000, kept=0.95, trained=990_000, held_out=10_000, held=HELD
)


def outcome(head, nats, *, arch="skipgram", right=0.3, spearman=0.5, speed=1e6, peak=200, **more):
    fields = {
        "arch": arch,
        "head": head,
        "model": f"models/{arch}-{head}",
        "nats": nats,
        "standard_error": 0.01,
        "examples": 20_000,
        "frequencies": 7.5,
        "alpha": 0.04,
        "words_per_second": speed,
        "seconds": 1e6 / speed,
        "peak_memory": peak << 20,
        "scores": {
            "questions": Score("analogies", right, 0.6),
            "wordsim": Score("similarity", spearman, 1.0),
        },
        "curve": [Point(0.5, 0.5, 3.0, nats + 0.5), Point(1.0, 1.0, 2.5, nats)],
    }
    return Outcome(**fields | more)


NS = outcome("ns", 6.8, speed=8e6, right=0.35)
HS = outcome("hs", 6.7, speed=4e6)
SOFTMAX = outcome("softmax", 6.5, speed=1e5, right=0.4, spearman=0.61, peak=300)
CBOW = outcome("ns", 5.9, arch="cbow", speed=9e6)
FAILED = Outcome("cbow", "hs", failed="It ran out of luck.")


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def written(folder, outcomes, **more):
    figures = more.pop("figures", {"speed.png": "What each took."})
    report.write(folder, outcomes, more.pop("plan", PLAN), more.pop("text", TEXT), CALL, figures, **more)
    return (folder / "report.md").read_text(encoding="utf-8")


def test_the_table_marks_the_best_of_each_encoder():
    lines = table.as_markdown([NS, HS, SOFTMAX, CBOW, FAILED]).splitlines()
    assert len({len(line) for line in lines}) == 1  # readable without a renderer
    header, _, ns, hs, softmax, cbow, failed = map(cells, lines)
    assert header[1:6] == ["held-out nats", "±", "perplexity", "questions", "wordsim"]
    assert softmax[:6] == ["Skip-gram softmax", "**6.500**", "0.010", "**665**", "**40.0%**", "**0.610**"]
    assert ns[6:] == ["**8,000**", "**0.1**", "**200**"]
    assert hs[1] == "6.700"
    assert cbow[1] == "5.900"  # no rival, nothing to mark
    assert failed == ["CBOW hs (failed)"] + ["–"] * 8
    assert "**" not in table.as_markdown([NS, HS], bold=False)


def test_what_stands_out_is_counted_in_standard_errors():
    told = " ".join(table.findings([NS, HS, SOFTMAX]))
    assert (
        "Skip-gram softmax expects the held-out words best (6.500 nats a word, perplexity 665): 0.200 nats less" in told
    )
    assert (
        "less than hs, 14.1 standard errors of the difference; knowing only how frequent words are costs 7.500" in told
    )
    assert "Skip-gram ns is the fastest, with 8,000 thousand words/s; next is Skip-gram hs, with 4,000" in told
    assert "the slowest is Skip-gram softmax, with 100 thousand words/s, 80 times less" in told
    assert "Skip-gram softmax is best on questions, with 40.0%; next is Skip-gram ns, with 35.0%." in told
    assert "Skip-gram softmax took the most memory, 300 MiB" in told


def test_a_gap_within_chance_is_called_that():
    told = table.findings([HS, replace(NS, nats=6.72)])[0]
    assert "are not told apart by these held-out words: 0.020 nats are 1.4 standard errors" in told
    assert "best" not in told


def test_worse_than_frequencies_is_said():
    told = " ".join(table.findings([NS, outcome("pmi", 8.1), outcome("ova", 7.6)]))
    assert "Skip-gram ova and pmi did worse than to know only how frequent words are." in told
    assert "did worse" not in " ".join(table.findings([NS, HS]))


def test_encoders_are_not_ranked_by_likelihood():
    told = table.findings([NS, CBOW])
    assert told[0].startswith("Skip-gram ns reaches 6.800 nats a word")
    assert told[1].startswith("CBOW ns reaches 5.900 nats a word")


def test_the_report_reads_on_its_own(tmp_path):
    text = written(tmp_path, [NS, HS, CBOW, FAILED], notes=["There are no maps: too few words."])
    assert text.startswith("# Two output heads on corpus.txt\n")
    assert "ns and hs, with Skip-gram and CBOW." in text
    assert "nobody: 2 of 200 blocks of 10,000 words, 1 % of the words, at equal distances." in text
    assert "| text | corpus.txt: 1,000,000 words, 50,000 different ones |" in text
    assert "20,000 examples (Skip-gram) and 20,000 examples (CBOW)" in text
    assert "epochs 1, sample 0.0001" in text
    assert "max_final_vocab" not in text.split("## Results")[0]  # there is no limit to tell of
    assert "questions: share of analogies answered rightly; the vocabulary covers 60% of it." in text
    assert "![speed](speed.png)\n\nWhat each took." in text
    assert "- **CBOW hs**: It ran out of luck." in text
    assert "- There are no maps: too few words." in text
    assert "/home" not in text


def test_it_says_how_to_do_it_again():
    tests = ["../questions.txt"], ["wordsim.tsv"]
    language, code = Call.of(from_arguments([__file__]), Path("out/r"), *tests, ["a", "b"]).again(
        replace(PLAN, settings=PLAN.settings | {"min_count": None}), ["ns", "hs"], ["cbow"]
    )
    assert (language, code) == (
        "",
        f"w2v compare {__file__} -o out/r --heads ns,hs --archs cbow --held-out 0.01 --analogies ../questions.txt "
        "--similarity wordsim.tsv --vocab-sizes 1000,5000 --words a,b --epochs 1 --sample 0.0001 --no-cbow-mean "
        "--shrink-windows",
    )


@pytest.mark.parametrize(
    ("corpus", "told"),
    [
        ("a b.txt", "'a b.txt',\n"),
        (Path("it's.txt"), '"it\'s.txt",\n'),
        ([Path("a"), Path("b")], "[Path('a'), Path('b')],\n"),
        (["a b c"] * 9, "sentences,  # sentences: those of the first call\n"),
        ((line for line in ["a b"]), "sentences,  # sentences: those of the first call\n"),
    ],
)
def test_what_python_asked_for_is_asked_for_again_in_python(corpus, told):
    call = Call.of(corpus, "r", (), [Path("p.tsv")], None)
    plan = replace(PLAN, vocab_sizes=[], settings={"epochs": 1, "max_final_vocab": None})
    language, code = call.again(plan, ["ns"], ["cbow"])
    assert language == "python"
    asked = {}
    instead = {"compare": lambda *given, **keywords: asked.update(keywords, given=given), "sentences": corpus}
    exec(code.replace("from w2v import compare\n", ""), instead)
    paths = [str(corpus) if isinstance(corpus, Path) else corpus, "r"]
    wanted = {"heads": ["ns"], "archs": ["cbow"], "held_out": 0.01, "similarity": ["p.tsv"], "epochs": 1}
    assert asked == wanted | {"max_final_vocab": None, "given": tuple(paths)}
    assert f"compare(\n    {told}" in code


def test_too_little_held_out_is_said_before_the_results(tmp_path):
    before = written(tmp_path, [replace(NS, examples=400), replace(HS, examples=500)]).partition("## Results")[0]
    assert "**This says little about the heads.** The held-out part has only 400 examples; below 1,000" in before
    assert "examples; below" not in written(tmp_path, [NS, HS])


def test_the_report_of_a_lesson_says_what_its_share_came_to_and_how_its_maps_are_to_be_read(tmp_path):
    lesson = replace(TEXT, tokens=70, trained=63, held_out=7, held=HeldOut(1, 10, "sentences", 2))
    text = written(tmp_path, [NS, HS], text=lesson, figures={"maps.png": "The maps."})
    assert "Held out, and trained on by nobody: 1 of 10 sentences, 10 % of the words.\n" in text
    assert "The maps. Of so short a text, near words are those that stand together" in text
    assert "so short a text" not in written(tmp_path, [NS, HS], figures={"maps.png": "The maps."})


def test_runs_that_learned_the_text_by_heart_are_named():
    curve = [Point(5, 0.1, 3.0, 6.5), Point(20, 0.5, 2.5, 6.4), Point(500, 1.0, 1.0, 6.8)]
    told = table.findings([replace(NS, curve=curve), HS])
    assert "Fewer epochs had been better: Skip-gram ns had 6.400 nats after epoch 20." in told
    assert not any("Fewer" in finding for finding in table.findings([NS, HS]))


def test_a_model_shared_by_both_encoders_is_explained_and_counted_once(tmp_path):
    twice = [outcome("pmi", 7.0, arch=arch, model="models/pmi") for arch in ("skipgram", "cbow")]
    assert "The training of pmi knows of no encoder" in written(tmp_path, twice)
    assert "fastest" not in " ".join(table.findings(twice))
    told = " ".join(table.findings([*twice, replace(NS, words_per_second=9e5)]))
    assert "pmi is the fastest, with 1,000 thousand words/s; next is Skip-gram ns, with 900" in told
    assert "Skip-gram pmi is the fastest" not in told


def test_a_report_of_failures_alone(tmp_path):
    text = written(tmp_path, [FAILED])
    assert "## Results" not in text
    assert "It ran out of luck." in text
    assert (tmp_path / "history.csv").exists()


def test_csv_files_have_all_digits_and_the_machine(tmp_path):
    written(tmp_path, [NS, replace(CBOW, speeds={1000: 2e6}), FAILED])
    with open(tmp_path / "results.csv", encoding="utf-8", newline="") as file:
        ns, cbow, failed = csv.DictReader(file)
    assert float(ns["nats"]) == NS.nats
    assert float(ns["questions"]) == pytest.approx(0.35)
    assert float(ns["wordsim coverage"]) == 1
    assert float(cbow["words_per_second at 1000 words"]) == 2e6
    assert failed["failed"] == "It ran out of luck."
    assert int(ns["cores"]) >= 1
    with open(tmp_path / "history.csv", encoding="utf-8", newline="") as file:
        history = list(csv.DictReader(file))
    assert [(row["arch"], row["head"], float(row["epoch"])) for row in history] == [
        ("skipgram", "ns", 0.5),
        ("skipgram", "ns", 1.0),
        ("cbow", "ns", 0.5),
        ("cbow", "ns", 1.0),
    ]


def test_the_best_head_is_named_too_where_word_frequencies_do_better():
    found = table.findings([outcome("softmax", 7.4, frequencies=7.3), outcome("pmi", 7.35, frequencies=7.3)])
    assert "Skip-gram pmi and softmax did worse than to know only how frequent words are." in found
