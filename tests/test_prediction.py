"""What heads expect amid some words: distributions, and decisions on the way to a word, as text and as a picture."""

import numpy as np
import pytest
import torch
from matplotlib.patches import Rectangle
from typer.testing import CliRunner

from w2v import KeyedVectors, PoincareModel, Word2Vec, plot_prediction, predict, save_figure
from w2v.cli import app
from w2v.cli.predict import _repeated
from w2v.errors import UnknownWordError, W2VError
from w2v.heads.hs.reference import HierarchicalSoftmax
from w2v.heads.softmax.reference import Softmax
from w2v.models.prediction import Prediction, Step, Way, read_models
from w2v.plots.words.prediction import MOST, draw_prediction

LESSON = ["the cat sat on the mat", "the dog sat on the rug", "the cat chased the mouse", "the dog chased the cat"]
SMALL = {"vector_size": 8, "epochs": 30, "workers": 1}


@pytest.fixture(scope="module")
def lesson():
    return [line.split() for line in LESSON]


@pytest.fixture(scope="module")
def models(lesson):
    return {head: Word2Vec(lesson, head=head, **SMALL) for head in ("softmax", "ns", "hs")}


@pytest.fixture(scope="module")
def folders(models, tmp_path_factory):
    place = tmp_path_factory.mktemp("models")
    for name, model in models.items():
        model.save(place / name)
    models["ns"].wv.save(place / "vectors.txt")
    return place


def run(*arguments):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(done.exception, W2VError):
        raise done.exception
    return done


# Distributions


def test_each_model_has_its_heads_distribution_and_the_rest_of_it(models):
    context = ["the", "cat"]
    found = predict(models, context, topn=4)
    assert (found.context, found.names) == (context, list(models))
    assert found.probability.shape == (3, 4)
    for row, model in enumerate(models.values()):
        own = dict(model.predict_output_word(context, topn=None))
        np.testing.assert_allclose(found.probability[row], [own[word] for word in found.words], rtol=1e-6)
        assert found.rest[row] == pytest.approx(sum(p for word, p in own.items() if word not in found.words), abs=1e-6)
    assert found.others == [len(models["ns"].wv) - 4] * 3


def test_words_shown_are_those_of_the_largest_mean(models):
    everything = predict(models, ["dog"], topn=None)
    means = everything.probability.mean(axis=0)
    assert means.tolist() == sorted(means, reverse=True)
    assert sorted(everything.words) == sorted(models["ns"].wv.index_to_key)
    assert everything.rest == pytest.approx(0, abs=1e-6)
    assert predict(models, ["dog"], topn=3).words == everything.words[:3]


def test_one_model_goes_by_its_objective_and_a_model_of_a_callback_will_do(models):
    found = predict(models["hs"], np.array(["cat"]))
    assert found.names == ["skipgram hs"]
    assert found.words == [word for word, _ in models["hs"].predict_output_word(["cat"])]
    np.testing.assert_array_equal(predict(models["hs"].model, ["cat"]).probability, found.probability)


def test_a_word_that_a_model_does_not_know_is_told(models, lesson):
    other = Word2Vec([["the", "cat", "purrs"]] * 9, **SMALL)
    found = predict({"ns": models["ns"], "other": other}, ["cat"], topn=None)
    place = found.words.index("purrs")
    assert np.isnan(found.probability[0, place])
    assert found.probability[1, place] > 0
    assert next(line for line in str(found).splitlines() if line.startswith("purrs")).split()[1] == "unknown"
    drawn = [
        text.get_text()
        for axes in plot_prediction({"ns": models["ns"], "o": other}, ["cat"]).axes
        for text in axes.texts
    ]
    assert "unknown" in drawn


# Decisions


