"""The first steps: a corpus that is read anew for each pass, a model, its neighbours, saved, loaded, and trained on."""

import logging
import os
import tempfile

from gensim import utils
from gensim.models import KeyedVectors, Word2Vec
from gensim.models.word2vec import LineSentence
from made_up import sentences

logging.basicConfig(format="%(asctime)s : %(levelname)s : %(message)s", level=logging.WARNING)
folder = tempfile.mkdtemp()
corpus_path = os.path.join(folder, "corpus.txt")
with open(corpus_path, "w", encoding="utf8") as out:
    for words in sentences(4000):
        out.write(" ".join(words).capitalize() + ".\n")


class MyCorpus:
    """An iterator that yields sentences (lists of str)."""

    def __iter__(self):
        for line in utils.open(corpus_path, "r", encoding="utf8"):
            yield utils.simple_preprocess(line)


model = Word2Vec(sentences=MyCorpus(), min_count=2, vector_size=50, workers=2, epochs=10, seed=1)
print("vectors", model.wv.vectors.shape, model.wv["ship"].shape, len(model.wv))
for index, word in enumerate(model.wv.index_to_key):
    if index == 3:
        break
    print(f"word #{index}/{len(model.wv.index_to_key)} is {word}")
for word in ("ship", "bread", "violin", "rose"):
    print("near", word, *[near for near, _ in model.wv.most_similar(word, topn=5)])
print("odd one", model.wv.doesnt_match(["ship", "anchor", "sailor", "butter"]))
print("similarity", model.wv.similarity("ship", "sailor") > model.wv.similarity("ship", "butter"))
try:
    model.wv["cameroon"]
except KeyError:
    print("The word 'cameroon' does not appear in this model")

model_path = os.path.join(folder, "word2vec.model")
model.save(model_path)
model.save(model_path)  # over the one that is there
model = Word2Vec.load(model_path)

model.wv.save(os.path.join(folder, "vectors.kv"))
reloaded = KeyedVectors.load(os.path.join(folder, "vectors.kv"), mmap="r")
print("same", (reloaded["ship"] == model.wv["ship"]).all())

more = [["submarine", "ship", "harbour", "captain", "wave", "sailor"]] * 200
model.build_vocab(more, update=True)
model.train(more, total_examples=model.corpus_count, epochs=model.epochs)
print("near submarine", *[near for near, _ in model.wv.most_similar("submarine", topn=5)])

small = Word2Vec(LineSentence(corpus_path), vector_size=20, min_count=1, workers=2)
print("counted", small.corpus_count, small.wv.get_vecattr("ship", "count") > 0)
