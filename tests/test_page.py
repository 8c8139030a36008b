"""The map as a page: the file is whole, safe and small; in a real browser it finds, shows, hides, moves and saves."""

import base64
import hashlib
import json
import re
import struct
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import browser
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

import w2v.plots.html
from w2v.errors import W2VError
from w2v.plots.explanation.page import STEPS
from w2v.plots.hierarchy.page import DISC
from w2v.plots.html.frame import save_page
from w2v.plots.layout import neighbours_kept
from w2v.plots.neighbours import nearest
from w2v.plots.words.page import WORDS, page, page_of
from w2v.vectors import KeyedVectors

ASSETS = Path(w2v.plots.html.__file__).parent / "assets"
HARD = ["</script><script>alert(1)</script>", "<!--", "a&amp;b", "\u2028", '"', "汉字", "😀", "@data@", "constructor"]


def islands(n, size=20, seed=0):
    """Vectors of n words around eight centres, and the names of their groups; some words are hard to write in HTML."""
    rng = np.random.default_rng(seed)
    members = rng.integers(0, 8, n)
    table = rng.normal(size=(8, size))[members] + 0.6 * rng.normal(size=(n, size))
    words = [*HARD, *(f"word{i}" for i in range(len(HARD), n))]
    counts = np.sort(rng.integers(5, 10_000, n))[::-1]
    groups = {word: f"group {member}" for word, member in zip(words, members, strict=True) if member < 3}
    return KeyedVectors(words, table, counts), groups


class Parts(HTMLParser):
    """Attributes of all tags, and the text within scripts, styles and the title."""

    def __init__(self, text):
        super().__init__()
        self.attributes, self.texts, self._within = [], {}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.attributes += [(tag, *pair) for pair in attributes]
        if tag in ("script", "style", "title", "h1"):
            self._within = self.texts.setdefault(tag, [])
            self._within.append("")

    def handle_data(self, data):
        if self._within:
            self._within[-1] += data

    def handle_endtag(self, tag):
        self._within = []


def read(text):
    """What a page holds: its data, with the arrays as arrays."""
    data = json.loads(Parts(text).texts["script"][0])
    for name, value in data.items():
        if isinstance(value, dict):
            data[name] = np.frombuffer(base64.b64decode(value["base64"]), dtype=value["type"])
    return data


@pytest.fixture(scope="module")
def world():
    return islands(400)


@pytest.fixture(scope="module")
def text(world):
    return page_of(world[0], top=300, method="pca", groups=world[1], title="Words & <islands>", note="A note.")


def test_neighbours_are_those_of_the_vectors_also_when_they_are_not_on_the_map(world, text):
    vectors, data = world[0], read(text)
    names = data["words"] + data["others"]
    assert data["words"] == vectors.index_to_key[:300]
    assert data["others"]
    assert set(data["others"]) <= set(vectors.index_to_key[300:])
    for row in (0, 7, 150, 299):
        expected = vectors.most_similar(row, topn=10)
        assert [names[i] for i in data["neighbours"].reshape(300, 10)[row]] == [word for word, _ in expected]
        told = data["similarities"].reshape(300, 10)[row] / 100
        assert told == pytest.approx([similarity for _, similarity in expected], abs=0.0051)


def test_places_keep_their_shape_and_frames_their_common_scale():
    rng = np.random.default_rng(0)
    frames = {"epoch 1": rng.normal(size=(30, 2)), "epoch 2": [5.0, 0.0] + 3 * rng.normal(size=(30, 2))}
    neighbours, similarities = np.zeros((30, 0), dtype=int), np.zeros((30, 0))
    data = read(page([f"w{i}" for i in range(30)], frames, neighbours, similarities))
    assert data["frames"] == ["epoch 1", "epoch 2"]
    told, given_points = data["points"].reshape(60, 2).astype(float), np.vstack(list(frames.values()))
    assert told.min() == 0
    assert told.max() == 65535
    scale = np.ptp(given_points, axis=0).max() / 65535
    assert cdist(told, told) * scale == pytest.approx(cdist(given_points, given_points), abs=2 * scale)


