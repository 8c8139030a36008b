"""A film's maps do not turn between epochs, its labels never overlap, and its last picture is the last epoch's map."""

import base64
import itertools
import json
import os
import re
import shutil
from contextlib import nullcontext

import numpy as np
import pytest
from PIL import Image

from w2v import Callback, Checkpoint, PoincareModel, Snapshots, Word2Vec
from w2v.errors import W2VError
from w2v.plots.animation import RATE
from w2v.plots.figure import PALETTE, Mark, Sheet
from w2v.plots.words import film
from w2v.plots.words.film import frames, snapshots, write_film
from w2v.plots.words.selection import Selection
from w2v.vectors import KeyedVectors

N, D = 48, 16


@pytest.fixture(scope="module")
def models():
    """Four epochs of a run in which six groups come out of noise; every epoch is turned in space at random."""
    rng = np.random.default_rng(0)
    goal = rng.normal(size=(6, D))[np.arange(N) % 6] + 0.2 * rng.normal(size=(N, D))
    noise = rng.normal(size=(N, D))
    made = {}
    for epoch, share in ((1, 0.4), (2, 0.6), (3, 0.8), (5, 1.0)):
        turn = np.linalg.qr(rng.normal(size=(D, D)))[0]
        made[epoch] = KeyedVectors([f"word{i}" for i in range(N)], (share * goal + (1 - share) * noise) @ turn)
    return made


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_maps_are_turned_onto_the_next(models, method):
    words = models[5].index_to_key
    layouts = frames(list(models.values()), words, method)
    assert len(layouts) == 4
    for earlier, later in itertools.pairwise(layouts):
        a, b = earlier.points, later.points
        np.testing.assert_allclose(np.square(a).sum(axis=1).mean(), 1)
        np.testing.assert_allclose(a.mean(axis=0), 0, atol=1e-6)
        apart = np.square(a - b).sum()
        for angle in (-0.2, 0.2, np.pi):
            turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
            assert apart < np.square(a @ turn - b).sum()
        assert apart < np.square(a * [1, -1] - b).sum()
    assert layouts[-1].kept > layouts[0].kept - 0.05


def test_epochs_that_are_alike_do_not_move(models):
    rng = np.random.default_rng(1)
    last = models[5]
    turn = np.linalg.qr(rng.normal(size=(D, D)))[0]
    same = KeyedVectors(last.index_to_key, last.vectors @ turn)
    first, second = frames([same, last], last.index_to_key, "tsne")
    assert np.sqrt(np.square(first.points - second.points).sum(axis=1).mean()) < 0.2  # the map is 1 wide


def test_vectors_of_two_numbers_are_shown_where_they_are(models):
    flat = [KeyedVectors(m.index_to_key, m.vectors[:, :2]) for m in models.values()]
    for layout, vectors in zip(frames(flat, flat[0].index_to_key), flat, strict=True):
        np.testing.assert_allclose(layout.points, vectors.vectors, rtol=1e-6)


@pytest.fixture(scope="module")
def lesson():
    """A few sentences."""
    text = "the cat sat on the mat / the dog sat on the rug / the cat chased the mouse / the dog chased the cat"
    return [sentence.split() for sentence in text.split(" / ")]


def test_snapshots_are_of_the_beginning_and_ever_fewer_epochs_and_the_last(lesson):
    ever, kept, last = Snapshots(every=1), Snapshots(), Snapshots(every=7)
    settings = {"vector_size": 2, "epochs": 40, "engine": "reference", "seed": 3}
    model = Word2Vec(lesson, callbacks=[ever, kept, last], **settings)
    assert list(kept.models) == [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40]
    assert list(last.models) == [0, 7, 14, 21, 28, 35, 40]
    assert list(ever.models) == list(range(41))
    np.testing.assert_array_equal(kept.models[40].vectors, model.wv.vectors)
    begun = {}
    Word2Vec(lesson, callbacks=until(5, begun), **settings)
    np.testing.assert_array_equal(kept.models[5].vectors, begun[5])
    assert np.linalg.norm(kept.models[0].vectors - kept.models[1].vectors) > 0
    np.testing.assert_array_equal(kept.models[8].vectors, ever.models[8].vectors)
    assert "epochs 0, 7, 14" in repr(last)


def until(epochs, vectors):
    """A callback that keeps the vectors after some epochs by itself."""

    class Keep(Callback):
        def on_epoch_end(self, model):
            if len(model.history) == epochs:
                vectors[epochs] = model.vectors.vectors.copy()

    return Keep()


def test_snapshots_refuse_what_they_cannot_keep():
    with pytest.raises(W2VError, match=r"Snapshots's every is 0"):
        Snapshots(every=0)
    with pytest.raises(W2VError, match=r"For relations give snapshots=20"):
        PoincareModel([("dog", "mammal"), ("cat", "mammal")], epochs=2, callbacks=Snapshots())


