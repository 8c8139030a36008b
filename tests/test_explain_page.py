"""A step as a page: in a real browser it is clicked through; and the pictures that go with it."""

import json
import re

import browser
import numpy as np
import pytest
from matplotlib.figure import Figure

from w2v import KeyedVectors, Word2Vec, explain, plot_loss_surfaces, plot_sampling, save_explanation, save_figure
from w2v.errors import W2VError
from w2v.heads.noise import noise_distribution
from w2v.plots.explanation.losses import losses_at
from w2v.plots.explanation.page import page_of

FOX = "the quick brown fox jumps over the lazy dog"
STAGES = ["Sentence", "Subsampling", "Window", "Examples", "Scores", "Loss", "Gradient", "Rows", "After"]
RIGHT, UP, DOWN = "\ue014", "\ue013", "\ue015"
needs_browser = pytest.mark.skipif(browser.why_not() is not None, reason=browser.why_not() or "")


def data_of(text):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text)[1])


def test_the_page_holds_what_the_explanation_says():
    found = explain(FOX, epoch=2, centre="fox", head="hs")
    text = page_of(found, title="A <step>")
    data, step = data_of(text), found.step
    assert "<title>A &lt;step&gt;</title>" in text
    assert page_of(found, title="A <step>") == text
    shown = next(each for each in data["steps"] if found.centre in each["places"])
    assert shown["loss"] == pytest.approx(step.loss, rel=1e-5)
    assert [each["decisions"][0]["p"] for each in shown["examples"]] == [
        pytest.approx(each.decisions[0].probability, rel=1e-5) for each in step.examples
    ]
    most = sorted(step.rows, key=lambda row: (row.table, -row.change))
    assert [row["after"] for row in shown["rows"]] == [pytest.approx(row.after, rel=1e-5) for row in most]
    assert {int(place) for place in data["windows"]} == set(found.windows)


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    with browser.Browser(tmp_path_factory.mktemp("browser")) as opened:
        opened.motion(False)
        yield opened


@pytest.fixture
def opened(window, tmp_path):
    """Opens the page of an explanation; what the browser had to complain about is looked at in the end."""

    def open_page(found):
        save_explanation(found, tmp_path / "step.html")
        window.open(tmp_path / "step.html")
        return window

    yield open_page
    assert window.complaints() == []


def text_of(window, selector):
    return window.run("return document.querySelector(arguments[0]).innerText", selector)


def says(text, number):
    """Whether a number is told in a text, which was rounded twice."""
    return any(abs(float(told) - number) < 0.00101 for told in re.findall(r"\d+\.\d{3}", text))


@needs_browser
def test_arrows_go_through_a_step_and_to_other_words(opened):
    found = explain(FOX, epoch=2, centre="fox")
    page = opened(found)
    assert page.run("return [...document.querySelectorAll('#stages button')].map(b => b.textContent)") == STAGES
    seen = []
    for stage in STAGES:
        assert text_of(page, "#stages [aria-current]") == stage
        seen.append(text_of(page, "#stage"))
        page.press(RIGHT)
    assert len(set(seen)) == len(STAGES)
    assert text_of(page, "#stages [aria-current]") == "After"
    assert says(seen[-1], found.step.loss)
    assert says(seen[-1], found.step.loss_after)
    page.press(DOWN)
    assert text_of(page, "#sentence .centre") == "jumps"
    assert says(text_of(page, "#stage"), found.step_at(4).loss)
    page.press(UP + UP)
    assert text_of(page, "#sentence .centre") == "brown"


