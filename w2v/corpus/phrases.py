"""Phrases as Python users hold them: learned from sentences, and joined in any others, under gensim's names.

    phrases = Phrases(sentences, connector_words="english")
    phrases[["the", "bank", "of", "america", "lends"]]     -> ["the", "bank_of_america", "lends"]
    bigrams, trigrams = phrases, Phrases(phrases[sentences])

These are dictionaries of strings, which can be added to. `phrase_passes.py` does the same for a whole text at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from w2v.base.json_text import is_number
from w2v.base.phrase_settings import THRESHOLDS
from w2v.base.settings import plain
from w2v.corpus.phrase_file import name_of
from w2v.corpus.phrase_joining import PhraseJoiner, checked, checked_sentences
from w2v.corpus.phrase_scores import SCORERS, Scorer, scorer
from w2v.errors import W2VError, counted, shown

if TYPE_CHECKING:
    from typing_extensions import Self


class Phrases(PhraseJoiner):
    """Which words often follow each other, learned from sentences.

    Args:
        sentences: an iterable of lists of words; nothing: they come with `add_vocab`.
        min_count: pairs seen less often are no phrases.
        threshold: pairs with a higher score are; None: 10, with npmi 0.5.
        max_vocab_size: when there are more entries after a sentence, the rarest are forgotten: those seen once, the
            next time those seen twice, and so on.
        delimiter: stands between the words of a phrase.
        scoring: "default", "npmi" (`phrase_scores.py`), or a function that is called by name with worda_count,
            wordb_count, bigram_count, len_vocab, min_count, corpus_word_count and returns the score.
        connector_words: see `PhraseJoiner`; "english" stands for articles, common prepositions, `and` and `or`.

    vocab: the count of each word that is no connector, and of each joined pair; corpus_word_count: of all words.

    Raises:
        W2VError: a value out of its range; WordTypeError: what is no sentence.
    """

    kind = "Phrases"

    def __init__(
        self,
        sentences: Iterable[Iterable[str]] | None = None,
        *,
        min_count: float = 5,
        threshold: float | None = None,
        max_vocab_size: int = 40_000_000,
        delimiter: str = "_",
        scoring: str | Scorer = "default",
        connector_words: str | Iterable[str] = frozenset(),
    ) -> None:
        super().__init__(connector_words)
        if threshold is None:
            threshold = THRESHOLDS.get(scoring, 10.0) if isinstance(scoring, str) else 10.0
        self.min_count, self.threshold = _number("min_count", min_count), _number("threshold", threshold)
        self.max_vocab_size, self.delimiter = _number("max_vocab_size", max_vocab_size), delimiter
        if self.min_count <= 0:
            raise W2VError(f"min_count is {shown(min_count)}; expected above 0, at least 1 of whole numbers.")
        if not isinstance(delimiter, str) or not delimiter:
            raise W2VError(f"delimiter is {shown(delimiter)}; expected what stands between words, such as '_'.")
        self.scoring = scorer(scoring, self.threshold)
        self.vocab: dict[str, int] = {}
        self.min_reduce = 1
        self.corpus_word_count = 0
        if sentences is not None:
            self.add_vocab(sentences)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({counted(len(self.vocab), 'entry', 'entries')})"

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{len(self.vocab)} vocab, min_count={self.min_count}, threshold={self.threshold}, "
            f"max_vocab_size={self.max_vocab_size}>"
        )

    @classmethod
    def of(cls, model: Any) -> Self:
        """From anything with the attributes of one, such as gensim's own object, which an old file was loaded as."""
        made = cls(
            min_count=model.min_count,
            threshold=model.threshold,
            max_vocab_size=model.max_vocab_size,
            delimiter=model.delimiter,
            scoring=_own(model.scoring),
            connector_words=model.connector_words,
        )
        made.vocab, made.min_reduce = dict(model.vocab), model.min_reduce
        made.corpus_word_count = model.corpus_word_count
        return made

    def add_vocab(self, sentences: Iterable[Iterable[str]]) -> None:
        """Count more sentences. They are counted apart first, so that forgetting meets them by their own counts."""
        min_reduce, vocab, words = learned(sentences, self.max_vocab_size, self.delimiter, self.connector_words)
        self.corpus_word_count += words
        if not self.vocab:
            self.vocab = vocab
            return
        self.min_reduce = max(self.min_reduce, min_reduce)
        for word, count in vocab.items():
            self.vocab[word] = self.vocab.get(word, 0) + count
        if len(self.vocab) > self.max_vocab_size:
            _forget(self.vocab, self.min_reduce)
            self.min_reduce += 1

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str, float] | tuple[None, None]:
        vocab = self.vocab
        before, after = vocab.get(word_a, 0), vocab.get(word_b, 0)
        if before <= 0 or after <= 0:
            return None, None
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        together = vocab.get(phrase, 0)
        if together <= 0:
            return None, None
        score = self.scoring(
            worda_count=before,
            wordb_count=after,
            bigram_count=together,
            len_vocab=len(vocab),
            min_count=self.min_count,
            corpus_word_count=self.corpus_word_count,
        )
        return (None, None) if score <= self.threshold else (phrase, score)

    def export_phrases(self) -> dict[str, float]:
        """All phrases with their scores.

        An entry may be a pair in several ways, new + york_city and new_york + city: of these it is the best score.
        """
        found: dict[str, float] = {}
        for entry in self.vocab:
            for word_a, between, word_b in self._pairs(entry.split(self.delimiter)):
                phrase, score = self.score_candidate(word_a, word_b, between)
                if phrase is not None and score is not None and not score <= found.get(phrase, -math.inf):
                    found[phrase] = score
        return found

    def _pairs(self, parts: list[str]) -> Iterator[tuple[str, list[str], str]]:
        """The ways in which the parts of an entry may be two words, with connector words between them."""
        for end in range(1, len(parts)):
            begin = end
            while begin < len(parts):
                yield self.delimiter.join(parts[:end]), parts[end:begin], self.delimiter.join(parts[begin:])
                if parts[begin] not in self.connector_words:
                    break
                begin += 1

    def freeze(self) -> FrozenPhrases:
        """The phrases alone, in little memory; they cannot be added to."""
        frozen: FrozenPhrases = self.kinds["FrozenPhrases"](self)
        return frozen

    def _contents(self) -> dict[str, Any]:
        names = ("min_count", "threshold", "max_vocab_size", "delimiter", "min_reduce", "corpus_word_count", "vocab")
        return _settings(self, names)

    def _fill(self, contents: dict[str, Any], scoring: Scorer) -> None:
        self.__dict__.update(contents)
        self.connector_words, self.scoring = frozenset(contents["connector_words"]), scorer(scoring, self.threshold)


