"""gensim's FastTextKeyedVectors: words whose vectors are means of rows, one of their own and those of their n-grams.

    vectors[w] = (vectors_vocab[w] + sum of vectors_ngrams[b] over the buckets b of w's n-grams) / (1 + n-grams)

A word that is not in the vocabulary has the mean of its n-grams' rows, as in fastText (Bojanowski et al. 2017).
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

import numpy as np

from w2v.base.config import Config
from w2v.base.settings import whole_number
from w2v.base.subword_limits import LONGEST_NGRAM, MOST_BUCKETS
from w2v.errors import W2VError, counted, shown
from w2v.examples.input_rows import InputRows
from w2v.examples.subword_rows import input_rows
from w2v.examples.subwords import Subwords
from w2v.gensim.errors import NotReadyError, OtherModelError, WrongTypeError
from w2v.gensim.keyed_growth import prep_vectors
from w2v.gensim.keyed_store import REAL, logger
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.gensim.ngram_rows import NgramRows
from w2v.geometry import unit_rows


class Buckets(NamedTuple):
    """Which rows the words of a vocabulary have, of a table of V rows of words and then U of the buckets in `used`."""

    rows: InputRows
    used: np.ndarray  # int64 [U], sorted


class FastTextKeyedVectors(KeyedVectors):
    """Words, their vectors and those of their n-grams.

    Args:
        vector_size: numbers of each vector, D.
        min_n, max_n: lengths of n-grams in characters; with max_n below min_n there are none.
        bucket: B, rows that n-grams share by their hash; 0: no n-grams.
        count: allocate so many places for `add_vector`.
        dtype: type of the numbers.

    Attributes:
        vectors: [V, D], what queries use; `adjust_vectors` makes them of the two others, as training does.
        vectors_vocab: [V, D], the words' own rows.
        vectors_ngrams: [B, D], the rows of buckets; None before there are any. The array is made when it is asked for:
            with gensim's two million buckets it is large, and few of its rows are in use.
        buckets_word: of each word the buckets of its n-grams, uint32; None before they were listed.
        vectors_vocab_lockf, vectors_ngrams_lockf: what part of its changes each row gets in training, 0 to 1; of one
            number all rows.

    Raises:
        W2VError: numbers that cannot be, such as a bucket below 0.
    """

    compatible_hash = True  # gensim's word for models since 3.8

    def __init__(
        self, vector_size: int, min_n: int, max_n: int, bucket: int, count: int = 0, dtype: type[np.floating] = REAL
    ) -> None:
        super().__init__(vector_size, count=count, dtype=dtype)
        self.min_n, self.max_n = whole_number("min_n", min_n, 0), whole_number("max_n", max_n, 0)
        self.bucket = whole_number("bucket", bucket, 0)
        if self.max_n > LONGEST_NGRAM or self.bucket > MOST_BUCKETS:
            raise W2VError(
                f"max_n is {shown(max_n)} and bucket {shown(bucket)}; n-grams are of {LONGEST_NGRAM} characters at "
                f"most, usually 3 to 6, in {MOST_BUCKETS:,} buckets at most, usually 2,000,000."
            )
        self.vectors_vocab = np.zeros((count, self.vector_size), dtype=dtype)
        self.vectors_vocab_lockf = self.vectors_ngrams_lockf = np.ones(1, REAL)
        self.ngrams: NgramRows | None = None
        self._buckets: Buckets | None = None

    @property
    def vectors_ngrams(self) -> np.ndarray | None:
        return None if self.ngrams is None else self.ngrams.whole()

    @vectors_ngrams.setter
    def vectors_ngrams(self, table: np.ndarray | None) -> None:
        if table is None:
            self.ngrams = None
            return
        wanted = self.bucket, self.vector_size
        if not isinstance(table, np.ndarray) or table.dtype.kind != "f" or table.shape != wanted:
            raise WrongTypeError(f"vectors_ngrams was set to {shown(table)}; expected numbers {list(wanted)}.")
        self.ngrams = NgramRows.of(table)

    @property
    def subwords(self) -> Subwords:
        """Which rows a word has, counted from the first bucket's."""
        sizes = (max(self.min_n, 1), self.max_n) if self.min_n <= self.max_n else (1, 0)  # none
        return Subwords("fasttext", *sizes, max(self.bucket, 1), 1, 0)

    @property
    def buckets_word(self) -> list[np.ndarray] | None:
        if self._buckets is None:
            return None
        (offsets, rows, *_), used = self._buckets
        bounds = offsets.tolist()
        words = len(bounds) - 1
        return [used[rows[start + 1 : stop] - words].astype(np.uint32) for start, stop in pairwise(bounds)]

    def recalc_char_ngram_buckets(self) -> None:
        """List the buckets of each word's n-grams anew."""
        words = [str(key) for key in self.index_to_key]
        if not words or not self.bucket:
            offsets = np.arange(len(words) + 1)
            rows = InputRows(offsets, np.arange(len(words), dtype=np.int32), True, False)
            self._buckets = Buckets(rows, np.empty(0, np.int64))
            return
        found = input_rows(Config(arch="skipgram"), words, self.subwords._replace(n_words=len(words)))
        is_gram = found.rows >= len(words)
        used, which = np.unique(found.rows[is_gram] - len(words), return_inverse=True)
        rows = found.rows.copy()
        rows[is_gram] = which + len(words)
        self._buckets = Buckets(found._replace(rows=rows, size=len(words) + len(used)), used.astype(np.int64))

    def listed(self) -> Buckets:
        """The rows of the words as they are; they are listed where that was not done for as many words."""
        if self._buckets is None or len(self._buckets.rows.offsets) != len(self.index_to_key) + 1:
            self.recalc_char_ngram_buckets()
        assert self._buckets is not None
        return self._buckets

    def trained_rows(self) -> np.ndarray:
        """The rows that the words' vectors are made of, [V + U, D]: `listed` tells which these are."""
        return np.concatenate([self.vectors_vocab, self.grams().take(self.listed().used)])

    def grams(self) -> NgramRows:
        """The rows of buckets. Raises NotReadyError before there are any, and when `bucket` is another since."""
        if self.ngrams is None:
            raise NotReadyError(
                "There are no vectors of n-grams yet: build_vocab of a FastText model makes them, or resize_vectors."
            )
        if self.ngrams.shape != (self.bucket, self.vector_size):
            raise NotReadyError(
                f"bucket is {self.bucket:,}, and there are {self.ngrams.bucket:,} rows; resize_vectors() makes others."
            )
        return self.ngrams

    def adjust_vectors(self) -> None:
        """Make `vectors` of the rows of words and n-grams, after these were changed."""
        if not self.bucket:
            self.vectors = self.vectors_vocab
        elif len(self.vectors_vocab) != len(self.index_to_key):
            raise NotReadyError(
                f"vectors_vocab has {counted(len(self.vectors_vocab), 'row')}, and there are "
                f"{counted(len(self.index_to_key), 'key')}; resize_vectors() makes rows for the others."
            )
        else:
            self.vectors = self.listed().rows.means(self.trained_rows())
        self.norms = None

    def resize_vectors(self, seed: int | None = 0) -> None:
        """Make as many rows as there are keys and buckets; new ones are random, uniform in [-1, 1) / D, by the seed."""
        if seed is None:
            seed = int(np.random.default_rng().integers(2**32))
        shape = len(self.index_to_key), self.vector_size
        self.vectors_vocab = prep_vectors(shape, self.vectors_vocab, seed, self.dtype)
        if self.ngrams is None or self.ngrams.shape != (self.bucket, self.vector_size):
            prior = self.ngrams
            self.ngrams = NgramRows(self.bucket, self.vector_size, seed + 1, self.dtype)
            if prior is not None and prior.bucket and self.bucket:
                table = prep_vectors((self.bucket, self.vector_size), prior.whole(), seed + 1, self.dtype)
                self.ngrams = NgramRows.of(table)
        self.allocate_vecattrs()
        self.recalc_char_ngram_buckets()
        self.adjust_vectors()

    def init_post_load(self, fb_vectors: np.ndarray) -> None:
        """Take the rows of a model of fastText: those of the words, which are here already, then those of buckets.

        Raises W2VError where these are not [V + B, D].
        """
        words = len(self.index_to_key)
        if fb_vectors.shape != (words + self.bucket, self.vector_size):
            raise W2VError(
                f"unexpected number of vectors: {list(fb_vectors.shape)}, and {words:,} words and {self.bucket:,} "
                f"buckets of {counted(self.vector_size, 'dimension')} need {[words + self.bucket, self.vector_size]}."
            )
        self.vectors_vocab = np.array(fb_vectors[:words])
        self.vectors_ngrams = np.array(fb_vectors[words:])
        self.recalc_char_ngram_buckets()
        self.adjust_vectors()

    def __contains__(self, word: object) -> bool:
        """Whether it has a vector: with n-grams each word has one, as in gensim; `key_to_index` has the vocabulary."""
        return (bool(self.bucket) and isinstance(word, str)) or self.has_index_for(word)

    def get_vector(self, word: Any, norm: bool = False) -> np.ndarray:
        """The vector [D] of a word, in the vocabulary or not; of length one with `norm`.

        Zeros, with a warning in the log, where a word has no n-grams.

        Raises UnknownWordError, a KeyError, where there are no n-grams at all, and for other keys than strings.
        """
        vector = self._composed(word)
        if vector is None:
            return super().get_vector(word, norm)
        return unit_rows(vector[None])[0] if norm else vector

    def _composed(self, key: object) -> np.ndarray | None:
        """The vector [D] of a word that is not in the vocabulary; None where it has none, or is there."""
        if not self.bucket or not isinstance(key, str) or key in self.key_to_index:
            return None
        rows = self.subwords.rows(key)
        if not len(rows):
            logger.warning("could not extract any ngrams from %r, returning origin vector", key)
            return np.zeros(self.vector_size, self.dtype)
        return self.grams().take(rows).mean(axis=0)

    def _rows_of_keys(self, keys: Iterable[Any]) -> np.ndarray:
        vectors = [self.get_vector(key) for key in keys]
        return np.stack(vectors) if vectors else self.vectors[:0]

    def _vectors_of(self, keys: Iterable[Any]) -> np.ndarray:
        return self._rows_of_keys(keys)

    def distances(self, word_or_vector: Any, other_words: Iterable[Any] | None = ()) -> np.ndarray:
        """1 - cosine of a key or vector [D] to each of `other_words` [N], known or not, or to all keys [V]."""
        if not (others := list(other_words or ())):
            return super().distances(word_or_vector)
        return 1 - self.cosine_similarities(self._vector_of(word_or_vector), self._rows_of_keys(others))

    def get_sentence_vector(self, sentence: Any) -> np.ndarray:
        """The mean [D] of the unit vectors of a sentence's words, as fastText's; words or their indices."""
        return self.get_mean_vector(sentence)

    def _made_of(self, words: Iterable[Any], vectors: np.ndarray, attributes: Any) -> Any:
        return KeyedVectors._made_of(KeyedVectors(self.vector_size), words, vectors, attributes)

    @classmethod
    def empty(cls, vector_size: int) -> Any:
        """No words yet; without n-grams."""
        return KeyedVectors(vector_size)

    def save(self, fname_or_handle: Any, *args: Any, **kwargs: Any) -> None:
        """Write a folder of this name, as of `KeyedVectors`, with the rows of n-grams. It replaces one that is there.

        `w2v.KeyedVectors.load` reads it, too. Raises W2VError as of `KeyedVectors`.
        """
        from w2v.gensim.subword_files import save_vectors

        save_vectors(self, fname_or_handle)

    @classmethod
    def load(cls, fname_or_handle: Any, **kwargs: Any) -> Any:
        """Read what `save` wrote. kwargs: `mmap`, as in gensim, without effect: all of it is read into memory.

        Raises OtherModelError, an AttributeError, for vectors without n-grams, and W2VError where it is no such folder.
        """
        from w2v.gensim.subword_files import load_vectors

        return load_vectors(cls, fname_or_handle)

    @classmethod
    def load_word2vec_format(cls, *args: Any, **kwargs: Any) -> NoReturn:
        """Not here, nor in gensim: that format has no n-grams."""
        raise OtherModelError(
            "word2vec's format has no n-grams: KeyedVectors.load_word2vec_format reads it, and load_facebook_vectors "
            "a .bin of fastText."
        )
