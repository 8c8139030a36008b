"""To the Hugging Face hub and back, without a network: what is asked of its library, and what is said when it fails."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from w2v import KeyedVectors, W2VError, Word2Vec
from w2v.vectors import hub
from w2v.vectors.formats.static_embedding import FILES

huggingface_hub = pytest.importorskip("huggingface_hub")
filter_repo_objects = pytest.importorskip("huggingface_hub.utils").filter_repo_objects

VECTORS = KeyedVectors(["the", "cat", "sat"], np.eye(3), np.array([9, 4, 1]))


class Hub:
    """Repositories in a folder, by the calls that huggingface_hub has for them."""

    def __init__(self, root: Path) -> None:
        self.root, self.asked = root, []

    def HfApi(self, token=None):  # noqa: N802 - its name there
        self.asked.append(("token", token))
        return self

    def create_repo(self, repo_id, *, private, exist_ok):
        self.asked.append(("private", private))
        (self.root / repo_id).mkdir(parents=True, exist_ok=exist_ok)
        return f"https://hub/{repo_id}"

    def upload_folder(self, *, repo_id, folder_path, allow_patterns, commit_message):
        self.asked.append(("message", commit_message))
        for file in filter_repo_objects(
            [path.name for path in Path(folder_path).iterdir()], allow_patterns=allow_patterns
        ):
            shutil.copy(Path(folder_path) / file, self.root / repo_id / file)

    def snapshot_download(self, repo_id, *, revision, token, allow_patterns):
        self.asked.append((revision, token))
        there = self.root / repo_id
        fetched = self.root / "cache"
        files = [path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file()]
        for file in filter_repo_objects(files, allow_patterns=allow_patterns):
            (fetched / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(there / file, fetched / file)
        return str(fetched)


@pytest.fixture
def fake(tmp_path, monkeypatch) -> Hub:
    made = Hub(tmp_path / "hub")
    monkeypatch.setattr(hub, "_library", lambda: made)
    monkeypatch.chdir(tmp_path)
    return made


def test_what_is_pushed_comes_back(fake):
    address = VECTORS.push_to_hub("me/cats", private=True, token="secret", license="mit", dtype="int8")
    assert address == "https://hub/me/cats"
    assert fake.asked == [("token", "secret"), ("private", True), ("message", "Upload word vectors")]
    assert sorted(path.name for path in (fake.root / "me/cats").iterdir()) == sorted(FILES)
    assert "# me/cats\n" in (fake.root / "me/cats/README.md").read_text(encoding="utf-8")
    again = KeyedVectors.from_pretrained("me/cats", revision="v1", token="secret")
    assert fake.asked[-1] == ("v1", "secret")
    assert again.index_to_key == VECTORS.index_to_key
    np.testing.assert_allclose(again.vectors, VECTORS.vectors, atol=0.01)
    assert again.counts.tolist() == [9, 4, 1]


def test_a_model_pushes_its_vectors_with_its_run(fake, planted):
    model = Word2Vec(planted[0][:300], vector_size=8, epochs=2, workers=1, head="ns")
    model.push_to_hub("me/topics", name="Topics", message="First")
    assert fake.asked[-1] == ("message", "First")
    card = (fake.root / "me/topics/README.md").read_text(encoding="utf-8")
    assert "# Topics\n" in card
    assert "| epochs | 2 |" in card
    np.testing.assert_array_equal(KeyedVectors.from_pretrained("me/topics").vectors, model.wv.vectors)


def test_only_files_that_hold_vectors_are_fetched(fake):
    VECTORS.push_to_hub("me/cats")
    for name in ("pytorch_model.bin", "model.pkl", "run.py", "big.safetensors", "1_Dense/weights.bin"):
        (fake.root / "me/cats" / name).parent.mkdir(exist_ok=True)
        (fake.root / "me/cats" / name).write_bytes(b"x")
    KeyedVectors.from_pretrained("me/cats")
    assert {path.name for path in (fake.root / "cache").rglob("*") if path.is_file()} == set(FILES)


def test_static_embeddings_in_a_folder_of_their_own_are_fetched(fake, tmp_path):
    VECTORS.save_pretrained(tmp_path / "m")
    (fake.root / "st/static" / "0_StaticEmbedding").mkdir(parents=True)
    for name in ("tokenizer.json", "model.safetensors"):
        shutil.move(tmp_path / "m" / name, fake.root / "st/static" / "0_StaticEmbedding" / name)
    modules = (tmp_path / "m" / "modules.json").read_text().replace('"."', '"0_StaticEmbedding"')
    (fake.root / "st/static" / "modules.json").write_text(modules)
    assert KeyedVectors.from_pretrained("st/static").index_to_key == VECTORS.index_to_key


def test_a_whole_model_of_ours_is_fetched(fake, planted):
    model = Word2Vec(planted[0][:300], vector_size=8, epochs=2, workers=1, head="ns")
    model.save(fake.root / "me/model")
    np.testing.assert_array_equal(KeyedVectors.from_pretrained("me/model").vectors, model.wv.vectors)


def test_a_repository_of_something_else_is_told(fake):
    (fake.root / "me/other").mkdir(parents=True)
    (fake.root / "me/other/config.json").write_text("{}")
    with pytest.raises(W2VError, match="me/other holds no word vectors that are known here"):
        KeyedVectors.from_pretrained("me/other")


def test_a_folder_here_comes_before_a_repository(fake):
    VECTORS.save_pretrained("me/cats")
    assert KeyedVectors.from_pretrained("me/cats").index_to_key == VECTORS.index_to_key
    assert fake.asked == []


def test_a_mistake_is_told_before_anything_is_uploaded(fake):
    with pytest.raises(W2VError, match="expected a short name"):
        VECTORS.push_to_hub("me/cats", license="as you like")
    with pytest.raises(TypeError, match="licence"):
        VECTORS.push_to_hub("me/cats", licence="mit")
    assert fake.asked == []


@pytest.mark.parametrize("name", ["cats", "me/", "/cats", "a/b/c", "me/ca ts", "../x", "", 5, None, "me/cats\n"])
def test_what_is_no_repository_is_told(fake, name):
    with pytest.raises(W2VError, match="called USER/NAME"):
        VECTORS.push_to_hub(name)
    if isinstance(name, str) and name:  # the others are no folder either
        with pytest.raises(W2VError, match="neither a folder here nor the name of a repository"):
            KeyedVectors.from_pretrained(name)


class Response:
    def __init__(self, status: int) -> None:
        self.status_code = status


class HfHubHTTPError(OSError):
    def __init__(self, status: int) -> None:
        super().__init__(f"{status} of the hub.\n\nIt is so.")
        self.response = Response(status)


class LocalTokenNotFoundError(OSError):
    pass


class RepositoryNotFoundError(OSError):
    pass


class ConnectError(Exception):
    pass


FAILURES = [
    (HfHubHTTPError(401), "there is no such repository .* Log in with `hf auth login`", "does not let you write there"),
    (HfHubHTTPError(403), "there is no such repository", "The token must be one that may write"),
    (HfHubHTTPError(404), "there is no such repository", "there is no such repository"),
    (HfHubHTTPError(500), "the hub says: It is so", "the hub says: It is so"),
    (LocalTokenNotFoundError("none"), "Log in with", "Log in with"),
    (RepositoryNotFoundError("none"), "there is no such repository", "there is no such repository"),
    (ConnectError("no route"), "cannot be reached.*no route", "cannot be reached.*no route"),
    (ValueError(""), "the hub says: ValueError", "the hub says: ValueError"),
]


@pytest.mark.parametrize(("error", "fetching", "pushing"), FAILURES)
def test_what_the_hub_refuses_is_a_sentence(fake, monkeypatch, error, fetching, pushing):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(fake, "snapshot_download", fail)
    monkeypatch.setattr(fake, "upload_folder", fail)
    with pytest.raises(W2VError, match=f"me/cats was not fetched: .*{fetching}"):
        KeyedVectors.from_pretrained("me/cats")
    with pytest.raises(W2VError, match=f"me/cats was not uploaded: .*{pushing}"):
        VECTORS.push_to_hub("me/cats")


def test_an_interrupt_is_no_error_of_the_hub(fake, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(fake, "create_repo", stop)
    with pytest.raises(KeyboardInterrupt):
        VECTORS.push_to_hub("me/cats")


UNREACHABLE = """
import numpy as np
from w2v import KeyedVectors, W2VError
mine = KeyedVectors(["a"], np.eye(1))
for use in (lambda: KeyedVectors.from_pretrained("me/cats"), lambda: mine.push_to_hub("me/c")):
    try:
        use()
    except W2VError as error:
        print(error)
