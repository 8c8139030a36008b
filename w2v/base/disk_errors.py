"""What the system says when a file cannot be written, in words that a user can act on."""

import errno
import os
import re

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your quota on this disk is used up",
    errno.EFBIG: "this disk takes no file that large",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "one may not write there",
    errno.EPERM: "one may not write there",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "the links on its path lead in a circle",
    errno.EBUSY: "the system is using it, as a mount point, say",
    errno.EXDEV: "the system cannot move it within the folder around it",
    errno.EIO: "the disk reported an error",
}


def reason(error: OSError) -> str:
    """Why it could not be written, as a part of a sentence."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def disk_full(error: BaseException | None) -> bool:
    """Whether there is no room left, on the disk or in the user's quota."""
    found = of_system(error)
    return found is not None and found.errno in _FULL


def of_system(error: BaseException | None) -> OSError | None:
    """The system's error behind an error, also where a library written in Rust has made a text of it."""
    if isinstance(error, OSError):
        return error if error.errno else None
    code = re.search(r"\(os error (\d+)\)", str(error))
    return OSError(int(code[1]), os.strerror(int(code[1]))) if code else None
