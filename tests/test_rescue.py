"""A finished model is saved somewhere."""

from pathlib import Path

import pytest

from w2v.base.atomic_folder import atomic_folder
from w2v.base.rescue import save_somewhere
from w2v.errors import W2VError


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    for name in ("home", "temporary", "out"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))


def save(folder: Path) -> None:
    with atomic_folder(folder) as partial:
        (partial / "config.json").write_text("{}")


def test_where_it_was_meant_to_be_there_is_nothing_to_say(tmp_path):
    assert save_somewhere(save, tmp_path / "out" / "m") == (tmp_path / "out" / "m", None)


def test_a_name_that_is_taken_is_one_beside_it(tmp_path):
    save(tmp_path / "out" / "m")
    for expected in ("m-rescued", "m-rescued-2"):
        place, sentence = save_somewhere(save, tmp_path / "out" / "m")
        assert place == tmp_path / "out" / expected
        assert sentence is not None
        assert "m exists already" in sentence
        assert sentence.endswith(f"So the finished model is saved as {place}.")


@pytest.mark.parametrize("name", ["m" * 256, "é" * 200, "."])
def test_a_name_that_will_not_do_is_changed(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path / "out")
    place, _ = save_somewhere(save, Path(name))
    assert (place / "config.json").is_file()


def test_where_the_folder_around_it_will_not_do_it_is_at_home_and_then_among_temporaries(tmp_path):
    (tmp_path / "file").touch()
    assert save_somewhere(save, tmp_path / "file" / "m")[0] == tmp_path / "home" / "m-rescued"
    (tmp_path / "home").rename(tmp_path / "gone")
    (tmp_path / "home").touch()
    assert save_somewhere(save, tmp_path / "file" / "m")[0] == tmp_path / "temporary" / "m-rescued"


def test_where_it_can_be_saved_nowhere_each_reason_is_told(tmp_path):
    def fails(folder: Path) -> None:
        raise OSError(28, "No space left on device") if "home" in str(folder) else W2VError("It is a Sunday.")

    with pytest.raises(W2VError, match=r"m: It is a Sunday\. .*home/m-rescued: the disk is full"):
        save_somewhere(fails, tmp_path / "out" / "m")


def test_an_interrupt_is_one(tmp_path):
    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_somewhere(interrupted, tmp_path / "out" / "m")
