"""The queries of KeyedVectors that score them on files of people's questions and judgements, in gensim's form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from w2v import evaluation
from w2v.errors import W2VError
from w2v.vectors.lookup import Lookup
from w2v.vectors.terms import number_of


class Scores(Lookup):
    """Queries of KeyedVectors by the protocol of `w2v.evaluation`."""

    def evaluate_word_analogies(
        self,
        analogies: str | Path,
        restrict_vocab: int | None = 300_000,
        case_insensitive: bool = True,
        *,
        count_unknown: bool = False,
        oov: bool = False,
    ) -> tuple[float, list[dict[str, Any]]]:
        """Score a file of analogies as gensim does: the accuracy, and of each section and "Total accuracy" a dict of
        "section", "correct" and "incorrect" (lists of questions). Arguments as of `w2v.evaluation.score_analogies`.

        oov: with subwords, a word that is not in the vocabulary is known by the vector that is composed for it, and can
        be an answer, too.
        """
        how: dict[str, Any] = {"case_insensitive": case_insensitive, "count_unknown": count_unknown}
        report = self.score_analogies(evaluation.read_questions(analogies), restrict_vocab, oov=oov, **how)
        named = [(part.name, part) for part in report.sections] + [("Total accuracy", report.total)]
        sections = [{"section": name, "correct": part.right, "incorrect": part.wrong} for name, part in named]
        return report.accuracy, sections

    def evaluate_word_pairs(
        self,
        pairs: str | Path,
        restrict_vocab: int | None = 300_000,
        case_insensitive: bool = True,
        *,
        count_unknown: bool = False,
        oov: bool = False,
    ) -> tuple[tuple[float, float], tuple[float, float], float]:
        """Score a file of judged word pairs as gensim does: Pearson and Spearman, each with its p-value, and the
        percentage of pairs with an unknown word. Raises W2VError when that is all of them. count_unknown: these have
        cosine 0, and are not skipped. oov: as of `evaluate_word_analogies`.
        """
        how: dict[str, Any] = {"case_insensitive": case_insensitive, "count_unknown": count_unknown}
        report = self.score_similarity(evaluation.read_pairs(pairs), restrict_vocab, oov=oov, **how)
        if not report.used:
            raise W2VError(f"every pair in {pairs} has a word that is not in the vocabulary; nothing to score.")
        pearson = (report.pearson, report.pearson_pvalue)
        return pearson, (report.spearman, report.spearman_pvalue), 100 * (1 - report.coverage)

    def score_analogies(
        self,
        questions: Mapping[str, Sequence[evaluation.Question]],
        restrict_vocab: int | None = 300_000,
        *,
        oov: bool = False,
        **how: Any,
    ) -> evaluation.AnalogyReport:
        """`w2v.evaluation.score_analogies` of questions that were read; oov: as of `evaluate_word_analogies`."""
        asked = [word for section in questions.values() for question in section for word in question]
        words, vectors, most = self._known_to_scores(asked, restrict_vocab, oov, how.get("case_insensitive", True))
        return evaluation.score_analogies(words, vectors, questions, restrict_vocab=most, **how)

    def score_similarity(
        self,
        pairs: Sequence[evaluation.Pair],
        restrict_vocab: int | None = 300_000,
        *,
        oov: bool = False,
        **how: Any,
    ) -> evaluation.SimilarityReport:
        """`w2v.evaluation.score_similarity` of pairs that were read; oov: as of `evaluate_word_analogies`."""
        asked = [word for pair in pairs for word in pair[:2]]
        words, vectors, most = self._known_to_scores(asked, restrict_vocab, oov, how.get("case_insensitive", True))
        return evaluation.score_similarity(words, vectors, pairs, restrict_vocab=most, **how)

    def _known_to_scores(
        self, asked: list[str], restrict_vocab: int | None, oov: bool, case_insensitive: bool
    ) -> tuple[list[str], np.ndarray, int | None]:
        most = number_of("restrict_vocab", restrict_vocab, 1)
        if not oov:
            return self.index_to_key, self.vectors, most
        if self.composer is None:
            raise W2VError(
                "oov asks for vectors of words that are not in the vocabulary, and these vectors have no subwords to "
                "compose them of. Train with subword='fasttext', or leave it out."
            )
        cased: dict[str, Any] = {"restrict_vocab": most, "case_insensitive": case_insensitive}
        return *evaluation.with_unknown(self.index_to_key, self.vectors, asked, self._vector_or_none, **cased), None

    def _vector_or_none(self, word: str) -> np.ndarray | None:
        """The vector of a word, composed or not."""
        return self.get_vector(word) if word in self else None
