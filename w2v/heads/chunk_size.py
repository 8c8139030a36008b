"""How many hidden vectors a step of SGD takes: as many as do not overshoot. Needs no engine, for whoever asks."""

import numpy as np

from w2v.base.config import Config
from w2v.examples.input_rows import ONE_ROW_EACH, InputRows
from w2v.heads import spec_of

STEPS = 32  # that the vector of a document is to make in a whole run; measured on sets of 400 to 5,000 documents
FEWEST = 4  # hidden vectors in a step of documents, however short these are: shorter ones only take longer
# All examples of a chunk may be of one document, whose row goes with the rows of words: how many times the gradients of
# words count, and how many there are at least, with the true gradient of the mean, and with the undivided one. Found by
# training on 40 documents of ten different words.
BESIDE_TAGS = {"pv-dbow": ((2.0, 2.0), (2.0, 2.0)), "pv-dm": ((4.0, 1.0), (10.0, 2.0))}
REACH = 2.5  # alpha x gradients on one row in one step; found by training on texts of 2 to 68,000 words


def chunk_size(
    config: Config, counts: np.ndarray, keep: np.ndarray, input_rows: InputRows = ONE_ROW_EACH, tags: int = 0
) -> int:
    """Hidden vectors per step of SGD: `config.chunk`, or as many as settings and text allow, up to a fixed length.

    A step adds up the gradients of all its examples, taken at one point. A row that gets n of them moves alpha * n
    times one gradient's length, and where that is too far it overshoots. So the chunk is chosen such that no row is
    expected to get more than REACH / alpha gradients: neither the most frequent word's (a toy text of ten words
    allows for a few, and so do words that share most of their n-grams), nor a shared negative sample's (it counts for
    many). The root of a Huffman tree bears more: all paths begin there, but they pull it to both sides.

    Documents have a vector for each of `tags` tags, which moves once in each chunk, by the sum of all its places there.
    A run of few epochs on short documents would end after a few steps of each, with vectors that have hardly learned
    from one another; so a chunk is no longer than lets a tag's vector make about STEPS steps. Longer runs, whose
    vectors make more, are none the better for short chunks.
    """
    if config.chunk:
        return config.chunk
    weight = counts * (keep / 2.0**32)
    share = input_rows.largest_share(weight)  # of the most frequent word, after subsampling
    spec = spec_of(config.head)
    context = config.window + 1 if config.shrink_windows else 2 * config.window
    examples = context if config.arch == "skipgram" else 1
    gradients = examples * spec.gradients_per_example(config, share, len(counts))
    longest = spec.longest_chunk(config)
    if config.arch in BESIDE_TAGS:
        times, least = BESIDE_TAGS[config.arch][config.cbow_update == "original"]
        gradients = max(times * gradients, least)
    if tags:
        longest = min(longest, max(FEWEST, int(config.n_epochs * weight.sum() / tags / STEPS)))
    return int(np.clip(REACH / (spec.start_alpha(config) * gradients), 1, longest))


def words_chunk_size(config: Config, counts: np.ndarray, keep: np.ndarray) -> int:
    """Hidden vectors per step of Skip-gram beside "pv-dbow" (`dbow_words`), whose steps are its own."""
    return chunk_size(config.replace(arch="skipgram", dbow_words=False), counts, keep)