@needs_browser
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", ["ns", "hs", "softmax", "ova", "poincare"])
def test_every_word_and_part_is_shown_for_every_head(opened, head, arch):
    found = explain(FOX, epoch=2, head=head, arch=arch, sample=0.1)
    page = opened(found)
    shown = page.run(
        "return tokens.map((_, place) => { choose(place); return STAGES.map((_, stage) => { goTo(stage);"
        "return document.querySelector('#stage').innerText; }); })"
    )
    for place, token in enumerate(found.tokens):
        for stage, told in enumerate(shown[place]):
            assert ("left out by subsampling" in told) == (stage > 1 and not token.kept)
            assert not re.search(r"undefined|NaN|\[object", told)
        step = found.step_at(place)
        if step:
            assert says(shown[place][5], step.examples[0].loss)
            assert says(shown[place][8], step.loss_after)
            assert all(row.name in shown[place][7] for row in step.rows)


@needs_browser
def test_pairs_are_shown_and_chosen(opened):
    found = explain(FOX, epoch=1, head="pmi", centre="fox")
    page, steps = opened(found), found.steps_at(3)
    page.click("#stages li:nth-child(4) button")
    told = text_of(page, "#stage")
    assert all(says(told, step.examples[0].pair.pmi) for step in steps)
    for number, step in enumerate(steps, 1):
        pair = step.examples[0].pair
        page.click("#stages li:nth-child(5) button")
        page.click(f".chooser button:nth-child({number})")
        told = text_of(page, "#stage").replace("−", "-")
        assert re.search(rf"score\s+{pair.score:.3f}", told) or abs(pair.score) < 0.1
        assert says(told.replace("-", ""), abs(pair.score - pair.pmi))
        page.click("#stages li:nth-child(8) button")
        assert text_of(page, "#stage").count(step.examples[0].target) > 1
        page.click("#stages li:nth-child(9) button")
        shown = text_of(page, ".big")
        assert says(shown, step.loss)
        assert says(shown, step.loss_after)
    for stage in range(1, 10):
        page.click(f"#stages li:nth-child({stage}) button")
        assert not re.search(r"undefined|NaN|\[object|nats", text_of(page, "#stage"))


@needs_browser
def test_clicks_choose_a_word_a_part_and_an_example(opened):
    found = explain(FOX, epoch=2, centre="fox")
    page = opened(found)
    page.click("#sentence button:nth-child(6)")
    page.click("#stages li:nth-child(6) button")
    step = found.step_at(5)
    assert len(step.examples) > 1
    for number, example in enumerate(step.examples, 1):
        page.click(f".chooser button:nth-child({number})")
        assert says(text_of(page, "tr.total .number:last-child"), example.loss)
    page.click("#next")
    assert text_of(page, "#stages [aria-current]") == "Gradient"
    page.click("#back")
    assert text_of(page, "#stages [aria-current]") == "Loss"


@needs_browser
def test_words_are_shown_as_they_are(opened):
    words = ["</script><script>alert(1)</script>", "<b>", "汉字", "🦊", "@data@", "constructor", "a&amp;b"]
    page = opened(explain(words, centre="<b>"))
    assert page.run("return [...document.querySelectorAll('#sentence button')].map(b => b.textContent)") == words
    page.press(RIGHT * 4)
    assert "<b>" in text_of(page, "#stage")


@needs_browser
@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone_and_has_contrast_by_day_and_by_night(opened, window, dark):
    def set_to(command, **parameters):
        window._ask("POST", "/goog/cdp/execute", {"cmd": f"Emulation.{command}", "params": parameters})

    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    set_to("setEmulatedMedia", features=[scheme])
    set_to("setDeviceMetricsOverride", width=375, height=700, deviceScaleFactor=1, mobile=True)
    try:
        page = opened(explain(FOX.replace("lazy", "extraordinarilylazyandslow"), centre="fox"))
        for stage in range(len(STAGES)):
            page.run("goTo(arguments[0])", stage)
            assert page.run("return document.documentElement.scrollWidth") <= 375
        shades = page.run(
            "const s = getComputedStyle(document.documentElement); return ['--ink', '--quiet', '--centre', "
            "'--context', '--noise', '--good', '--paper'].map(n => s.getPropertyValue(n).trim())"
        )
        *inks, paper = map(brightness, shades)
        assert (paper > 0.5) != dark
        for ink in inks:
            assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= 4.5  # WCAG 2, small text
    finally:
        set_to("clearDeviceMetricsOverride")
        set_to("setEmulatedMedia", features=[])


