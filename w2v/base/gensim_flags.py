"""gensim's flags that choose an objective, in our words."""

from typing import Any

from w2v.base.settings import is_on
from w2v.errors import W2VError


def translated(settings: dict[str, Any]) -> dict[str, Any]:
    """gensim's flags as our words: sg=1 -> arch="skipgram"; hs=1 -> head="hs"; hs=0, negative>0 -> head="ns".

    Raises:
        W2VError: a flag that is none, or flags that contradict other settings.
    """
    settings = dict(settings)
    if "sg" in settings:
        arch = "skipgram" if is_on("sg", settings.pop("sg")) else "cbow"
        if settings.setdefault("arch", arch) != arch:
            raise W2VError(f"arch={settings['arch']!r} together with an sg that says {arch!r}; give one of them.")
    if "hs" in settings:
        hierarchical, negative = is_on("hs", settings.pop("hs")), settings.get("negative")
        if hierarchical and isinstance(negative, int) and negative > 0:
            raise W2VError("hs=1 together with negative>0 trains two heads at once; choose head='hs' or head='ns'.")
        settings.setdefault("head", "hs" if hierarchical else "ns")
    if settings.get("negative") == 0 and settings.get("head", "ns") != "ns":
        settings.pop("negative")
    return settings
