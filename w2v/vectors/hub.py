"""To the Hugging Face hub and from it: whatever goes wrong on the way becomes a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from w2v.errors import W2VError, shown

_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII).fullmatch
_UNREACHABLE = {"ConnectError", "ConnectionError", "LocalEntryNotFoundError", "TransportError"}
LOG_IN = "Log in with `hf auth login`, set HF_TOKEN, or give token=."


def is_repository(name: object) -> bool:
    """Whether this is how a repository is called, USER/NAME."""
    return isinstance(name, str) and bool(_REPOSITORY(name))


def download(repo_id: str, files: Sequence[str], *, revision: str | None = None, token: str | None = None) -> Path:
    """Where some files of a repository are on this machine, fetched unless they were before.

    files: names, or patterns of them. Raises W2VError where they cannot be had; the sentence says why.
    """
    hub = _library()
    with _told(repo_id, "fetched"):
        return Path(hub.snapshot_download(repo_id, revision=revision, token=token, allow_patterns=list(files)))


def upload(folder: Path, files: Sequence[str], repo_id: str, *, private: bool, token: str | None, message: str) -> str:
    """Put files of a folder into a repository, which is made if it is not there; its address.

    private: of a repository that is made. Raises W2VError where it cannot be done; the sentence says why.
    """
    expect_repository(repo_id)
    api = _library().HfApi(token=token)
    with _told(repo_id, "uploaded"):
        address = api.create_repo(repo_id, private=private, exist_ok=True)
        api.upload_folder(repo_id=repo_id, folder_path=folder, allow_patterns=list(files), commit_message=message)
    return str(address)


def expect_repository(repo_id: object) -> None:
    """Raise a W2VError unless this is how a repository is called, and the hub's library is there."""
    if not is_repository(repo_id):
        raise W2VError(f"{shown(repo_id)} is no repository of the Hugging Face hub, which is called USER/NAME.")
    _library()


def _library() -> ModuleType:
    try:
        import huggingface_hub
    except ImportError as error:
        raise W2VError("The Hugging Face hub needs huggingface-hub: pip install 'w2v[hub]'.") from error
    return huggingface_hub


@contextmanager
def _told(repo_id: str, done: str) -> Iterator[None]:
    """Of the library's errors, whose classes change from version to version, the status and the name tell enough."""
    try:
        yield
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        kinds = {kind.__name__ for kind in type(error).__mro__}
        first = " ".join(str(error).split("\n\n")[-1].split()) or type(error).__name__
        if (status in (401, 403) and done == "uploaded") or "LocalTokenNotFoundError" in kinds:
            why = f"the hub does not let you write there. {LOG_IN} The token must be one that may write."
        elif status in (401, 403, 404) or "RepositoryNotFoundError" in kinds:
            why = f"there is no such repository or revision, or it is not open to you. {LOG_IN}"
        elif status is None and kinds & _UNREACHABLE:
            why = f"the hub cannot be reached. Is there a network, and is HF_HUB_OFFLINE not set? ({first:.200})"
        else:
            why = f"the hub says: {first:.300}"
        raise W2VError(f"{repo_id} was not {done}: {why}") from error
