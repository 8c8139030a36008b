"""A model's folder is replaced at once, keeps what else is in it, and a destination is tried before training."""

import errno
import os
import shutil
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

from w2v.base import folder_swap, leftovers
from w2v.base.atomic_folder import atomic_folder, check_destination
from w2v.base.config import Config
from w2v.base.folder_swap import recover
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.models.model import Model
from w2v.vectors import KeyedVectors

FILES = ("config.json", "vocab.txt")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def save(folder: Path, content: str = "new", **options) -> None:
    with atomic_folder(folder, **options) as partial:
        for name in FILES:
            (partial / name).write_text(content)


def save_half(folder: Path, error: BaseException, **options) -> None:
    with atomic_folder(folder, overwrite=True, **options) as partial:
        (partial / "config.json").write_text("half")
        raise error


def content(folder: Path) -> set[str]:
    return {(folder / name).read_text() for name in FILES}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=["exchanged", "aside"])
def way(request, monkeypatch):
    """Of putting a folder in place: in one step, and as on a system that has none."""
    if request.param == "aside":
        monkeypatch.setattr(folder_swap, "_exchange", lambda *_: False)
    return request.param


def test_a_folder_appears_whole(tmp_path):
    with atomic_folder(tmp_path / "deep" / "m") as partial:
        (partial / "config.json").write_text("new")
        assert not (tmp_path / "deep" / "m").exists()
    assert names(tmp_path / "deep") == ["m"]


def test_an_old_model_is_replaced(tmp_path, way):
    save(tmp_path / "m", "old")
    save(tmp_path / "m", overwrite=True)
    assert content(tmp_path / "m") == {"new"}
    assert names(tmp_path) == ["m"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_what_goes_wrong_leaves_the_old_model_and_no_folder_of_ours(tmp_path, error):
    save(tmp_path / "m", "old")
    for folder in (tmp_path / "m", tmp_path / "deep" / "m"):
        with pytest.raises(type(error)):
            save_half(folder, error)
    assert content(tmp_path / "m") == {"old"}
    assert names(tmp_path) == ["m"]


def test_what_is_not_of_the_model_stays(tmp_path, way):
    folder = tmp_path / "m"
    save(folder, "old")
    (folder / "state.safetensors").write_text("of the old model")
    (folder / "notes.txt").write_text("mine")
    (folder / "more" / "deep").mkdir(parents=True)
    (folder / "more" / "deep" / "config.json").write_text("mine")
    (folder / "more" / "link").symlink_to("../notes.txt")
    inode = (folder / "notes.txt").stat().st_ino
    save(folder, overwrite=True)
    assert names(folder) == ["config.json", "more", "notes.txt", "vocab.txt"]
    assert (folder / "more" / "deep" / "config.json").read_text() == "mine"
    assert (folder / "more" / "link").read_text() == "mine"
    assert (folder / "notes.txt").stat().st_ino == inode
    assert names(tmp_path) == ["m"]


def test_where_a_disk_has_no_links_the_users_own_files_are_copied(tmp_path, monkeypatch, way):
    def no_link(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    save(tmp_path / "m", "old")
    (tmp_path / "m" / "notes.txt").write_text("mine")
    monkeypatch.setattr(os, "link", no_link)
    save(tmp_path / "m", overwrite=True)
    assert (tmp_path / "m" / "notes.txt").read_text() == "mine"


def test_what_the_user_writes_at_the_last_moment_is_kept(tmp_path, monkeypatch, way):
    folder = tmp_path / "m"
    save(folder, "old")
    (folder / "notes.txt").write_text("mine")
    exchanged = folder_swap._exchanged

    def at_the_last_moment(new, place):
        (place / "late.txt").write_text("late")
        (place / "edited").write_text("edited")
        (place / "edited").replace(place / "notes.txt")
        return exchanged(new, place)

    monkeypatch.setattr(folder_swap, "_exchanged", at_the_last_moment)
    save(folder, overwrite=True)
    assert content(folder) == {"new"}
    assert (folder / "late.txt").read_text() == "late"
    assert (folder / "notes.txt").read_text() == "edited"


def test_modes_are_kept(tmp_path):
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "file").touch()
    save(tmp_path / "m")
    assert mode(tmp_path / "m") == mode(tmp_path / "plain")
    assert mode(tmp_path / "m" / "vocab.txt") == mode(tmp_path / "plain" / "file")
    (tmp_path / "m").chmod(0o700)
    (tmp_path / "m" / "vocab.txt").chmod(0o600)
    with atomic_folder(tmp_path / "m", overwrite=True) as partial:
        assert mode(partial) == 0o700
        (partial / "vocab.txt").touch()
    assert mode(tmp_path / "m") == 0o700
    assert mode(tmp_path / "m" / "vocab.txt") == 0o600


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path, there):
    (tmp_path / "link").symlink_to("elsewhere")
    if there:
        save(tmp_path / "elsewhere", "old")
    check_destination(tmp_path / "link", overwrite=True)
    save(tmp_path / "link", overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "elsewhere") == {"new"}