def brightness(colour):
    """Relative luminance, as WCAG 2 defines it."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


# Pictures


def lines(figure: Figure):
    return [line for axes in figure.axes for line in axes.lines]


def test_sampling_is_drawn_by_the_chances_that_training_has(tmp_path):
    counts = {"the": 900, "cat": 90, "sat": 9, "mat": 3}
    figure = plot_sampling(counts, (0, 0.5, 1), title="Noise")
    for line, exponent in zip(lines(figure), (0, 0.5, 1), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), [3, 9, 90, 900])
        np.testing.assert_allclose(line.get_ydata()[::-1], noise_distribution(list(counts.values()), exponent))
    told = [text.get_text() for text in figure.findobj() if hasattr(text, "get_text")]
    assert any("count^0.5: 17.3; count^1: 300" in text for text in told)
    save_figure(figure, tmp_path / "s.png")
    model = Word2Vec(["a b c", "a b", "a"] * 3, vector_size=2, epochs=1, engine="reference")
    for given in (model, model.wv):
        assert lines(plot_sampling(given))[2].get_ydata()[-1] == pytest.approx(0.5)
    assert len(lines(plot_sampling({"a": 4, "b": 4}))) == 3
    save_figure(plot_sampling({"a": 4, "b": 4}), tmp_path / "same.png")


def test_what_cannot_be_drawn_of_sampling_is_told():
    with pytest.raises(W2VError, match="these vectors came without"):
        plot_sampling(KeyedVectors(["a", "b"], np.eye(2)))
    with pytest.raises(W2VError, match="0 exponents were given; a picture shows 1 to 8"):
        plot_sampling({"a": 1}, ())
    with pytest.raises(W2VError, match="whole numbers by word, at least 1"):
        plot_sampling({"a": 0, "b": 3})
    with pytest.raises(W2VError, match="whole numbers by word"):
        plot_sampling({"a": 0.5})
    with pytest.raises(W2VError, match="'c' is not among the 2"):
        plot_sampling({"a": 1, "b": 2}, words=["c"])


def test_loss_surfaces_are_the_heads_own_losses(tmp_path):
    scores = np.random.default_rng(0).normal(size=(20, 2)) * 3
    x, y = scores.T
    np.testing.assert_allclose(losses_at("softmax", scores)[0], np.logaddexp(0, y - x))
    np.testing.assert_allclose(losses_at("ova", scores)[0], np.logaddexp(0, -x) + np.logaddexp(0, y))
    loss, gradient = losses_at("ns", scores, negative=5)
    np.testing.assert_allclose(loss, np.logaddexp(0, -x) + 5 * np.logaddexp(0, y))
    np.testing.assert_allclose(gradient, np.stack([-1 / (1 + np.exp(x)), 5 / (1 + np.exp(-y))], axis=1))
    figure = plot_loss_surfaces(("ns", "softmax"), negative=5, title="Losses")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["ns, K = 5", "softmax"]
    save_figure(figure, tmp_path / "l.png")
    for path in lines(figure)[2:7]:  # after the two axes: downhill
        values = losses_at("ns", path.get_xydata(), negative=5)[0]
        assert (np.diff(values) < 0).all()


def test_what_has_no_loss_surface_is_told():
    with pytest.raises(W2VError, match="asked for of 'hs'; expected one to 3 of ns, softmax, ova"):
        plot_loss_surfaces(["hs"])
    with pytest.raises(W2VError, match="asked for of 0 heads"):
        plot_loss_surfaces([])
    with pytest.raises(W2VError, match="reach is -1"):
        plot_loss_surfaces(reach=-1)
    with pytest.raises(W2VError, match="negative is 0"):
        plot_loss_surfaces(negative=0)
