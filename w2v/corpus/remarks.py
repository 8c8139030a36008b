"""Sentences on what the words of a text look like, where that is hardly what was meant."""

from __future__ import annotations

from w2v.corpus.stream_files import CorpusReport
from w2v.corpus.vocabulary import UNK, Vocabulary
from w2v.text.looking import Choice, glued_to

MANY = 0.05  # share of the vocabulary from which on there are many such words
LOOKED_AT = 50_000  # words of the vocabulary
COVERED = 0.5  # share of the tokens that a vocabulary should hold


def remarks_on(report: CorpusReport, vocab: Vocabulary, choice: Choice | None) -> list[str]:
    """Sentences on what was left out of a text, on the tokenizer that was chosen, and on what the words look like."""
    note = [choice.note] if choice and choice.note else []
    return [*report.left_out, *note, *_on_words(report, vocab)]


def _on_words(report: CorpusReport, vocab: Vocabulary) -> list[str]:
    """Notes on a vocabulary that is case-mixed or has punctuation in it, and on one that leaves out most of a text."""
    if report.given:
        return _on_given(report, vocab)
    told = []
    if report.tokenizer == "whitespace" and (note := _uncut(vocab)):
        told.append(note)
    if report.tokenizer is None and (note := _whole_sentences(vocab)):
        told.append(note)
    kept = report.kept - (int(vocab.counts[vocab.key_to_index[UNK]]) if UNK in vocab.key_to_index else 0)
    if kept < COVERED * report.tokens:
        told.append(
            f"The vocabulary covers only {kept / report.tokens:.1%} of the tokens: {len(vocab):,} of {report.types:,} "
            f"different words were kept. A lower min_count (it is {report.min_count}) or more text keeps more, or a "
            "larger max_final_vocab if one was given; if the first tokens are no words, another tokenizer does."
        )
    return told


def _on_given(report: CorpusReport, vocab: Vocabulary) -> list[str]:
    """Notes on a vocabulary that was given and knows little of the text."""
    if report.kept >= COVERED * report.tokens:
        return []
    less = "a lower min_count" if len(vocab) > report.given else "add_words=True"
    return [
        f"The vocabulary that was given covers only {report.kept / report.tokens:.1%} of the tokens of this text, "
        f"which has {report.types:,} different words: {less} takes in more, and if the first tokens are no words, "
        "another tokenizer does."
    ]


def _whole_sentences(vocab: Vocabulary) -> str | None:
    """What shows that sentences were given in the place of tokens, as by batches of rows."""
    words = vocab.words[:LOOKED_AT]
    long = [word for word in words if len(word.split(None, 1)) > 1]
    if 2 * len(long) <= len(words):  # titles and names of several words are tokens as well
        return None
    return (
        f"Of {len(words):,} tokens {len(long):,} have spaces in them, such as {long[0]!r:.60}. A list of strings is "
        "one of tokens, each a word whatever is in it: if they are sentences, give them one by one."
    )


def _uncut(vocab: Vocabulary) -> str | None:
    """What shows that a text which was cut at white space is not cut into words."""
    words = vocab.words[:LOOKED_AT]
    twice = [word for word in words if (small := word.lower()) != word and small in vocab.key_to_index]
    glued = list(filter(glued_to, words))
    found = []
    if 2 * len(twice) > MANY * len(words):
        found.append(f"{len(twice):,} {'is' if len(twice) == 1 else 'are'} there in small letters, too ({twice[0]})")
    if len(glued) > MANY * len(words):
        found.append(
            f"{len(glued):,} {'has' if len(glued) == 1 else 'have'} punctuation that is no part of a word ({glued[0]})"
        )
    if not found:
        return None
    which = "most frequent words" if len(words) < len(vocab) else "words"
    return f"Of the {len(words):,} {which} {', and '.join(found)}. tokenizer='words' cuts and lower-cases any text."
