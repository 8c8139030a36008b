"""The vocabulary of a `w2v.gensim` model: which words of a corpus it has, how often they occur, and what follows."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import GeneratorType
from typing import Any

import numpy as np

from w2v.errors import counted, shown
from w2v.gensim.errors import NotReadyError, WrongTypeError
from w2v.gensim.notes import logger
from w2v.gensim.scanning import Scan, scan, scan_pruned
from w2v.gensim.sentences import LineSentence
from w2v.gensim.utils import TrimRule, keep_vocab_item
from w2v.gensim.weights import Weights


class Vocabularies(Weights):
    """How a vocabulary is built and added to."""

    def build_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        update: bool = False,
        progress_per: int = 10000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        **kwargs: Any,
    ) -> None:
        """Read a corpus for its words, and make weights for them.

        Args:
            corpus_iterable: sentences, each a list of words; may be a generator, since it is read once.
            corpus_file: instead, the path of a file with a sentence a line, its words between white space.
            update: add the words to those of the model, and their counts to those that are known; weights stay.
            keep_raw_vocab: keep `raw_vocab`, the counts of all words of the corpus.
            trim_rule: says of each word whether it stays: trim_rule(word, count, min_count) is one of gensim.utils'
                RULE_KEEP, RULE_DISCARD and RULE_DEFAULT; with the last one min_count decides, as without a rule.
            kwargs: min_count, sample: from now on, instead of the model's.

        Raises:
            WrongTypeError: no corpus or two, or what is none.
            NotReadyError: update without a vocabulary that could be added to.
        """
        self._build(check_corpus(corpus_iterable, corpus_file, 1), update, keep_raw_vocab, trim_rule, **kwargs)

    def _build(
        self,
        corpus: Any,
        update: bool = False,
        keep_raw: bool = False,
        trim_rule: TrimRule | None = None,
        **kwargs: Any,
    ) -> Scan:
        """Build the vocabulary from a corpus that was checked, and give what was read."""
        found = self._scan(corpus, trim_rule)
        self.corpus_count, self.corpus_total_words = found.sentences, found.words
        report: dict[str, Any] = self.prepare_vocab(update, keep_raw, trim_rule, **kwargs)
        report["memory"] = self.estimate_memory(vocab_size=report["num_retained_words"])
        self.prepare_weights(update=update)
        self.add_lifecycle_event("build_vocab", update=update, trim_rule=str(trim_rule))
        return found

    def build_vocab_from_freq(
        self,
        word_freq: Mapping[Any, int],
        keep_raw_vocab: bool = False,
        corpus_count: int | None = None,
        trim_rule: TrimRule | None = None,
        update: bool = False,
    ) -> None:
        """The same from words and their counts, without a corpus.

        Args:
            word_freq: how often each word occurs.
            corpus_count: how many sentences there are.
            keep_raw_vocab, trim_rule, update: as for `build_vocab`.

        Raises:
            WrongTypeError: `word_freq` is no mapping from words to whole numbers.
        """
        if not isinstance(word_freq, Mapping) or not all(isinstance(n, int | np.integer) for n in word_freq.values()):
            raise WrongTypeError(
                f"word_freq is {shown(word_freq)}; expected how often each word occurs, as {{'graph': 3, 'tree': 2}}."
            )
        self.corpus_count = corpus_count or 0
        self.raw_vocab = defaultdict(int, word_freq)
        report: dict[str, Any] = self.prepare_vocab(update, keep_raw_vocab, trim_rule)
        report["memory"] = self.estimate_memory(vocab_size=report["num_retained_words"])
        self.prepare_weights(update=update)

    def scan_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        progress_per: int = 10000,
        workers: int | None = None,
        trim_rule: TrimRule | None = None,
    ) -> tuple[int, int]:
        """Count the words of a corpus, into `raw_vocab`; how many words and sentences it has."""
        found = self._scan(check_corpus(corpus_iterable, corpus_file, 1), trim_rule)
        return found.words, found.sentences

    def _scan(self, corpus: Any, trim_rule: TrimRule | None) -> Scan:
        found = scan_pruned(corpus, self.max_vocab_size, trim_rule) if self.max_vocab_size else scan(corpus)
        self.raw_vocab = found.counts
        logger.info(
            "collected %i word types from a corpus of %i raw words and %i sentences",
            *(len(found.counts), found.words, found.sentences),
        )
        return found

    def prepare_vocab(
        self,
        update: bool = False,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        min_count: int | None = None,
        sample: float | None = None,
        dry_run: bool = False,
    ) -> dict[str, int]:
        """Choose among the words of `raw_vocab`, and with `update` add them to those of the model.

        Args:
            update, keep_raw_vocab, trim_rule: as for `build_vocab`.
            min_count, sample: instead of the model's, and from now on.
            dry_run: change nothing, and only report.

        Returns:
            How many words would be dropped (drop_unique) and stay (num_retained_words), how often these occur
            (retain_total), how many of them subsampling thins out (downsample_unique), and how many words of text
            that leaves (downsample_total).

        Raises:
            NotReadyError: no corpus was scanned yet.
        """
        if self.raw_vocab is None:
            raise NotReadyError("There are no counted words yet. Call scan_vocab(corpus) or build_vocab(corpus) first.")
        min_count, sample = min_count or self.min_count, sample or self.sample or 0
        self.effective_min_count = least = self._least(min_count)
        words, counts = list(self.raw_vocab), np.fromiter(self.raw_vocab.values(), np.int64, len(self.raw_vocab))
        if trim_rule is None:
            stays = counts >= least
        else:
            answers = (keep_vocab_item(*item, least, trim_rule) for item in self.raw_vocab.items())
            stays = np.fromiter(answers, bool, len(words))
        kept = [words[i] for i in np.flatnonzero(stays).tolist()]
        retained = counts[stays]
        total = int(retained.sum())
        probability = _keep_probability(retained, total, sample)
        report = {
            "drop_unique": len(words) - len(kept),
            "retain_total": total,
            "downsample_unique": int((probability < 1).sum()),
            "downsample_total": int((probability * retained).sum()),
            "num_retained_words": len(kept),
        }
        if not dry_run:
            if not update:
                self.min_count, self.sample = min_count, sample
            self._take(kept, retained, probability, update)
            if not keep_raw_vocab:
                self.raw_vocab = defaultdict(int)
            if self.null_word:
                self.add_null_word()
            if self.hs:
                self.create_binary_tree()
            if self.negative:
                self.make_cum_table()
        self.add_lifecycle_event(
            "prepare_vocab",
            msg=f"effective_min_count={least} retains {counted(len(kept), 'word')} of {len(words):,}, which occur "
            f"{counted(total, 'time')}; downsampling leaves about {report['downsample_total']:,}",
        )
        return report

    def _least(self, min_count: int) -> int:
        """How often a word must occur so that no more than `max_final_vocab` are left, and at least `min_count`."""
        assert self.raw_vocab is not None
        if self.max_final_vocab is None or self.max_final_vocab >= len(self.raw_vocab):
            return min_count
        ordered = sorted(self.raw_vocab.values(), reverse=True)
        return max(ordered[self.max_final_vocab] + 1, min_count)

    def _take(self, words: list[Any], counts: np.ndarray, probability: np.ndarray, update: bool) -> None:
        """Make words those of the model, the most frequent first, or add them to its words behind them."""
        wv = self.wv
        thresholds = (probability * (2**32 - 1)).astype(np.uint32)
        if update:
            known = wv.key_to_index
            self._counts_before = self.counts_from_one() if "count" in wv.expandos else None
            new = np.array([word not in known for word in words], bool)
            wv.index_to_key.extend(word for word, is_new in zip(words, new, strict=True) if is_new)
            known.update((word, i) for i, word in enumerate(wv.index_to_key[len(known) :], len(known)))
            wv.allocate_vecattrs(attrs=["count", "sample_int"], types=[np.int64, np.uint32])
            places = np.array([known[word] for word in words], np.int64)
            wv.expandos["sample_int"][places] = thresholds
            assert self.raw_vocab is not None
            for word, count in self.raw_vocab.items():  # also of words that would be too rare to join
                if (place := known.get(word)) is not None:
                    wv.expandos["count"][place] += count
            return
        if self.sorted_vocab:
            order = np.lexsort((-np.arange(len(counts)), -counts))  # gensim's: of equal counts the later word is first
            words, counts, thresholds = [words[i] for i in order.tolist()], counts[order], thresholds[order]
        wv.index_to_key = words
        wv.key_to_index = {word: i for i, word in enumerate(words)}
        wv.expandos["count"], wv.expandos["sample_int"] = counts, thresholds

    def add_null_word(self) -> None:
        """Give the model a word that is in no corpus, "\\0", counted once."""
        if self.wv.key_to_index.setdefault("\0", len(self.wv.index_to_key)) == len(self.wv.index_to_key):
            self.wv.index_to_key.append("\0")
        self.wv.set_vecattr("\0", "count", 1)


def _keep_probability(counts: np.ndarray, total: int, sample: float) -> np.ndarray:
    """float64 [words]: how likely subsampling keeps an occurrence of each; sample: a share of `total`, or from 1 on a
    count above which words are thinned out."""
    threshold = total if not sample else sample * total if sample < 1 else int(sample * (3 + np.sqrt(5)) / 2)
    ratio = threshold / np.maximum(counts, 1)
    return np.minimum(1.0, np.sqrt(ratio) + ratio)


def check_corpus(corpus_iterable: Any, corpus_file: Any, passes: int) -> Any:
    """The corpus of two arguments of which one is given, as an iterable of sentences.

    Raises:
        WrongTypeError: none or both are given, a file that is not there, what cannot be iterated, or a generator
            where it is read several times.
    """
    if corpus_iterable is None and corpus_file is None:
        raise WrongTypeError(
            "There is no corpus. Give corpus_iterable, a list of lists of words, or corpus_file, a path."
        )
    if corpus_iterable is not None and corpus_file is not None:
        raise WrongTypeError("Both corpus_iterable and corpus_file are given; give one of them.")
    if corpus_iterable is not None:
        if isinstance(corpus_iterable, str | bytes) or not isinstance(corpus_iterable, Iterable):
            raise WrongTypeError(
                f"corpus_iterable is {shown(corpus_iterable)}; expected an iterable of lists of words. For a file, "
                "give its path as corpus_file, or LineSentence(path)."
            )
        if isinstance(corpus_iterable, GeneratorType) and passes > 1:
            raise WrongTypeError(
                f"A generator as corpus_iterable cannot be read {passes} times. Give what can be read again: a list, "
                "as list(generator), or an object whose __iter__ begins anew."
            )
        return corpus_iterable
    if not isinstance(corpus_file, str | os.PathLike) or not os.path.isfile(corpus_file):
        raise WrongTypeError(f"corpus_file is {shown(corpus_file)}, and there is no such file. Give the path of one.")
    return LineSentence(corpus_file)