def test_the_caption_is_true(world, text):
    vectors, data = world[0], read(text)
    caption = re.search(r'<p id="caption">(.*?)</p>', text)[1]
    places = data["points"].reshape(300, 2).astype(float)
    kept = neighbours_kept(vectors.get_normed_vectors()[:300], places, 10)
    told = int(re.search(r"cosine, (\d+)% are among its 10 nearest here", caption)[1])
    assert told == pytest.approx(100 * kept, abs=1)
    assert caption.startswith("300 words. PCA of unit vectors")
    assert "among all 400 words" in caption
    assert caption.endswith("the more frequent the word. A note.")


def test_looks_are_those_of_the_groups_and_words_without_one_come_last(world, text):
    data = read(text)
    assert {look["name"] for look in data["looks"][:-1]} == set(world[1].values())
    assert data["looks"][-1]["name"] == ""
    for word, look in zip(data["words"], data["look"], strict=True):
        assert data["looks"][look]["name"] == world[1].get(word, "")


@settings(max_examples=30)
@given(st.lists(st.text(max_size=12) | st.sampled_from(HARD), min_size=3, max_size=6, unique=True))
def test_no_word_can_break_out_of_the_file(words):
    n = len(words)
    whole = page(
        words, {"": np.arange(2.0 * n).reshape(n, 2)}, np.zeros((n, 1), dtype=int), np.zeros((n, 1)), title=words[0],
        caption=words[1], groups={words[2]: words[1] or "none"},
    )  # fmt: skip
    parts = Parts(whole)
    assert len(parts.texts["script"]) == 3
    assert json.loads(parts.texts["script"][0])["words"] == words
    assert parts.texts["h1"] == [words[0]]
    assert not [name for _, name, _ in parts.attributes if name.startswith("on")]


def test_half_a_character_is_written_as_a_question_mark(tmp_path):
    neighbours = np.zeros((3, 1), dtype=int)
    save_page(page(["a", "\ud83d", "b"], {"": np.eye(3)[:, :2]}, neighbours, neighbours), tmp_path / "map.html")
    assert read((tmp_path / "map.html").read_text(encoding="utf-8"))["words"] == ["a", "?", "b"]


def test_nothing_is_fetched_and_only_the_pages_own_scripts_may_run(text):
    parts = Parts(text)
    assert not [value for _, name, value in parts.attributes if name in ("src", "href", "srcset", "action", "data")]
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", "".join(parts.texts["style"]))
    (policy,) = (value for tag, _, value in parts.attributes if tag == "meta" and "default-src" in value)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    hashes = re.findall(r"'sha256-([^']+)'", policy)
    own = [*parts.texts["script"][1:], *parts.texts["style"]]
    assert hashes == [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in own]


def test_the_same_arguments_give_the_same_text(world, text):
    assert page_of(world[0], top=300, method="pca", groups=world[1], title="Words & <islands>", note="A note.") == text


def test_the_library_carries_its_versions_and_licences():
    library, recipe = (ASSETS / "d3.js").read_text(), (ASSETS / "refresh.sh").read_text()
    wanted = re.findall(r"d3-\w+@[\d.]+", recipe)
    assert re.findall(r"d3-\w+@[\d.]+", library.split("\n", 1)[0]) == wanted
    for module in wanted:
        assert f"// https://d3js.org/{module.replace('@', '/ v')} Copyright" in library
    assert "Permission to use, copy, modify" in library
    assert "Redistributions in binary form must reproduce" in library  # d3-ease


