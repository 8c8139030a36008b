# %% [markdown]
# # 1 · From counts to vectors
#
# A computer knows a word as a number in a list. That *dog* and *cat* have something in common is not in these numbers.
# In this lesson it gets there: by counting which words stand beside each other, and then by a small model that learns
# to predict the counts. Nothing more than this is behind word2vec; the next two lessons are about doing it fast.
#
# You need Python and a little numpy. Each piece of code is run from top to bottom, and what stands below it is what it
# showed.

# %%
import math
import time
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

from w2v import KeyedVectors, Word2Vec, plot_words

# %% [markdown]
# ## Thirteen sentences
#
# This is all the text there is. You can read it, so you can check everything that is learned from it.

# %%
TEXT = """
the dog chases the cat
the cat chases the mouse
the dog sleeps at night
the cat sleeps at night
the mouse sleeps at night
the dog and the cat run
the mouse and the cat run
the apple is sweet and ripe
the pear is sweet and ripe
the plum is ripe and sweet
we eat the apple and the pear
we eat the plum and the apple
we feed the dog and the cat
"""
sentences = [line.split() for line in TEXT.strip().split("\n")]
counts = Counter(word for sentence in sentences for word in sentence)
words = [word for word, _ in counts.most_common()]
number = {word: i for i, word in enumerate(words)}
V = len(words)
print(f"{sum(counts.values())} words, {V} of them different")
print(counts.most_common(4), "...")

# %% [markdown]
# As in every language a few words make up most of the text: *the* alone is a quarter of it.
#
# ## One-hot vectors
#
# The plainest vector of a word has a one at the word's place and zeros everywhere else.

# %%
one_hot = np.eye(V)
print("dog", one_hot[number["dog"]].astype(int))
print("cat", one_hot[number["cat"]].astype(int))
print("dog and cat: ", math.dist(one_hot[number["dog"]], one_hot[number["cat"]]))
print("dog and plum:", math.dist(one_hot[number["dog"]], one_hot[number["plum"]]))

# %% [markdown]
# Any two different words are equally far apart, $\sqrt 2$, and their inner product is 0. One-hot vectors tell words
# from each other and say nothing else.
#
# ## The window
#
# *You shall know a word by the company it keeps* (Firth 1957). Company means: the words up to $k$ places to the left
# and to the right. These places are the **window**, the word in its middle is the **centre**, the words around it are
# its **context**.


# %%
def pairs_of(sentence, window):
    """Each centre with each word of its context."""
    for place, centre in enumerate(sentence):
        for other in range(max(0, place - window), min(len(sentence), place + window + 1)):
            if other != place:
                yield centre, sentence[other]


for centre, context in pairs_of(sentences[0], window=2):
    print(f"{centre:>7} - {context}")

# %% [markdown]
# These pairs are what word2vec learns from. The order of the words, the grammar, the sentence as a whole: all gone.
#
# ## A word is what it is counted with
#
# We count the pairs of all sentences, in a table with a row for each centre and a column for each context word.

# %%
pairs = [pair for sentence in sentences for pair in pairs_of(sentence, window=2)]
table = np.zeros((V, V))
for centre, context in pairs:
    table[number[centre], number[context]] += 1

_, axes = plt.subplots(figsize=(6.4, 5.6), layout="constrained")
axes.imshow(table, cmap="Blues")
axes.set_xticks(range(V), words, rotation=90)
axes.set_yticks(range(V), words)
axes.set(xlabel="context", ylabel="centre", title=f"{len(pairs)} pairs of the thirteen sentences")
plt.show()

# %% [markdown]
# The table is symmetric: if *dog* stands beside *chases*, then *chases* stands beside *dog*. And it has a dark row and
# a dark column, for *the* stands beside nearly everything.
#
# Each row is a vector of its word, and these vectors do say something. We compare them by the **cosine** of their
# angle: 1 where they point the same way, 0 where they have nothing in common.


# %%
def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


for one, other in [("dog", "cat"), ("dog", "mouse"), ("apple", "pear"), ("dog", "apple"), ("cat", "plum")]:
    print(f"{one:>5} {other:<5} {cosine(table[number[one]], table[number[other]]):.2f}")