@pytest.mark.parametrize("tree", ["huffman", "balanced"])
def test_decisions_multiply_to_the_probability_and_part_the_words(tree):
    counts = np.array([50, 30, 9, 8, 7, 3, 2, 1, 1])
    head = HierarchicalSoftmax(
        counts, 4, tree=tree, output=torch.randn(8, 4, generator=torch.Generator().manual_seed(1))
    )
    hidden = torch.randn(4, generator=torch.Generator().manual_seed(2))
    expected = head.log_prob(hidden[None])[0].exp().detach().numpy()
    for word in range(len(counts)):
        with torch.no_grad():
            decisions = head.decisions(hidden, word)
        assert np.prod([each.probability[each.code] for each in decisions]) == pytest.approx(expected[word], rel=1e-5)
        assert all(sum(each.probability) == pytest.approx(1) for each in decisions)
        within = np.arange(len(counts))
        for each in decisions:
            np.testing.assert_array_equal(np.sort(np.concatenate(each.below)), within)
            share = expected[each.below[0]].sum() / expected[within].sum()
            assert each.probability[0] == pytest.approx(share, rel=1e-4)
            within = each.below[each.code]
            assert (np.diff(within) > 0).all(), "the most frequent first"
        assert within.tolist() == [word]
    assert decisions[0].node == 0


def test_a_head_without_a_tree_makes_none():
    assert Softmax(np.array([2, 1]), 4).decisions(torch.zeros(4), 0) == []


def test_decisions_lead_to_the_likeliest_word_or_to_the_one_asked_for(models):
    ways = predict(models, ["cat"]).ways
    top, probability = models["hs"].predict_output_word(["cat"], topn=1)[0]
    assert list(ways) == ["hs"]
    assert (ways["hs"].word, ways["hs"].probability) == (top, pytest.approx(probability))
    way = predict(models, ["cat"], way_to="mouse").ways["hs"]
    assert way.word == "mouse"
    last = way.steps[-1]
    assert last.below[last.code] == ["mouse"]
    assert sum(way.steps[0].sizes) == len(models["hs"].wv)


# As text


SHOWN = Prediction(
    ["the", "cat"],
    ["softmax", "hs"],
    ["sat", "世界"],
    np.array([[0.5, 0.25], [0.25, 0.004]]),
    [7, 7],
    {"hs": Way("sat", 0.25, [Step(0, (0.25, 0.75), 0, (["sat"], ["a", "b", "c", "d", "e"]), (1, 8))])},
)


def test_printed_it_is_a_table_with_bars_at_one_scale():
    assert str(SHOWN).splitlines() == [
        "amid the cat",
        "          softmax                  hs",
        "sat       0.500   ████████████████ 0.250   ████████",
        "世界      0.250   ████████         0.0040  ▏",
        "7 others  0.250                    0.746",
        "",
        "hs: decisions on the way to 'sat', whose product is 0.250",
        "  1. > 0  0.250   ██▌        sat",
        "       1  0.750   ███████▌   a, b, c, d, e and 3 more",
    ]


# Mistakes


@pytest.mark.parametrize(
    ("ask", "error", "sentence"),
    [
        (lambda m: predict(m, ["kat"]), UnknownWordError, "softmax: the word 'kat' is not in .* mean 'cat'"),
        (lambda m: predict(m["ns"], ["kat"]), UnknownWordError, "^the word 'kat' is not in .* mean 'cat'"),
        (lambda m: predict(m, ["cat"], way_to="mous"), UnknownWordError, "hs: the word 'mous' is not .* mean 'mouse'"),
        (
            lambda m: predict(m["ns"], ["cat"], way_to="dog"),
            W2VError,
            "No head here makes decisions .*'dog'; .* hs does",
        ),
        (lambda m: predict(m, "cat"), W2VError, "expected a list of one or more words, and was given 'cat'"),
        (lambda m: predict(m, []), W2VError, r"given \[\]"),
        (lambda m: predict(m, ["cat"], topn=-1), W2VError, "topn is -1"),
        (lambda m: predict({}, ["cat"]), W2VError, "There is no model"),
        (lambda m: predict(m["ns"].wv, ["cat"]), W2VError, "was given as a model; .* have no output table"),
        (lambda m: predict(PoincareModel, ["cat"]), W2VError, "was given as a model"),
        (lambda m: predict(Word2Vec(), ["cat"]), W2VError, "Nothing is trained yet"),
        (lambda m: plot_prediction(m, ["cat"], topn=0), W2VError, f"shows 1 to {MOST} words, and 0 were asked for"),
    ],
)
def test_what_cannot_be_predicted_is_told(models, ask, error, sentence):
    with pytest.raises(error, match=sentence):
        ask(models)


