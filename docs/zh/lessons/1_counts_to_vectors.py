# %% [markdown]
# # 1 · 从计数到词向量
#
# 在计算机眼里，一个词只是词表里的一个编号。*dog* 和 *cat* 有什么共同之处，从编号里看不出来。这一课让计算机看出来：
# 先统计哪些词彼此相邻，再用一个小模型去预测这些计数。word2vec 的背后不过如此；后面两课讲的是怎样算得快。
#
# 你只需要会 Python，懂一点 numpy。代码从上到下依次运行，每段代码下面就是它的输出。

# %%
import math
import time
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

from w2v import KeyedVectors, Word2Vec, plot_words

# %% [markdown]
# ## 十三个句子
#
# 全部文本就这么多。你可以自己读一遍，模型学到的一切都能在这里核对。

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
# 和任何语言一样，少数几个词占了文本的大半：单是 *the* 就占了四分之一。
#
# ## 独热向量
#
# 最朴素的词向量是独热向量（one-hot）：在这个词的位置上是 1，其余全是 0。

# %%
one_hot = np.eye(V)
print("dog", one_hot[number["dog"]].astype(int))
print("cat", one_hot[number["cat"]].astype(int))
print("dog and cat: ", math.dist(one_hot[number["dog"]], one_hot[number["cat"]]))
print("dog and plum:", math.dist(one_hot[number["dog"]], one_hot[number["plum"]]))

# %% [markdown]
# 任何两个不同的词之间距离都一样，是 $\sqrt 2$，内积都是 0。独热向量能把词区分开，除此之外什么也没说。
#
# ## 窗口
#
# *观其伴，知其词*（Firth 1957：You shall know a word by the company it keeps）。所谓“伴”，
# 就是左边和右边各 $k$ 个位置以内的词。这些位置叫做**窗口**，正中的词叫**中心词**，它周围的词叫**上下文**。


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
# word2vec 学习的就是这样的词对。词序、语法、整个句子的意思，全都丢掉了。
#
# ## 词由它的邻居来定义
#
# 我们统计所有句子里的词对，做成一张表：每个中心词一行，每个上下文词一列。

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
# 这张表是对称的：*dog* 在 *chases* 旁边，*chases* 也就在 *dog* 旁边。表里有一行和一列颜色特别深，
# 因为 *the* 几乎和所有的词都相邻。
#
# 每一行就是一个词的向量，而且这些向量确实说明了一些东西。我们用夹角的**余弦**来比较它们：方向相同为 1，
# 毫无共同之处为 0。


# %%
def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


for one, other in [("dog", "cat"), ("dog", "mouse"), ("apple", "pear"), ("dog", "apple"), ("cat", "plum")]:
    print(f"{one:>5} {other:<5} {cosine(table[number[one]], table[number[other]]):.2f}")

# %% [markdown]
# 两种动物之间，比一种动物和一种水果之间更相似，但差别不如我们希望的那么大。原因有两个。
#
# - **高频词淹没了其余的词。** 每一行里很大一部分是与 *the* 的共现次数，而它几乎说明不了什么。
# - **向量太长**：每个词 $V$ 个数，大多是零。这里 $V$ 是 19；在维基百科那样大的文本里是一百万。
#
# 我们想要的是短的向量，只保留要紧的东西。所以我们不再照抄计数，而是去*预测*它们。
#
# ## 预测上下文的模型
#
# 给每个词 $w$ 一个短向量 $v_w$，它作为上下文词 $c$ 时再给一个向量 $o_c$。内积 $\langle v_w, o_c \rangle$ 越大，
# 我们就越期待 $c$ 出现在 $w$ 旁边。**softmax** 把这样的分数变成概率：
#
# $$p(c \mid w) = \frac{\exp \langle v_w, o_c \rangle}{\sum_{u} \exp \langle v_w, o_u \rangle}$$


# %%
def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))  # less the largest, or they would overflow
    return powers / powers.sum(axis=-1, keepdims=True)


print(softmax(np.array([2.0, 1.0, 0.0])).round(2), "sum", softmax(np.array([2.0, 1.0, 0.0])).sum().round(6))

# %% [markdown]
# 在 word2vec 的示意图里，独热向量输入到一个*隐藏层*。独热向量乘以全部向量组成的矩阵，结果就是取出其中一行。
# 所以实际上没有人去做乘法：查表就行了。

# %%
D = 2
generator = np.random.default_rng(1)
vectors, outputs = generator.normal(0, 0.1, (V, D)), np.zeros((V, D))
dog = number["dog"]
print(one_hot[dog] @ vectors, "=", vectors[dog])