# %% [markdown]
# Two animals are more similar than an animal and a fruit, but by less than we would like. There are two reasons.
#
# - **Frequent words drown the rest.** Much of each row is its count with *the*, which says little about the word.
# - **The rows are long**: $V$ numbers a word, most of them zero. Here $V$ is 19; in a text of Wikipedia's size it is a
#   million.
#
# We want short vectors that keep what matters. So we stop copying the counts, and *predict* them.
#
# ## A model that predicts the context
#
# Give each word $w$ a short vector $v_w$, and as a context word $c$ a second one, $o_c$. The larger the inner product
# $\langle v_w, o_c \rangle$, the more we expect $c$ beside $w$. The **softmax** turns such scores into probabilities:
#
# $$p(c \mid w) = \frac{\exp \langle v_w, o_c \rangle}{\sum_{u} \exp \langle v_w, o_u \rangle}$$


# %%
def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))  # less the largest, or they would overflow
    return powers / powers.sum(axis=-1, keepdims=True)


print(softmax(np.array([2.0, 1.0, 0.0])).round(2), "sum", softmax(np.array([2.0, 1.0, 0.0])).sum().round(6))

# %% [markdown]
# In pictures of word2vec a one-hot vector goes into a *hidden layer*. Multiplied by the table of all vectors, a one-hot
# vector takes out one row, so that nobody ever multiplies: one looks the row up.

# %%
D = 2
generator = np.random.default_rng(1)
vectors, outputs = generator.normal(0, 0.1, (V, D)), np.zeros((V, D))
dog = number["dog"]
print(one_hot[dog] @ vectors, "=", vectors[dog])

# %% [markdown]
# The **loss** is the mean of $-\log p(c \mid w)$ over all pairs, in nats (the unit of the natural logarithm). At the
# beginning the output vectors $o$ are zeros, all scores are 0, and the model finds every word equally likely: the loss
# is $\log V$.
#
# Its gradient is simple, and worth remembering. For one pair, the gradient by the scores is the prediction less the
# truth:
#
# $$\frac{\partial\, (-\log p(c \mid w))}{\partial\, \text{scores}} = p(\cdot \mid w) - \text{one-hot}(c)$$
#
# The scores of words that were expected too much go down, that of the word that came goes up. Summed over all pairs
# it is "what we predict, less what we counted":


# %%
def train(vectors, outputs, steps, rate=1.0):
    """Gradient descent on all pairs at a time; the loss before each step."""
    losses = []
    for _ in range(steps):
        p = softmax(vectors @ outputs.T)
        losses.append(-(table * np.log(p)).sum() / table.sum())
        error = (table.sum(axis=1, keepdims=True) * p - table) / table.sum()  # predicted less counted, V x V
        vectors, outputs = vectors - rate * error @ outputs, outputs - rate * error.T @ vectors
    return vectors, outputs, losses


trained, trained_outputs, losses = train(vectors, outputs, steps=1000)
print(f"loss {losses[0]:.3f}, which is log {V} = {math.log(V):.3f}; after 1,000 steps {losses[-1]:.3f}")

# %% [markdown]
# How good is that? No model of pairs can do better than to know the counts themselves: the lowest loss is the
# **entropy** of the context given the centre. And a model that ignores the centre, and only knows how frequent words
# are, has the loss that we draw as the upper line.

# %%
share = table / table.sum(axis=1, keepdims=True)  # p(c | w), counted
floor = -(table * np.log(share, where=table > 0, out=np.zeros_like(table))).sum() / table.sum()
frequency = table.sum(axis=0) / table.sum()
without_centre = -(table.sum(axis=0) * np.log(frequency)).sum() / table.sum()

_, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
axes.plot(losses)
axes.axhline(without_centre, color="grey", linestyle="--")
axes.axhline(floor, color="grey", linestyle="--")
axes.text(1000, without_centre + 0.03, "knows only how frequent words are", ha="right")
axes.text(1000, floor + 0.03, "knows all counts", ha="right")
axes.set(xlabel="step", ylabel="loss, nats", title="Two numbers a word")
plt.show()

# %% [markdown]
# With two numbers a word the model comes more than half of the way from the upper line to the lower one. It *cannot* go
# all the way: it has too few numbers to learn the table by heart. That is the point. Words that keep the same company
# have to share what little room there is, and so they end in the same place.

# %%
groups = dict.fromkeys(["dog", "cat", "mouse"], "animals") | dict.fromkeys(["apple", "pear", "plum"], "fruit")
plotted = KeyedVectors(words, trained, [counts[word] for word in words])
plot_words(plotted, groups=groups, figsize=(7, 5), title="Two numbers a word, after 1,000 steps")

# %%
for one, other in [("dog", "cat"), ("dog", "mouse"), ("apple", "pear"), ("dog", "apple"), ("cat", "plum")]:
    print(f"{one:>5} {other:<5} {cosine(trained[number[one]], trained[number[other]]):.2f}")

