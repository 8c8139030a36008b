"""What an object of `w2v.gensim` has been through: `add_lifecycle_event`, as of every object of gensim."""

import logging
import platform
import sys
from datetime import datetime
from typing import Any

VERSION: str = sys.modules["w2v"].__version__  # the package around this module
logger = logging.getLogger("w2v.gensim")


class Lifecycle:
    """lifecycle_events: a dict of each event, or None, whereupon none is kept."""

    lifecycle_events: list[dict[str, Any]] | None

    def add_lifecycle_event(self, event_name: str, log_level: int | bool = logging.INFO, **event: Any) -> None:
        """Keep that something happened, with the time and the versions, and log it unless `log_level` is False."""
        event |= {"datetime": datetime.now().isoformat(), "w2v": VERSION, "python": sys.version}
        event |= {"platform": platform.platform(), "event": event_name}
        if log_level:
            logger.log(int(log_level), "%s lifecycle event %s", type(self).__name__, event)
        events = self.__dict__.setdefault("lifecycle_events", [])
        if events is not None:
            events.append(event)