def defined(script):
    """Names that a script defines for all scripts of its page."""
    return re.findall(r"^(?:const|let|function) (\w+)", (ASSETS / f"{script}.js").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("kind", [WORDS, DISC, STEPS], ids=lambda kind: kind.name)
def test_no_name_is_defined_twice_in_a_page(kind):
    names = [name for script in (*kind.before, *kind.scripts, *kind.after) for name in defined(script)]
    assert [name for name in names if names.count(name) > 1] == []


def test_pages_define_for_themselves_what_the_kit_asks_for_and_share_the_rest():
    words, disc = ({name for script in kind.scripts for name in defined(script)} for kind in (WORDS, DISC))
    contract = re.search(r"the kit asks it:\n//\n(.*?)\n\n", (ASSETS / "kit.js").read_text(encoding="utf-8"), re.S)[1]
    signatures = re.findall(r"^//   (.*?)   ", contract, re.M)
    asked = {name for names in signatures for name in re.sub(r"\(.*?\)", "", names).split(", ")}
    assert len(asked) == 14
    assert asked <= words & disc | {"names", "textOf"}
    assert words & disc <= asked


def test_two_numbers_a_word_are_drawn_as_they_are():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(20, 2)).astype(np.float32)
    data = read(page_of(KeyedVectors([f"w{i}" for i in range(20)], table)))
    assert data["counts"] is None
    assert data["points"].reshape(20, 2) == pytest.approx(
        (table - table.min(axis=0)) / np.ptp(table, axis=0).max() * 65535, abs=1
    )


def test_what_cannot_be_drawn_is_a_sentence(world, tmp_path):
    vectors = world[0]
    three, none = {"": np.eye(3)[:, :2]}, np.zeros((3, 0), dtype=int)
    with pytest.raises(W2VError, match="no way of drawing called 'star'"):
        page_of(vectors, method="star")
    with pytest.raises(W2VError, match="at least two words"):
        page_of(vectors, ["word20"])
    with pytest.warns(UserWarning, match="nobody"):
        page_of(vectors, ["nobody", *vectors.index_to_key[20:40]], method="pca")
    with pytest.raises(W2VError, match=r"frame 'epoch 1' has shape \[5, 2\]; expected \[400, 2\]"):
        page_of(vectors, frames={"epoch 1": np.zeros((5, 2))})
    with pytest.raises(W2VError, match="at least one frame"):
        page("abc", {}, none, none)
    with pytest.raises(W2VError, match="two finite numbers"):
        page("abc", {"": np.full((3, 2), np.nan)}, none, none)
    with pytest.raises(W2VError, match="a row for each word in both"):
        page("abc", three, none, np.zeros((3, 1)))
    with pytest.raises(W2VError, match="no number from 0 to 2"):
        page("abc", three, np.full((3, 1), 3), np.zeros((3, 1)))
    with pytest.raises(W2VError, match="was not written: there is no such folder"):
        save_page("", tmp_path / "nowhere" / "map.html")


@given(st.integers(3, 60), st.integers(0, 5), st.data())
def test_nearest_words_are_those_of_a_full_sort(n, seed, data):
    rng = np.random.default_rng(seed)
    units = rng.normal(size=(n, 8)).astype(np.float32)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    k = data.draw(st.integers(1, n - 1))
    rows = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=9)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("w2v.plots.neighbours.MANY", data.draw(st.sampled_from([0, 10**9])))  # with torch and without
        found, cosines = nearest(units, rows, k)
    similarity = (units @ units.T)[rows]
    similarity[np.arange(len(rows)), rows] = -np.inf
    assert np.array_equal(found, np.argsort(-similarity, axis=1)[:, :k])
    assert cosines == pytest.approx(np.sort(similarity, axis=1)[:, ::-1][:, :k], abs=1e-6)


def test_more_neighbours_than_there_are_words_is_a_sentence():
    with pytest.raises(W2VError, match="1 to 3 neighbours, and 4 were asked for"):
        nearest(np.eye(4, dtype=np.float32), np.arange(4), 4)


# In a browser. Names such as `map`, `pinned` and `labels` are those of the page's own scripts.

needs_browser = pytest.mark.skipif(browser.why_not() is not None, reason=str(browser.why_not()))


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def window(downloads):
    with browser.Browser(downloads) as opened:
        opened.motion(False)
        yield opened


@pytest.fixture
def shown(window, text, tmp_path):
    """The page of `text`, just opened; what the browser had to complain about is looked at in the end."""
    save_page(text, tmp_path / "map.html")
    window.open(tmp_path / "map.html")
    window.wait_for("labels.length")
    yield window
    assert window.complaints() == []


