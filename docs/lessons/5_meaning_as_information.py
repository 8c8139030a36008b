# %% [markdown]
# # 5 · Meaning as information
#
# The vectors of the first lessons came out of a prediction task, and what their numbers mean had to be guessed. The
# head of this lesson is fitted to a number that means something by itself: **pointwise mutual information**. So you
# can read its vectors: an inner product says how much two words have to do with each other, a length says how much a
# word tells, and a sum is the vector of a sentence.
#
# The idea is Su's ("simpler GloVe", 2017, spaces.ac.cn/archives/4667 to 4681), after GloVe (Pennington et al. 2014).
# You need to know what a window is (lesson 1). The text is the demo's made-up world, 400,000 words.

# %%
from collections import Counter
from math import log
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from w2v_data.world import write_world

from w2v import Word2Vec

world = write_world(Path("world"))
sentences = [line.split() for line in world.corpus.read_text().splitlines()]

for words in sentences[:4]:
    print(" ".join(words))

# %% [markdown]
# ## Counting who stands beside whom
#
# Let $X_{ij}$ be how often words $i$ and $j$ stand at most five places apart, $X_i = \sum_j X_{ij}$ and
# $X = \sum_i X_i$. If you reach into the text blindly and take out such a pair, it is $(i, j)$ with probability
# $p(i, j) = X_{ij} / X$, and its one word is $i$ with probability $p(i) = X_i / X$.

# %%
near = Counter()
for words in sentences:
    for place, word in enumerate(words):
        for other in words[max(place - 5, 0) : place]:
            near[word, other] += 1
            near[other, word] += 1

alone = Counter()
for (word, _), times in near.items():
    alone[word] += times
total = sum(alone.values())

for pair in [("king", "crown"), ("king", "the"), ("king", "his"), ("king", "in")]:
    print(f"{' '.join(pair):<14} {near[pair]:>6} times")

# %% [markdown]
# *The* stands beside the king far more often than the crown does, and says less about him: it is beside everybody. So
# compare each count with what it would be if the two words took no notice of each other. Then $p(i, j)$ would be
# $p(i)\,p(j)$, and the logarithm of the quotient is
#
# $$\mathrm{PMI}(i, j) = \log \frac{p(i, j)}{p(i)\, p(j)} = \log \frac{X_{ij}\, X}{X_i\, X_j}$$
#
# It is 0 where two words are independent, positive where they attract each other, negative where they avoid each
# other. With the natural logarithm its unit is the nat: 0.69 nats are twice as often as by chance, 2.3 nats ten times.


# %%
def pmi(word, other):
    return log(near[word, other] * total / (alone[word] * alone[other]))


for pair in [("king", "crown"), ("king", "the"), ("king", "his"), ("king", "in")]:
    print(f"PMI({', '.join(pair)}) = {pmi(*pair):+.1f} nats")

# %% [markdown]
# The order has turned round: *crown* is now before *his*, *his* before *the*, and *in* avoids the king.
#
# ## Vectors whose inner products are these numbers
#
# A table of all PMI would have as many columns as there are words. The head `pmi` looks for vectors of 100 numbers
# whose inner products are near it: it makes
#
# $$\sum_{ij} f(X_{ij})\,\bigl(\langle v_i, v_j\rangle - \mathrm{PMI}(i, j)\bigr)^2, \qquad
# f(x) = \min(1, x / x_{\max})^{3/4}$$
#
# small, where $f$ trusts a pair the less, the less often it was seen. The sum goes over pairs that were seen at all:
# for the others the logarithm is minus infinity. With `sample=0` every word of the text is counted, so that we can
# compare with our own counts. (`workers=1` and `dtype="float64"` make every computer find the same vectors.)

# %%
settings = {"vector_size": 100, "window": 5, "min_count": 1, "sample": 0, "seed": 1, "workers": 1, "dtype": "float64"}
vectors = Word2Vec(sentences, head="pmi", x_max=100, **settings).wv

pairs = [pair for pair, times in near.items() if times >= 20 and pair[0] < pair[1]]
by_counting = np.array([pmi(*pair) for pair in pairs])
by_vectors = np.array([vectors[one] @ vectors[other] for one, other in pairs])
agreement = np.corrcoef(by_counting, by_vectors)[0, 1]
print(f"{len(pairs):,} pairs that were seen twenty times or more: correlation {agreement:.2f}")

figure = Figure(figsize=(5, 5), layout="constrained")
axes = figure.add_subplot(xlabel="PMI as counted, in nats", ylabel="inner product of the vectors", aspect="equal")
axes.scatter(by_counting, by_vectors, s=3, alpha=0.3, linewidths=0)
axes.axline((0, 0), slope=1, color="black", linewidth=0.8)
figure

# %% [markdown]
# Each dot is a pair of words; on the line the vectors say exactly what was counted. The correlation is above .95: a
# hundred numbers a word hold nearly all that was counted about ten thousand pairs.
#
# ## Correlated is not similar
#
# `most_correlated` asks for the largest inner products: words that go *with* a word. `same_company` asks for words
# that go with the *same* words. Those are two questions, and of most word vectors you cannot tell which of them the
# neighbours answer.

