"""Settings that other programs have: what stands for them here, for whom they are a habit.

A name has one sentence, which begins after the name: "size is vector_size here."
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

_DROPPED = "has no counterpart here; leave it out"

_RENAMED = {  # by gensim before 4, word2vec.c, fastText: what each is here
    "size": "vector_size", "dim": "vector_size", "iter": "epochs", "epoch": "epochs", "n_epochs": "epochs",
    "start_alpha": "alpha", "lr": "alpha", "end_alpha": "min_alpha", "ws": "window", "neg": "negative",
    "thread": "workers", "threads": "workers", "loss": "head", "model": "arch", "min_freq": "min_count",
    "column": "field", "minn": "min_n", "maxn": "max_n",
}  # fmt: skip
_COUNTED = "is counted while the text is read; leave it out"
_GENERAL = {
    "comment": f"{_DROPPED}, for a model keeps no comment",
    "compute_loss": "is always on: `history` has the mean loss of each epoch; leave it out",
    "report_delay": f"{_DROPPED}; callbacks say how training goes",
    "queue_factor": _DROPPED,
}
TEXT = (
    {name: f"is {ours} here" for name, ours in _RENAMED.items()}
    | _GENERAL
    | {
        "max_vocab_size": "has no counterpart here, for reading needs little memory; max_final_vocab limits the words",
        "batch_words": f"{_DROPPED}, for the size of blocks is fixed",
        "hashfxn": f"{_DROPPED}, for vectors begin as `seed` says",
        "trim_rule": "has no counterpart here; give min_count, or a tokenizer that leaves words out",
        "sorted_vocab": "is always on: the most frequent words come first; leave it out",
        "null_word": _DROPPED,
        "total_examples": _COUNTED,
        "total_words": _COUNTED,
        "corpus_iterable": "is what is given first, sentences",
        **dict.fromkeys(
            ("documents", "docvecs", "dm", "dm_mean", "dm_concat", "dm_tag_count", "dv_mapfile"),
            "is of documents: w2v.Doc2Vec(documents, arch='pv-dm') or arch='pv-dbow' trains their vectors",
        ),
        **dict.fromkeys(
            ("word_ngrams", "wordNgrams"),
            "is fastText's for classifiers; of words joined to phrases see phrases",
        ),
    }
)
RELATIONS = (
    {name: f"is {ours} here" for name, ours in _RENAMED.items() if ours in ("vector_size", "epochs", "alpha")}
    | _GENERAL
    | {
        "train_data": "is what is given first, relations",
        "regularization_coeff": f"{_DROPPED}, for points are kept from the rim by epsilon",
        "dtype": f"{_DROPPED}, for points are float64",
        "batch_size": f"{_DROPPED}, for each node and its parents make a step",
        "print_every": f"{_DROPPED}; callbacks say how training goes",
        "check_gradients_every": f"{_DROPPED}, for the tests check gradients",
    }
)


def told(unknown: Iterable[str], known: Iterable[str], elsewhere: Mapping[str, str]) -> str:
    """What to say of unknown settings: what to do instead of those of other programs, of others which were meant."""
    unknown, known = list(unknown), list(known)
    found = [f"{name} {elsewhere[name]}." for name in unknown if name in elsewhere]
    if rest := [name for name in unknown if name not in elsewhere]:
        near = {name: get_close_matches(name, known, n=1) for name in rest}
        meant = [f"{name} (did you mean {near[name][0]}?)" if near[name] else name for name in rest]
        found.append(f"Unknown setting {', '.join(meant)}; there are: {', '.join(known)}.")
    return " ".join(found)