def test_vectors_alone_and_a_model_given_twice_are_told(folders, models):
    with pytest.raises(W2VError, match=r"vectors.txt is a file, and files of vectors hold no output table"):
        read_models([folders / "ns", folders / "vectors.txt"])
    with pytest.raises(W2VError, match="is given twice"):
        read_models([folders / "ns", folders / "ns"])
    assert list(read_models([folders / "ns", folders / "hs"])) == ["ns", "hs"]
    assert KeyedVectors.load(folders / "ns").index_to_key == models["ns"].wv.index_to_key


# The picture


def test_a_picture_shows_what_was_found_and_nothing_leaves_the_page(models, tmp_path):
    found = predict(models, ["the", "cat"], topn=5, way_to="rug")
    figure = draw_prediction(found, title="Amid the cat")
    told = [text.get_text() for text in figure.texts]
    assert {"Amid the cat", *models, *found.words, "Decisions on the way to “rug”, by hs"} <= set(told)
    n = len(models)
    for axes, expected, rest in zip(figure.axes[:n], found.probability, found.rest, strict=True):
        bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        assert [bar.get_width() for bar in bars[:-1]] == pytest.approx(expected.tolist())
        assert bars[-1].get_width() == pytest.approx(min(rest, found.probability.max()))
    for axes, step in zip(figure.axes[n:], found.ways["hs"].steps, strict=True):
        zero, one = axes.patches
        assert (zero.get_width(), one.get_x()) == pytest.approx((step.probability[0],) * 2)
    figure.canvas.draw()
    page = figure.bbox
    for text in [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]:
        box = text.get_window_extent()
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, text.get_text()
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, text.get_text()
    save_figure(plot_prediction(models["hs"], ["the", "cat"]), tmp_path / "one.png")


def test_long_names_and_many_models_do_not_run_into_each_other():
    names = [f"a/folder/with/a/very/long/name/and-{number}" for number in range(5)]
    word = "honorificabilitudinitatibus" * 3
    step = Step(0, (0.05, 0.95), 0, ([word] * 5, [word] * 5), (900, 900))
    shown = Prediction([word], names, [word, "b"], np.full((5, 2), 0.3), [9] * 5, {names[4]: Way(word, 0.05, [step])})
    figure = draw_prediction(shown)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.texts]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


# The command


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("m --context the cat -n 3", "m --context the --context cat -n 3"),
        ("m n --context=the -o p.png", "m n --context=the -o p.png"),
        ("--context a b -q m", "--context a --context b -q m"),
        ("m --context -n 3", "m --context -n 3"),
        ("m --context a - b", "m --context a --context - --context b"),
        ("m --context a -- b", "m --context a -- b"),
        ("m --context a --context b c", "m --context a --context b --context c"),
    ],
)
def test_the_context_goes_to_the_next_option(given, read):
    assert _repeated(given.split()) == read.split()


def test_the_command_prints_what_python_finds_and_draws_it(folders, models, tmp_path):
    paths = [folders / name for name in models]
    done = run("predict", *paths, "--context", "the", "cat", "-n", 3, "--path", "rug", "-o", tmp_path / "p.svg")
    assert done.output == f"{predict(models, ['the', 'cat'], 3, way_to='rug')}\n"
    assert (tmp_path / "p.svg").stat().st_size > 1000
    assert (
        run("predict", folders / "hs", "--context", "the cat").output
        == f"{predict({'hs': models['hs']}, ['the', 'cat'])}\n"
    )
    with pytest.raises(UnknownWordError, match=r"the word 'kat' is not in the vocabulary .* mean 'cat'"):
        run("predict", folders / "ns", "--context", "the", "kat")
    assert "Missing option '--context'" in run("predict", folders / "ns").output