def test_all_is_synced_before_the_old_model_is_removed(tmp_path, monkeypatch, way):
    save(tmp_path / "m", "old")
    calls = []
    for name in ("fsync", "rename", "unlink", "rmdir"):
        function = getattr(os, name)

        def noted(*given, function=function, name=name, **more):
            seen = os.readlink(f"/proc/self/fd/{given[0]}") if name == "fsync" else given[0]
            calls.append((name, os.path.basename(seen) if Path(seen) != tmp_path else "around"))
            return function(*given, **more)

        monkeypatch.setattr(os, name, noted)
    save(tmp_path / "m", overwrite=True)
    did = [name for name, _ in calls]
    last_sync = len(did) - 1 - did[::-1].index("fsync")
    assert calls[last_sync] == ("fsync", "around")
    assert {"config.json", "vocab.txt"} < {what for name, what in calls[:last_sync] if name == "fsync"}
    assert not {"unlink", "rmdir"} & set(did[:last_sync])
    assert {"unlink", "rmdir"} <= set(did[last_sync:])


class Killed(BaseException):
    pass


@pytest.mark.parametrize("step", [0, 1, 2])
def test_an_old_model_that_was_put_aside_is_recovered(tmp_path, monkeypatch, step):
    """As if the process had been killed: nothing of it runs after one of the steps."""
    monkeypatch.setattr(folder_swap, "_exchange", lambda *_: False)
    save(tmp_path / "m", "old")
    (tmp_path / "m" / "notes.txt").write_text("mine")
    rename, done = os.rename, []

    def dies(*given, **_):
        if len(done) >= step:
            raise Killed
        rename(*given)
        done.append(given)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", dies)  # onto the old model, which is refused; the old one aside; the new one in
        patch.setattr(shutil, "rmtree", dies)
        with pytest.raises(Killed):
            save(tmp_path / "m", overwrite=True)
    recover(tmp_path / "m")
    assert content(tmp_path / "m") <= {"old", "new"}
    assert len(content(tmp_path / "m")) == 1
    assert (tmp_path / "m" / "notes.txt").read_text() == "mine"
    leftovers.sweep(tmp_path)
    assert names(tmp_path) == ["m"]


def test_a_reader_waits_for_a_writer_that_lives(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_swap, "_exchange", lambda *_: False)
    save(tmp_path / "m", "old")
    put_aside, go_on = threading.Event(), threading.Event()
    rename = os.rename

    def slowly(source, target):
        if Path(target).name == "m" and put_aside.is_set():
            go_on.wait(10)
        rename(source, target)
        if Path(target).name.endswith(".old"):
            put_aside.set()

    monkeypatch.setattr(os, "rename", slowly)
    writer = threading.Thread(target=save, args=(tmp_path / "m",), kwargs={"overwrite": True})
    writer.start()
    put_aside.wait(10)
    assert not (tmp_path / "m").exists()
    threading.Timer(0.05, go_on.set).start()
    recover(tmp_path / "m")
    assert content(tmp_path / "m") == {"new"}
    writer.join()
    assert names(tmp_path) == ["m"]