# %% [markdown]
# Nobody told the model what an animal is. It had to predict the neighbours of *dog* and of *cat* with little room, and
# they have the same neighbours.
#
# ## Why this is slow
#
# Look at one pair, as training does in a long text. The score of the right word is one inner product. But the sum
# below the fraction goes over **all** $V$ words, and so does the gradient: every output vector moves, for every pair.
# We measure what a step of one pair takes, in vocabularies of different sizes.


# %%
def seconds_of_a_step(V, D=100):
    """The best of several tries."""
    hidden, outputs = generator.normal(size=D).astype("f4"), np.zeros((V, D), "f4")
    tries = []
    for _ in range(7):
        start = time.perf_counter()
        error = softmax(np.einsum("vd,d->v", outputs, hidden))  # V inner products
        error[0] -= 1
        gradient = np.einsum("v,vd->d", error, outputs)  # of the hidden vector
        outputs -= 0.01 * np.outer(error, hidden)  # all V output vectors move
        hidden -= 0.01 * gradient
        tries.append(time.perf_counter() - start)
    return min(tries)


sizes = [1_000, 10_000, 100_000]
took = [seconds_of_a_step(size) for size in sizes]
for size, seconds in zip(sizes, took, strict=True):
    print(f"{size:>7,} words: {1e6 * seconds:>8,.0f} microseconds a pair")

# %% [markdown]
# Ten times the words take ten times as long, or more where the table outgrows the processor's cache. Seventeen million
# words of text make about a hundred million pairs in windows of up to five words, and have a vocabulary of some hundred
# thousand. At this pace one pass over them takes:

# %%
days = 100e6 * took[-1] / 86_400
print(f"{days:.0f} days")

# %% [markdown]
# word2vec does it in seconds, by two ways to avoid the sum. **Negative sampling** (lesson 2) asks an easier question,
# whose answer needs a handful of output vectors. **Hierarchical softmax** (lesson 3) arranges the words in a tree, and
# needs as many as the tree is high.
#
# ## The same with the toolkit
#
# `w2v` has the full softmax as well, as one of its output heads. It goes from pair to pair as word2vec does, rather
# than over all of them at a time. One detail is turned round, as in word2vec's own program: the vector of the *context*
# word predicts the *centre*. The pairs are the same.

# %%
model = Word2Vec(sentences, head="softmax", vector_size=2, window=2, shrink_windows=False, workers=1, seed=1)
print(model)
print(f"loss {model.history[0].loss:.2f} in the first epoch, {model.history[-1].loss:.2f} in the last one")
print("nearest to dog among these:", model.wv.most_similar_to_given("dog", ["cat", "apple", "pear", "plum"]))

# %%
plot_words(model.wv, groups=groups, figsize=(7, 5), title="Thirteen sentences by softmax")

# %% [markdown]
# ## Exercises
#
# 1. How many pairs does a sentence of $n$ words have with a window of $k < n$? Find a formula and try it.
# 2. With more numbers a word the model can learn the table by heart. How close does the loss come to the entropy when
#    $D = V$? Are animals and fruit still apart?
# 3. The gradient by the scores is $p - \text{one-hot}(c)$. What do its entries sum to, and why?
#
# ## Answers
#
# **1.** Every word but those at the ends has $2k$ neighbours; the first $k$ and the last $k$ words lack
# $k + (k-1) + \dots + 1$ together, on each side: $2kn - k(k+1)$.

# %%
for n, k in [(5, 1), (5, 2), (6, 5), (30, 10)]:
    print(n, k, len(list(pairs_of(["word"] * n, k))), 2 * k * n - k * (k + 1))

# %% [markdown]
# **2.** It comes very close, and the vectors have become a copy of the counts. Animals and fruit are still apart, for
# their counts are, but each word has a direction of its own: *dog* and *cat* have moved away from each other.

# %%
start = generator.normal(0, 0.1, (V, V)), np.zeros((V, V))
by_heart, _, long_losses = train(*start, steps=3000)
print(f"loss {long_losses[-1]:.3f}, entropy {floor:.3f}")
for one, other in [("dog", "cat"), ("dog", "apple")]:
    with_two, with_all = (cosine(t[number[one]], t[number[other]]) for t in (trained, by_heart))
    print(f"{one} {other}: {with_two:.2f} with two numbers, {with_all:.2f} with {V}")

# %% [markdown]
# **3.** To zero, for the probabilities sum to one, and so does a one-hot vector. What one word's score wins, the others
# lose together.

# %%
p = softmax(generator.normal(size=V))
print(abs((p - one_hot[3]).sum()) < 1e-12)
