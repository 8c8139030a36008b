# %% [markdown]
# # 2 · Negative sampling
#
# Lesson 1 ended with a sum over the whole vocabulary that every pair of words has to pay for. Negative sampling
# (Mikolov et al. 2013) does without it, by asking an easier question. In this lesson you write it yourself, in twenty
# lines of torch; then you meet the same as a head of the toolkit, on the same thirteen sentences and on a text of two
# hundred thousand words.

# %%
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import logsigmoid
from w2v_data.world import write_world

from w2v import KeyedVectors, Word2Vec, plot_sampling, plot_words

torch.set_num_threads(1)  # tables this small are slower with more

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
groups = dict.fromkeys(["dog", "cat", "mouse"], "animals") | dict.fromkeys(["apple", "pear", "plum"], "fruit")


def pairs_of(sentence, window):
    """Each centre with each word of its context."""
    for place, centre in enumerate(sentence):
        for other in range(max(0, place - window), min(len(sentence), place + window + 1)):
            if other != place:
                yield centre, sentence[other]


# %% [markdown]
# ## An easier question
#
# The softmax asks: *which of all words stands beside* dog? Negative sampling shows a pair and asks: *is this pair from
# the text, or did I make it up?* That is a question with two answers, and one inner product is enough for it. The
# **logistic function** turns the score into a probability:
#
# $$p(\text{real} \mid w, c) = \sigma(\langle v_w, o_c \rangle), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# To learn it, the model needs examples of both kinds. Real pairs $(w, c)$ are in the text. For each of them we make up
# $K$ others: the same word $w$ with words $n_1, \dots, n_K$ drawn at random, the **negative samples**. The loss of a
# pair is
#
# $$-\log \sigma(\langle v_w, o_c \rangle) - \sum_{i=1}^{K} \log \sigma(-\langle v_w, o_{n_i} \rangle)$$
#
# The first part pulls the two words together. The second pushes $w$ away from what it was not seen with. $K + 1$ output
# vectors are looked at and moved, however many words there are.
#
# ## Where the negative samples come from
#
# Drawn as they stand in the text, a quarter of them would be *the*. Drawn all alike, rare words would be pushed away
# far more often than they are pulled. word2vec takes a middle way that was found by trying: the count to the power of
# 3/4.

# %%
count = np.array([counts[word] for word in words], dtype=float)
share = count / count.sum()
chance = count**0.75 / (count**0.75).sum()
for word in ("the", "cat", "apple", "feed"):
    i = number[word]
    print(f"{word:<6} {counts[word]:>3} times   {share[i]:.3f} of the text   drawn with {chance[i]:.3f}")

# %%
plot_sampling(counts, title="Chances of being drawn, for three exponents")

# %% [markdown]
# ## Twenty lines of torch
#
# Here is all of it. Each step draws fresh negative samples for every pair, and moves both tables a little downhill.

# %%
pairs = [(number[a], number[b]) for sentence in sentences for a, b in pairs_of(sentence, window=2)]