def at(window, word):
    """Where a word's dot is in the window."""
    return window.run(
        "const now = view(), edge = front.getBoundingClientRect(), i = map.words.indexOf(arguments[0]);"
        "return [now.x + now.scale * map.x[i] + edge.x, now.y + now.scale * map.y[i] + edge.y]",
        word,
    )


def card(window):
    """The heading and the words of the card that is shown, or None."""
    return window.run(
        "const card = document.getElementById('card'); if (card.hidden) return null;"
        "return [card.querySelector('h2').textContent, [...card.querySelectorAll('li b')].map(b => b.textContent)]"
    )


def boxes(window):
    """The label boxes in view: word, left end, upper end, right end, lower end."""
    return window.run(
        "return labels.map(l => [map.name(l.item), l.x, l.y - l.size / 2, l.x + l.width, l.y + l.size / 2])"
    )


def neighbours(world, word):
    return [word, [other for other, _ in world[0].most_similar(word, topn=10)]]


@needs_browser
def test_the_page_opens_without_a_complaint_and_asks_for_nothing(shown):
    assert shown.run("return document.title") == "Words & <islands>"
    assert shown.run("return performance.getEntriesByType('resource').length") == 0
    assert shown.run("return map.words")[: len(HARD)] == HARD
    colours = shown.run(
        "const seen = new Set(), p = new Uint32Array(base.getContext('2d').getImageData(0, 0, base.width, base.height)"
        ".data.buffer); for (const pixel of p) seen.add(pixel); return seen.size"
    )
    assert colours > 100


@needs_browser
@pytest.mark.parametrize("word", ["word77", HARD[0], "汉字"])
def test_search_finds_a_word_flies_to_it_and_shows_its_neighbours(shown, world, word):
    shown.press("/")
    shown.press(word.upper())
    shown.wait_for("!document.getElementById('found').hidden")
    shown.press(browser.ENTER)
    shown.wait_for("pinned >= 0")
    assert card(shown) == neighbours(world, word)
    middle = shown.run("const e = front.getBoundingClientRect(); return [e.x + e.width / 2, e.y + e.height / 2]")
    assert at(shown, word) == pytest.approx(middle, abs=1)
    assert shown.run("return zoomed().k") >= 3
    shown.press(browser.ESCAPE)
    assert card(shown) is None


@needs_browser
def test_search_offers_the_frequent_first_and_says_when_there_is_nothing(shown):
    offered = "return [...document.querySelectorAll('#found li')].map(item => item.textContent)"
    shown.click("#query")
    shown.press("word1")
    assert shown.run(offered) == [f"word{i}" for i in range(10, 18)]
    shown.press(browser.DOWN + browser.DOWN + browser.ENTER)
    assert card(shown)[0] == "word12"
    shown.click("#query")
    shown.press("zebra")
    assert shown.run(offered) == ["No word on this map contains “zebra”."]
    shown.press(browser.ENTER)
    assert card(shown)[0] == "word12"


@needs_browser
def test_hover_shows_neighbours_and_a_click_pins_them(shown, world):
    place, other = at(shown, "word250"), at(shown, "word40")
    shown.point(*place)
    word = shown.run("return map.name(hovered)")  # another dot may be nearer to that whole pixel
    assert card(shown) == neighbours(world, word)
    shown.point(5, shown.run("return innerHeight / 2"))
    assert card(shown) is None
    shown.point(*place, click=True)
    shown.point(*other)
    assert card(shown) == neighbours(world, word)
    assert shown.run("return map.name(hovered)") != word
    shown.point(5, shown.run("return innerHeight / 2"), click=True)
    assert card(shown) is None


@needs_browser
def test_a_neighbour_in_the_list_can_be_followed(shown, world):
    shown.run("go(map.words.indexOf('word30'))")
    first = shown.run("return document.querySelector('#card li button b').textContent")
    shown.click("#card li button")
    assert card(shown) == neighbours(world, first)


