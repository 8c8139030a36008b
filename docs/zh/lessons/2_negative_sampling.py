# %% [markdown]
# # 2 · 负采样
#
# 第 1 课的结尾，是一个遍历整个词表的求和，每个词对都要为它付出代价。负采样（Mikolov 等 2013）不用这个求和，
# 办法是换一个更容易的问题。这一课里，你先用二十行 torch 自己写一遍，再看工具包里同样的输出头：先用同样的十三个句子，
# 再用一份二十万词的文本。

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
# ## 更容易的问题
#
# softmax 问的是：*所有的词里，哪一个会出现在* dog *旁边？* 负采样则拿出一个词对，问：*这是文本里真有的，
# 还是我编出来的？* 这个问题只有两种答案，一个内积就够了。**逻辑斯谛函数**把分数变成概率：
#
# $$p(\text{real} \mid w, c) = \sigma(\langle v_w, o_c \rangle), \qquad \sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# 要学会它，两种例子都得有。真的词对 $(w, c)$ 在文本里。每有一个真的，我们就编出 $K$ 个假的：同一个词 $w$，
# 配上随机抽取的词 $n_1, \dots, n_K$，它们叫做**负样本**。一个词对的损失是
#
# $$-\log \sigma(\langle v_w, o_c \rangle) - \sum_{i=1}^{K} \log \sigma(-\langle v_w, o_{n_i} \rangle)$$
#
# 前一部分把两个词拉到一起。后一部分把 $w$ 从没有和它一起出现的词那里推开。不管词表里有多少词，
# 查看和改动的都只有 $K + 1$ 个输出向量。
#
# ## 负样本从哪里来
#
# 如果按文本中的频率抽，其中四分之一会是 *the*。如果所有的词机会均等，罕见词被推开的次数就远远多于被拉近的次数。
# word2vec 取了一条折中的路，是试出来的：按词频的 3/4 次方来抽。

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
# ## 二十行 torch
#
# 全部代码就是这些。每一步都为每个词对重新抽取负样本，让两张表都往下坡走一小步。

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
# 一开始所有分数都是 0，六个答案个个都像抛硬币：$6 \log 2$。损失不会降到 0，也不可能降到 0：抽来当噪声的词里，
# 有一些确实出现在中心词旁边，而 *the* 在所有的词旁边。
#
# 看看这些词变成了什么样。

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
# 动物和水果分开了，而没有人说过什么是动物。文本很小，所以偶然性也有影响：换一个随机种子，图会转个方向，
# 或者有个词挪了地方。不变的是，两组总是分开的。

# %%
for seed in range(2, 7):
    within, across = cosines(train(seed=seed)[0])
    print(f"seed {seed}: within {within:.2f}, across {across:.2f}")

# %% [markdown]
# ## 输出头
#
# 在工具包里，这就是输出头 `ns`，什么都不指定时用的就是它。文本这么短的时候，一次训练会把它过五百遍。
#
# 同一篇论文里还有一样东西：**子采样**。*The* 出现在所有的词旁边，和它组成的词对说明不了什么。所以每一遍里，
# 高频词的每次出现都有一定的概率被略去；若一个词占文本的比例是 $f$，
# 那么它的一次出现以概率 $\sqrt{t / f} + t / f$ 保留，这个数大于 1 时则总是保留。在长文本上，工具包自己就会这样做。
# 在短文本上，它保留所有的词，除非你设定阈值 $t$，这个设置叫做 `sample`。

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
# 真的是同一回事吗？训练好的输出头是一个 torch 模块。我们给它一个隐藏向量、一个目标词和五个负样本，
# 再用上面的公式计算损失。

# %%
head = model.model.head()
hidden = torch.tensor(model.wv["dog"])
target, noise = model.wv.get_index("chases"), [model.wv.get_index(word) for word in ("we", "plum", "is", "at", "ripe")]
with torch.no_grad():
    by_hand = -logsigmoid(hidden @ head.output[target]) - logsigmoid(-(head.output[noise] @ hidden)).sum()
    by_head = head(hidden[None], torch.tensor([target]), noise=torch.tensor(noise))[0]
print(f"by hand {by_hand:.5f}, by the head {by_head:.5f}")

# %% [markdown]
# 训练的时候，工具包和这二十行有三点不同。它一个词接一个词地学，而不是一次处理全部词对。它为若干个词一起抽一次负样本，
# 再加上权重，使总和的含义不变。另外，负样本如果碰巧就是目标词，则不计入，这和 word2vec 一样。
#
# ## 大一些的文本
#
# 十三个句子能说明原理，仅此而已。演示用的文本讲的是一个虚构的世界：它的国家、家庭、动物、行业。

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
# 文本足够多时，显现出来的就不只是邻居了。从 *man* 到 *king*，与从 *woman* 到 *queen*，距离差不多，方向也一样，
# 所以可以做算术：$v_{king} - v_{man} + v_{woman}$ 就在 $v_{queen}$ 附近。

# %%
print(large.wv.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0])
score = large.wv.evaluate_word_analogies(world.analogies)[0]
print(f"{score:.0%} of the world's analogies are answered rightly")

# %%
kinds = dict(line.split("\t")[:2] for line in world.groups.read_text().splitlines())
plot_words(large.wv, list(kinds), groups=kinds, method="tsne", title="Words of a made-up world")

# %% [markdown]
# ## 代价有多大
#
# 两种输出头，用同一份文本的一部分，设置相同：

# %%
seconds = {}
for name in ("ns", "softmax"):
    runs = [Word2Vec(text[:3000], head=name, vector_size=50, epochs=1, sample=0, workers=1, seed=1) for _ in range(4)]
    seconds[name] = min(run.history[0].seconds for run in runs)  # the first run also compiles
print(
    f"{len(runs[0].wv):,} words in the vocabulary: softmax takes {seconds['softmax'] / seconds['ns']:.0f} times as long"
)

# %% [markdown]
# softmax 需要和词表里的每一个词做内积，负采样只要和六个词做；词表再大，也还是六个。
#
# ## 练习
#
# 1. 只拉不推：如果没有什么把词推开（`push=0`），这十三个句子会怎么样？先猜一猜。
# 2. 指数取 0、0.75 和 1 时，抽到 *the* 的概率各是多少？*feed* 呢？
# 3. Levy 和 Goldberg（2014）发现，每个词的数足够多时，
#    负采样的分数会变成 $\langle v_w, o_c \rangle \approx \log \frac{p(w, c)}{p(w)\, q(c)} - \log K$，
#    其中 $q$ 是被抽到的概率。所以负采样归根到底也是在计数。让每个词的数和词一样多，训练之后，
#    对文本里有的词对比较一下。
#
# ## 答案
#
# **1.** 所有的词都被拉到一起：全部向量朝向同一个方向，所有的词都彼此相似。损失几乎是 0，而向量什么也没说。

# %%
pulled, _, pull_losses = train(push=0.0)
within, across = cosines(pulled)
print(f"loss {pull_losses[-1]:.4f}; mean cosine within a group {within:.2f}, across {across:.2f}")

# %% [markdown]
# **2.** 取 0 时，所有的词机会均等；取 1 时，和在文本里一样。在两者之间，*the* 被抽到的机会比它在文本里少，
# *feed* 则更多。

# %%
for exponent in (0, 0.75, 1):
    q = count**exponent / (count**exponent).sum()
    print(f"{exponent:<4}  the {q[number['the']]:.3f}  feed {q[number['feed']]:.3f}")

# %% [markdown]
# **3.** 分数跟随着“一起出现的次数比偶然多多少”的对数：相关系数大约是 0.9，平均来说二者一致。

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
