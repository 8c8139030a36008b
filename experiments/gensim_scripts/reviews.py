"""As in many a notebook: rows of raw text are cleaned, pairs of words joined, and a model trained step by step."""

import multiprocessing
import re
from collections import Counter, defaultdict

import numpy as np
from gensim.models import Word2Vec
from gensim.models.phrases import Phraser, Phrases
from made_up import TOPICS, sentences

WORDS = {**TOPICS, "music": [*TOPICS["music"], "Jazz club"], "kitchen": [*TOPICS["kitchen"], "Olive oil"]}
ROWS = [
    f"<p>{number}: {' '.join(words)}!!! It's {number % 10}/10</p>"
    for number, words in enumerate(sentences(4000, WORDS, seed=2))
]

brief_cleaning = (re.sub("[^A-Za-z']+", " ", re.sub("<[^>]+>", " ", row)).lower() for row in ROWS)
txt = [" ".join(word for word in row.split() if len(word) > 1) for row in brief_cleaning]
sent = [row.split() for row in txt]

phrases = Phrases(sent, min_count=30, threshold=1, progress_per=10000)
bigram = Phraser(phrases)
joined = bigram[sent]

word_freq = defaultdict(int)
for words in joined:
    for word in words:
        word_freq[word] += 1
print("joined", *sorted(word for word in word_freq if "_" in word))

cores = multiprocessing.cpu_count()
w2v_model = Word2Vec(
    min_count=20,
    window=3,
    vector_size=60,
    sample=6e-3,
    alpha=0.03,
    min_alpha=0.0007,
    negative=20,
    workers=max(cores - 1, 1),
)
w2v_model.build_vocab(joined, progress_per=10000)
w2v_model.train(joined, total_examples=w2v_model.corpus_count, epochs=10, report_delay=1)
w2v_model.init_sims(replace=True)

print("length", round(float(np.linalg.norm(w2v_model.wv["ship"])), 3))
for word in ("ship", "jazz_club", "olive_oil", "rose"):
    print("near", word, *[near for near, _ in w2v_model.wv.most_similar(positive=[word], topn=4)])
print("odd one", w2v_model.wv.doesnt_match(["violin", "song", "spade"]))
print("similar", w2v_model.wv.similarity("jazz_club", "violin") > w2v_model.wv.similarity("jazz_club", "spade"))
print("analogy", len(w2v_model.wv.most_similar(positive=["bread", "song"], negative=["oven"], topn=3)))
print("counts", Counter(word_freq)["olive_oil"] == w2v_model.wv.get_vecattr("olive_oil", "count"))
