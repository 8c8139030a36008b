"""Folders from which code is run: nobody else can have put anything there."""

import os
import stat
from pathlib import Path

import pytest

from w2v.base.private_folder import private_folder

OTHER = 12345  # a user and a group that nobody here is


@pytest.fixture(autouse=True)
def _the_owner(monkeypatch):
    """Where tests are not root's, who may give files away, `give_away` has this user be another one."""
    monkeypatch.setattr(os, "geteuid", os.geteuid)


def give_away(path: Path) -> None:
    """Have a file or folder belong to another user, as seen from here."""
    if os.getuid() == 0:
        os.chown(path, OTHER, OTHER, follow_symlinks=False)
    else:
        os.geteuid = lambda: OTHER  # undone by monkeypatch


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def test_it_is_made_for_its_owner_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        made = private_folder(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert made == tmp_path / "a" / "b"
    assert mode(made) == mode(made.parent) == 0o700


def test_an_own_folder_that_others_can_read_is_closed(tmp_path):
    (tmp_path / "a").mkdir(mode=0o755)
    (tmp_path / "a" / "inside").write_text("stays")
    assert mode(private_folder(tmp_path / "a")) == 0o700
    assert (tmp_path / "a" / "inside").exists()


@pytest.mark.parametrize("where", ["a", "a/b", "a/b/c"])
@pytest.mark.parametrize("bits", [0o777, 0o757])
def test_one_that_others_can_write_to_or_that_is_in_such_a_one_is_refused(tmp_path, where, bits):
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / where).chmod(bits)
    with pytest.raises(PermissionError, match=f"others can write to {tmp_path / where}'?$"):
        private_folder(tmp_path / "a" / "b" / "c")


@pytest.mark.parametrize("where", ["a", "a/b", "a/b/c"])
def test_one_of_another_user_or_in_one_of_theirs_is_refused(tmp_path, where):
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    give_away(tmp_path / where)
    with pytest.raises(PermissionError, match="belongs to another user"):
        private_folder(tmp_path / "a" / "b" / "c")


@pytest.mark.parametrize("owner", ["this user", "another"])
def test_in_a_folder_like_tmp_only_owners_exchange_theirs(tmp_path, owner):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    assert private_folder(shared / "mine").parent == shared
    (shared / "planted").mkdir()
    (shared / "planted").chmod(0o1777)
    with pytest.raises(PermissionError, match=r"others can write to .*planted"):
        private_folder(shared / "planted")
    if owner == "another":
        give_away(shared)
        with pytest.raises(PermissionError, match="belongs to another user"):
            private_folder(shared / "mine")


def test_a_link_is_no_folder(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(PermissionError, match="link is no folder, or a link to one"):
        private_folder(tmp_path / "link")


def test_links_above_it_lead_to_real_folders_that_are_looked_at_too(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert private_folder(tmp_path / "link" / "a") == tmp_path / "real" / "a"
    (tmp_path / "real").chmod(0o777)
    with pytest.raises(PermissionError, match=f"others can write to {tmp_path / 'real'}"):
        private_folder(tmp_path / "link" / "a")


def test_links_of_others_above_it_are_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    give_away(tmp_path / "link")
    with pytest.raises(PermissionError, match="belongs to another user"):
        private_folder(tmp_path / "link" / "a")


def test_a_group_of_ones_own_is_nobody_else_and_any_other_is(tmp_path, monkeypatch):
    """Systems that give each user a group of the same name often have all files writable for it."""
    import grp
    import pwd

    (tmp_path / "a").mkdir()
    (tmp_path / "a").chmod(0o770)
    group = (tmp_path / "a").stat().st_gid
    name = pwd.getpwuid(os.geteuid()).pw_name
    groups = {(name, ()): True, (name, (name,)): True, ("staff", ()): False, (name, (name, "eve")): False}
    for (called, members), fine in groups.items():
        found = grp.struct_group((called, "x", group, list(members)))
        monkeypatch.setattr(grp, "getgrgid", lambda _, found=found: found)
        if fine:
            assert private_folder(tmp_path / "a" / "b")
        else:
            with pytest.raises(PermissionError, match=r"others can write to .*a"):
                private_folder(tmp_path / "a" / "b")


def test_a_place_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        private_folder(tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        private_folder(tmp_path / "file" / "a")
