"""Which words have changed: models of two times, brought into one space by an orthogonal map (Hamilton et al. 2016)."""

import numpy as np
from gensim.models import KeyedVectors, Word2Vec
from made_up import TOPICS, sentences

PRISON = ["guard", "bars", "convict", "warden", "sentence", "escape", "wall", "inmate", "key"]
PHONE = ["call", "screen", "battery", "message", "network", "ring", "dial", "signal", "text"]
EARLIER = {**TOPICS, "prison": [*PRISON, "cell"], "phone": PHONE}
LATER = {**TOPICS, "prison": PRISON, "phone": [*PHONE, "cell"]}


def slice_model(topics, seed):
    """A model of the text of one time."""
    text = list(sentences(5000, topics, seed))
    return Word2Vec(text, vector_size=50, window=5, min_count=5, sg=1, epochs=8, seed=1, workers=2)


def intersection(one, other):
    """Both models with the words that they share, the most frequent first."""
    common = set(one.wv.key_to_index) & set(other.wv.key_to_index)
    order = sorted(common, key=lambda word: -sum(m.wv.get_vecattr(word, "count") for m in (one, other)))
    for model in (one, other):
        rows = [model.wv.key_to_index[word] for word in order]
        counts = [model.wv.get_vecattr(word, "count") for word in order]
        vectors = model.wv.vectors[rows]
        model.wv.key_to_index = {word: place for place, word in enumerate(order)}
        model.wv.index_to_key = list(order)
        model.wv.vectors = vectors
        for place, word in enumerate(order):
            model.wv.set_vecattr(word, "count", counts[place])
    return one, other


def procrustes(base, other):
    """Turn the second model as a whole so that it lies on the first."""
    u, _, vt = np.linalg.svd(other.wv.get_normed_vectors().T @ base.wv.get_normed_vectors())
    other.wv.vectors = other.wv.vectors @ (u @ vt)
    other.wv.fill_norms(force=True)
    return other


earlier, later = intersection(slice_model(EARLIER, 11), slice_model(LATER, 12))
later = procrustes(earlier, later)
print("words", earlier.wv.index_to_key == later.wv.index_to_key, earlier.wv.vectors.shape == later.wv.vectors.shape)

both = KeyedVectors(vector_size=50)
for time, model in (("then", earlier), ("now", later)):
    both.add_vectors([f"{word}_{time}" for word in model.wv.index_to_key], model.wv.vectors)
kept = {word: both.similarity(f"{word}_then", f"{word}_now") for word in earlier.wv.index_to_key}
print("changed", min(kept, key=kept.get))
print("near ship", *[near for near, _ in later.wv.most_similar("ship", topn=5)])
print("near cell_then", *[near for near, _ in both.most_similar("cell_then", topn=5)])
print("near cell_now", *[near for near, _ in both.most_similar("cell_now", topn=5)])
both["cell_then"] = both["cell_now"]
print("same", float(both.similarity("cell_then", "cell_now")) > 0.999)
