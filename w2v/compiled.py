"""Where compiled kernels are kept, so that only the first run has to compile.

numba keeps them beside the source files, or, where these cannot be written to, in the user's cache folder; it replaces
whole files, so that processes that start together do each other no harm. An installation without either place (a
read-only image, a service without a home) would stop numba with an error: there, they go to the folder for temporary
files.
"""

import os
import sys
import tempfile
from pathlib import Path


def ensure_cache() -> None:
    """Choose the folder for temporary files where numba would find no place. To be called before it compiles."""
    if "NUMBA_CACHE_DIR" in os.environ or any(map(_writable, _numbas_places())):
        return
    owner = os.getuid() if hasattr(os, "getuid") else "w2v"
    folder = str(Path(tempfile.gettempdir()) / f"numba-{owner}")
    os.environ["NUMBA_CACHE_DIR"] = folder
    if "numba" in sys.modules:  # it has read the environment already
        sys.modules["numba"].config.CACHE_DIR = folder


def _numbas_places() -> list[Path]:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [Path(__file__).parent / "__pycache__", home / "numba"]


def _writable(folder: Path) -> bool:
    """Whether the folder, or the nearest one above it that exists, may be written to."""
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)