"""


@pytest.mark.parametrize("how", [{"HF_ENDPOINT": "http://127.0.0.1:9"}, {"HF_HUB_OFFLINE": "1"}])
def test_without_a_network_the_real_library_says_so(tmp_path, monkeypatch, how):
    for name, value in {"HF_HOME": str(tmp_path), "HF_TOKEN": "none", **how}.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-c", UNREACHABLE]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=240)
    first, second = ran.stdout.splitlines()
    assert first.startswith("me/cats was not fetched: the hub cannot be reached. Is there a network")
    assert second.startswith("me/c was not uploaded: the hub cannot be reached. Is there a network")


def test_a_missing_library_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(W2VError, match=r"needs huggingface-hub: pip install 'w2v\[hub\]'"):
        VECTORS.push_to_hub("me/cats")
    with pytest.raises(W2VError, match=r"needs huggingface-hub: pip install 'w2v\[hub\]'"):
        KeyedVectors.from_pretrained("me/cats")


def test_the_real_library_takes_what_it_is_given():
    """The fake above has the same parameters as what it stands for."""
    import inspect

    for real, name in (
        (huggingface_hub.HfApi.create_repo, "create_repo"),
        (huggingface_hub.HfApi.upload_folder, "upload_folder"),
        (huggingface_hub.snapshot_download, "snapshot_download"),
    ):
        asked = set(inspect.signature(getattr(Hub, name)).parameters) - {"self"}
        assert asked <= set(inspect.signature(real).parameters)
