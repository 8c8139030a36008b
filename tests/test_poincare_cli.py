"""The commands for relations, as a person meets them."""

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v.cli.poincare import app
from w2v.errors import W2VError
from w2v.vectors.poincare import PoincareKeyedVectors

PAIRS = [(f"n{i:02}", f"n{(i - 1) // 2:02}") for i in range(1, 31)]
FAST = ["--vector-size", "2", "--epochs", "40", "--negative", "10", "--workers", "1"]


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with relations, and a model trained on them from the command line."""
    folder = tmp_path_factory.mktemp("poincare")
    lines = ["child,parent", *(f"{child},{parent}" for child, parent in PAIRS), "n01,n01", "n01,n00"]
    (folder / "tree.csv").write_text("\n".join(lines) + "\n")
    done = run("train", folder / "tree.csv", "-o", folder / "m", "--closure", "--snapshots", "20", *FAST)
    assert done.exit_code == 0
    assert done.stdout == ""
    (folder / "train.log").write_text(done.stderr)
    return folder


def test_training_says_what_it_read_and_how_it_went(folder):
    log = (folder / "train.log").read_text()
    assert "relations     98 pairs of 31 nodes" in log
    assert "left out      pairs: 1 of a node with itself, 1 that came again" in log
    assert "closure       68 pairs added" in log
    epochs = [int(line.split()[1]) for line in log.splitlines() if line.startswith("epoch ")]
    assert epochs == [1, 2, 4, 8, 16, 32, 40], "the first, then by doubling, and the last"
    assert "pairs/s" in log
    assert f"saved         {folder / 'm'}" in log


def test_parents_alone_are_offered_the_closure(folder, tmp_path):
    told = run("train", folder / "tree.csv", "-o", tmp_path / "m", *FAST).stderr
    assert "n03 with n01, and not with n00 above that. With --closure there is a pair for every ancestor" in told
    assert "With --closure" not in (folder / "train.log").read_text()


def test_a_header_is_told_and_columns_can_be_said(folder, tmp_path):
    turned = [f"{parent},{child}" for child, parent in PAIRS]
    (tmp_path / "headed.csv").write_text("\n".join(["parent,child", *turned]) + "\n")
    (tmp_path / "bare.csv").write_text("\n".join(turned).replace(",", ";") + "\n")
    told = run("train", tmp_path / "headed.csv", "-o", tmp_path / "m", "--closure", *FAST).stderr
    assert "line 1 is taken for a header (parent, child): column 2 is the child, column 1 the parent." in told
    assert "say what the columns are: --columns child,parent." in told
    assert "relations     98 pairs of 31 nodes" in told
    reading = [tmp_path / "bare.csv", "--closure", "--delimiter", ";"]
    doubted = run("train", *reading, "-o", tmp_path / "upside", *FAST).stderr
    assert "16 nodes have no parent and 1 no child" in doubted
    assert "say so: --columns parent,child." in doubted
    said = run("train", *reading, "--columns", "parent,child", "-o", tmp_path / "said", *FAST).stderr
    assert "no child" not in said
    points = [PoincareKeyedVectors.load(tmp_path / name).vectors for name in ("m", "said")]
    assert (points[0] == points[1]).all()
    assert points[0].shape == PoincareKeyedVectors.load(folder / "m").vectors.shape
    with pytest.raises(W2VError, match="All 98 pairs were trained on"):
        run("eval", tmp_path / "m", "--relations", *reading, "--columns", "parent,child")
    told = run("eval", tmp_path / "m", "--relations", *reading).stderr
    assert "16 nodes have no parent and 1 no child" in told
    assert "say so: --columns parent,child." in told


def test_the_model_is_read_as_vectors_and_written_as_text(folder, tmp_path):
    vectors = PoincareKeyedVectors.load(folder / "m")
    assert len(vectors) == 31
    assert vectors.vector_size == 2
    vectors.save(tmp_path / "points.txt")
    again = PoincareKeyedVectors.load(tmp_path / "points.txt")
    assert (again.vectors == vectors.vectors).all()


def test_eval_ranks_all_pairs(folder):
    done = run("eval", folder / "m")
    assert done.stdout.startswith("reconstruction   mean rank ")
    assert "(98 pairs of 30 nodes)" in done.stdout


def test_held_out_pairs_are_ranked_alone_and_with_known_ones_in_training_and_later(folder, tmp_path):
    trained = run("train", folder / "tree.csv", "-o", tmp_path / "m", "--closure", "--held-out", "0.3", *FAST)
    later = run("eval", tmp_path / "m", "--relations", folder / "tree.csv", "--closure")
    first, *figures = later.stdout.splitlines()
    assert first.endswith("pairs were trained on and left out")
    names = [("held out", "link prediction"), ("with known", "with known ones")]
    found = []
    for (at_once, afterwards), figure in zip(names, figures, strict=True):
        told = next(line for line in trained.stderr.splitlines() if line.startswith(at_once))
        assert figure.removeprefix(afterwards).split() == told.removeprefix(at_once).split()
        found.append(int(figure.split("(")[1].split()[0]))
    assert found[0] < found[1], "the known pairs of the same nodes come on top"


def test_eval_on_graded_pairs(folder, tmp_path):
    (tmp_path / "graded.txt").write_text("n07 n03 9\nn07 n01 8\nn07 n00 7\nn00 n07 1\nn03 n12 2\n")
    done = run("eval", folder / "m", "--entailment", tmp_path / "graded.txt")
    assert "5" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", ["disc.png", "disc.html", "disc.gif"])
def test_plot_writes_what_the_name_asks_for(folder, tmp_path, name):
    assert run("plot", folder / "m", "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("train", "tree.csv", "-o", "new", "--vector-size", "1"), "--vector-size is 1; expected from 2, a disc"),
        (("train", "tree.csv", "-o", "m"), "exists already"),
        (("train", "none.csv", "-o", "new"), r"none\.csv"),
        (("eval", "none"), "is not a model of relations"),
        (("eval", "m", "--relations", "tree.csv"), r"were trained on\. Give other relations; or none, to rank those"),
        (("plot", "m", "-o", "d.png", "--words", "n00,n01,n02", "--top", "9"), "--words says which to draw; give one"),
        (("plot", "m", "-o", "d.png", "--colour", "depth", "--subtrees", "n01"), "--colour says depth; give one"),
        (("plot", "m", "-o", "d.png", "--centre", "n0"), "The centre 'n0' is not among .* Did you mean 'n0"),
        (
            ("eval", "m", "--closure", "--delimiter", ";"),
            "--closure, --delimiter say how relations are read: give",
        ),
        (("train", "tree.csv", "-o", "new", "--no-checkpoint", "--checkpoint-every", "1s"), "Both --checkpoint-every"),
        (("plot", "m", "-o", "disc.bmp"), r"its name must end in \.png"),
        (("plot", "flat", "-o", "disc.png"), "is Euclidean, and a disc shows hyperbolic points"),
        (("plot", "still", "-o", "disc.gif"), "has no snapshots of its training; train it with --snapshots"),
    ],
)
def test_mistakes_are_told_in_a_sentence(folder, monkeypatch, arguments, sentence):
    monkeypatch.chdir(folder)
    for name, more in (("flat", ["--space", "euclidean"]), ("still", [])):
        if name in arguments:
            run("train", "tree.csv", "-o", name, *FAST, "--overwrite", *more)
    with pytest.raises((W2VError, FileNotFoundError), match=sentence):
        run(*arguments)
    assert not (folder / "new").exists()
    assert np.isfinite(PoincareKeyedVectors.load("m").vectors).all()


def test_spaces_after_commas_are_no_part_of_a_nodes_name(folder, monkeypatch):
    drawn = {}
    monkeypatch.chdir(folder)
    monkeypatch.setattr("w2v.plots.hierarchy.file.save_disc", lambda *_, **options: drawn.update(options))
    run("plot", "m", "-o", "d.svg", "--words", "n00, n01 ,n02", "--subtrees", " n01, n02")
    assert (drawn["words"], drawn["subtrees"]) == (["n00", "n01", "n02"], ["n01", "n02"])
