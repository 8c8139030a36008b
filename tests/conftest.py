"""Fixtures and strategies that several rooms' tests share."""

import os
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from hypothesis import settings

from w2v.base import compiled

settings.register_profile("thorough", deadline=None, derandomize=True, max_examples=60)  # of make test-long
settings.register_profile("w2v", deadline=None, derandomize=True, max_examples=20)
settings.load_profile("w2v")
# Compiled kernels are kept for all tests, those that start a process with another home among them.
if kept := compiled.folder():
    os.environ.setdefault("NUMBA_CACHE_DIR", str(kept.parent))
if not torch.cuda.is_available():
    os.environ.setdefault("TRITON_INTERPRET", "1")  # before Triton is imported: then its kernels run on the CPU
collect_ignore_glob = [] if find_spec("triton") else ["test_gpu*.py"]
torch.set_num_threads(1)  # tables this small are slower with more


@pytest.fixture(autouse=True)
def _no_shared_cache(tmp_path, monkeypatch):
    """Streams are cached in the test's own folder, so that no test sees another's or the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def planted():
    """Sentences in which words of one topic keep company: 6 topics of 8 words, plus words that go with all.

    Returns (sentences, topics): token lists, and for each topic its words.
    """
    generator = np.random.default_rng(7)
    topics = [[f"{name}{i}" for i in range(8)] for name in ("red", "sea", "oak", "cat", "sun", "bread")]
    sentences = []
    for _ in range(1500):
        topic = topics[generator.integers(len(topics))]
        words = list(generator.choice(topic, size=8))
        words.insert(int(generator.integers(8)), "the")
        sentences.append([str(word) for word in words])
    return sentences, topics