@needs_browser
def test_labels_never_overlap_and_only_appear_as_one_comes_nearer(shown):
    before, word = set(), boxes(shown)[0][0]
    for factor in (1, 1.3, 2, 4, 9, 30):
        shown.run("go(map.words.indexOf(arguments[0])); pin(-1)", word)
        shown.run("surface.call(zoom.scaleTo, arguments[0]); drawAll()", factor)
        now = boxes(shown)
        assert word in [box[0] for box in now]
        width, height = shown.run("return [page.width, page.height]")
        assert all(x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height for _, x0, y0, x1, y1 in now)
        colliding = [
            (a[0], b[0]) for a, b in combinations(now, 2) if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]
        ]
        assert colliding == []
        due = set(shown.run("return [...map.order].filter(i => map.labelledFrom[i] <= view().scale)"))
        assert before <= due
        before = due
    assert len(before) > 250


@needs_browser
@pytest.mark.parametrize("n", [2, 10, 118])
def test_few_words_are_labelled_at_any_side_of_their_dots_and_cover_none(window, world, tmp_path, n):
    """Most of them at once, and nearer by all that was there and more."""
    save_page(page_of(world[0], world[0].index_to_key[:n], method="pca"), tmp_path / "map.html")
    window.open(tmp_path / "map.html")
    window.wait_for("labels.length")
    before, covered = 0, (
        "const now = view(), near = nearness(), all = [...map.order]; return labels.flatMap(l => all.filter(i => {"
        "const r = dotRadius(map.prominence[i], near), x = now.x + now.scale * map.x[i],"
        "y = now.y + now.scale * map.y[i];"
        "return Math.hypot(Math.max(l.x - x, 0, x - l.x - l.width),"
        "Math.max(Math.abs(y - l.y) - 0.4 * l.size, 0)) < r - 0.01; }))"
    )  # fmt: skip
    for factor in (1, 1.3, 2, 4, 9):
        window.run("surface.call(zoom.scaleTo, arguments[0]); drawAll()", factor)
        now = boxes(window)
        assert not any(a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4] for a, b in combinations(now, 2))
        assert window.run(covered) == []
        due = window.run("return [...map.order].filter(i => map.labelledFrom[i] <= view().scale).length")
        assert due >= before
        before = due
        if factor == 1:
            assert len(now) > 0.55 * n
    assert window.complaints() == []


@needs_browser
def test_a_group_can_be_hidden_and_shown_again(shown, world):
    names = shown.run("return [...document.querySelectorAll('#legend span')].map(name => name.textContent)")
    assert names == [*dict.fromkeys(world[1].values()), "other words"]
    gone = {word for word in world[0].index_to_key[:300] if world[1].get(word) == names[0]}
    everything = {box[0] for box in boxes(shown)}
    shown.click("#legend button")
    shown.wait_for("map.order.length < map.words.length")
    left = set(shown.run("return [...map.order].map(i => map.words[i])"))
    assert left == set(world[0].index_to_key[:300]) - gone
    shown.run("drawAll()")
    assert not {box[0] for box in boxes(shown)} & gone
    assert shown.run("return document.querySelector('#legend button').getAttribute('aria-pressed')") == "false"
    shown.click("#legend button")
    shown.run("drawAll()")
    assert {box[0] for box in boxes(shown)} == everything


@needs_browser
def test_wheel_buttons_and_keys_move_the_map(shown):
    middle = shown.run("return [innerWidth / 2, innerHeight / 2]")
    fixed = shown.run("return [zoomed().invertX(100), zoomed().k]")
    shown.scroll(*middle, -240)
    shown.wait_for("zoomed().k > 1")
    shown.click("#all")
    assert shown.run("return [zoomed().invertX(100), zoomed().k]") == fixed
    shown.press("+")
    assert shown.run("return zoomed().k") == pytest.approx(1.8)
    shown.click("#out")
    assert shown.run("return zoomed().k") == pytest.approx(1)
    shown.drag(*middle, middle[0] + 60, middle[1] - 40)
    assert shown.run("const t = zoomed(); return [t.x, t.y]") == pytest.approx([60, -40])
    assert card(shown) is None  # a drag is no click


