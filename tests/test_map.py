"""A map is readable (labels apart, inside the frame), honest (its caption is true) and always the same."""

import re
import sys
import time
import warnings

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.colors import to_rgb

from w2v.errors import UnknownWordError, W2VError
from w2v.plots.figure import GREY, PALETTE, marks_of, save_figure
from w2v.plots.layout import neighbours_kept
from w2v.plots.words.film import write_film
from w2v.plots.words.map import plot_words
from w2v.plots.words.page import page_of
from w2v.plots.words.selection import neighbourhood, read_words
from w2v.plots.words.side_by_side import side_by_side
from w2v.plots.words.tree import plot_tree
from w2v.plots.words.two_models import plot_moves
from w2v.vectors import KeyedVectors
from w2v.word2vec import Word2Vec


def planted(groups, words_each, size=30, noise=0.5, name="w{}x{}".format):
    """Vectors scattered around one random centre a group, and the group of every word."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(groups, size))
    members = [(name(g, i), g) for i in range(words_each) for g in range(groups)]
    table = [centres[g] + noise * rng.normal(size=size) for _, g in members]
    counts = np.sort(rng.integers(5, 10_000, len(members)))[::-1]
    return KeyedVectors([w for w, _ in members], np.array(table), counts), {w: f"group {g}" for w, g in members}


@pytest.fixture(scope="module")
def world():
    return planted(8, 12)


@pytest.fixture(scope="module")
def picture(world):
    return plot_words(world[0], groups=world[1], title="A title")


def boxes(figure):
    """The label boxes, as the renderer draws them, and the box of the axes."""
    renderer = figure.canvas.get_renderer()
    (axes,) = figure.axes
    return [t.get_window_extent(renderer) for t in axes.texts], axes.get_window_extent(renderer)


def assert_readable(figure):
    figure.canvas.draw()
    labels, frame = boxes(figure)
    overlapping = [(i, j) for i in range(len(labels)) for j in range(i) if labels[i].overlaps(labels[j])]
    assert overlapping == []
    inside = [frame.x0 <= b.x0 and frame.y0 <= b.y0 and b.x1 <= frame.x1 and b.y1 <= frame.y1 for b in labels]
    assert all(inside)
    pixels = figure.axes[0].transData.transform(dots(figure))
    assert not any(box.contains(x, y) for box in labels for x, y in pixels)
    page = figure.bbox
    for text in [*figure.texts, *figure.legends]:
        box = text.get_window_extent()
        assert not box.overlaps(frame)
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0 < box.y1 <= page.y1


def caption(figure):
    """The caption, wherever among the figure's texts it stands."""
    return next(text.get_text().replace("\n", " ") for text in figure.texts if text.get_gid() == "caption")


def dots(figure):
    """Positions of all dots, in the order they were drawn."""
    return np.vstack([c.get_offsets() for c in figure.axes[0].collections])


def png(figure, path):
    save_figure(figure, path)
    return path.read_bytes()


def test_labels_never_overlap_and_never_leave_the_frame(picture):
    assert_readable(picture)
    assert len(picture.axes[0].texts) > 80  # of 96


@pytest.mark.parametrize("name", ["w{}x{}".format, "a-rather-long-word-{}-of-{}-and-longer".format])
def test_three_hundred_words_long_or_short_stay_readable(name):
    vectors, _ = planted(10, 30, name=name)
    begun = time.process_time()
    figure = plot_words(vectors, top=300, method="pca")
    assert time.process_time() - begun < 10
    assert_readable(figure)
    labelled = len(figure.axes[0].texts)
    assert labelled > 50
    assert f"300 words, {300 - labelled} without room for a label." in caption(figure)
    assert len(dots(figure)) == 300


def test_frequent_words_are_labelled_first():
    vectors, _ = planted(3, 100, noise=0.02)  # far too crowded for all
    labels = {text.get_text() for text in plot_words(vectors, top=300, method="pca").axes[0].texts}
    ranks = [vectors.key_to_index[word] for word in labels]
    assert len(ranks) < 150
    assert set(vectors.index_to_key[:3]) <= labels
    assert np.mean(ranks) < 140  # the mean of all is 149.5