def test_a_folder_that_came_into_being_meanwhile_is_not_replaced(tmp_path):
    def save_late():
        with atomic_folder(tmp_path / "m") as partial:
            (partial / "config.json").write_text("late")
            save(tmp_path / "m", "first")

    with pytest.raises(W2VError, match="has come into being by now"):
        save_late()
    assert content(tmp_path / "m") == {"first"}
    assert names(tmp_path) == ["m"]


@pytest.mark.parametrize("error", [OSError(errno.EDQUOT, "quota"), Exception("I/O error: full (os error 28)")])
def test_a_full_disk_is_told_whoever_met_it(tmp_path, error):
    with pytest.raises(W2VError, match=r"is full; the model needs 3\.0 MB\. Nothing was written"):
        save_half(tmp_path / "m", error, size=3_000_000)
    assert names(tmp_path) == []


# The destination, tried before training


def refusal(path: Path, **options) -> str:
    with pytest.raises(W2VError) as caught:
        check_destination(path, **{"overwrite": True, **options})
    return str(caught.value)


def test_trying_leaves_no_trace(tmp_path):
    save(tmp_path / "m", "old")
    (tmp_path / "m" / "notes.txt").write_text("mine")
    for name in ("m", "new", "deep/deeper/new", "n" * 250):
        check_destination(tmp_path / name, overwrite=True)
    assert names(tmp_path) == ["m"]
    assert content(tmp_path / "m") == {"old"}


def test_a_name_that_is_too_long_is_told(tmp_path):
    assert "its name is too long" in refusal(tmp_path / ("m" * 256))
    assert names(tmp_path) == []


def test_the_folder_one_is_in_is_not_replaced(tmp_path, monkeypatch):
    save(tmp_path / "m", "old")
    (tmp_path / "m" / "sub").mkdir()
    for here, given in ((tmp_path / "m", "."), (tmp_path / "m" / "sub", ".."), (tmp_path / "m" / "sub", ".")):
        monkeypatch.chdir(here)
        assert "is the folder that this program was started in, or holds it" in refusal(Path(given))


def test_a_mount_point_is_not_replaced(tmp_path, monkeypatch):
    assert "/proc is a mount point, which cannot be replaced. Give a folder in it" in refusal(Path("/proc"))
    save(tmp_path / "m", "old")

    def busy(*_):  # what a folder mounted at another place of the same disk gives
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    monkeypatch.setattr(os, "rename", busy)
    assert "as a mount point" in refusal(tmp_path / "m")
    assert content(tmp_path / "m") == {"old"}


@pytest.mark.skipif(os.geteuid() == 0, reason="for root, no folder is read-only")
def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    tmp_path.chmod(0o500)
    assert "is not a folder one may write to" in refusal(tmp_path / "m")
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(("call", "code"), [("mkdir", errno.EROFS), ("fsync", errno.EIO), ("fsync", errno.ENOSPC)])
def test_what_the_disk_says_is_told_before_training(tmp_path, monkeypatch, call, code):
    def fails(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fails)
    assert "the disk" in refusal(tmp_path / "m")
    monkeypatch.undo()
    assert names(tmp_path) == []


def test_room_on_the_disk_is_looked_at(tmp_path):
    assert "Make room, or choose another folder" in refusal(tmp_path / "m", size=1 << 60)


def test_what_is_no_model_is_not_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").touch()
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to("circle")
    assert "is not a w2v model" in refusal(tmp_path / "mine")
    assert "is not a w2v model" in refusal(tmp_path / "file")
    assert "exists already" in refusal(tmp_path / "mine", overwrite=False)
    assert "links on its path lead in a circle" in refusal(tmp_path / "circle")
    assert "not a folder one may write to" in refusal(tmp_path / "file" / "m")


def test_a_model_that_a_dead_process_has_put_aside_is_found_by_whoever_loads_it(tmp_path):
    model = Model(
        Config(vector_size=2),
        Vocabulary(["a", "b"], np.ones(2, int)),
        dict.fromkeys(("input", "output"), np.eye(2, dtype=np.float32)),
        [],
    )
    for load in (Model.load, KeyedVectors.load):
        model.save(tmp_path / "m", overwrite=True)
        (tmp_path / "m").rename(folder_swap._aside(tmp_path / "m"))
        assert load(tmp_path / "m")
    assert names(tmp_path) == ["m"]
