"""Documents to vectors as scikit-learn has it: a transformer for pipelines, `clone` and grid searches.

    pipeline = make_pipeline(W2VTransformer(vector_size=50), LogisticRegression())
    pipeline.fit(texts, labels).score(more_texts, their_labels)

A document's vector is the weighted mean of those of its n known words,

    v = 1/n sum_i f(w_i) v_i,    f(w) = 1 (mean)   or   f(w) = a / (a + p(w)) (SIF),

p(w) being the share of w in the text; then, where asked for, without its part along the directions u_1, ..., u_k that
the documents have most in common, v - sum_j (u_j . v) u_j: Arora, Liang and Ma 2017, A simple but tough-to-beat
baseline for sentence embeddings, algorithm 1.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.base.settings import whole_number
from w2v.corpus.phrase_documents import joiners_of
from w2v.corpus.phrase_scores import Joining
from w2v.errors import W2VError, counted, shown
from w2v.models.model import Model
from w2v.text.frames import rows_of
from w2v.text.looking import choose
from w2v.text.reading import SAMPLE
from w2v.text.records import likely
from w2v.text.sources import Sentences
from w2v.text.tokenize import AUTO, Tokenizer, get_tokenizer
from w2v.vectors import KeyedVectors
from w2v.vectors.keyed import vectors_of
from w2v.word2vec import Word2Vec

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as missing:
    raise ImportError("w2v.sklearn needs scikit-learn: pip install 'w2v[sklearn]'") from missing

WEIGHTINGS = ("mean", "sif")
_REMEMBERED = 1 << 14  # words whose vectors are composed


class W2VTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Documents to the means of their words' vectors, which are trained on these documents or given.

    Args:
        vector_size, window, min_count, max_final_vocab, arch, head, negative, epochs, alpha, sample, tokenizer, seed,
            workers: as in `w2v.Config`, where None follows the text.
        deterministic: as there, but on: the same documents and settings give the same vectors on any number of threads.
        settings: further fields of `w2v.Config`, {"unk": True}. Phrases that are joined in training, {"phrases": 1},
            are joined in all documents; with subwords, {"subword": "fasttext"}, words that are not known have vectors.
        vectors: instead of training, word vectors: KeyedVectors, a model that has them, or the path of either, which
            `clone` and grid searches do not copy. Then of the settings only the tokenizer's matter.
        weighting: "mean", or "sif", which lets frequent words count less.
        sif_a: a of SIF, above 0; the larger, the nearer to the mean. Usually 1e-4 to 1e-3.
        common_components: how many directions that the documents of `fit` have in common are taken out; Arora et al.
            take out 1 with "sif". 0: none.
        verbose: show how training goes.

    Documents X are strings, which are cut into words, or lists of tokens: a list, an array, a column of a data frame,
    or any other iterable.

    Attributes:
        vectors_: the word vectors, KeyedVectors.
        model_: the trained Word2Vec; None where vectors were given.
        components_: float64 [k, D], orthonormal; the directions taken out.
    """

    def __init__(
        self,
        vector_size: int = 100,
        *,
        window: int = 5,
        min_count: int | None = None,
        max_final_vocab: int | None = None,
        arch: str = "skipgram",
        head: str | type = "ns",
        negative: int = 5,
        epochs: int | None = None,
        alpha: float | None = None,
        sample: float | None = None,
        tokenizer: str | Callable[[str], list[str]] = AUTO,
        seed: int = 1,
        workers: int = 0,
        deterministic: bool = True,
        settings: Mapping[str, Any] | None = None,
        vectors: Any = None,
        weighting: str = "mean",
        sif_a: float = 1e-3,
        common_components: int = 0,
        verbose: bool = False,
    ) -> None:
        self.vector_size = vector_size
        self.window = window
        self.min_count = min_count
        self.max_final_vocab = max_final_vocab
        self.arch = arch
        self.head = head
        self.negative = negative
        self.epochs = epochs
        self.alpha = alpha
        self.sample = sample
        self.tokenizer = tokenizer
        self.seed = seed
        self.workers = workers
        self.deterministic = deterministic
        self.settings = settings
        self.vectors = vectors
        self.weighting = weighting
        self.sif_a = sif_a
        self.common_components = common_components
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None) -> W2VTransformer:
        """Train word vectors on documents, or take those that were given, and see what the documents have in common.

        X: documents. y: ignored. Returns self.
        Raises W2VError for a setting out of range, or for documents that cannot be trained on.
        """
        self._fitted(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> np.ndarray:
        """`fit` and then `transform`, float32 [n, D]; also for documents that can be gone through but once."""
        documents = self._fitted(X)
        return self.transform(documents)

    def transform(self, X: Any) -> np.ndarray:
        """The vectors of documents, float32 [n, D]: of one without a known word, zeros.

        Raises NotFittedError before `fit`, W2VError for what is no document.
        """
        check_is_fitted(self)
        found = self._means(_documents(X))
        return (found - found @ self.components_.T @ self.components_).astype(np.float32)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "components_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        tags.transformer_tags.preserves_dtype = []  # of texts there is none
        return tags

    @property
    def _n_features_out(self) -> int:
        return self.vectors_.vector_size

    def _fitted(self, X: Any) -> list[Any]:
        """Fit on documents, which are then there as often as they are needed."""
        self._check()
        documents = list(_documents(X))
        config = self._config()
        self._cut = _tokenizer(documents, self.tokenizer, config)
        tokens = [self._tokens(document, number) for number, document in enumerate(documents, 1)]
        if self.vectors is None:
            self.model_: Word2Vec | None = Word2Vec(tokens, config=config, progress=bool(self.verbose))
            self.vectors_ = self.model_.wv
            self._joiners = joiners_of(tokens, Joining.of(config))
        else:
            self.model_, self.vectors_, self._joiners = None, _given(self.vectors), []
        if self.vectors_.geometry != KeyedVectors.geometry:
            raise W2VError(
                f"the word vectors are of {self.vectors_.geometry} geometry, where a weighted sum is no mean. Give "
                "flat ones, or train another head than poincare."
            )
        self._factors = self._factors_of(tokens)
        found = self._means(tokens) if self.common_components else np.zeros((0, self._n_features_out))
        _, directions = np.linalg.eigh(found.T @ found)
        most = min(self.common_components, len(found), self._n_features_out)
        self.components_ = directions[:, ::-1][:, :most].T
        return tokens

    def _check(self) -> None:
        if self.weighting not in WEIGHTINGS:
            raise W2VError(f"weighting is {shown(self.weighting)}; expected one of: {', '.join(WEIGHTINGS)}.")
        a = self.sif_a
        if isinstance(a, bool) or not isinstance(a, int | float | np.number) or not 0 < a < np.inf:
            raise W2VError(f"sif_a is {shown(a)}; expected a number above 0, such as 1e-3.")
        whole_number("common_components", self.common_components, 0)
        if self.settings is not None and not isinstance(self.settings, Mapping):
            raise W2VError(f"settings is {shown(self.settings)}; expected a dict of fields of w2v.Config, or None.")

    def _config(self) -> Config:
        own = (
            *("vector_size", "window", "min_count", "max_final_vocab", "arch", "head", "negative", "epochs", "alpha"),
            *("sample", "seed", "workers", "deterministic"),
        )
        more = dict(self.settings or {})
        if twice := sorted({*own, "tokenizer"} & set(more)):
            raise W2VError(f"settings has {', '.join(twice)}, which W2VTransformer takes by name; give it there.")
        return Config.of({name: getattr(self, name) for name in own} | more)

    def _factors_of(self, documents: Iterable[list[str]]) -> np.ndarray:
        """f(w) of each word, float64 [V]; p(w) by the counts of the vectors, where they have none by the documents."""
        if self.weighting == "mean":
            return np.ones(len(self.vectors_))
        counts = self.vectors_.counts
        if counts is None:
            rows = np.fromiter(self._rows(chain.from_iterable(map(self._joined, documents))), np.int64)
            counts = np.bincount(rows, minlength=len(self.vectors_))
        return self.sif_a / (self.sif_a + counts / max(counts.sum(), 1))

    def _rows(self, tokens: Iterable[str]) -> Iterator[int]:
        row_of = self.vectors_.key_to_index
        return (row_of[token] for token in tokens if token in row_of)

    def _means(self, documents: Iterable[Any]) -> np.ndarray:
        """The weighted means of documents' known words, float64 [n, D]."""
        found, without = [], 0
        composer, known = self.vectors_.composer, self.vectors_.key_to_index
        composed = lru_cache(_REMEMBERED)(composer.compose) if composer else None
        for number, document in enumerate(documents, 1):
            tokens = self._joined(self._tokens(document, number))
            rows = np.fromiter(self._rows(tokens), np.int64)
            total, number_known = self._factors[rows] @ self.vectors_.vectors[rows], len(rows)
            if composed is not None:
                others = [composed(token) for token in tokens if token not in known]
                parts = [vector for vector in others if vector is not None]
                total, number_known = total + sum(parts), number_known + len(parts)  # their p(w) is 0, and f(w) 1
            without += not number_known
            found.append(total / max(number_known, 1))
        if 2 * without > len(found):
            warnings.warn(
                f"Of {counted(len(found), 'document')} {without:,} have no word that is known: their vectors are 0. "
                "Are words cut and written as in what the vectors were trained on?",
                stacklevel=3,
            )
        return np.array(found, dtype=np.float64).reshape(len(found), self._n_features_out)

    def _joined(self, tokens: list[str]) -> list[str]:
        """A document's tokens with the phrases that training has joined."""
        for joiner in self._joiners:
            tokens = joiner[tokens]
        return tokens

    def _tokens(self, document: Any, number: int) -> list[str]:
        if isinstance(document, str):
            return self._cut(document)
        if isinstance(document, list) and all(isinstance(token, str) for token in document):
            return document
        odd = next((token for token in document if not isinstance(token, str)), None)
        raise W2VError(f"document {number} has the token {shown(odd)}; expected a text, or a list of strings.")


def _documents(X: Any) -> Iterator[Any]:
    """Strings, or lists of tokens. Raises W2VError for what is no iterable of these, such as one text."""
    if isinstance(X, str | Path):
        raise W2VError(f"the documents are the one text {str(X)!r:.60}; expected several, such as a list of strings.")
    if getattr(X, "ndim", 1) == 2 and X.shape[1] == 1:  # a list of one column, as ColumnTransformer gives it
        X = X.iloc[:, 0] if hasattr(X, "iloc") else X[:, 0]
    if (rows := rows_of(X)) is not None:
        raise W2VError(
            f"the documents are a table of type {type(X).__name__} with the columns {', '.join(rows.columns):.200}; "
            f"expected one of them, df[{likely(rows.columns)!r}]. In a ColumnTransformer name it without a list."
        )
    if isinstance(X, bytes | Mapping) or not isinstance(X, Iterable) or getattr(X, "ndim", 1) == 0:
        raise W2VError(f"the documents are of type {type(X).__name__}; expected strings, or lists of tokens.")
    for batch in Sentences(X, "the documents").batches():
        yield from batch.lines


def _tokenizer(documents: list[Any], asked: str | Tokenizer, config: Config) -> Tokenizer:
    if asked == AUTO:
        texts = (document for document in documents if isinstance(document, str))
        sample = "\n".join(islice(texts, 10_000))[:SAMPLE]
        asked = choose(sample, config.keep_punctuation).tokenizer
    return get_tokenizer(asked, config.keep_punctuation)


def _given(vectors: Any) -> KeyedVectors:
    if isinstance(vectors, str | Path):
        return KeyedVectors.load(vectors)
    return vectors.vectors if isinstance(vectors, Model) else vectors_of(vectors)
