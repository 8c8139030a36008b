"""Curves show the numbers of the histories, nothing overlaps, and the caption says what may be compared."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from typer.testing import CliRunner

from w2v.base.config import Config
from w2v.cli import app
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.plots.figure import PALETTE, SHAPES, save_figure
from w2v.plots.training.curves import plot_history, read_histories
from w2v.poincare import PoincareModel
from w2v.word2vec import Word2Vec


def history(epochs, seconds=2.0, every=1, **scores):
    """A history whose loss is 9 - epoch; of each score a multiple of the epoch, every few epochs."""
    return [
        EpochRecord(e, 9.0 - e, 100, 100, seconds, {n: e * v for n, v in scores.items()} if e % every == 0 else {})
        for e in range(1, epochs + 1)
    ]


def save(folder, records, text="", **settings):
    model = Model(
        Config(vector_size=2, **settings),
        Vocabulary(["a", "b"], np.array([2, 1])),
        {"input": np.zeros((2, 2), np.float32), "output": np.zeros((2, 2), np.float32)},
        records,
        text=text,
    )
    model.save(folder)
    return folder


def panels(figure):
    """Of each panel: its title, the label of its axis, and each line's points and colour."""
    return [
        (
            axes.get_title(loc="left"),
            axes.get_xlabel(),
            [(list(line.get_xdata()), list(line.get_ydata()), to_hex(line.get_color())) for line in axes.lines],
        )
        for axes in figure.axes
    ]


def test_each_quantity_is_drawn_against_epochs_and_against_seconds():
    runs = {"one": history(3, held_out=2.0), "other": history(4, seconds=5.0, every=2, topics=0.1)}
    one, other = (colour.lower() for colour in PALETTE[:2])
    assert panels(plot_history(runs)) == [
        (
            "loss on what is trained on, nats (lower is better)",
            "epoch",
            [([1, 2, 3], [8, 7, 6], one), ([1, 2, 3, 4], [8, 7, 6, 5], other)],
        ),
        ("", "seconds of training", [([2, 4, 6], [8, 7, 6], one), ([5, 10, 15, 20], [8, 7, 6, 5], other)]),
        ("held-out nats per word (lower is better)", "epoch", [([1, 2, 3], [2, 4, 6], one)]),
        ("", "seconds of training", [([2, 4, 6], [2, 4, 6], one)]),
        ("topics, Spearman (higher is better)", "epoch", [([2, 4], [0.2, 0.4], other)]),
        ("", "seconds of training", [([10, 20], [0.2, 0.4], other)]),
    ]


def test_a_run_of_one_epoch_is_a_dot():
    figure = plot_history({"short": history(1), "long": history(5)})
    short, long = figure.axes[0].lines
    assert short.get_marker() == "o"
    assert short.get_markersize() > long.get_markersize()
    assert list(short.get_xdata()) == [1]


def marked(figure, panel):
    """Of each line of a panel, how many points have a mark."""
    lines = figure.axes[panel].lines
    return [len(line.get_markevery() or line.get_xdata()) for line in lines]


def test_marks_stand_only_where_they_can_be_told_apart():
    """Never in a band: in points, two of a line are farther apart than a mark is wide."""
    figure = plot_history({"a": history(500), "b": history(30), "c": history(5), "d": history(1)})
    assert marked(figure, 0) == [1, 1, 1, 1]  # the end alone, also of a short run beside a long one
    assert figure.axes[0].lines[0].get_markevery() == [499]
    assert "Marks are epochs, as far as they can be told apart." in caption(figure)
    figure = plot_history({"b": history(30), "c": history(5)})
    assert marked(figure, 0) == [30, 5]
    assert "Marks" not in caption(plot_history({"c": history(5)}))
    for epochs in (2, 20, 40, 60, 90, 2000):
        figure = plot_history({"m": history(epochs, held_out=0.1)})
        for axes in figure.axes:
            (line,) = axes.lines
            points = line.get_xydata()[line.get_markevery() or slice(None)]
            assert points[-1].tolist() == line.get_xydata()[-1].tolist()
            assert len(points) in (1, epochs)
            if epochs > 1 and len(points) > 1:
                places = axes.transData.transform(points) * 72 / figure.dpi
                assert np.hypot(*np.diff(places, axis=0).T).min() > 1.5 * line.get_markersize()


def caption(figure):
    return next(text.get_text() for text in figure.texts if text.get_gid() == "caption").replace("\n", " ")


MANY = {
    f"a run with rather a long name {i}": history(3 + i, held_out=1.0 + i, analogies=0.1, simlex=0.02) for i in range(9)
}
TOGETHER = {name: f"{('skipgram', 'cbow')[i % 2]} {('ns', 'hs')[i % 3 == 0]}" for i, name in enumerate(MANY)}


@pytest.mark.parametrize(
    ("runs", "title"), [({"m": history(1)}, None), ({"m": history(20)}, "A title"), (MANY, "Many runs")]
)
def test_nothing_overlaps_or_leaves_the_page(runs, title):
    """Panels with their ticks and titles, the legend, the title and the caption each have room of their own."""
    figure = plot_history(runs, title=title, objectives=TOGETHER if runs is MANY else None)
    figure.canvas.draw()
    boxes = [axes.get_tightbbox() for axes in figure.axes]
    boxes += [text.get_window_extent() for text in (*figure.texts, *figure.legends)]
    for i, box in enumerate(boxes):
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_every_run_has_its_own_look():
    looks = [(line.get_color(), line.get_marker()) for line in plot_history(MANY).axes[0].lines]
    assert len(set(looks)) == len(MANY)
    names = [text.get_text() for text in plot_history({"$x$": history(2), "_y": history(2)}).legends[0].get_texts()]
    assert names == ["$x$", "_y"]


