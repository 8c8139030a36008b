"""What is said of arguments that change nothing here: once a process and name, in the log "w2v.gensim"."""

import logging
import threading

logger = logging.getLogger("w2v.gensim")

_told: set[str] = set()
_lock = threading.Lock()


def ignored(name: str, why: str) -> None:
    """Log at WARNING that a setting has no effect here, unless that was said already."""
    with _lock:
        new = name not in _told
        _told.add(name)
    if new:
        logger.warning("%s is ignored: %s", name, why)
