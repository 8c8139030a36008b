"""The queries of KeyedVectors that score them on files of people's questions and judgements, in gensim's form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    ) -> tuple[float, list[dict[str, Any]]]:
        """Score a file of analogies as gensim does: the accuracy, and of each section and "Total accuracy" a dict of
        "section", "correct" and "incorrect" (lists of questions). Arguments as of `w2v.evaluation.score_analogies`.
        """
        report = evaluation.score_analogies(
            self.index_to_key,
            self.vectors,
            evaluation.read_questions(analogies),
            restrict_vocab=number_of("restrict_vocab", restrict_vocab, 1),
            case_insensitive=case_insensitive,
            count_unknown=count_unknown,
        )
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
    ) -> tuple[tuple[float, float], tuple[float, float], float]:
        """Score a file of judged word pairs as gensim does: Pearson and Spearman, each with its p-value, and the
        percentage of pairs with an unknown word. Raises W2VError when that is all of them. count_unknown: these have
        cosine 0, and are not skipped.
        """
        report = evaluation.score_similarity(
            self.index_to_key,
            self.vectors,
            evaluation.read_pairs(pairs),
            restrict_vocab=number_of("restrict_vocab", restrict_vocab, 1),
            case_insensitive=case_insensitive,
            count_unknown=count_unknown,
        )
        if not report.used:
            raise W2VError(f"every pair in {pairs} has a word that is not in the vocabulary; nothing to score.")
        pearson = (report.pearson, report.pearson_pvalue)
        return pearson, (report.spearman, report.spearman_pvalue), 100 * (1 - report.coverage)