def test_planted_groups_are_islands_with_their_own_colours(world, picture):
    collections = picture.axes[0].collections
    colours = [tuple(c.get_facecolor()[0][:3]) for c in collections]
    assert colours == [to_rgb(c) for c in PALETTE]
    centres = np.array([c.get_offsets().mean(axis=0) for c in collections])
    for own, collection in enumerate(collections):
        points = np.asarray(collection.get_offsets())
        nearest = np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)
        assert (nearest == own).all()
    (legend,) = picture.legends
    assert [t.get_text() for t in legend.get_texts()] == [f"group {g}" for g in range(8)]


def test_after_eight_groups_colours_return_with_another_mark_and_forty_are_the_most():
    styles = marks_of({str(i): str(i) for i in range(40)}, [str(i) for i in range(40)])
    assert len(set(styles.values())) == 40
    vectors, _ = planted(41, 1)
    with pytest.raises(W2VError, match="41 groups were given, and a picture can tell 40 apart"):
        plot_words(vectors, groups={word: word for word in vectors.index_to_key})


def test_words_without_a_group_are_grey(world):
    vectors, groups = world
    some = {word: group for word, group in groups.items() if group == "group 0"}
    figure = plot_words(vectors, groups={"elsewhere": "no word of the map", **some}, method="pca")
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["group 0"]
    colours = {tuple(c.get_facecolor()[0][:3]): len(c.get_offsets()) for c in figure.axes[0].collections}
    assert colours == {to_rgb(PALETTE[0]): 12, to_rgb(GREY): 84}


def test_the_caption_is_true(world, picture):
    vectors, _ = world
    table = vectors.vectors.astype(float)
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    # Rows go group by group: group g holds the rows g, g + 8, g + 16, ...
    points = np.empty((96, 2))
    points[np.arange(96).reshape(12, 8).T.ravel()] = dots(picture)
    shares = []
    for i in range(96):
        by_cosine = sorted((j for j in range(96) if j != i), key=lambda j: -units[i] @ units[j])[:10]
        on_map = sorted((j for j in range(96) if j != i), key=lambda j: np.hypot(*(points[i] - points[j])))[:10]
        shares.append(len(set(by_cosine) & set(on_map)) / 10)
    assert neighbours_kept(units, points, 10) == pytest.approx(np.mean(shares))
    assert f"{np.mean(shares):.0%} are among its 10 nearest here (by chance 11%)" in caption(picture)
    assert "96 words" in caption(picture)
    assert "t-SNE of unit vectors (perplexity 30, seed 1)" in caption(picture)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(3, 40), seed=st.integers(0, 99), data=st.data())
def test_a_faithful_map_keeps_all_neighbours_and_a_share_is_a_share(n, seed, data):
    rng = np.random.default_rng(seed)
    near = data.draw(st.integers(1, n - 1))
    angles = rng.uniform(0, 2 * np.pi, n)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert neighbours_kept(circle, circle * 7 + 3, near) == 1
    assert 0 <= neighbours_kept(circle, rng.normal(size=(n, 2)), near) <= 1


def test_the_same_arguments_give_the_same_bytes_in_any_order_of_words(world, tmp_path):
    vectors, groups = world
    words = vectors.index_to_key[:40]
    first, again = plot_words(vectors, words, groups=groups), plot_words(vectors, words[::-1] * 2, groups=groups)
    other = plot_words(vectors, words, groups=groups, seed=2)
    assert png(first, tmp_path / "1.png") == png(again, tmp_path / "2.png")
    assert not np.array_equal(dots(first), dots(other))


