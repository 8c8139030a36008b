"""What scripts take from gensim's compiled part of FastText: n-grams of a word, and their hash."""

from w2v.errors import shown
from w2v.examples.subwords import BEGIN, END, fnv1a, ngrams
from w2v.gensim.errors import WrongTypeError
from w2v.gensim.models.word2vec import MAX_WORDS_IN_BATCH

__all__ = ["MAX_WORDS_IN_BATCH", "compute_ngrams", "compute_ngrams_bytes", "ft_hash_bytes"]


def ft_hash_bytes(bytez: bytes) -> int:
    """fastText's hash of some bytes, FNV-1a in 32 bits. Raises WrongTypeError, a TypeError, for anything else."""
    if not isinstance(bytez, bytes | bytearray):
        raise WrongTypeError(f"{shown(bytez)} was given; expected bytes, as 'word'.encode('utf-8').")
    return fnv1a(bytez)


def compute_ngrams(word: str, min_n: int, max_n: int) -> list[str]:
    """All runs of `min_n` to `max_n` characters of <word>, the shortest first; < and > alone too, as in gensim."""
    marked = f"{BEGIN}{word}{END}"
    sizes = range(min_n, min(len(marked), max_n) + 1)
    return [marked[start : start + size] for size in sizes for start in range(len(marked) - size + 1)]


def compute_ngrams_bytes(word: str, min_n: int, max_n: int) -> list[bytes]:
    """The n-grams of a word that fastText uses, in its order and in UTF-8."""
    return [gram.encode("utf-8") for gram in ngrams(word, max(min_n, 1), max_n)]
