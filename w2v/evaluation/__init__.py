"""Scores of word vectors against questions that people wrote: analogies and graded similarity.

    from w2v import evaluation
    report = evaluation.score_analogies(words, vectors, evaluation.read_questions("questions-words.txt"))

Pure functions of words and a matrix, and the readers of test files: nothing here knows how the vectors were made or
where they are kept.

The protocol is gensim 4's, to the last question, so that scores can be compared: only the first `restrict_vocab` words
(the most frequent) are known; words that differ only in case are one, and the most frequent of them lends its vector;
a question or pair with an unknown word is skipped. How much was skipped is part of every report. With subwords, words
that are composed can count as known (`with_unknown`).
"""

from w2v.evaluation.analogies import AnalogyReport, SectionScore, score_analogies
from w2v.evaluation.question_files import Pair, Question, read_pairs, read_questions
from w2v.evaluation.similarity import SimilarityReport, correlate, score_similarity
from w2v.evaluation.unknown_words import with_unknown

__all__ = [
    "AnalogyReport",
    "Pair",
    "Question",
    "SectionScore",
    "SimilarityReport",
    "correlate",
    "read_pairs",
    "read_questions",
    "score_analogies",
    "score_similarity",
    "with_unknown",
]