# %% [markdown]
# **损失**是所有词对的 $-\log p(c \mid w)$ 的平均值，单位是奈特（nat，自然对数的单位）。一开始输出向量 $o$ 全是零，
# 所有分数都是 0，模型认为每个词的可能性都一样：损失是 $\log V$。
#
# 它的梯度很简单，值得记住。对一个词对来说，损失对分数的梯度就是预测减去真相：
#
# $$\frac{\partial\, (-\log p(c \mid w))}{\partial\, \text{scores}} = p(\cdot \mid w) - \text{one-hot}(c)$$
#
# 期望过高的词，分数下降；真正出现的词，分数上升。对所有词对求和，就是“预测的减去数出来的”：


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
# 这算好吗？只看词对的模型，最好也不过是知道全部计数：损失的下限是给定中心词时上下文的**熵**。
# 而一个不看中心词、只知道词频的模型，它的损失就是图中上面那条线。

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
# 每个词只有两个数，从上面那条线到下面那条线，模型就走完了一半以上的路程。它*不可能*走到底：数太少，背不下整张表。
# 这正是关键所在。邻居相同的词只能挤在有限的空间里，于是落到了同一个地方。

# %%
groups = dict.fromkeys(["dog", "cat", "mouse"], "animals") | dict.fromkeys(["apple", "pear", "plum"], "fruit")
plotted = KeyedVectors(words, trained, [counts[word] for word in words])
plot_words(plotted, groups=groups, figsize=(7, 5), title="Two numbers a word, after 1,000 steps")

# %%
for one, other in [("dog", "cat"), ("dog", "mouse"), ("apple", "pear"), ("dog", "apple"), ("cat", "plum")]:
    print(f"{one:>5} {other:<5} {cosine(trained[number[one]], trained[number[other]]):.2f}")

# %% [markdown]
# 没有人告诉模型什么是动物。它只是要在很小的空间里预测 *dog* 的邻居和 *cat* 的邻居，而它们的邻居是一样的。
#
# ## 为什么这样很慢
#
# 像在长文本上训练时那样，只看一个词对。正确的那个词，分数只要一个内积。但是分母里的求和要遍历**全部** $V$ 个词，
# 梯度也是如此：每来一个词对，每个输出向量都要动一动。我们来测一测，词表大小不同时，一个词对的一步要花多少时间。


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
# 词多十倍，时间也长十倍；表大到处理器缓存放不下时还要更长。一千七百万词的文本，窗口最多五个词，大约产生一亿个词对，
# 词表约有十万词。照这个速度，训练一遍需要：

# %%
days = 100e6 * took[-1] / 86_400
print(f"{days:.0f} days")

# %% [markdown]
# word2vec 只要几秒钟，因为它有两种办法避开这个求和。**负采样**（第 2 课）换了一个更容易的问题，
# 回答它只需要几个输出向量。**层次 softmax**（第 3 课）把词排成一棵树，树有多深，就需要多少个输出向量。
#
# ## 用工具包来做
#
# `w2v` 也有完整的 softmax，它是其中一种输出头（head）。训练时它像 word2vec 那样一个词对接一个词对地学，
# 而不是一次处理全部词对。有一个细节是反过来的，和 word2vec 原来的程序一样：用*上下文*词的向量去预测*中心词*。
# 词对是一样的。

# %%
model = Word2Vec(sentences, head="softmax", vector_size=2, window=2, shrink_windows=False, workers=1, seed=1)
print(model)
print(f"loss {model.history[0].loss:.2f} in the first epoch, {model.history[-1].loss:.2f} in the last one")
print("nearest to dog among these:", model.wv.most_similar_to_given("dog", ["cat", "apple", "pear", "plum"]))

# %%
plot_words(model.wv, groups=groups, figsize=(7, 5), title="Thirteen sentences by softmax")

# %% [markdown]
# ## 练习
#
# 1. 一个有 $n$ 个词的句子，窗口为 $k < n$，有多少个词对？找出公式并验证。
# 2. 每个词的数多了，模型就能把表背下来。当 $D = V$ 时，损失离熵有多近？动物和水果还分得开吗？
# 3. 对分数的梯度是 $p - \text{one-hot}(c)$。它的各个分量加起来是多少？为什么？
#
# ## 答案
#
# **1.** 除了两端的词，每个词有 $2k$ 个邻居；开头的 $k$ 个词和末尾的 $k$ 个词，
# 每一端一共少 $k + (k-1) + \dots + 1$ 个，所以是 $2kn - k(k+1)$。

# %%
for n, k in [(5, 1), (5, 2), (6, 5), (30, 10)]:
    print(n, k, len(list(pairs_of(["word"] * n, k))), 2 * k * n - k * (k + 1))

# %% [markdown]
# **2.** 非常近，向量成了计数的翻版。动物和水果仍然分得开，因为它们的计数本来就不同；但每个词都有了自己的方向：
# *dog* 和 *cat* 彼此远离了。

# %%
start = generator.normal(0, 0.1, (V, V)), np.zeros((V, V))
by_heart, _, long_losses = train(*start, steps=3000)
print(f"loss {long_losses[-1]:.3f}, entropy {floor:.3f}")
for one, other in [("dog", "cat"), ("dog", "apple")]:
    with_two, with_all = (cosine(t[number[one]], t[number[other]]) for t in (trained, by_heart))
    print(f"{one} {other}: {with_two:.2f} with two numbers, {with_all:.2f} with {V}")

# %% [markdown]
# **3.** 加起来是零，因为概率的和是一，独热向量的和也是一。一个词的分数得到多少，其他的词就一共失去多少。

# %%
p = softmax(generator.normal(size=V))
print(abs((p - one_hot[3]).sum()) < 1e-12)
