"""gensim's FastText over this package: words made of character n-grams, trained, queried, and as files of fastText."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import numpy as np

from w2v.errors import W2VError, shown
from w2v.gensim.checks import told_by_name, whole
from w2v.gensim.errors import NotDoneError, NotReadyError, WrongTypeError
from w2v.gensim.facebook_files import FacebookModel, read_facebook, write_facebook
from w2v.gensim.keyed_growth import prep_vectors
from w2v.gensim.keyed_store import REAL, deprecated, logger
from w2v.gensim.models.fasttext_inner import compute_ngrams, compute_ngrams_bytes, ft_hash_bytes
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.gensim.models.word2vec import MAX_WORDS_IN_BATCH, Word2Vec
from w2v.gensim.subword_model import SubwordModel
from w2v.gensim.subword_vectors import FastTextKeyedVectors
from w2v.gensim.utils import TrimRule
from w2v.models.fasttext_tree import from_fasttext

__all__ = [
    "MAX_WORDS_IN_BATCH", "REAL", "FastText", "FastTextKeyedVectors", "KeyedVectors", "Word2Vec", "compute_ngrams",
    "compute_ngrams_bytes", "ft_hash_bytes", "ft_ngram_hashes", "load_facebook_model", "load_facebook_vectors",
    "logger", "prep_vectors", "save_facebook_model",
]  # fmt: skip


class FastText(SubwordModel):
    """Word vectors made of character n-grams, with the arguments, defaults, methods and attributes of gensim 4's.

        model = FastText(sentences, vector_size=100, window=5, min_count=5)
        model.wv["a word that is not in the text"]

    Args:
        min_n, max_n: lengths of n-grams in characters, of a word between < and >. With max_n below min_n there are
            none, and bucket is 0.
        bucket: rows that n-grams share by their hash. Only those in use take time and memory here, so that gensim's two
            million are no reason to give fewer.
        word_ngrams: 1; gensim knows no other, either.
        sentences, corpus_file, ...: all others as for `Word2Vec`; the learning rate is as there.

    Attributes: those of `w2v.gensim.state.State`; `wv` has the vectors, a `FastTextKeyedVectors`.

    Raises:
        NotDoneError: word_ngrams is not 1; a NotImplementedError, too. All else as `Word2Vec`.
    """

    @told_by_name
    def __init__(
        self,
        sentences: Any = None,
        corpus_file: Any = None,
        sg: int = 0,
        hs: int = 0,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        word_ngrams: int = 1,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Callable[..., int] = hash,
        epochs: int = 5,
        null_word: int = 0,
        min_n: int = 3,
        max_n: int = 6,
        sorted_vocab: int = 1,
        bucket: int = 2000000,
        trim_rule: TrimRule | None = None,
        batch_words: int = MAX_WORDS_IN_BATCH,
        callbacks: Iterable[Any] = (),
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
    ) -> None:
        if word_ngrams != 1:
            raise NotDoneError(
                f"word_ngrams is {shown(word_ngrams)}, and neither gensim's FastText nor this one knows n-grams of "
                "words; leave it at 1. Phrases joins words that belong together."
            )
        self.word_ngrams, self.callbacks = word_ngrams, callbacks
        min_n, max_n, bucket = whole("min_n", min_n), whole("max_n", max_n), whole("bucket", bucket)
        self._shape = min_n, max_n, bucket if max_n >= min_n else 0
        super().__init__(
            sentences=sentences,
            corpus_file=corpus_file,
            vector_size=vector_size,
            alpha=alpha,
            window=window,
            min_count=min_count,
            max_vocab_size=max_vocab_size,
            sample=sample,
            seed=seed,
            workers=workers,
            min_alpha=min_alpha,
            sg=sg,
            hs=hs,
            negative=negative,
            ns_exponent=ns_exponent,
            cbow_mean=cbow_mean,
            hashfxn=hashfxn,
            epochs=epochs,
            null_word=null_word,
            trim_rule=trim_rule,
            sorted_vocab=sorted_vocab,
            batch_words=batch_words,
            callbacks=callbacks,
            max_final_vocab=max_final_vocab,
            shrink_windows=shrink_windows,
        )

    @classmethod
    def load_fasttext_format(cls, model_file: Any, encoding: str = "utf8") -> "FastText":
        """Deprecated, as in gensim: `load_facebook_model`."""
        deprecated("load_fasttext_format", "load_facebook_model")
        return load_facebook_model(model_file, encoding=encoding)


def load_facebook_model(path: Any, encoding: str = "utf-8") -> FastText:
    """Read a model of fastText (.bin), compressed or not, or a URL; training can go on.

    encoding: of its words; those that are not of it have their bytes written out, as \\xe6.

    Raises:
        MissingFileError: there is none; a FileNotFoundError, too.
        NotDoneError: a classifier; a NotImplementedError, too.
        W2VError: no such model, a quantised one (.ftz), or one that is damaged or cut short.
    """
    return _model_of(read_facebook(path, encoding), path)


def load_facebook_vectors(path: Any, encoding: str = "utf-8") -> FastTextKeyedVectors:
    """The same, the vectors alone: of words, known and unknown, without what further training needs."""
    return _model_of(read_facebook(path, encoding, output=False), path).wv


def _model_of(found: FacebookModel, path: Any) -> FastText:
    told = found.told
    hs = int(told["loss"] == 1)
    model = FastText(
        vector_size=told["dim"],
        window=told["ws"],
        epochs=told["epoch"],
        negative=told["neg"],
        hs=hs,
        sg=int(told["model"] == 2),
        bucket=told["bucket"],
        min_count=told["min_count"],
        sample=told["t"],
        min_n=told["minn"],
        max_n=told["maxn"],
    )
    words, wv = len(found.words), model.wv
    model.corpus_total_words = found.tokens
    model.raw_vocab = defaultdict(int, zip(found.words, found.counts.tolist(), strict=True))
    model.prepare_vocab(update=True, min_count=1)  # all words, for some may be of pretrained vectors
    wv.vectors_vocab = found.rows[:words].copy()
    wv.vectors_ngrams = found.rows[words : words + wv.bucket]
    wv.recalc_char_ngram_buckets()
    wv.adjust_vectors()
    if found.output is not None:
        if model.negative:
            model.syn1neg = np.zeros_like(found.output) if hs else found.output
        if hs:
            counts = model.counts_from_one()
            model.syn1, model._facebook = from_fasttext(found.output, counts), (counts, found.output)
    model.add_lifecycle_event("load_fasttext_format", msg=f"loaded {found.rows.shape} weight matrix from {path}")
    return model


def save_facebook_model(
    model: FastText, path: Any, encoding: str = "utf-8", lr_update_rate: int = 100, word_ngrams: int = 1
) -> None:
    """Write a model as fastText's (.bin), for its library and command; words have the same vectors there.

    Args:
        path: where to, or a file that is open for bytes.
        encoding: of words; fastText takes UTF-8.
        lr_update_rate, word_ngrams: two of fastText's arguments, which say nothing of these models.

    Raises:
        WrongTypeError: no FastText of w2v.gensim.
        NotReadyError: a model without weights.
        W2VError: words that the file cannot hold.
    """
    if not isinstance(model, FastText):
        raise WrongTypeError(f"{shown(model)} was given; expected a FastText of w2v.gensim.")
    wv, head = model.wv, "hs" if model.hs else "ns"
    if not len(wv.vectors) or model._weights(head) is None:
        raise NotReadyError("There is nothing to save yet: build_vocab and train make the weights.")
    vocabulary = []
    for word, count in zip(wv.index_to_key, model._counts().tolist(), strict=True):
        try:
            raw = str(word).encode(encoding)
        except (UnicodeError, LookupError) as error:
            raise W2VError(f"the word {word!r:.60} cannot be written as {encoding}: {error}.") from error
        if b"\0" in raw or not raw:
            raise W2VError(f"the word {word!r:.60} cannot be in a file of fastText: it is empty, or has a zero byte.")
        vocabulary.append((raw, count))
    output = model._output_of_facebook() if model.hs else model.syn1neg
    told = {
        "dim": int(wv.vector_size),
        "ws": model.window,
        "epoch": model.epochs,
        "min_count": model.min_count,
        "neg": model.negative,
        "word_ngrams": word_ngrams,
        "loss": 1 if model.hs else 2,
        "model": 2 if model.sg else 1,
        "bucket": wv.bucket,
        "minn": wv.min_n if wv.bucket else 0,
        "maxn": wv.max_n if wv.bucket else 0,
        "lr": lr_update_rate,
        "t": model.sample,
    }
    rows = chain([wv.vectors_vocab], (some for _, some in wv.grams().pieces()))
    write_facebook(path, told, vocabulary, int(model.corpus_total_words or 0), [rows, [output]])


def ft_ngram_hashes(word: str, minn: int, maxn: int, num_buckets: int) -> list[int]:
    """The buckets of a word's n-grams, as fastText lists them; some may come twice.

    Raises:
        W2VError: there are no buckets.
    """
    if num_buckets < 1:
        raise W2VError(f"num_buckets is {shown(num_buckets)}; expected at least 1, usually 2,000,000.")
    return [ft_hash_bytes(gram) % num_buckets for gram in compute_ngrams_bytes(word, minn, maxn)]