def test_a_page_has_a_slider_with_the_places_of_each_epoch(models, lesson, tmp_path):
    kept = Snapshots()
    run = [kept, Checkpoint(tmp_path / "kept", every=1)]
    Word2Vec(lesson, vector_size=2, epochs=3, engine="reference", callbacks=run)
    write_film(kept.models, tmp_path / "lesson.html", note="Said at the end.")
    text = (tmp_path / "lesson.html").read_text()
    assert "4 moments of training, two numbers a word, drawn as they are; the lines go through zero." in text
    assert "Said at the end." in text
    assert [name for name, _ in moments_of(text)] == ["epoch 0", "epoch 1", "epoch 2", "epoch 3"]
    zero = np.array(data_of(text)["zero"])
    first, last = moments_of(text)[0][1] - zero, moments_of(text)[-1][1] - zero
    words = data_of(text)["words"]
    unit = (kept.models[3][words] * last).sum() / (last**2).sum()  # of the page
    np.testing.assert_allclose(unit * last, kept.models[3][words], atol=unit * 2e-5)
    np.testing.assert_allclose(unit * first, kept.models[0][words], atol=unit * 2e-5)

    write_film(tmp_path / "kept", tmp_path / "folder.html")  # the same run, without its beginning
    assert [name for name, _ in moments_of((tmp_path / "folder.html").read_text())] == ["epoch 1", "epoch 2", "epoch 3"]
    write_film(models, tmp_path / "map.html", method="pca")
    text = (tmp_path / "map.html").read_text()
    assert "4 moments of training, each map turned onto the next." in text
    assert data_of(text)["zero"] is None


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1])


def moments_of(page):
    """The name and the places [N, 2] of each."""
    data = data_of(page)
    points = np.frombuffer(base64.b64decode(data["points"]["base64"]), "<u2").reshape(len(data["frames"]), -1, 2)
    return list(zip(data["frames"], points / 65535, strict=True))


