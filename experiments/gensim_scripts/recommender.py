"""Products as words and purchases of a customer as a sentence: what goes with what was bought."""

import random

import numpy as np
from gensim.models import Word2Vec
from gensim.models.callbacks import CallbackAny2Vec

chance = random.Random(5)
KINDS = {"candle": 100, "mug": 200, "lamp": 300, "card": 400}
products = {str(first + i): f"{kind} {i}" for kind, first in KINDS.items() for i in range(25)}


def purchases(number):
    """What customers bought, one after the other: mostly of one kind."""
    for _ in range(number):
        every = list(KINDS.values())
        favourite = chance.choice(every)
        firsts = [favourite if chance.random() < 0.85 else chance.choice(every) for _ in range(10)]
        yield [str(first + chance.randrange(25)) for first in firsts]


class LossLogger(CallbackAny2Vec):
    """Keeps the loss of each epoch; get_latest_training_loss() is the sum of those until then."""

    def __init__(self):
        self.epoch, self.before, self.losses = 0, 0.0, []

    def on_epoch_begin(self, model):
        self.epoch += 1

    def on_epoch_end(self, model):
        loss = model.get_latest_training_loss()
        self.losses.append(loss - self.before)
        self.before = loss


purchases_train, purchases_val = list(purchases(3000)), list(purchases(50))
logger = LossLogger()
model = Word2Vec(window=10, sg=1, hs=0, negative=10, alpha=0.03, min_alpha=0.0007, seed=14, workers=2)
model.build_vocab(purchases_train, progress_per=200)
model.train(
    purchases_train,
    total_examples=model.corpus_count,
    epochs=10,
    report_delay=1,
    compute_loss=True,
    callbacks=[logger],
)
print("epochs", logger.epoch, "losses", len(logger.losses), min(logger.losses) > 0)


def similar_products(vector, n=6):
    """Names and similarities of the products nearest to a vector, but for the nearest, which is the one asked for."""
    return [(products[code], score) for code, score in model.wv.similar_by_vector(vector, topn=n + 1)[1:]]


def aggregate_vectors(codes):
    """The mean of the vectors of some products."""
    return np.mean([model.wv[code] for code in codes if code in model.wv.key_to_index], axis=0)


for code in ("103", "210", "301", "424"):
    print("near", products[code].split()[0], *[name.split()[0] for name, _ in similar_products(model.wv[code])])
session = ["305", "311", "unheard of", "320"]
print("near lamp", *[name.split()[0] for name, _ in similar_products(aggregate_vectors(session))])

matrix = model.wv.vectors
kinds = np.array([products[code].split()[0] for code in model.wv.index_to_key])
centres = {kind: matrix[kinds == kind].mean(axis=0) for kind in KINDS}
print("matrix", matrix.shape, len(centres))
hits = sum(
    max(centres, key=lambda kind: float(centres[kind] @ aggregate_vectors(bought)))
    == max(KINDS, key=[products[code].split()[0] for code in bought].count)
    for bought in purchases_val
)
print("recognised", hits > 40)
