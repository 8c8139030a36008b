"""Defaults that follow from the text: min_count, sample, epochs and alpha, from its size and vocabulary.

For a text of N words, V of them different, and thresholds t of subsampling:

    min_count  5, as in word2vec.c; in a text of under 100,000 words less, where else half of them were left out; 1 in a
               text that a class can read, whose every word is meant
    epochs     5 sqrt(17 million / N), from 5 to 500. A long text needs few passes, a short one
                many, or its vectors would hardly move from where they began.
    sample     t = 1e-4 (Skip-gram with hs: 1e-3), and 0.4 / V at least: words no more frequent than the average are
               always kept. Beyond 17 million words it falls with sqrt(N), to a tenth: of such a text less will do.
               Where a run would pass fewer than ENOUGH words that are kept, the next higher t with which it does, or 0.
    alpha      of ova, larger in small vocabularies: a hidden vector gets gradients from all V rows

Where a model is trained further, epochs are a quarter of that, 5 at least, and alpha a tenth (`more.py` says why).

`experiments/small_texts.py` measures the rule beside gensim's defaults, on texts of 30 to a million words, and
`experiments/LOG.md` has what else was tried. For texts beyond 17 million words it is Mikolov et al.'s advice (2013b,
section 2.3: 1e-5 for a billion), not measured here.
"""

import math
from dataclasses import asdict
from typing import Any

import numpy as np

from w2v.base import phrase_settings
from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.examples.input_rows import ONE_ROW_EACH
from w2v.examples.subword_rows import input_rows
from w2v.examples.subwords import FLORET_BUCKET
from w2v.heads import from_outside, spec_of
from w2v.heads.chunk_size import chunk_size
from w2v.training.subwords import subwords_for

LONG = 17_000_000  # words of text that are enough for FEWEST passes and the usual threshold
FEWEST, MOST = 5, 500  # epochs
ENOUGH = 250_000  # words, after subsampling, that a run should pass
FEWER_PASSES, LOWER_RATE = 4, 10  # where a model is trained further (`more.py`), divisors of epochs and alpha
ALL_KEPT = 0.4  # t / f from which on a word is never left out: sqrt(x) + x = 1 at x = .38
THRESHOLDS = [float(f"{digit}e-{place}") for place in range(6, 0, -1) for digit in range(1, 10)]  # short to write


def follow_text(config: Config, vocab: Vocabulary, words: int | None = None, *, still: bool = False) -> Config:
    """The settings with `sample`, `epochs` and `alpha` as they suit a text with these counts, where they are None.

    Settings that follow a text already, or were given, stay as they are. `min_count` has to follow before, when
    the text is read (`usual_min_count`).

    words: of the text on which a model is trained further, whose counts these are; None: the counts are the text's.
    still: whether the words that it knows stay as they are, and the rate need be no lower for them.
    """

    spec, seen = spec_of(config.head), int(vocab.counts.sum())
    passes, rate = (1, 1) if words is None else (FEWER_PASSES, 1 if still else LOWER_RATE)
    words = seen if words is None else max(words, 1)
    epochs, sample = config.epochs, config.sample
    if epochs is None:
        epochs = min(max(round(FEWEST * math.sqrt(LONG / words) / passes), FEWEST), MOST // passes)
    if sample is None:
        usual = spec.sample(config) * min(max(math.sqrt(LONG / words), 0.1), 1)
        least = max(usual, ALL_KEPT / len(vocab)) * (1 - 1e-9)  # a number of THRESHOLDS is its own
        sample = next((t for t in THRESHOLDS if t >= least and epochs * vocab.kept(t) * words / seen >= ENOUGH), 0.0)
    config = config.replace(sample=sample, epochs=epochs, alpha=config.alpha or spec.alpha(len(vocab)) / rate)
    config.check_rates(spec.start_alpha(config))
    return config


def used(config: Config, vocab: Vocabulary, tags: int = 0) -> dict[str, Any]:
    """Each setting by name, with what a run used that followed a text with these counts, in words where it is no value.

    tags: how many of documents there are. Of a class from outside, which is not imported for this, only what is given
    is known.
    """
    values = asdict(config)
    values["max_final_vocab"] = config.max_final_vocab or "no limit"
    values["field"] = config.field or "none"
    if config.phrase_threshold is None:
        values["phrase_threshold"] = phrase_settings.THRESHOLDS[config.phrase_scoring]
    values["phrase_connectors"] = config.phrase_connectors or "none"
    if config.bucket is None:
        by_scheme = {"none": "none", "fasttext": "none (a row for each n-gram)", "floret": FLORET_BUCKET}
        values["bucket"] = by_scheme[config.subword]
    values["workers"] = config.workers or "0 (one per core)"
    values["sync_every"] = config.sync_every or "by the text"
    if from_outside(config.head):
        return {name: "as its head says" if value is None else value for name, value in values.items()}
    spec = spec_of(config.head)
    values["shared_negatives"] = spec.shared_negatives(config) or "none"
    keep = np.floor(vocab.keep_probability(config.sample or 0.0) * 2.0**32)
    in_steps = spec.learns_from == "windows" and vocab.counts.any()
    if in_steps:
        subwords = subwords_for(config, vocab)
        rows = input_rows(config, vocab.words, subwords) if subwords else ONE_ROW_EACH
        values["chunk"] = chunk_size(config, vocab.counts, keep, rows, tags)
    else:
        values["chunk"] = "none"
    return values


def chosen(asked: Config, config: Config) -> str | None:
    """A sentence on what `follow_text` made of the settings `asked` for; None where nothing was left to the text."""
    if asked.sample is not None and asked.epochs is not None:
        return None
    found = {
        "sample": f"sample {config.sample:g}" + ("" if config.sample else " (every word is kept)"),
        "epochs": f"{config.epochs} epochs",
        "alpha": f"alpha {config.alpha:g}",
    }
    told = [words for name, words in found.items() if getattr(asked, name) is None]
    return f"Chosen to suit the text: {', '.join(told)}."
