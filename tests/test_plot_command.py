"""`w2v plot`: what the flags, the number of models and the name of the file ask for is what is drawn."""

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import PoincareModel, Word2Vec, plot_disc
from w2v.base.config import Config
from w2v.cli import app
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.models.model import Model
from w2v.plots.figure import MOST_GROUPS
from w2v.vectors import KeyedVectors, PoincareKeyedVectors


def model(folder, seed):
    """A model folder of 40 words in four groups."""
    rng = np.random.default_rng(seed)
    table = (rng.normal(size=(4, 10))[np.arange(40) % 4] + 0.3 * rng.normal(size=(40, 10))).astype(np.float32)
    vocab = Vocabulary([f"w{i}" for i in range(40)], np.arange(80, 40, -1))
    Model(Config(vector_size=10), vocab, {"input": table, "output": table}, []).save(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plot")
    for name, seed in (("m", 0), ("other", 1), ("kept/epoch-0001", 2), ("kept/epoch-0002", 0)):
        model(folder / name, seed)
    (folder / "groups.tsv").write_text("w0\tone\nw1\ttwo\nw2\tone\nw3\ttwo\n")
    KeyedVectors([f"w{i}" for i in range(40)], np.eye(40)).save(folder / "file.txt")
    return folder


def plot(folder, *arguments):
    done = CliRunner().invoke(app, ["plot", *map(str, arguments)], catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


@pytest.mark.parametrize(
    ("arguments", "name", "holds"),
    [
        (["m", "--method", "pca", "--clusters", "3"], "map.svg", ["Colours: 3 groups found", "PCA"]),
        (["m", "--words-file", "groups.tsv", "--method", "pca"], "groups.svg", [">one<", ">two<"]),
        (["m", "--near", "w0,w1", "--method", "pca"], "near.svg", [">w0<", ">w1<"]),
        (["m", "--analogy", "w0:w1,w4:w5"], "arrows.svg", ["4 words", "the 2 arrows have a mean cosine of"]),
        (["m", "--words", " w0, w1 ,w2,, w3\t", "--method", "pca"], "spaced.svg", [">w0<", ">w3<", "4 words"]),
        (["m", "--near", "w0, w1", "--method", "pca"], "spaced-near.svg", [">w0<", ">w1<"]),
        (["m", "--analogy", "w0 : w1, w4:w5 ,"], "spaced-arrows.svg", ["4 words", "the 2 arrows"]),
        (["m", "--tree", "--words", "w1, w2"], "spaced-tree.svg", ["these 2 words"]),
        (["m", "other", "--method", "pca", "--top", "30"], "moves.svg", ["in other", "30 words in two models"]),
        (["m", "--tree", "--top", "5"], "tree.svg", ["the 5 most frequent"]),
        (["m", "--tree", "--words", "w1,w2"], "two.svg", ["these 2 words"]),
        (["file.txt", "--method", "pca", "--top", "9"], "file.svg", ["9 words"]),
        (["m", "--top", "30"], "v.tsv", ["-0.251989 0.322072"]),
        (["m", "--method", "pca"], "map.html", ["w39"]),
        (["kept", "--animate", "--method", "pca"], "film.html", ["epoch 2"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_asked_for_is_drawn(folder, monkeypatch, arguments, name, holds):
    monkeypatch.chdir(folder)
    plot(folder, *arguments, "-o", name)
    text = " ".join((folder / name).read_text(encoding="utf-8").split())
    for part in holds:
        assert part in text


def test_letters_are_shapes_where_it_is_asked_for(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for kind in (["m", "--method", "pca"], ["m", "other", "--method", "pca"], ["m", "--tree"]):
        plot(folder, *kind, "--outlines", "-o", "shapes.svg")
        assert "<text" not in (folder / "shapes.svg").read_text(encoding="utf-8")


def test_a_film_and_tables_are_written(folder, monkeypatch):
    monkeypatch.chdir(folder)
    plot(folder, "kept", "--animate", "--method", "pca", "--top", "5", "-o", "film.gif")
    assert (folder / "film.gif").read_bytes().startswith(b"GIF89a")
    done = plot(folder, "m", "-o", "pair.tsv", "--clusters", "2")
    assert done.stdout.strip() == "pair.metadata.tsv"
    assert len((folder / "pair.metadata.tsv").read_text().splitlines()) == 41
    pytest.importorskip("pyarrow", reason="pyarrow (extra `parquet`) is not installed")
    plot(folder, "m", "-o", "map.parquet", "--method", "pca")
    assert (folder / "map.parquet").read_bytes().startswith(b"PAR1")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["m", "-o", "x.jpg"], "'x.jpg': it must end in .png, .svg, .pdf, .html, .tsv, .parquet"),
        (["m", "-o", "x.gif"], "A film, .gif or .mp4, is made with --animate"),
        (["kept", "--animate", "-o", "x.png"], "A film cannot be saved as 'x.png': it must end in .gif, .mp4, .html"),
        (["m", "other", "-o", "x.html"], "A picture of two models cannot be saved as"),
        (["m", "other", "m", "-o", "x.png"], "A map shows one model, and 3 are given"),
        (["m", "other", "--tree", "-o", "x.png"], "--tree shows one model, and 2 are given"),
        (["m", "--tree", "--animate", "-o", "x.gif"], "--tree and --animate draw different things"),
        (["m", "--tree", "--method", "pca", "-o", "x.png"], "--tree can do nothing with that; leave --method out"),
        (["m", "other", "--clusters", "2", "-o", "x.png"], "leave --clusters out"),
        (["m", "--words", "a", "--near", "b", "-o", "x.png"], "give one of them"),
        (["m", "--words", "w0,w1,w2", "--top", "9", "-o", "x.png"], "--top draws the most frequent words, and --words"),
        (["m", "--near", "w0", "--top", "9", "-o", "x.png"], "and --near says which to draw; give one of them"),
        (["m", "--analogy", "w0:w1", "--top", "9", "-o", "x.png"], "and --analogy says which to draw"),
        (["m", "--tree", "--words", "w0,w1", "--top", "9", "-o", "x.png"], "and --words says which to draw"),
        (["m", "--method", "pca", "--seed", "2", "-o", "x.png"], "--method pca draws nothing at random"),
        (["m", "--analogy", "w0:w1", "-o", "x.html"], "A file .html has no place for --analogy"),
        (["m", "--method", "pca", "--title", "T", "-o", "x.tsv"], "A file .tsv has no place for --method, --title"),
        (["m", "--title", "T", "-o", "x.parquet"], "A file .parquet has no place for --title"),
        (["m", "--analogy", "w0", "-o", "x.png"], "'w0' is no pair of words"),
        (["m", "--outlines", "-o", "x.png"], "--outlines is for pictures that end in .svg, and 'x.png' does not"),
        (["m", "--animate", "-o", "x.gif"], "holds 0 models kept during training"),
        (["m", "--method", "mds", "-o", "x.png"], "no way of drawing called 'mds'"),
        (["file.txt", "--tree", "-o", "x.png"], "came without; give the model's folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_is_a_sentence_and_writes_nothing(folder, monkeypatch, arguments, sentence):
    monkeypatch.chdir(folder)
    with pytest.raises(W2VError) as caught:
        plot(folder, *arguments)
    assert sentence in str(caught.value)
    assert not list(folder.glob("x.*"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--words", "w0,w1,w2,w3x"], r"not on the map: w3x \(did you mean w3\?\)"),
        (["--words-file", "unknown.txt"], r"not on the map: w3x \(did you mean w3\?\)"),
        (["--analogy", "w0:w1,w2:w3x,w4:w5"], r"not on the map: w3x \(did you mean w3\?\)"),
        (["other", "--words", "w0,w1,w2,w3,w4,w5,w6x"], r"Not in both .*: w6x \(did you mean w6\?\)"),
    ],
)
def test_words_that_a_picture_lacks_are_offered_a_spelling(folder, monkeypatch, arguments, told):
    monkeypatch.chdir(folder)
    (folder / "unknown.txt").write_text("w0\nw1\nw2\nw3x\n")
    with pytest.warns(UserWarning, match=told):
        plot(folder, "m", *arguments, "--method", "pca", "-o", "known.png")


@pytest.mark.parametrize("arguments", [["--near", "w0,w3x"], ["--tree", "--words", "w0,w3x"]])
def test_words_without_which_there_is_no_picture_are_offered_a_spelling(folder, monkeypatch, arguments):
    monkeypatch.chdir(folder)
    with pytest.raises(W2VError, match=r"'w3x' is not in the vocabulary of 40 words\. Did you mean 'w3'"):
        plot(folder, "m", *arguments, "-o", "unknown.png")


def test_a_hierarchy_is_sent_to_its_own_command(folder):
    PoincareModel([("dog", "mammal"), ("cat", "mammal"), ("mammal", "animal")], epochs=1).save(folder / "tree")
    for name in ("x.png", "x.html", "x.tsv"):
        with pytest.raises(W2VError, match="w2v poincare plot"):
            plot(folder, folder / "tree", "-o", folder / name)


def test_words_of_hyperbolic_space_are_drawn_in_the_disc(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setitem(__import__("matplotlib").rcParams, "svg.fonttype", "none")
    Word2Vec([["w0", "w1", "w2", "w3"]] * 50, head="poincare", vector_size=2, epochs=2, workers=1).save("disc")
    (folder / "pair.tsv").write_text("w0\tone\nw1\tone\nw2\ttwo\n")
    for options, told in [
        ([], ["4 words. Two numbers a node, drawn as they are. The rim is infinitely far away."]),
        (["--words-file", "pair.tsv", "--title", "Three"], ["3 of 4 words.", ">Three<", ">one<", ">two<"]),
    ]:
        plot(folder, "disc", "-o", "disc.svg", *options)
        text = " ".join((folder / "disc.svg").read_text(encoding="utf-8").split())
        assert [part for part in told if part not in text] == []
        assert "depth" not in text
    plot(folder, "disc", "-o", "disc.html")
    assert '"parents":[[],[],[],[]]' in (folder / "disc.html").read_text(encoding="utf-8")
    for options, told in [
        (
            ["-o", "x.tsv"],
            "A disc of hyperbolic words cannot be saved as 'x.tsv': it must end in .png, .svg, .pdf",
        ),
        (["-o", "x.png", "--method", "pca", "--clusters", "2"], "can do nothing with that; leave --clusters, --method"),
        (["-o", "x.png", "--words", "w0,w1,w2x"], r"w2x (did you mean w2?)"),
    ]:
        with pytest.raises(W2VError) as caught:
            plot(folder, "disc", *options)
        assert told in str(caught.value)


def test_a_disc_has_a_mark_for_each_of_as_many_groups_as_a_map():
    points = PoincareKeyedVectors([f"w{i}" for i in range(MOST_GROUPS + 1)], 0.1 * np.eye(MOST_GROUPS + 1))
    none, groups = np.empty((0, 2), int), {word: word for word in points.index_to_key}
    with pytest.raises(W2VError, match=f"{MOST_GROUPS + 1} groups were given, and a picture can tell {MOST_GROUPS}"):
        plot_disc(points, none, groups=groups)
    groups.popitem()
    plot_disc(points, none, groups=groups)


def test_spaces_after_commas_are_no_part_of_a_name_of_compare_either(folder, monkeypatch):
    asked = {}

    def instead(*_, **options):
        asked.update(options)
        raise W2VError("heard")

    monkeypatch.setattr("w2v.comparison.run.compare", instead)
    lists = {"--heads": "ns, hs", "--archs": " cbow ,skipgram", "--vocab-sizes": "20, 30", "--words": "a, b"}
    flags = [each for option in lists.items() for each in option]
    done = CliRunner().invoke(app, ["compare", str(folder / "groups.tsv"), "-o", "r", "-q", *flags])
    assert str(done.exception) == "heard"
    assert [asked[name] for name in ("heads", "archs", "words")] == [["ns", "hs"], ["cbow", "skipgram"], ["a", "b"]]
    assert list(asked["vocab_sizes"]) == [20, 30]
