"""Scores of gensim's KeyedVectors on files of analogies and of judged pairs, by the protocol of `w2v.evaluation`."""

from pathlib import Path
from typing import Any

from w2v import evaluation
from w2v.errors import W2VError
from w2v.evaluation.question_files import pairs_of
from w2v.evaluation.similarity import compared
from w2v.gensim.keyed_queries import Queries
from w2v.gensim.keyed_store import logger
from w2v.gensim.paths import expect

_UTF8 = {"utf8", "utf-8", "utf_8", "utf-8-sig"}


class Scores(Queries):
    """Methods that score vectors on people's questions; what they find is also in the log."""

    def evaluate_word_analogies(
        self,
        analogies: str | Path,
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """The accuracy on a file of analogies, and of each section and "Total accuracy" a dict of "section", "correct"
        and "incorrect" (lists of questions, in capital letters when `case_insensitive`).

        Lines that are no question are passed over. dummy4unknown: questions with an unknown word are wrong, and not
        passed over. similarity_function: without effect, as in gensim.
        """
        expect(analogies, "a file of analogies")
        report = evaluation.score_analogies(
            [str(key) for key in self.index_to_key],
            self.vectors,
            evaluation.read_questions(analogies, lenient=True),
            restrict_vocab=restrict_vocab,
            case_insensitive=case_insensitive,
            count_unknown=dummy4unknown,
        )
        sections = []
        for name, part in [(part.name, part) for part in report.sections] + [("Total accuracy", report.total)]:
            change = _upper if case_insensitive else tuple
            right, wrong = ([change(question) for question in asked] for asked in (part.right, part.wrong))
            sections.append({"section": name, "correct": right, "incorrect": wrong})
            self.log_accuracy(sections[-1])
        if not dummy4unknown:
            logger.info("Quadruplets with out-of-vocabulary words: %.1f%%", 100 * (1 - report.coverage))
        return report.accuracy, sections

    @staticmethod
    def log_accuracy(section: dict[str, Any]) -> None:
        """Log how a section went."""
        right, wrong = len(section["correct"]), len(section["incorrect"])
        if right + wrong:
            share = 100.0 * right / (right + wrong)
            logger.info("%s: %.1f%% (%i/%i)", section["section"], share, right, right + wrong)

    def evaluate_word_pairs(
        self,
        pairs: str | Path,
        delimiter: str = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> tuple[Any, Any, float]:
        """Pearson and Spearman with people's judgements, as scipy gives them (`statistic`, `pvalue`, or a tuple of
        these), and the percentage of pairs with an unknown word.

        Lines that are no pair are passed over. dummy4unknown: pairs with an unknown word have similarity 0, and are
        not passed over.

        Raises W2VError, a ValueError, where no pair is left.
        """
        if str(encoding).lower() in _UTF8:
            expect(pairs, "a file of word pairs")
            judged = evaluation.read_pairs(pairs, delimiter=delimiter, lenient=True)
        else:
            with open(pairs, encoding=encoding) as file:
                lines = [(number, line.strip()) for number, line in enumerate(file, 1) if line.strip()]
            judged = pairs_of(pairs, lines, delimiter, True)
        words = [str(key) for key in self.index_to_key]
        settings = (restrict_vocab, case_insensitive)
        cosines, judgements, unknown = compared(words, self.vectors, judged, *settings, False)
        if dummy4unknown:
            cosines, judgements, _ = compared(words, self.vectors, judged, *settings, True)
        if not len(cosines):
            raise W2VError(
                f"No valid similarity judgements found in {pairs}: either they are not words and a number with "
                f"{delimiter!r} between them, or all have words that are not in {self}."
            )
        from scipy import stats  # takes most of a second to import

        spearman, pearson = stats.spearmanr(judgements, cosines), stats.pearsonr(judgements, cosines)
        share = 100.0 * unknown / len(judged)
        self.log_evaluate_word_pairs(pearson, spearman, share, pairs)
        return pearson, spearman, share

    @staticmethod
    def log_evaluate_word_pairs(pearson: Any, spearman: Any, oov: float, pairs: Any) -> None:
        """Log how a file of pairs went."""
        logger.info("Pearson correlation coefficient against %s: %.4f", pairs, pearson[0])
        logger.info("Spearman rank-order correlation coefficient against %s: %.4f", pairs, spearman[0])
        logger.info("Pairs with unknown words ratio: %.1f%%", oov)


def _upper(question: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.upper() for word in question)