def test_words_of_a_film_without_pauses_never_rest_on_their_way(models):
    flat = {epoch: KeyedVectors(m.index_to_key, m.vectors[:, :2]) for epoch, m in models.items()}
    words = flat[5].index_to_key
    chosen = Selection(list(range(N)), words, np.linspace(1, 0, N), {}, [Mark("#1B6CA8")] * N)
    sheet = Sheet(5.0, 4.0, dpi=60, texts=words)
    page = film.Film(sheet, chosen, dict(zip(flat, frames(list(flat.values()), words), strict=True)), note="A note.")
    assert len(page.axes.get_xticks())
    assert any("A note." in text.get_text() for text in sheet.figure.texts)
    seen, told = [], []
    for moment in page.moments(seconds=2.0):
        moment.draw()
        seen.append(np.array(page.dots[0].get_offsets()))
        told.append(page.epoch.get_text())
    way = seen[film.HOLD - 1 : film.HOLD + 2 * RATE]
    assert len(seen) == film.HOLD + (2 * RATE - 1) + 2 * film.HOLD
    assert all(np.abs(one - other).max() > 0 for one, other in itertools.pairwise(way))
    for number, model in enumerate(flat.values()):  # as long from each epoch to the next
        np.testing.assert_allclose(way[number * 2 * RATE // 3], model.vectors, rtol=1e-6)
    assert list(dict.fromkeys(told)) == [f"epoch {epoch} of 5" for epoch in flat]
    firm = [label.get_alpha() for label in page.labels if label.get_visible()]
    assert min(firm) == 1


def test_labels_are_firm_in_the_first_picture(models):
    words = models[5].index_to_key
    chosen = Selection(list(range(N)), words, np.linspace(1, 0, N), {}, [Mark("#1B6CA8")] * N)
    page = film.Film(Sheet(6.0, 4.8, dpi=60), chosen, {1: frames([models[1]], words, "pca")[0]})
    next(page.moments()).draw()
    assert {label.get_alpha() for label in page.labels if label.get_visible()} == {1.0}


def test_labels_never_overlap_nor_lie_on_dots_in_any_picture(models):
    words = models[5].index_to_key
    layouts = frames(list(models.values()), words, "pca")
    chosen = Selection(list(range(N)), words, np.linspace(1, 0, N), {}, [Mark("#1B6CA8")] * N)
    sheet = Sheet(6.0, 4.8, dpi=80, texts=words)
    page = film.Film(sheet, chosen, dict(zip(models, layouts, strict=True)), "A title")
    shown = set()
    for number, moment in enumerate(page.moments()):
        moment.draw()
        sheet.figure.canvas.draw()
        if number % 7:
            continue
        labels = [label for label in page.labels if label.get_visible()]
        boxes = [label.get_window_extent() for label in labels]
        assert not any(boxes[i].overlaps(boxes[j]) for i in range(len(boxes)) for j in range(i))
        frame = page.axes.get_window_extent()
        assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 and frame.y0 <= b.y0 and b.y1 <= frame.y1 for b in boxes)
        dots = page.axes.transData.transform(page.dots[0].get_offsets())
        assert not any(box.contains(x, y) for box in boxes for x, y in dots)
        shown |= {label.get_text() for label in labels}
    assert len(shown) > 15
    np.testing.assert_allclose(page.dots[0].get_offsets(), layouts[-1].points)
    assert page.epoch.get_text() == "epoch 5 of 5"


@pytest.mark.parametrize(
    "title", [None, "A title", "A title that is longer than a page of a film is wide, and goes on"]
)
def test_the_epoch_stands_beside_the_title_and_above_the_legend(models, title):
    words = models[5].index_to_key
    groups = {name: Mark(PALETTE[0]) for name in ("countries", "capitals", "families", "royalty", "mammals", "birds")}
    chosen = Selection(list(range(N)), words, np.linspace(1, 0, N), groups, [Mark(PALETTE[0])] * N)
    layouts = dict.fromkeys((1, 12345), frames([models[5]], words, "pca")[0])
    sheet = Sheet(5.0, 4.8, dpi=80, texts=words)
    page = film.Film(sheet, chosen, layouts, title)
    for moment in page.moments():
        moment.draw()
        epoch = page.epoch.get_window_extent()
        others = [text for text in sheet.figure.texts if text is not page.epoch]
        assert not any(epoch.overlaps(part.get_window_extent()) for part in [*others, *sheet.figure.legends])
        assert not epoch.overlaps(page.axes.get_window_extent())


def test_a_gif_holds_every_epoch_and_is_the_same_each_time(models, tmp_path):
    few = {epoch: models[epoch] for epoch in (1, 5)}
    for name in ("a.gif", "b.gif"):
        write_film(few, tmp_path / name, method="pca", groups={"word1": "one"}, figsize=(4.0, 3.2), dpi=60)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    with Image.open(tmp_path / "a.gif") as image:
        assert image.size == (240, 192)
        assert film.BETWEEN < image.n_frames <= film.BETWEEN + 4 * film.HOLD
        lasted = 0
        for number in range(image.n_frames):
            image.seek(number)
            lasted += image.info["duration"]
    pictures = 4 * film.HOLD + film.BETWEEN
    assert lasted == pytest.approx(1000 * pictures / RATE, rel=0.05)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the program ffmpeg is not installed")
def test_an_mp4_is_written_where_ffmpeg_is(models, tmp_path):
    few = {epoch: models[epoch] for epoch in (1, 5)}
    write_film(few, tmp_path / "a.mp4", method="pca", figsize=(4.0, 3.2), dpi=60)
    assert (tmp_path / "a.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ('for last; do :; done; cat > /dev/null; printf film > "$last"', None),
        ("cat > /dev/null; exit 1", r"a\.mp4 was not written: the program ffmpeg failed"),
        ("exec 0<&-; exit 1", r"a\.mp4 was not written: the program ffmpeg failed"),
    ],
    ids=["works", "fails in the end", "fails at once"],
)
def test_an_mp4_takes_the_place_of_another_only_when_ffmpeg_has_done_its_work(
    models, tmp_path, monkeypatch, program, sentence
):
    """With a program in ffmpeg's place, for the film is all its own: what counts is where it writes to, and its end."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ffmpeg").write_text(f"#!/bin/sh\n{program}\n")
    (tmp_path / "bin" / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    (tmp_path / "a.mp4").write_text("old")
    with nullcontext() if sentence is None else pytest.raises(W2VError, match=sentence):
        write_film(
            {epoch: models[epoch] for epoch in (1, 5)}, tmp_path / "a.mp4", method="pca", figsize=(4.0, 3.2), dpi=60
        )
    assert (tmp_path / "a.mp4").read_text() == ("film" if sentence is None else "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "bin"]


def test_checkpoints_are_found_in_their_order_and_many_are_thinned(tmp_path):
    for epoch in [*range(1, 61), 12345]:
        (tmp_path / f"epoch-{epoch:04}").mkdir()
    (tmp_path / "notes").mkdir()
    found = snapshots(tmp_path)
    assert list(found) == sorted(found)
    assert len(found) == film.LONGEST
    assert {1, 12345} <= set(found)
    assert found[1] == tmp_path / "epoch-0001"


def test_what_is_no_film_is_a_sentence(models, tmp_path, monkeypatch):
    with pytest.raises(W2VError, match=r"holds 0 models kept during training.*--checkpoint FOLDER"):
        snapshots(tmp_path / "nowhere")
    with pytest.raises(W2VError, match=r"'film\.avi': its name must end in \.gif, \.mp4, \.html"):
        write_film(models, tmp_path / "film.avi")
    with pytest.raises(W2VError, match=r"at least two epochs, \{epoch: vectors\}"):
        write_film({5: models[5]}, tmp_path / "film.gif")
    with pytest.raises(W2VError, match=r"seconds is 0; expected a number above 0"):
        write_film(models, tmp_path / "film.gif", seconds=0)
    other = KeyedVectors(["a", "b", "c"], np.eye(3))
    with pytest.raises(W2VError, match="of one run, and not all of these know 'word0'"):
        write_film({1: other, 5: models[5]}, tmp_path / "film.gif")
    with pytest.raises(W2VError, match="was not written: there is no such folder"):
        write_film(
            {1: models[1], 5: models[5]}, tmp_path / "nowhere" / "film.gif", method="pca", figsize=(3, 3), dpi=40
        )
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(W2VError, match="needs the program ffmpeg"):
        write_film(models, tmp_path / "film.mp4")