def train(K=5, D=2, steps=500, seed=1, push=1.0):
    torch.manual_seed(seed)
    centre, context = torch.tensor(pairs).T
    noise_chance = torch.tensor(chance)
    vectors = (0.1 * torch.randn(len(words), D)).requires_grad_()
    outputs = torch.zeros(len(words), D, requires_grad=True)
    optimizer = torch.optim.Adam([vectors, outputs], lr=0.05)
    losses = []
    for _ in range(steps):
        noise = torch.multinomial(noise_chance, K * len(pairs), replacement=True).view(-1, K)
        real = (vectors[centre] * outputs[context]).sum(dim=1)
        made_up = torch.einsum("bd,bkd->bk", vectors[centre], outputs[noise])
        loss = -logsigmoid(real).mean() - push * logsigmoid(-made_up).sum(dim=1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return vectors.detach().numpy(), outputs.detach().numpy(), losses


vectors, outputs, losses = train()
print(f"loss {losses[0]:.3f} = 6 log 2 at first; {np.mean(losses[-20:]):.2f} at last")

# %% [markdown]
# At first all scores are 0, and each of the six answers is a coin's toss: $6 \log 2$. The loss does not fall to 0, and
# it cannot: some of the words that are drawn as noise do stand beside the centre, and *the* stands beside everything.
#
# Look at what became of the words.

# %%
plotted = KeyedVectors(words, vectors, [counts[word] for word in words])
plot_words(plotted, groups=groups, figsize=(7, 5), title="Twenty lines of torch, thirteen sentences")


# %%
def cosines(vectors):
    """The mean cosine of two words of one group, and of two words of different groups."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    within, across = [], []
    for one, group in groups.items():
        for other, other_group in groups.items():
            if one < other:
                same = group == other_group
                (within if same else across).append(unit[number[one]] @ unit[number[other]])
    return np.mean(within), np.mean(across)


within, across = cosines(vectors)
print(f"mean cosine within a group {within:.2f}, across {across:.2f}")

# %% [markdown]
# Animals are apart from fruit, and nobody said what an animal is. The text is tiny, and so chance has a say: another
# seed turns the picture round, or moves a word. What stays is that the groups are apart.

# %%
for seed in range(2, 7):
    within, across = cosines(train(seed=seed)[0])
    print(f"seed {seed}: within {within:.2f}, across {across:.2f}")

# %% [markdown]
# ## The head
#
# In the toolkit this is the head `ns`, which is what you get when you ask for nothing else. A run on so short a text
# passes it five hundred times.
#
# One thing more is from the same paper: **subsampling**. *The* stands beside everything, and its pairs say little. So
# in each pass every occurrence of a frequent word is left out with some probability; one of a word that is a share $f$
# of the text is kept with the probability $\sqrt{t / f} + t / f$, or always where this is above 1. On long texts the
# toolkit does so by itself. On short ones it keeps every word, unless you set the threshold $t$, which is called
# `sample`.

# %%
for word in ("the", "and", "cat", "dog"):
    f = share[number[word]]
    print(f"{word:<4} kept with {min(1, np.sqrt(0.02 / f) + 0.02 / f):.2f}")

# %%
settings = {"vector_size": 2, "window": 2, "shrink_windows": False, "sample": 0.02, "workers": 1, "seed": 1}
model = Word2Vec(sentences, head="ns", **settings)
print(model)
print(f"{len(model.history)} epochs; loss {model.history[0].loss:.2f} at first, {model.history[-1].loss:.2f} at last")
order = [model.wv.get_index(word) for word in words]
within, across = cosines(model.wv.vectors[order])
print(f"mean cosine within a group {within:.2f}, across {across:.2f}")

# %%
plot_words(model.wv, groups=groups, figsize=(7, 5), title="Thirteen sentences by negative sampling")

# %% [markdown]
# Is it really the same? A trained head is a torch module. We give it a hidden vector, a target and five negative
# samples, and compute the loss by the formula above.

# %%
head = model.model.head()
hidden = torch.tensor(model.wv["dog"])
target, noise = model.wv.get_index("chases"), [model.wv.get_index(word) for word in ("we", "plum", "is", "at", "ripe")]
with torch.no_grad():
    by_hand = -logsigmoid(hidden @ head.output[target]) - logsigmoid(-(head.output[noise] @ hidden)).sum()
    by_head = head(hidden[None], torch.tensor([target]), noise=torch.tensor(noise))[0]
print(f"by hand {by_hand:.5f}, by the head {by_head:.5f}")

# %% [markdown]
# In training, the toolkit differs from the twenty lines in three ways. It goes from word to word instead of over all
# pairs at a time. It draws negative samples once for some words together, and weighs them so that the sum means the
# same. And a negative sample that happens to be the target is not counted, as in word2vec.
#
# ## A larger text
#
# Thirteen sentences show how it works, and no more. The demo's text tells of a made-up world: its countries, families,
# animals, trades.

# %%
world = write_world(Path("world"), tokens=200_000)
text = [line.split() for line in world.corpus.read_text().splitlines()]
print(" ".join(text[0]))
print(" ".join(text[1]))
print(f"{len(text):,} sentences, {sum(map(len, text)):,} words")

# %%
large = Word2Vec(text, head="ns", vector_size=50, epochs=15, sample=1e-3, workers=1, seed=1)
print(large)
for word in ("nightingale", "birch", "daisy"):
    print(f"{word}:", ", ".join(sorted(other for other, _ in large.wv.most_similar(word, topn=3))))

# %% [markdown]
# With enough text, more than company shows. From *man* to *king* it is about as far, and in the same direction, as
# from *woman* to *queen*, so that one can calculate: $v_{king} - v_{man} + v_{woman}$ lies near $v_{queen}$.

# %%
print(large.wv.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0])
score = large.wv.evaluate_word_analogies(world.analogies)[0]
print(f"{score:.0%} of the world's analogies are answered rightly")

# %%
kinds = dict(line.split("\t")[:2] for line in world.groups.read_text().splitlines())
plot_words(large.wv, list(kinds), groups=kinds, method="tsne", title="Words of a made-up world")

# %% [markdown]
# ## What it costs
#
# Both heads, on a part of the same text, with the same settings:

# %%
seconds = {}
for name in ("ns", "softmax"):
    runs = [Word2Vec(text[:3000], head=name, vector_size=50, epochs=1, sample=0, workers=1, seed=1) for _ in range(4)]
    seconds[name] = min(run.history[0].seconds for run in runs)  # the first run also compiles
print(
    f"{len(runs[0].wv):,} words in the vocabulary: softmax takes {seconds['softmax'] / seconds['ns']:.0f} times as long"
)

# %% [markdown]
# The softmax needs an inner product with every word of the vocabulary, negative sampling with six words, and with a
# larger vocabulary it still is six.
#
# ## Exercises
#
# 1. Pull without push: what happens with the thirteen sentences when nothing pushes words apart (`push=0`)? Guess
#    first.
# 2. How likely is *the* to be drawn with an exponent of 0, 0.75 and 1? And *feed*?
# 3. Levy and Goldberg (2014) found what the scores of negative sampling become when there are enough numbers a word:
#    $\langle v_w, o_c \rangle \approx \log \frac{p(w, c)}{p(w)\, q(c)} - \log K$, where $q$ is the chance of being
#    drawn. So negative sampling counts after all. Train with as many numbers as words, and compare for the pairs that
#    are in the text.
#
# ## Answers
#
# **1.** Everything is pulled together: all vectors end in one direction, and all words are similar to each other. The
# loss is as good as 0, and the vectors say nothing.

# %%
pulled, _, pull_losses = train(push=0.0)
within, across = cosines(pulled)
print(f"loss {pull_losses[-1]:.4f}; mean cosine within a group {within:.2f}, across {across:.2f}")

# %% [markdown]
# **2.** With 0 all words are drawn alike; with 1 as they stand in the text. In between, *the* is drawn less often than
# it is met, and *feed* more often.

# %%
for exponent in (0, 0.75, 1):
    q = count**exponent / (count**exponent).sum()
    print(f"{exponent:<4}  the {q[number['the']]:.3f}  feed {q[number['feed']]:.3f}")

# %% [markdown]
# **3.** The scores follow the logarithm of "how much more often together than by chance": the correlation is about 0.9,
# and on average they agree.

# %%
many, many_outputs, _ = train(D=len(words), steps=3000)
together = np.zeros((len(words), len(words)))
for a, b in pairs:
    together[a, b] += 1
seen = together > 0
joint = together / together.sum()
expected = np.log(joint[seen] / (joint.sum(axis=1)[:, None] * chance)[seen]) - np.log(5)
scores = (many @ many_outputs.T)[seen]
correlation = np.corrcoef(scores, expected)[0, 1]
print(f"correlation {correlation:.2f}, mean difference {np.mean(scores - expected):+.2f}")