def test_the_caption_says_what_cannot_be_compared():
    runs = {"one": history(2, held_out=1.0), "other": history(2, held_out=1.0)}

    def told(one, other, texts=("t", "t"), runs=runs):
        objectives = {"one": one, "other": other}
        return caption(plot_history(runs, objectives=objectives, texts=dict(zip(runs, texts, strict=True))))

    assert told("cbow ns", "cbow ns") == "2 runs; seconds do not include the measuring."
    assert "Losses of different heads (hs, ns) have different definitions" in told("cbow ns", "cbow hs")
    assert "likelihoods" not in told("cbow ns", "cbow hs")
    assert "Losses and held-out likelihoods compare runs of one encoder: CBOW" in told("cbow ns", "skipgram ns")
    apart = "different texts, vocabularies or held-out parts: "
    assert f"{apart}losses and held-out likelihoods do not compare" in told("cbow ns", "cbow ns", ("t", "u"))
    losses = {name: history(2) for name in runs}
    assert f"{apart}losses do not compare" in told("cbow ns", "cbow ns", ("t", "u"), losses)
    unknown = "compare runs of one encoder on one text with one vocabulary, and that is not known of all"
    assert unknown in told("cbow ns", "cbow ns", ("t", ""))
    assert unknown in caption(plot_history(runs))
    assert caption(plot_history({"one": runs["one"]})) == "1 run; seconds do not include the measuring."


def test_saved_models_are_read_without_their_tables(tmp_path):
    one = save(tmp_path / "one", history(2, topics=0.25), text="abc", head="hs")
    other = save(tmp_path / "elsewhere" / "one", history(1), arch="cbow")
    third = save(tmp_path / "third", history(3))
    (third / "tables.safetensors").unlink()
    (other / "SHA256SUMS").unlink()
    (other / "run.json").unlink()
    histories, objectives, texts = read_histories([one, other, third])
    assert histories == {str(one): history(2, topics=0.25), str(other): history(1), "third": history(3)}
    assert objectives == {str(one): "skipgram hs", str(other): "cbow ns", "third": "skipgram ns"}
    assert texts == {str(one): "abc", str(other): "", "third": ""}


def test_what_cannot_be_drawn_is_a_sentence(tmp_path):
    model = save(tmp_path / "m", history(2))
    with pytest.raises(W2VError, match=r"m is given twice"):
        read_histories([model, model])
    with pytest.raises(W2VError, match=r"is not a model with a history to draw: it has no config.json, history.json"):
        read_histories([tmp_path])
    (model / "SHA256SUMS").unlink()
    (model / "history.json").write_text('[{"epoch": 1}]')
    with pytest.raises(W2VError, match="is damaged"):
        read_histories([model])
    with pytest.raises(W2VError, match="no epoch to draw"):
        plot_history({"untrained": []})
    with pytest.raises(W2VError, match="can tell 40 apart"):
        plot_history({str(i): history(1) for i in range(len(PALETTE) * len(SHAPES) + 1)})


def test_the_same_histories_give_the_same_picture(tmp_path):
    for name in ("a.svg", "b.svg"):
        save_figure(plot_history({"m": history(3, held_out=1.0)}, title="A title"), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_command_draws_several_models(tmp_path):
    models = [str(save(tmp_path / name, history(3, held_out=2.0), head=name)) for name in ("ns", "hs")]
    done = CliRunner().invoke(app, ["plot", "--history", *models, "-o", str(tmp_path / "curves.svg")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "curves.svg").read_text().count("<svg") == 1
    for arguments, sentence in [
        ([*models, models[0], "-o", "map.svg"], "A map shows one model, and 3 are given"),
        (["--history", *models, "-o", "x.svg", "--near", "a"], "curves, which have no words"),
        (["--history", *models, "-o", "x.gif"], "must end in .png, .svg, .pdf"),
    ]:
        refused = CliRunner().invoke(app, ["plot", *arguments])
        assert isinstance(refused.exception, W2VError)
        assert sentence in str(refused.exception)


def test_the_history_of_one_model_will_do():
    model = Word2Vec([["a", "b", "c", "d"]] * 20, vector_size=4, epochs=3, workers=1)
    assert plot_history(model.history).axes


def test_a_model_of_relations_has_a_history_and_a_file_has_none(tmp_path):
    PoincareModel([("b", "a"), ("c", "a"), ("d", "b")], vector_size=2, epochs=3).save(tmp_path / "p")
    histories, objectives, _ = read_histories([tmp_path / "p"])
    assert (len(histories["p"]), objectives["p"]) == (3, "relations poincare")
    (tmp_path / "v.txt").write_text("1 1\na 1\n")
    with pytest.raises(W2VError, match=r"v.txt is a file, and only a model's folder has a history"):
        read_histories([tmp_path / "v.txt"])
