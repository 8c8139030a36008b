# %% [markdown]
# # 3 · Hierarchical softmax
#
# Negative sampling avoids the sum over the vocabulary by asking an easier question. Hierarchical softmax (Morin &
# Bengio 2005) asks the same question as the softmax, *which word is it?*, but as one does in the game of twenty
# questions: by one yes or no after the other. A million words take about twenty.

# %%
import heapq
import math
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from w2v_data.world import write_world

from w2v import Word2Vec, explain, plot_prediction, plot_tree, plot_words

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
groups = dict.fromkeys(["dog", "cat", "mouse"], "animals") | dict.fromkeys(["apple", "pear", "plum"], "fruit")

# %% [markdown]
# ## A tree of questions
#
# Put the words at the leaves of a tree in which every fork has two branches, and write 0 and 1 on them. Then a word is
# the way to it, its **code**: 0 means "the first branch", 1 "the second". With equally long ways, $V$ words need
# $\lceil \log_2 V \rceil$ decisions each.
#
# We can do better, for words are not equally frequent. Huffman (1952) found the tree whose ways are shortest on
# average: join the two rarest of all into one, and go on until one is left. Whatever is joined late lies near the
# root.


# %%
def huffman(counts):
    """The code of each word."""
    heap = [(count, i, {word: ""}) for i, (word, count) in enumerate(counts.items())]
    heapq.heapify(heap)
    made = len(heap)  # a number for each fork, so that equal counts never have to compare dictionaries
    while len(heap) > 1:
        rare, _, ones = heapq.heappop(heap)
        next_rare, _, zeros = heapq.heappop(heap)
        codes = {word: "0" + code for word, code in zeros.items()} | {word: "1" + code for word, code in ones.items()}
        made += 1
        heapq.heappush(heap, (rare + next_rare, made, codes))
    return heap[0][2]


codes = huffman(counts)
for word, count in counts.most_common():
    print(f"{word:<7} {count:>2}  {codes[word]}")

# %% [markdown]
# *the* has a short code, and words that occur once have the longest. No code is the beginning of another one, so that
# one can write words as bits without gaps and still read them:

# %%
bits = "".join(codes[word] for word in sentences[1])
print(bits)

read, code = [], ""
word_of = {code: word for word, code in codes.items()}
for bit in bits:
    code += bit
    if code in word_of:
        read.append(word_of[code])
        code = ""
print(" ".join(read))

# %% [markdown]
# ## The tree drawn
#
# In the toolkit, hierarchical softmax is the head `hs`. It is trained on the thirteen sentences here, with frequent
# words thinned out as in lesson 2; `plot_tree` draws its tree. The thicker a branch, the more of the text goes through
# it. Where counts are equal there are several trees that are equally good, so that some of its codes differ from ours.
# Their mean length does not.

# %%
settings = {"vector_size": 2, "window": 2, "shrink_windows": False, "sample": 0.02, "workers": 1, "seed": 1}
model = Word2Vec(sentences, head="hs", **settings)
plot_tree(model.wv, top=len(counts), title="Thirteen sentences as a tree")

# %%
total = sum(counts.values())
ours = sum(count * len(codes[word]) for word, count in counts.items()) / total
head = model.model.head()
length = dict(zip(model.wv.index_to_key, head.signs.abs().sum(dim=1).int().tolist(), strict=True))
theirs = sum(count * length[word] for word, count in counts.items()) / total
entropy = -sum(count / total * math.log2(count / total) for count in counts.values())
print(f"decisions a word, on average: ours {ours:.3f}, the toolkit's {theirs:.3f}")
print(f"equally long codes {math.ceil(math.log2(len(counts)))}, the entropy {entropy:.3f}")

# %% [markdown]
# The **entropy** $-\sum_w p(w) \log_2 p(w)$ is how many yes-or-no questions a word is worth (Shannon 1948): no such
# code can be shorter on average, and Huffman's is never longer by a whole question.
#
# ## From codes to probabilities
#
# Now the model: each fork $j$ gets an output vector $o_j$, and decides by the logistic function whether to go on with 0
# or with 1, for a hidden vector $h$:
#
# $$p(0 \mid h, j) = \sigma(\langle h, o_j \rangle), \qquad p(1 \mid h, j) = 1 - \sigma(\langle h, o_j \rangle)
# = \sigma(-\langle h, o_j \rangle)$$
#
# The probability of a word is the product of the decisions on its way:
#
# $$p(w \mid h) = \prod_{j \text{ on the way of } w} \sigma(\pm \langle h, o_j \rangle)$$
#
# Whatever the vectors are, these probabilities sum to one over all words, because each fork shares out what has come
# to it. No sum has to be computed. We try it with vectors that mean nothing:


# %%
def probability(code, hidden, forks):
    """Of the word with a code; `forks` has the output vector of each fork, by the code that leads to it."""
    product = 1.0
    for place, bit in enumerate(code):
        score = hidden @ forks[code[:place]]
        product *= 1 / (1 + math.exp(-score if bit == "0" else score))
    return product


generator = np.random.default_rng(1)
forks = {code[:place]: generator.normal(size=3) for code in codes.values() for place in range(len(code))}
hidden = generator.normal(size=3)
print(f"{len(codes)} words, {len(forks)} forks")
print(f"the probabilities sum to {sum(probability(code, hidden, forks) for code in codes.values()):.6f}")

# %% [markdown]
# ## A step, traced
#
# The loss of a pair is $-\log p(w \mid h)$, a sum over the forks on the way of $w$, and each of them learns by itself.
# The gradient by a fork's score is what the fork expected less what came: $\sigma(\langle h, o_j \rangle) - 1$ if the
# way goes on with 0, and $\sigma(\langle h, o_j \rangle)$ if with 1. One step for one word:

