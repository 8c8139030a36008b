"""Folders from which it is safe to run what lies in them: nobody else can have put it there.

On a machine of several users, a folder of a known name in a place where all may write, as in /tmp, may be anybody's.
"""

import os
import stat
from pathlib import Path


def private_folder(folder: Path) -> Path:
    """Make a folder for its owner alone, mode 0700, or see whether one that is there will do; its real path.

    It must belong to this user, and nobody else but root be able to write to it, or to exchange it or any folder above
    it. It may not be a symbolic link, though folders above it may. Systems without such owners are taken at their word.

    Raises:
        OSError: it cannot be made, or written to, or is not private; `strerror` says why.
    """
    folder = folder.absolute()
    real = folder.parent.resolve() / folder.name
    for level in (*reversed(folder.parents), *reversed(real.parents), real):  # from above: nothing is made elsewhere
        if not os.path.lexists(level):
            level.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "geteuid"):
            _check(level, sticky=level != real)
    if hasattr(os, "geteuid") and os.lstat(real).st_uid == os.geteuid():
        real.chmod(0o700)
    if not os.access(real, os.W_OK | os.X_OK):
        raise PermissionError(0, f"{real} may not be written to")
    return real


def _check(folder: Path, *, sticky: bool) -> None:
    """Raise PermissionError unless only this user and root can change what is in a folder.

    sticky: what is there already may be in a folder to which others add, if they cannot exchange it.
    """
    status = os.lstat(folder)
    if status.st_uid not in (0, os.geteuid()):
        raise PermissionError(0, f"{folder} belongs to another user")
    if stat.S_ISLNK(status.st_mode) and sticky:
        return
    if not stat.S_ISDIR(status.st_mode):
        raise PermissionError(0, f"{folder} is no folder, or a link to one")
    others = stat.S_IWOTH | (0 if _is_own_group(status.st_gid) else stat.S_IWGRP)
    if status.st_mode & others and not (sticky and status.st_mode & stat.S_ISVTX):
        raise PermissionError(0, f"others can write to {folder}")


def _is_own_group(group: int) -> bool:
    """Whether a group is that of this user alone, of the same name, as many systems give each user one."""
    import grp
    import pwd

    try:
        user, found = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_name == user and set(found.gr_mem) <= {user}
