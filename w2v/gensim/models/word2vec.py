"""gensim's Word2Vec, and its readers of corpora, over this package."""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from w2v.errors import W2VError
from w2v.gensim.checks import check_callbacks, no_such_attribute, number, random_state, told_by_name, whole
from w2v.gensim.errors import NoSuchNameError, WrongTypeError
from w2v.gensim.model_files import Files
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.gensim.notes import ignored, logger
from w2v.gensim.scanning import scan
from w2v.gensim.sentences import MAX_WORDS_IN_BATCH, BrownCorpus, LineSentence, PathLineSentences, Text8Corpus
from w2v.gensim.utils import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP, TrimRule, keep_vocab_item
from w2v.gensim.vocabulary import check_corpus
from w2v.gensim.weights import REAL

__all__ = [
    "CORPUSFILE_VERSION",
    "FAST_VERSION",
    "MAX_WORDS_IN_BATCH",
    "REAL",
    "RULE_DEFAULT",
    "RULE_DISCARD",
    "RULE_KEEP",
    "BrownCorpus",
    "KeyedVectors",
    "LineSentence",
    "PathLineSentences",
    "Text8Corpus",
    "Word2Vec",
    "keep_vocab_item",
    "logger",
]

FAST_VERSION = CORPUSFILE_VERSION = 1  # gensim's sign that compiled code trains


class Word2Vec(Files):
    """Word vectors of a corpus, with the arguments, defaults, methods and attributes of gensim 4's.

        model = Word2Vec(sentences, vector_size=100, window=5, min_count=5, workers=4)
        model.wv.most_similar("king")

    Args:
        sentences: an iterable of lists of words that can be read again, no generator; it is read once, for vocabulary
            and all epochs. None: nothing is trained until `build_vocab` and `train`.
        corpus_file: instead, the path of a file with a sentence a line, its words between white space.
        vector_size: numbers of a vector.
        alpha, min_alpha: the learning rate falls from the one to the other; that of CBOW is gensim's, too: an update is
            not divided by the number of context words.
        window: context words on each side, at most; shrink_windows: whether each window's width is drawn up to it.
        min_count: words that occur less often are left out; max_final_vocab: keep no more than that many, by a larger
            min_count.
        max_vocab_size: leave out rare words while the corpus is read, whenever there are more different ones. Then the
            corpus is read twice.
        sample: threshold of subsampling, a share of all words, or from 1 on a count.
        seed: of every random choice; with workers=1 the same seed gives the same vectors.
        workers: threads: 3, the default, stands for all cores, another number for that many, if there are as many.
        sg: 1 Skip-gram, 0 CBOW. hs: 1 hierarchical softmax. negative: noise words of negative sampling, 0 for none;
            with both, both are trained in turn, with a warning. ns_exponent: noise words are drawn in proportion to
            count^ns_exponent. cbow_mean: 0 for the sum of context vectors.
        epochs: passes over the corpus.
        null_word: 1 for a word "\\0" that is in no corpus.
        trim_rule: see `build_vocab`.
        sorted_vocab: 0 for words in the order in which they first appear.
        compute_loss: whether `get_latest_training_loss` will tell the loss.
        callbacks: a list of `CallbackAny2Vec`.
        comment: kept as an attribute.
        hashfxn, batch_words: ignored, with one warning in the log.

    Attributes: see `w2v.gensim.state.State`; `wv` has the vectors.

    Raises:
        WrongTypeError: an argument that is none, or of another kind; it is a TypeError, too.
        NotReadyError: no word of the corpus reaches min_count; a RuntimeError, too.
        W2VError: there is nothing to train, or the corpus cannot be read; a ValueError, too.
    """

    @told_by_name
    def __init__(
        self,
        sentences: Any = None,
        corpus_file: Any = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        sg: int = 0,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Callable[..., int] = hash,
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: TrimRule | None = None,
        sorted_vocab: int = 1,
        batch_words: int = MAX_WORDS_IN_BATCH,
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
    ) -> None:
        self.vector_size = self.layer1_size = whole("vector_size", vector_size)
        if self.vector_size < 1:
            raise W2VError(f"vector_size is {vector_size}; expected at least 1, usually 50 to 300.")
        self.window, self.shrink_windows = whole("window", window), bool(shrink_windows)
        if self.window < 1:
            raise W2VError(f"window is {window}; expected at least 1, usually 5.")
        self.workers, self.epochs = whole("workers", workers), whole("epochs", epochs)
        self.sg, self.hs, self.negative = whole("sg", sg), whole("hs", hs), whole("negative", negative)
        self.alpha, self.min_alpha = number("alpha", alpha), number("min_alpha", min_alpha)
        self.ns_exponent, self.cbow_mean = number("ns_exponent", ns_exponent), whole("cbow_mean", cbow_mean)
        self.min_count, self.sample = whole("min_count", min_count), number("sample", sample or 0)
        self.max_vocab_size = None if max_vocab_size is None else whole("max_vocab_size", max_vocab_size)
        self.max_final_vocab = None if max_final_vocab is None else whole("max_final_vocab", max_final_vocab)
        self.sorted_vocab, self.null_word, self.batch_words = sorted_vocab, null_word, batch_words
        self.seed, self.random = seed, random_state(seed)
        self.hashfxn, self.comment, self.compute_loss = hashfxn, comment, bool(compute_loss)
        if hashfxn is not hash:
            ignored("hashfxn", "vectors begin from the seed alone, in any process the same.")
        if batch_words != MAX_WORDS_IN_BATCH:
            ignored("batch_words", "text goes to threads in blocks of ten thousand words.")

        self.corpus_count = self.corpus_total_words = 0
        self.raw_vocab = self.cum_table = None
        self.min_alpha_yet_reached, self.running_training_loss = self.alpha, 0.0
        self.train_count, self.total_train_time, self.history = 0, 0.0, []
        self.wv = self._no_vectors()
        self.load = _only_of_the_class

        called = check_callbacks(callbacks)
        if sentences is not None or corpus_file is not None:
            self._fit(sentences, corpus_file, trim_rule, called)
        elif trim_rule is not None or called:
            logger.warning(
                "Neither trim_rule nor callbacks are kept by a model, and this one got no corpus: give them to "
                "build_vocab and to train."
            )
        self.add_lifecycle_event("created", params=str(self))

    def _fit(self, sentences: Any, corpus_file: Any, trim_rule: TrimRule | None, callbacks: list[Any]) -> None:
        """Build the vocabulary and train, on one reading of the corpus."""
        corpus = check_corpus(sentences, corpus_file, self.epochs + 1)
        found = self._build(corpus, trim_rule=trim_rule)
        total = self.corpus_count, self.corpus_total_words
        self._check_training(self.epochs, *total)
        if found.numbers is None:
            found = scan(corpus)
        self._train(found, *total, self.epochs, self.compute_loss, callbacks)

    def __str__(self) -> str:
        words, size = len(self.wv.index_to_key), self.wv.vector_size
        return f"{type(self).__name__}<vocab={words}, vector_size={size}, alpha={self.alpha}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NoSuchNameError(no_such_attribute(type(self).__name__, name))

    def __getitem__(self, key: Any) -> NoReturn:
        raise WrongTypeError(f"A {type(self).__name__} is no mapping: its vectors are, model.wv[word].")

    def __contains__(self, key: Any) -> NoReturn:
        raise WrongTypeError(f"A {type(self).__name__} is no mapping: ask its vectors, word in model.wv.")


def _only_of_the_class(*_: Any, **__: Any) -> NoReturn:
    raise NoSuchNameError("load is of the class, not of a model: Word2Vec.load(path).")