# %%
word, rate = "cat", 0.5
before = probability(codes[word], hidden, forks)
hidden_gradient = np.zeros(3)
print("fork      score  p(0)   goes on with  error")
for place, bit in enumerate(codes[word]):
    fork = codes[word][:place]
    score = hidden @ forks[fork]
    p = 1 / (1 + math.exp(-score))
    error = p - (bit == "0")
    print(f"{fork or 'root':<8} {score:>6.2f}  {p:.2f}   {bit}             {error:>5.2f}")
    hidden_gradient += error * forks[fork]
    forks[fork] = forks[fork] - rate * error * hidden
hidden = hidden - rate * hidden_gradient
after = probability(codes[word], hidden, forks)
print(f"p({word}) was {before:.3f} and is {after:.3f} after a step that moved {len(codes[word])} of {len(forks)} forks")

# %% [markdown]
# That is all of hierarchical softmax. `explain` shows such steps of the toolkit itself, with the numbers of its own
# reference engine: here what training does at *chases* in the first sentence, halfway through a short run.

# %%
found = explain(
    "the dog chases the cat", sentences, centre="chases", head="hs", vector_size=2, window=2, shrink_windows=False,
    sample=0, epochs=60, epoch=30,
)  # fmt: skip
for example in found.step.examples:
    way = " ".join(str(decision.code) for decision in example.decisions)
    print(f"{example.context[0]:>7} -> {example.target}: {way}, loss {example.loss:.4f} -> {example.loss_after:.4f}")
print("rows that changed:", found.step.changed)

# %% [markdown]
# Each line is an example: the vector of *chases* shall predict a word beside it, by the way to that word. A single step
# changes little; a run has thousands. Of the eighteen forks six have changed, those on the ways of *the*, *dog* and
# *cat*. The forks that these ways share, such as the root, have learned from all of them.
#
# ## What the trained model decides
#
# We ask the trained model which words it expects beside *we*, and follow its decisions on the way to *eat*. The strong
# part of each bar is the decision that leads on.

# %%
plot_prediction(model, ["we"], topn=5, way_to="eat", title="Which word stands beside “we”?")

# %%
plot_words(model.wv, groups=groups, figsize=(7, 5), title="Thirteen sentences by hierarchical softmax")

# %% [markdown]
# Animals and fruit are apart here, too. The tree knows nothing of meaning: *chases* and *eat* share all decisions but
# the last, because they are equally frequent. It is the word vectors that must carry what the decisions need.
#
# ## Why frequent words are cheap
#
# A word costs as many inner products as its code is long, and that is about $-\log_2$ of its share of the text. To see
# this we need more words than these: the demo's made-up world.

# %%
world = write_world(Path("world"), tokens=200_000)
world_counts = Counter(world.corpus.read_text().split())
world_codes = huffman(world_counts)
tokens = sum(world_counts.values())
common = world_counts.most_common()
for word, count in [*common[:3], common[100], common[-1]]:
    print(f"{word:<12} {count:>6} times  {len(world_codes[word]):>2} decisions  {math.log2(tokens / count):>5.1f} bits")
mean = sum(count * len(world_codes[word]) for word, count in common) / tokens
print(f"{len(common):,} words; on average {mean:.2f} decisions, with equally long codes {math.log2(len(common)):.2f}")

# %%
share = np.array([count for _, count in common]) / tokens
_, axes = plt.subplots(figsize=(6.4, 4.0), layout="constrained")
axes.plot(share, -np.log2(share), color="tab:orange", label="-log2 of its share")
axes.scatter(share, [len(world_codes[word]) for word, _ in common], s=10, label="decisions of a word")
axes.set(xscale="log", xlabel="share of the text", ylabel="decisions", title="Frequent words have short ways")
axes.legend()
plt.show()

# %% [markdown]
# The softmax would take as many inner products as there are words, for every pair. If the vocabulary grows to twice its
# size, the softmax takes twice as long, and the ways through the tree grow by about one decision.
#
# There is a price. The tree is fixed before anything is learned, and a decision near the root is shared by words that
# have nothing in common. Which head learns most from your text is the question of lesson 4.
#
# ## Exercises
#
# 1. How many bits do the thirteen sentences take in Huffman's code, and how many with codes of equal length?
# 2. What becomes of the code of *plum* if the text has a hundred more of them?
# 3. `tree="balanced"` makes all codes equally long but for one decision. How many decisions a word is that, on average,
#    and are animals and fruit still apart?
#
# ## Answers
#
# **1.** Each word takes as many bits as its code is long. This is how files are packed, too.

# %%
packed = sum(len(codes[word]) for sentence in sentences for word in sentence)
print(f"{packed} bits, and {total * math.ceil(math.log2(len(counts)))} with equally long codes")

# %% [markdown]
# **2.** It becomes as short as a code can be: *plum* is then more than half of the text, and one decision tells it from
# all else. The codes of all other words become longer by about one.

# %%
many_plums = huffman(counts + Counter(plum=100))
print("plum", codes["plum"], "->", many_plums["plum"])
longer = {word: len(many_plums[word]) - len(codes[word]) for word in counts if word != "plum"}
print(Counter(longer.values()))

# %% [markdown]
# **3.** More than with Huffman's tree. The vectors learn much the same.

# %%
balanced = Word2Vec(sentences, head="hs", tree="balanced", **settings)
length = dict(zip(balanced.wv.index_to_key, balanced.model.head().signs.abs().sum(dim=1).int().tolist(), strict=True))
print(f"{sum(count * length[word] for word, count in counts.items()) / total:.3f} decisions a word")
print("nearest to dog among these:", balanced.wv.most_similar_to_given("dog", ["cat", "apple", "pear", "plum"]))