@needs_browser
def test_what_is_seen_can_be_saved_as_a_picture(shown, downloads):
    shown.run("go(map.words.indexOf('word30'))")
    for old in downloads.glob("*.png"):
        old.unlink()
    shown.click("#png")
    saved = browser.wait_for_file(downloads, "*.png")
    assert saved[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", saved[16:24])
    inside = shown.run("return [page.width, page.height]")
    assert width == 2 * inside[0]
    assert height > 2 * inside[1]


@needs_browser
def test_moments_of_training_have_a_slider(window, tmp_path):
    rng = np.random.default_rng(0)
    frames = {f"epoch {e}": rng.normal(size=(40, 2)) for e in (1, 2, 3)}
    words = [f"w{i}" for i in range(40)]
    save_page(page(words, frames, np.zeros((40, 1), dtype=int), np.zeros((40, 1))), tmp_path / "map.html")
    window.open(tmp_path / "map.html")
    data = read((tmp_path / "map.html").read_text(encoding="utf-8"))["points"].reshape(3, 40, 2) / 65535
    places = "return [...map.x].map((x, i) => [x, 1 - map.y[i]])"
    assert window.run("return document.getElementById('moment').textContent") == "epoch 3"
    assert window.run(places) == pytest.approx(data[2], abs=1e-6)
    window.run("document.getElementById('frame').focus()")
    window.press(browser.LEFT)
    window.wait_for("moment === 1")
    assert window.run("return document.getElementById('moment').textContent") == "epoch 2"
    assert window.run(places) == pytest.approx(data[1], abs=1e-6)
    window.run("showMoment(0.5)")
    assert window.run(places) == pytest.approx((data[0] + data[1]) / 2, abs=1e-6)
    window.click("#play")
    window.wait_for("moment === 2 && document.getElementById('play').textContent === '▶'")
    assert window.complaints() == []


@needs_browser
def test_flights_and_walks_arrive_where_a_jump_would(window, world, tmp_path):
    rng = np.random.default_rng(0)
    shown = world[0].index_to_key[:300]
    frames = {f"epoch {e}": rng.normal(size=(300, 2)) for e in (1, 2, 3)}
    save_page(page_of(world[0], shown, frames=frames), tmp_path / "map.html")
    ends = []
    for motion in (False, True):
        window.motion(motion)
        window.open(tmp_path / "map.html")
        near = window.run("window.moments = new Set(); go(77); return zoomed().k")
        assert (near == 1) == motion  # still on its way
        window.wait_for("!d3.active(front) && zoomed().k > 2")
        window.click("#play")
        window.wait_for("moments.add(moment) && moment === 2 && document.getElementById('play').textContent === '▶'")
        ends.append(window.run("const t = zoomed(); return [t.x, t.y, t.k, ...map.x, ...map.y]"))
        between = [moment for moment in window.run("return [...moments]") if moment % 1]
        assert bool(between) == motion
    window.motion(False)
    assert ends[1] == pytest.approx(ends[0])
    assert window.complaints() == []


@needs_browser
def test_twenty_thousand_words_are_a_small_file_that_opens_soon(window, tmp_path):
    rng = np.random.default_rng(0)
    n = 20_000
    words = ["".join(letters) for letters in rng.choice(list("etaoinshrdlu"), (n, 8))]
    words = [f"{word}{i}" for i, word in enumerate(words)]
    neighbours, similarities = rng.integers(0, n, (n, 10)), rng.uniform(0.3, 0.9, (n, 10))
    groups = {word: f"group {i % 8}" for i, word in enumerate(words)}
    points = rng.normal(size=(n, 2))
    save_page(page(words, {"": points}, neighbours, similarities, groups=groups), tmp_path / "map.html")
    assert (tmp_path / "map.html").stat().st_size < 3_000_000
    window.open(tmp_path / "map.html")
    window.wait_for("labels.length")
    # Two seconds is what a reader waits on an idle machine; tests run beside others.
    assert window.run("return performance.getEntriesByType('navigation')[0].loadEventEnd") < 8000
    assert window.run("const start = performance.now(); drawAll(); return performance.now() - start") < 500
    assert window.complaints() == []