# %%
for word in ("dog", "tea", "paris"):
    print(f"{word} goes with:", ", ".join(other for other, _ in vectors.most_correlated(word, topn=4)))
    print(f"{word} is like: ", ", ".join(other for other, _ in vectors.same_company(word, topn=4)))

# %% [markdown]
# A dog goes with what it does and what it has, and is like other animals. Tea goes with a cup and with drinking, and
# is like other things that are had for breakfast. Paris is like other capitals, and goes with dishes and continents,
# not all of which are its own: an inner product of two words that were never seen together is a guess (exercise 2).
#
# ## A length is a weight
#
# A word that stands beside everything has a PMI of about 0 with everything. A vector whose inner products are all
# about 0 is short. So the length of a vector says how much its word tells, and nobody has to write a list of stop
# words.

# %%
often = [word for word in vectors.index_to_key if vectors.get_vecattr(word, "count") >= 200]
by_weight = sorted(often, key=vectors.word_weight)
print("tell least:", ", ".join(by_weight[:8]))
print("tell most: ", ", ".join(by_weight[-8:]))

# %% [markdown]
# *The* is the shortest of all frequent words. Among the next are first names: in this world anybody may do anything.
# Longest are words of one kind of sentence only.
#
# ## Keywords of a sentence
#
# How much do all words of a sentence $s$ together speak for a word $i$? If they did not depend on each other (naive
# Bayes), their information would add up:
#
# $$\sum_{j \in s} \mathrm{PMI}(i, j) \approx \sum_{j \in s} \langle v_i, v_j \rangle
# = \Bigl\langle v_i, \sum_{j \in s} v_j \Bigr\rangle$$
#
# Asked of the sentence's own words, this finds its keywords: those for which the others speak, too.

# %%
story = ["the", "king", "of", "spain", "lost", "his", "golden", "crown", "yesterday", "near", "the", "palace"]
for word, score in vectors.keywords(story, topn=None):
    print(f"{word:<10}{score:5.1f}")

# %% [markdown]
# The four words with most are *crown*, *golden*, *king* and *palace*, the two with least *of* and *the*. *Yesterday*
# and *near* are nearly at the end, too: the others do not speak for them.
#
# ## A sentence's vector
#
# The sum of the words' vectors is all that the last formula needs to know of a sentence. So the sum is the sentence's
# vector, and since words that tell little are short, they hardly count in it. Here are eight sentences, two about each
# of four things, and for each the nearest of the others: by the cosine of the sums, and by the number of words that
# they share.

# %%
texts = [
    "the king wore a robe at the royal court",
    "an empress ruled her provinces with noble guards",
    "the dog barks and wags its tail",
    "a terrier fetches the stick in the garden",
    "the bank lowered interest and the price rose in the city",
    "tourists paid in yen for a ticket",
    "rain and snow came over the city on monday",
    "the forecast promises drizzle after the storm",
]


def nearest(likeness):
    table = np.array([[likeness(one.split(), other.split()) for other in texts] for one in texts], float)
    np.fill_diagonal(table, -np.inf)
    return table.argmax(axis=1)


by_sums, by_words = nearest(vectors.sentence_similarity), nearest(lambda one, other: len({*one} & {*other}))
for text, by_sum, by_word in zip(texts, by_sums, by_words, strict=True):
    print(f"{text}\n    by sums:  {texts[by_sum]}\n    by words: {texts[by_word]}")

# %% [markdown]
# The sums find the partner of each of the eight sentences. Words shared find what has the same small words: the two
# sentences about animals share nothing but *the*.
#
# ## Exercises
#
# 1. `keywords` is one line of NumPy. Write it, and compare.
# 2. Pairs that were never seen are not trained on. They should avoid each other. Draw some at random: what do the
#    vectors say of them?
# 3. Train the head `ns` on the same text. Which words are shortest there?
#
# ## Answers
#
# 1. The sum of the sentence's vectors, and the words of the largest inner products with it:

# %%
whole = np.sum([vectors[word] for word in story], axis=0)
print(sorted({*story}, key=lambda word: -(vectors[word] @ whole))[:4])

# %% [markdown]
# 2. Mostly they say too much:

# %%
generator = np.random.default_rng(1)
drawn = [tuple(generator.choice(often, 2, replace=False)) for _ in range(2000)]
never = np.array([vectors[one] @ vectors[other] for one, other in drawn if not near[one, other]])
print(
    f"{len(never)} pairs never seen: inner product {never.mean():+.1f} on average, above 0 for {np.mean(never > 0):.0%}"
)

# %% [markdown]
# On average they are positive, as if such words attracted each other. It is the price of a sum over pairs that were
# seen: nothing tells the vectors what does not occur. The more text there is for each word, the smaller the price,
# which is why this head is for large texts. Negative sampling does show a model what does not occur.
#
# 3. The same kind of words:

# %%
predicted = Word2Vec(sentences, head="ns", epochs=3, **settings).wv
print(", ".join(sorted(often, key=predicted.word_weight)[:8]))

# %% [markdown]
# *The* is the shortest there, too. This is no accident: trained to the end, negative sampling fits
# $\mathrm{PMI}(i, j) - \log k$, where $k$ is the number of negative samples (Levy & Goldberg 2014), only with two
# tables, and with a shift that makes inner products harder to read.
