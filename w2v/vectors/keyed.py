"""KeyedVectors: words, their vectors, and queries on them.

Names and results are those of gensim 4's KeyedVectors. Three things differ on purpose: an unknown word is always an
error (gensim ignores it in `doesnt_match`, `rank_by_centrality` and `n_similarity`), a zero vector has similarity 0 to
everything (there: NaN), and ties go to the more frequent word.

Needs numpy alone (`wmdistance` scipy, too); neither torch nor an engine. `lookup.py` has the words and vectors
themselves, `neighbours.py` the queries for near words, `means.py` those for means of words, `inner_products.py` those
about inner products and lengths, `transport.py` the distance of documents, `scores.py` those that score the vectors on
people's questions, `derived.py` what makes new vectors of these, `editing.py` what changes these, `attributes.py` what
is known of words beside, and `persistence.py` their files; `terms.py` reads the terms of a query.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.base.html_table import html_table
from w2v.base.settings import whole_number
from w2v.corpus.vocabulary import UNK
from w2v.errors import W2VError, shown
from w2v.vectors.derived import Derived
from w2v.vectors.editing import Editing
from w2v.vectors.inner_products import Correlations
from w2v.vectors.means import Means
from w2v.vectors.neighbours import Neighbours, cosines_of
from w2v.vectors.persistence import Persistence
from w2v.vectors.pretrained import Pretrained
from w2v.vectors.scores import Scores
from w2v.vectors.terms import Key, keys_of, several, words_of
from w2v.vectors.transport import Transport

if TYPE_CHECKING:
    import torch

SHOWN, NEAREST = 10, 5  # words of a notebook's table, and the neighbours of each
SHOWN_AMONG = 20_000  # most frequent words among which they are looked for: a table is there at once


class KeyedVectors(Neighbours, Means, Correlations, Transport, Scores, Derived, Editing, Persistence, Pretrained):
    """V words with a vector of D numbers each, most frequent word first.

    words: V distinct strings. vectors: finite numbers [V, D], kept as float32 and not copied when they are: not
    before something is changed here, and what was given stays as it is. counts: how often each word was seen, integers
    [V], where known. `KeyedVectors.empty(vector_size)` has no words yet.

    Raises W2VError when these do not fit together, a word comes twice, or a number is NaN or infinite.
    """

    def _repr_html_(self) -> str:
        """For notebooks: some words, frequent ones and rarer, how often each was seen, and what is nearest to it."""
        size, among = len(self), SHOWN_AMONG if len(self) > SHOWN_AMONG else None
        spread = np.geomspace(1, size, SHOWN) if size > SHOWN else np.arange(1, size + 1)
        places = np.unique(spread.round().astype(int)) - 1
        header, rows = ["number", "word"], []
        for place in places.tolist():
            near = ", ".join(word for word, _ in self.most_similar(place, topn=NEAREST, restrict_vocab=among))
            seen = [] if self.counts is None else [f"{self.counts[place]:,}"]
            rows.append([f"{place:,}", self.index_to_key[place], *seen, near])
        header += [] if self.counts is None else ["count"]
        nearest = "nearest" if among is None else f"nearest of the first {among:,} words"
        return html_table(self._size, [*header, nearest], rows)

    def similarity(self, w1: Key, w2: Key) -> float:
        """Cosine of two words, in [-1, 1]."""
        return float(self.get_vector(w1, norm=True) @ self.get_vector(w2, norm=True))

    def distance(self, w1: Key, w2: Key) -> float:
        """1 - cosine of two words, in [0, 2]."""
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Key | np.ndarray, other_words: Iterable[Key] = ()) -> np.ndarray:
        """1 - cosine of a word or vector [D] to each of `other_words` [N], or to all words [V]."""
        vector, others = self._vector_of(word_or_vector), keys_of(other_words)
        if others and self.composer is not None:
            return 1 - cosines_of(self._vectors_of(others), vector)
        cosines = self._cosines(vector)
        rows = [self.get_index(word) for word in others]
        return 1 - (cosines[rows] if rows else cosines)

    def most_similar_to_given(self, key1: Key, keys_list: Iterable[Key]) -> str:
        """Of some words the one that is most similar to `key1`, the first of them where several are.

        Raises UnknownWordError for an unknown word, W2VError for an empty list.
        """
        return words_of([max(several(keys_list), key=lambda key: self.similarity(key1, key))], self.index_to_key)[0]

    def relative_cosine_similarity(self, wa: Key, wb: Key, topn: int = 10) -> float:
        """Cosine of two words, as a part of the sum of those of the `topn` words nearest to `wa`.

            rcs(a, b) = cos(a, b) / sum_{w in topn(a)} cos(a, w)

        Above 1 / topn, b is nearer to a than its nearest words are on average: likelier a synonym than a word that only
        goes with it (Leeuwenberg et al. 2016, equation 1). topn: from 1.

        Raises UnknownWordError for an unknown word, W2VError where the sum is 0, as of a zero vector, and for points of
        the ball.
        """
        self._expect_flat("relative_cosine_similarity")
        similarity, nearest = self.similarity(wa, wb), self.similar_by_word(wa, whole_number("topn", topn, 1))
        if not (total := sum(cosine for _, cosine in nearest)):
            raise W2VError(f"the cosines of {wa!r} and the words nearest to it add up to 0; there is no part of that.")
        return float(similarity / total)

    def closer_than(self, key1: Key, key2: Key) -> list[str]:
        """The words that are closer to `key1` than `key2` is."""
        distances, place = self.distances(key1), self.get_index(key2, -1)
        closer = np.flatnonzero(distances < (distances[place] if place >= 0 else self.distances(key1, [key2])[0]))
        return [self.index_to_key[index] for index in closer if index != self.get_index(key1, -1)]

    def rank(self, key1: Key, key2: Key) -> int:
        """The place of `key2` among the words nearest to `key1`; the nearest is 1."""
        return len(self.closer_than(key1, key2)) + 1

    def to_embedding(self, freeze: bool = True, *, padding: bool = False, unknown: bool = False) -> torch.nn.Embedding:
        """A copy of the vectors as a torch layer, ids as in `key_to_index`; trainable unless `freeze`.

        More rows follow the V words, whose ids stay as they are:

            unknown    row V, for words that are not known: the mean of all vectors, or the vector of <unk> where the
                       vocabulary has it. `get_index(word, len(vectors))` is the id of any word, known or not.
            padding    the last row, zeros, which stay zeros: `embedding.padding_idx`, to pad batches with.
        """
        import torch

        more = [self._unknown()] * unknown + [np.zeros(self.vector_size)] * padding
        table = torch.tensor(np.vstack([self.vectors, *more]).astype(self.dtype))
        return torch.nn.Embedding.from_pretrained(table, freeze=freeze, padding_idx=len(table) - 1 if padding else None)

    def _unknown(self) -> np.ndarray:
        """The vector [D] of a word that is not known."""
        index = self.get_index(UNK, -1)
        return self.vectors[index] if index >= 0 else self._together(self.vectors, mean=True)

    @classmethod
    def _of_geometry(cls, geometry: str) -> type[KeyedVectors]:
        return GEOMETRIES[geometry]


def vectors_of(given: Any) -> KeyedVectors:
    """The vectors themselves, or those of a model that has them as `wv` or `kv`.

    Raises:
        W2VError: it is neither.
    """
    if isinstance(given, KeyedVectors):
        return given
    for name in ("wv", "kv"):
        if isinstance(found := getattr(given, name, None), KeyedVectors):
            return found
    raise W2VError(
        f"expected word vectors, such as model.wv or KeyedVectors.load(folder), and was given {shown(given)}."
    )


GEOMETRIES: dict[str, type[KeyedVectors]] = {KeyedVectors.geometry: KeyedVectors}  # `poincare.py` here adds one