@pytest.mark.parametrize(("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".PDF", b"%PDF")])
def test_saves_every_format_the_same_each_time(picture, tmp_path, suffix, magic):
    first, second = png(picture, tmp_path / f"a{suffix}"), png(picture, tmp_path / f"b{suffix}")
    assert first.startswith(magic)
    assert first == second


def test_letters_of_an_svg_are_text_or_on_request_shapes(picture, tmp_path):
    for outlines in (False, True):
        save_figure(picture, tmp_path / "map.svg", outlines=outlines)
        text = (tmp_path / "map.svg").read_text(encoding="utf-8")
        assert (">w0x0</text>" in text, ">A title</text>" in text) == (not outlines, not outlines)
        assert ("<path" in text, "DejaVuSans-" in text) == (True, outlines)


def test_saving_elsewhere_is_a_sentence(picture, tmp_path):
    with pytest.raises(W2VError, match=r"'map\.jpg': its name must end in \.png, \.svg, \.pdf"):
        save_figure(picture, tmp_path / "map.jpg")
    with pytest.raises(W2VError, match="was not written: there is no such folder"):
        save_figure(picture, tmp_path / "nowhere" / "map.png")


def test_pyplot_is_not_touched(picture):
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    assert type(picture.canvas).__name__ == "FigureCanvasAgg"


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_two_numbers_a_word_are_drawn_as_they_are(method):
    vectors, _ = planted(4, 8, size=2)
    figure = plot_words(vectors, method=method)
    assert_readable(figure)
    np.testing.assert_allclose(dots(figure), vectors.vectors, rtol=1e-6)
    (axes,) = figure.axes
    x, y = axes.transData.transform([[1, 0], [0, 1]]) - axes.transData.transform([[0, 0]])
    assert x[0] == pytest.approx(y[1])  # one unit is as long across as up
    assert len(axes.get_xticks()) > 0
    assert "Two numbers a word, drawn as they are" in caption(figure)


def test_many_words_are_measured_in_parts_as_few_are_at_once():
    rng = np.random.default_rng(0)
    units = rng.normal(size=(1100, 6))
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    points = units[:, :2] + 0.1 * rng.normal(size=(1100, 2))
    cosines, spans = units @ units.T, np.linalg.norm(points[:, None] - points, axis=2)
    np.fill_diagonal(cosines, -9)
    np.fill_diagonal(spans, 9)
    pairs = zip(np.argsort(-cosines)[:, :7], np.argsort(spans)[:, :7], strict=True)
    assert neighbours_kept(units, points, 7) == pytest.approx(
        np.mean([len(np.intersect1d(*pair)) / 7 for pair in pairs])
    )


def test_pca_keeps_a_plane_whole():
    rng = np.random.default_rng(1)
    angles = rng.uniform(0, np.pi, 30)
    turn = np.linalg.qr(rng.normal(size=(20, 20)))[0]
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    vectors = KeyedVectors([f"w{i}" for i in range(30)], circle @ turn[:2] * rng.uniform(1, 5, (30, 1)))
    figure = plot_words(vectors, method="pca")
    assert "hold 100% of the variance" in caption(figure)
    assert "100% are among its 10 nearest" in caption(figure)
    points = dots(figure)
    apart = np.linalg.norm(points[:, None] - points, axis=2)
    np.testing.assert_allclose(apart, np.linalg.norm(circle[:, None] - circle, axis=2), atol=1e-6)


def test_two_words_are_enough_and_one_is_not(world):
    vectors, _ = world
    for method in ("tsne", "pca", "umap", None):
        figure = plot_words(vectors, top=2, method=method)
        assert_readable(figure)
        cosine = vectors.similarity(*vectors.index_to_key[:2])
        assert f"2 words. Their cosine is {cosine:.2f}. The larger" in caption(figure)
        assert len(figure.axes[0].texts) == 2
    assert_readable(plot_words(vectors, pairs=[("w0x0", "w3x0")]))
    with pytest.raises(W2VError, match="at least two words of the vocabulary, and got 1"):
        plot_words(vectors, top=1)


def test_few_words_are_drawn_by_pca_as_their_perplexity_would_be_below_two(world):
    vectors, _ = world
    for n, told in ((3, "PCA of unit vectors, since t-SNE needs at least 7 words"), (6, "PCA"), (7, "perplexity 2,")):
        assert told in caption(plot_words(vectors, top=n))
    assert "since UMAP needs at least 7 words" in caption(plot_words(vectors, top=6, method="umap"))
    assert "PCA of unit vectors: the two" in caption(plot_words(vectors, top=6, method="pca"))
    assert "For 100% of the words the nearest by cosine is the nearest here" in caption(plot_words(vectors, top=3))


def test_few_words_are_drawn_large(world):
    vectors, _ = world
    sizes = [plot_words(vectors, top=n, method="pca").axes[0].texts[0].get_size() for n in (2, 3, 10, 40, 96)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[1] > 1.8 * sizes[4]
    assert sizes[2] > 1.3 * sizes[4]


def test_unknown_words_are_listed_and_the_rest_is_drawn(world):
    vectors, _ = world
    first = vectors.index_to_key[0]
    words = [*vectors.index_to_key[:5], "unicorn", f"{first}x", *(f"#{i}" for i in range(10))]
    told = rf"so not on the map: unicorn, {first}x \(did you mean {first}\?\), #0, .*, #7 and 2 more"
    with pytest.warns(UserWarning, match=told):
        figure = plot_words(vectors, words, method="pca")
    assert len(dots(figure)) == 5


def test_marks_of_mathematics_are_letters_like_any_other(tmp_path):
    odd = ["$x$", "$\\frac{", "$", "_under", "^up", "%s", "{}", "\\", "a$b$c"]
    vectors = KeyedVectors(odd, planted(9, 1)[0].vectors)
    figure = plot_words(vectors, method="pca", groups={"$x$": "$\\broken{", "$": "_hidden"}, title="$5 and $6 \\no")
    save_figure(figure, tmp_path / "odd.png")
    assert {text.get_text() for text in figure.axes[0].texts} == set(odd)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["$\\broken{", "_hidden"]
    assert not any(text.get_parse_math() for text in [*figure.axes[0].texts, *figure.legends[0].get_texts()])


@pytest.fixture
def only_own_fonts(monkeypatch):
    """As on a machine with no fonts but matplotlib's own."""
    own = [font for font in font_manager.fontManager.ttflist if "mpl-data" in font.fname]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)


CHINESE = ["中国", "北京", "中", "word"]


@pytest.mark.usefixtures("only_own_fonts")
def test_characters_without_a_font_are_named_in_one_warning(tmp_path):
    vectors = KeyedVectors(CHINESE, planted(4, 1)[0].vectors)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        save_figure(plot_words(vectors, method="pca"), tmp_path / "map.png")
    (warning,) = caught
    assert re.search("No installed font has the characters 中 京 北 国, .*fonts-noto-cjk", str(warning.message))


def plant_font(path, name, serif):
    """Install a font, for this process, whose Chinese characters are triangles."""
    characters = {ord(char): f"g{ord(char)}" for char in "中国北京"}
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 700))
    pen.lineTo((700, 700))
    pen.closePath()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", *characters.values()])
    font.setupCharacterMap(characters)
    font.setupGlyf({name: pen.glyph(dropImpliedOnCurves=False) for name in [".notdef", *characters.values()]})
    font.setupHorizontalMetrics(dict.fromkeys([".notdef", *characters.values()], (1000, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": name, "styleName": "Regular"})
    font.setupOS2()
    font.font["OS/2"].panose.bFamilyType, font.font["OS/2"].panose.bSerifStyle = 2, 2 if serif else 11
    font.setupPost()
    font.save(path)
    font_manager.fontManager.addfont(path)


@pytest.mark.usefixtures("only_own_fonts")
def test_of_installed_fonts_with_the_characters_one_without_serifs_is_chosen(tmp_path):
    plant_font(tmp_path / "mono.ttf", "Planted Mono", serif=False)
    plant_font(tmp_path / "han.ttf", "Planted Han", serif=False)
    plant_font(tmp_path / "serif.ttf", "Planted Serif", serif=True)
    figure = plot_words(KeyedVectors(CHINESE, planted(4, 1)[0].vectors), method="pca")  # warnings are errors here
    save_figure(figure, tmp_path / "map.png")
    assert figure.axes[0].texts[0].get_fontfamily() == ["DejaVu Sans", "Planted Han"]


def test_neighbourhood_gives_each_word_to_the_seed_it_is_nearest_to(world):
    vectors, groups = world
    words, near = neighbourhood(vectors, ["w0x0", "w3x0"], topn=11)
    assert words[:2] == ["w0x0", "w3x0"]
    assert set(words) == {word for word, group in groups.items() if group in ("group 0", "group 3")}
    assert near == {word: "w0x0" if groups[word] == "group 0" else "w3x0" for word in words}
    words, near = neighbourhood(vectors, ["w0x0", "w3x0"], topn=95)  # everything is near both
    for word in words[2:]:
        assert vectors.similarity(word, near[word]) == pytest.approx(
            max(vectors.similarity(word, seed) for seed in ("w0x0", "w3x0")), abs=1e-5
        )
    assert near["w3x0"] == "w3x0"
    with pytest.raises(UnknownWordError):
        neighbourhood(vectors, ["unicorn"])
    for wrong in ("w0x0", []):
        with pytest.raises(W2VError, match="expected a list of one or more words"):
            neighbourhood(vectors, wrong)


def test_what_cannot_be_drawn_is_a_sentence(world, monkeypatch):
    vectors, _ = world
    with pytest.raises(W2VError, match="no way of drawing called 'mds'; there are: tsne, pca, umap"):
        plot_words(vectors, method="mds")
    with pytest.raises(W2VError, match=r"given 'w0x0'; write \['w0x0'\]"):
        plot_words(vectors, "w0x0")
    with pytest.raises(W2VError, match="seed=-1 is negative"):
        plot_words(vectors, seed=-1)
    for same in (np.ones((5, 8)), np.arange(5.0)[:, None], np.zeros((5, 3))):
        with pytest.raises(W2VError, match="all lie on one line"):
            plot_words(KeyedVectors(list("abcde"), same))
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(W2VError, match=r"UMAP needs umap-learn, .*pip install 'w2v\[umap\]'"):
        plot_words(vectors, method="umap")
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    with pytest.raises(W2VError, match=r"pip install 'w2v\[plots\]'"):
        plot_words(vectors, method="tsne")


def test_without_opentsne_words_are_drawn_by_pca_and_it_is_told(world, tmp_path, monkeypatch):
    vectors, _ = world
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    models = {1: vectors, 2: vectors}
    draws = [
        lambda: plot_words(vectors, top=20),
        lambda: plot_moves(vectors, vectors, top=20),
        lambda: side_by_side({"one": vectors, "other": vectors}, vectors.index_to_key[:9]),
        lambda: page_of(vectors, top=20),
        lambda: write_film(models, tmp_path / "film.gif", top=5),
    ]
    for draw in draws:
        with pytest.warns(UserWarning, match=r"^Drawn by PCA, since openTSNE, .* pip install 'w2v\[plots\]'\.$"):
            draw()
    flat = KeyedVectors(vectors.index_to_key[:9], vectors.vectors[:9, :2])
    plot_words(flat)  # needs no method, and no warning


def test_dots_grow_with_frequency_and_by_rank_where_counts_are_unknown():
    vectors, _ = planted(3, 4)
    for given_vectors in (vectors, KeyedVectors(vectors.index_to_key, vectors.vectors)):
        sizes = plot_words(given_vectors, method="pca").axes[0].collections[0].get_sizes()
        assert (np.diff(sizes) <= 0).all()
        assert sizes[0] > 2 * sizes[-1]


def test_a_words_file_holds_words_and_groups(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("\ufeff# a comment\nparis\tcapitals\n\nfrance\tcountries\nblue\n", encoding="utf-8")
    assert read_words(path) == (["paris", "france", "blue"], {"paris": "capitals", "france": "countries"})
    path.write_bytes(b"paris\n\xff\n")
    with pytest.raises(W2VError, match="line 2: the byte 0xff is not UTF-8"):
        read_words(path)


def test_hashtags_are_words_to_draw(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("# words of protest\n#metoo\n#pizza\tfood\n#\nred\n")
    assert read_words(path) == (["#metoo", "#pizza", "#", "red"], {"#pizza": "food"})


def test_quotes_around_a_word_to_draw_are_no_part_of_it(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text('"dog"\t"pets"\n"\n"a" b\n', encoding="utf-8")
    assert read_words(path) == (["dog", '"', '"a" b'], {"dog": "pets"})


def test_a_model_will_do_for_its_vectors_and_anything_else_is_a_sentence():
    model = Word2Vec([["a", "b", "c", "d"]] * 20, vector_size=4, epochs=1, workers=1)
    assert plot_words(model, method="pca").axes
    assert plot_tree(model).axes
    for other in ("folder", {}, None):
        with pytest.raises(W2VError, match=r"expected word vectors, such as model.wv or KeyedVectors.load\(folder\)"):
            plot_words(other)