class FrozenPhrases(PhraseJoiner):
    """Phrases with their scores, and nothing else.

    phrases_model: `Phrases`, or anything with its attributes and `export_phrases`, as gensim's own.

    phrasegrams: the score of each phrase.
    """

    kind = "FrozenPhrases"

    def __init__(self, phrases_model: Any) -> None:
        if not hasattr(phrases_model, "export_phrases"):
            raise W2VError(f"The phrases are {shown(phrases_model)}; expected Phrases, as Phrases(sentences) makes.")
        super().__init__(phrases_model.connector_words)
        self.threshold, self.min_count = phrases_model.threshold, phrases_model.min_count
        self.delimiter, self.scoring = phrases_model.delimiter, _own(phrases_model.scoring)
        self.phrasegrams: dict[str, float] = phrases_model.export_phrases()

    @classmethod
    def of(cls, model: Any) -> Self:
        """From anything with the attributes of one, such as gensim's own object, which an old file was loaded as."""
        made = cls.__new__(cls)
        names = ("threshold", "min_count", "delimiter")
        made.__dict__.update({name: getattr(model, name) for name in names})
        made.connector_words, made.scoring = frozenset(model.connector_words), _own(model.scoring)
        made.phrasegrams = dict(model.phrasegrams)
        return made

    def __repr__(self) -> str:
        return f"{type(self).__name__}({counted(len(self.phrasegrams), 'phrase')})"

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{len(self.phrasegrams)} phrases, min_count={self.min_count}, "
            f"threshold={self.threshold}>"
        )

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str, float] | tuple[None, None]:
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        score = self.phrasegrams.get(phrase)
        return (phrase, score) if score is not None and score > self.threshold else (None, None)

    def _contents(self) -> dict[str, Any]:
        return _settings(self, ("min_count", "threshold", "delimiter", "phrasegrams"))

    def _fill(self, contents: dict[str, Any], scoring: Scorer) -> None:
        self.__dict__.update(contents)
        self.connector_words, self.scoring = frozenset(contents["connector_words"]), scoring


PhraseJoiner.kinds = {"Phrases": Phrases, "FrozenPhrases": FrozenPhrases}


def learned(
    sentences: Iterable[Iterable[str]], max_vocab_size: int, delimiter: str, connector_words: frozenset[str]
) -> tuple[int, dict[str, int], int]:
    """Count words and pairs: (how often entries must come to be kept next time, their counts, words in all)."""
    min_reduce, vocab, words = 1, dict[str, int](), 0
    for sentence in checked_sentences(sentences):
        before: list[str] = []  # a word that begins a pair, and connector words after it
        for word in (tokens := checked(sentence)):
            if word in connector_words:
                if before:
                    before.append(word)
                continue
            vocab[word] = vocab.get(word, 0) + 1
            if before:
                pair = delimiter.join([*before, word])
                vocab[pair] = vocab.get(pair, 0) + 1
            before = [word]
        words += len(tokens)
        if len(vocab) > max_vocab_size:
            _forget(vocab, min_reduce)
            min_reduce += 1
    return min_reduce, vocab, words


def _forget(vocab: dict[str, int], least: int) -> None:
    for word in [word for word, count in vocab.items() if count < least]:
        del vocab[word]


def _own(scoring: Scorer | str) -> Scorer:
    """Ours for gensim's scorers, whose files are read without it; of another program's function the function."""
    name = scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "")
    ours = {function.__name__: function for function in SCORERS.values()} | SCORERS
    own = isinstance(scoring, str) or getattr(scoring, "__module__", "") == "gensim.models.phrases"
    return ours[name] if own and name in ours else scorer(scoring, 1.0)


def _settings(model: Any, names: Iterable[str]) -> dict[str, Any]:
    own = {name: getattr(model, name) for name in names}
    return {"scoring": name_of(model.scoring), "connector_words": sorted(model.connector_words)} | own


def _number(name: str, given: Any) -> Any:
    number = plain(given)
    if not is_number(number, infinite=True):
        raise W2VError(f"{name} is {shown(given)}; expected a number.")
    return number
