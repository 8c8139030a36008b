"""KeyedVectors: words, their vectors, and what one can ask of them.

Names and results are those of gensim 4's KeyedVectors. Similarity is the cosine; a query of several words asks for
what is near the mean of their unit vectors, which answers analogies (3CosAdd; Mikolov, Yih & Zweig 2013),

    king - man + woman:  argmax_w cos(w, (king + woman - man) / 3).

Three things differ on purpose: an unknown word is always an error (gensim ignores it in `doesnt_match` and
`n_similarity`), a zero vector has similarity 0 to everything (there: NaN), and ties go to the more frequent word.
Needs numpy alone; neither torch nor an engine. `inner_products.py` has the queries about inner products and lengths,
`scores.py` those that score the vectors on people's questions; `terms.py` reads what is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.errors import UnknownWordError, W2VError
from w2v.geometry import unit_rows
from w2v.vectors import formats
from w2v.vectors.contents import contents
from w2v.vectors.formats.table import Table
from w2v.vectors.inner_products import Correlations
from w2v.vectors.scores import Scores
from w2v.vectors.terms import Key, Single, Terms, key_of, keys_of, number_of, several, single_of, terms_of, vector_of
from w2v.vocab import closest_spellings

if TYPE_CHECKING:
    import torch

Neighbours = Any  # [(word, similarity), ...], the nearest first; with topn=None all similarities, float32 [V]


class KeyedVectors(Correlations, Scores):
    """V words with a vector of D numbers each, most frequent word first.

    words: V distinct strings. vectors: finite numbers [V, D], kept as float32 and not copied when they are; read-only
    from here on, since norms are remembered. counts: how often each word was seen, integers [V], where known.

    Raises W2VError when these do not fit together, a word comes twice, or a number is NaN or infinite.
    """

    geometry = "euclidean"
    dtype: type[np.floating] = np.float32

    def __init__(self, words: Sequence[str], vectors: np.ndarray, counts: np.ndarray | None = None) -> None:
        self.index_to_key, self.key_to_index, self.vectors, self.counts = contents(words, vectors, counts, self.dtype)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.vectors.flags.writeable = False  # which no copy remembers

    @cached_property
    def norms(self) -> np.ndarray:
        """Euclidean length of every vector: float32 [V]."""
        return np.linalg.norm(self.vectors, axis=1)

    @property
    def vector_size(self) -> int:
        return self.vectors.shape[1]

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} words, {self.vector_size} dimensions)"

    def __contains__(self, key: object) -> bool:
        return self.get_index(key, -1) >= 0  # type: ignore[arg-type]

    def __getitem__(self, key: Key | Iterable[Key]) -> np.ndarray:
        """The vector [D] of one word or index, or the vectors [N, D] of several."""
        if isinstance(key, (str, int, np.integer)) or getattr(key, "ndim", None) == 0:
            return self.get_vector(key)  # type: ignore[arg-type]
        return self.vectors[[self.get_index(one) for one in keys_of(key)]]

    def get_index(self, key: Key, default: int | None = None) -> int:
        """The row of a word. Unless there is a default for what is none, raises UnknownWordError, which offers the
        nearest spellings, and W2VError for what cannot be a word.
        """
        if isinstance(key, str) and (index := self.key_to_index.get(key)) is not None:
            return index
        try:
            key = key_of(key)
        except W2VError:
            if default is None:
                raise
            return default
        index = self.key_to_index.get(key, -1) if isinstance(key, str) else int(key)
        if 0 <= index < len(self):
            return index
        if default is not None:
            return default
        if not isinstance(key, str):
            raise UnknownWordError(f"there is no word number {key}; the {len(self)} words are counted from 0.")

        def hint() -> str:
            near = closest_spellings(key, self.index_to_key)
            return f"Did you mean {', '.join(map(repr, near))}?" if near else ""

        raise UnknownWordError(f"the word {key!r} is not in the vocabulary of {len(self)} words.", hint)

    def get_vector(self, key: Key, norm: bool = False) -> np.ndarray:
        """The vector of a word, float32 [D], read-only; scaled to length one when `norm`."""
        vector = self.vectors[self.get_index(key)]
        return unit_rows(vector[None])[0] if norm else vector

    def get_normed_vectors(self) -> np.ndarray:
        """All vectors scaled to length one, float32 [V, D]; zero vectors stay zero."""
        return unit_rows(self.vectors)

    def get_vecattr(self, key: Key, attr: str) -> int:
        """How often the word was seen: `attr` is "count". Raises W2VError where counts are not known."""
        index = self.get_index(key)
        if attr != "count":
            raise W2VError(f"{attr!r} is not known of words; the one attribute they have is 'count'.")
        if self.counts is None:
            raise W2VError("these vectors came without counts (vectors files hold none); load the model folder.")
        return int(self.counts[index])

    def most_similar(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> Neighbours:
        """Words near the weighted mean of unit vectors; the words asked for are not among them.

        positive, negative: a word or index, a vector [D] (taken at the length it has), or a list or array of them; in
        a list also `(word, weight)`, the weight signed as given, in place of 1 and -1, and instead of it a mapping from
        words to weights. topn: how many, from 0; None gives the similarities of all words searched, [V].
        restrict_vocab: search the first so many words only. Where all words searched were asked for, none is left.

        Raises UnknownWordError for an unknown word, W2VError when nothing is given, or what is none of this: NaN in a
        vector, say.
        """
        topn, restrict_vocab = number_of("topn", topn), number_of("restrict_vocab", restrict_vocab, 1)
        terms = [(term, 1.0) for term in terms_of(positive)] + [(term, -1.0) for term in terms_of(negative)]
        pairs = [term if isinstance(term, tuple) else (term, sign) for term, sign in terms]
        if not pairs:
            raise W2VError("most_similar was given no words; give at least one, positive or negative.")
        weights = np.array([weight for _, weight in pairs])
        mean = weights @ np.stack([self._vector_of(term) for term, _ in pairs])
        return self._nearest(self._cosines(mean, restrict_vocab), topn, [term for term, _ in pairs])

    def most_similar_cosmul(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> Neighbours:
        """Words by 3CosMul: similarities multiplied and divided instead of added and subtracted.

            prod_p (1 + cos(w, p)) / 2  /  (prod_n (1 + cos(w, n)) / 2 + 1e-6)

        Levy & Goldberg 2014, equation 4 with footnote 7. Arguments as in `most_similar`, without weights; the
        length of a vector does not matter here. Raises W2VError when nothing positive is given.
        """
        topn, restrict_vocab = number_of("topn", topn), number_of("restrict_vocab", restrict_vocab, 1)
        factors: list[Any] = terms_of(positive)
        divisors: list[Any] = terms_of(negative)
        if not factors:
            raise W2VError("most_similar_cosmul needs at least one positive word.")
        if any(isinstance(term, tuple) for term in factors + divisors):
            raise W2VError("most_similar_cosmul knows no weights; give the words alone, or use most_similar.")
        score = np.ones(len(self.vectors[:restrict_vocab]), dtype=np.float32)
        for term in factors:
            score *= (1 + self._cosines(self._vector_of(term), restrict_vocab)) / 2
        divisor = np.ones_like(score)
        for term in divisors:
            divisor *= (1 + self._cosines(self._vector_of(term), restrict_vocab)) / 2
        return self._nearest(score / (divisor + 1e-6), topn, factors + divisors)

    def similar_by_word(self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Neighbours:
        """The words most similar to one word; see `most_similar`."""
        return self.most_similar([word], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_vector(
        self, vector: np.ndarray, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Neighbours:
        """The words most similar to a vector [D]; see `most_similar`."""
        return self.most_similar([vector], topn=topn, restrict_vocab=restrict_vocab)

    def similarity(self, w1: Key, w2: Key) -> float:
        """Cosine of two words, in [-1, 1]."""
        return float(self.get_vector(w1, norm=True) @ self.get_vector(w2, norm=True))

    def distance(self, w1: Key, w2: Key) -> float:
        """1 - cosine of two words, in [0, 2]."""
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Key | np.ndarray, other_words: Iterable[Key] = ()) -> np.ndarray:
        """1 - cosine of a word or vector [D] to each of `other_words` [N], or to all words [V]."""
        cosines = self._cosines(self._vector_of(word_or_vector))
        others = [self.get_index(word) for word in keys_of(other_words)]
        return 1 - (cosines[others] if others else cosines)

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Cosine of the means of two lists of words. Raises W2VError when one is empty."""
        mean1, mean2 = (self[several(words)].mean(axis=0, keepdims=True) for words in (ws1, ws2))
        return float(unit_rows(mean1)[0] @ unit_rows(mean2)[0])

    def doesnt_match(self, words: Sequence[str]) -> str:
        """The word farthest from the mean of the unit vectors of all. Raises W2VError for an empty list."""
        rows = [self.get_index(word) for word in several(words)]
        units = unit_rows(self.vectors[rows])
        cosines = unit_rows(units.mean(axis=0, keepdims=True))[0] @ units.T
        return min(zip(cosines.tolist(), (self.index_to_key[row] for row in rows), strict=True))[1]

    def closer_than(self, key1: Key, key2: Key) -> list[str]:
        """The words that are closer to `key1` than `key2` is."""
        distances = self.distances(key1)
        closer = np.flatnonzero(distances < distances[self.get_index(key2)])
        return [self.index_to_key[index] for index in closer if index != self.get_index(key1)]

    def rank(self, key1: Key, key2: Key) -> int:
        """The place of `key2` among the words nearest to `key1`; the nearest is 1."""
        return len(self.closer_than(key1, key2)) + 1

    def to_embedding(self, freeze: bool = True) -> torch.nn.Embedding:
        """A copy of the vectors as a torch layer, ids as in `key_to_index`; trainable unless `freeze`."""
        import torch

        return torch.nn.Embedding.from_pretrained(torch.tensor(self.vectors), freeze=freeze)

    @classmethod
    def load(cls, path: str | Path, limit: int | None = None) -> KeyedVectors:
        """Read a model folder or a vectors file: word2vec binary or text, fastText's .vec or GloVe, compressed or not.

        Which of them it is, its bytes tell, whatever its name (`w2v.vectors.formats`). limit: the first so many words
        only. A folder says which geometry its vectors have: what comes back is of the class for that. A file does not:
        ask the class that it was saved from.

        Raises W2VError when it is none of these, damaged, or of another geometry than this class.
        """
        return cls._of(path, formats.read(path, limit, cls.dtype))

    @classmethod
    def _of(cls, path: str | Path, table: Table) -> KeyedVectors:
        words, vectors, counts, geometry = table
        kind = cls if geometry is None else GEOMETRIES[geometry]
        if not issubclass(kind, cls):
            raise W2VError(
                f"{path} holds vectors of {geometry} geometry, and {cls.__name__} is for {cls.geometry} ones; load it "
                f"with {kind.__name__}."
            )
        return kind(words, vectors, counts)

    def save(self, path: str | Path) -> None:
        """Write word2vec binary (`.bin`) or text (`.txt`, `.vec`), compressed where `.gz`, `.bz2`, `.xz` or `.zst`
        follows; counts are lost.

        Raises W2VError for another name, for a word with a space, or when the disk is full.
        """
        formats.write(path, self.index_to_key, self.vectors, self.dtype)

    @classmethod
    def load_word2vec_format(cls, path: str | Path, binary: bool = False, limit: int | None = None) -> KeyedVectors:
        """Read word2vec binary or text whatever the file is called; see `load`.

        binary: decides only where the bytes do not tell, in files of a few bytes.
        """
        return cls._of(path, formats.read(path, limit, cls.dtype, binary=binary))

    def save_word2vec_format(self, path: str | Path, binary: bool = False) -> None:
        """Write word2vec binary or text whatever the file is called; see `save`."""
        formats.write(path, self.index_to_key, self.vectors, self.dtype, binary=binary)

    def _vector_of(self, term: Single) -> np.ndarray:
        """The unit vector [D] of a word, or a vector given as such."""
        term = single_of(term)
        if isinstance(term, np.ndarray):
            return vector_of(term, self.vector_size, self.dtype)
        return self.get_vector(term, norm=True)

    def _cosines(self, vector: np.ndarray, restrict_vocab: int | None = None) -> np.ndarray:
        """Cosine of a vector [D] to the first `restrict_vocab` words, or to all: float32 [V]."""
        norms = self.norms[:restrict_vocab]
        unit = unit_rows(vector[None].astype(np.float64))[0]  # where the square of 1e20 is a number, too
        dots = self.vectors[:restrict_vocab] @ unit.astype(self.vectors.dtype)
        return np.divide(dots, norms, out=np.zeros_like(dots), where=norms > 0)

    def _nearest(self, scores: np.ndarray, topn: int | None, asked: list[Any]) -> Neighbours:
        """The `topn` words of the highest scores [V] that were not asked for; ties to the more frequent word."""
        if topn is None:
            return scores
        own = [self.get_index(term) for term in asked if not isinstance(term, np.ndarray)]
        words = np.delete(np.arange(len(scores)), [index for index in own if index < len(scores)])
        topn = min(topn, len(words))
        if topn < 1:
            return []
        least = np.partition(scores[words], -topn)[-topn]
        words = words[scores[words] >= least]
        best = words[np.argsort(-scores[words], kind="stable")[:topn]]
        return [(self.index_to_key[index], float(scores[index])) for index in best]


GEOMETRIES: dict[str, type[KeyedVectors]] = {KeyedVectors.geometry: KeyedVectors}  # `poincare.py` adds its own
