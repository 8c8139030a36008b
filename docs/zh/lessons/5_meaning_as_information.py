# %% [markdown]
# # 5 · 作为信息的意义
#
# 前几课的词向量来自一个预测任务，向量里的数字是什么意思只能靠猜。这一课的输出头所拟合的数，本身就有含义：
# **点互信息**（pointwise mutual information，PMI）。因此这样的向量是可以读懂的：内积说明两个词有多大关系，
# 长度说明一个词带有多少信息，而向量之和就是句子的向量。
#
# 这个想法出自苏剑林的“更简单的 GloVe”（2017，spaces.ac.cn/archives/4667 至 4681），在 GloVe（Pennington 等，
# 2014）之后。你需要知道什么是窗口（第 1 课）。所用的文本是演示用的虚构世界，共 40 万词。

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
# ## 数一数谁站在谁旁边
#
# 设 $X_{ij}$ 为词 $i$ 和词 $j$ 相距不超过五个位置的次数，$X_i = \sum_j X_{ij}$，$X = \sum_i X_i$。
# 如果闭着眼睛从文本里取出这样一对词，取到 $(i, j)$ 的概率是 $p(i, j) = X_{ij} / X$，
# 其中一个词是 $i$ 的概率是 $p(i) = X_i / X$。

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
# *the* 在 king 旁边出现的次数远多于 crown，但关于 king 它说得更少：它在谁旁边都会出现。
# 所以要把每个次数同“两个词互不理会”时应有的次数相比。那时 $p(i, j)$ 应等于 $p(i)\,p(j)$，两者之商的对数就是
#
# $$\mathrm{PMI}(i, j) = \log \frac{p(i, j)}{p(i)\, p(j)} = \log \frac{X_{ij}\, X}{X_i\, X_j}$$
#
# 两个词相互独立时它为 0，相互吸引时为正，相互回避时为负。用自然对数时单位是奈特（nat）：
# 0.69 奈特表示出现次数是随机情形的两倍，2.3 奈特表示十倍。


# %%
def pmi(word, other):
    return log(near[word, other] * total / (alone[word] * alone[other]))


for pair in [("king", "crown"), ("king", "the"), ("king", "his"), ("king", "in")]:
    print(f"PMI({', '.join(pair)}) = {pmi(*pair):+.1f} nats")

# %% [markdown]
# 顺序颠倒过来了：*crown* 现在排在 *his* 之前，*his* 排在 *the* 之前，而 *in* 则回避 king。
#
# ## 内积等于这些数的向量
#
# 存放全部 PMI 的表，有多少个词就要有多少列。输出头 `pmi` 则去找一百维的向量，使内积接近 PMI：它让
#
# $$\sum_{ij} f(X_{ij})\,\bigl(\langle v_i, v_j\rangle - \mathrm{PMI}(i, j)\bigr)^2, \qquad
# f(x) = \min(1, x / x_{\max})^{3/4}$$
#
# 尽量小，其中 $f$ 的作用是：一对词出现得越少，就越不信任它。求和只包括确实出现过的词对：对其余的词对，对数是负无穷。
# 设 `sample=0` 就不做子采样，每个词都计数，这样才能与我们自己数的结果比较。
# （`workers=1` 和 `dtype="float64"` 使每台计算机得到同样的向量。）

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
# 每个点是一对词；点在直线上，就表示向量所说的与数出来的完全一致。相关系数在 .95 以上：每个词一百个数，
# 几乎保存了约一万个词对的全部计数信息。
#
# ## 相关不等于相似
#
# `most_correlated` 找的是内积最大的词：与某个词*一起*出现的词。`same_company` 找的是与*同样的词*一起出现的词。
# 这是两个不同的问题，而对大多数词向量，你并不知道“近邻”回答的是哪一个。

# %%
for word in ("dog", "tea", "paris"):
    print(f"{word} goes with:", ", ".join(other for other, _ in vectors.most_correlated(word, topn=4)))
    print(f"{word} is like: ", ", ".join(other for other, _ in vectors.same_company(word, topn=4)))

# %% [markdown]
# 狗与它所做的事、它所有的东西一起出现，而与其他动物相似。茶与杯子、与“喝”一起出现，而与早餐的其他东西相似。
# 巴黎与其他首都相似，与菜肴和大洲一起出现，其中有些并不属于它：两个从未一起出现过的词，其内积只是猜测（练习 2）。
#
# ## 长度就是权重
#
# 在一切词旁边都会出现的词，与一切词的 PMI 都约为 0。与一切向量的内积都约为 0 的向量是短的。
# 所以向量的长度说明一个词带有多少信息，谁也不必编写停用词表。

# %%
often = [word for word in vectors.index_to_key if vectors.get_vecattr(word, "count") >= 200]
by_weight = sorted(often, key=vectors.word_weight)
print("tell least:", ", ".join(by_weight[:8]))
print("tell most: ", ", ".join(by_weight[-8:]))

# %% [markdown]
# *the* 是所有常用词中最短的。紧随其后的有一些人名：在这个世界里，任何人都可能做任何事。
# 最长的是只在一种句式里出现的词。
#
# ## 句子的关键词
#
# 句子 $s$ 的所有词合起来，有多支持词 $i$？如果它们互不依赖（朴素贝叶斯），各自的信息就可以相加：
#
# $$\sum_{j \in s} \mathrm{PMI}(i, j) \approx \sum_{j \in s} \langle v_i, v_j \rangle
# = \Bigl\langle v_i, \sum_{j \in s} v_j \Bigr\rangle$$
#
# 对句子自己的词提这个问题，就得到它的关键词：其他词也支持的那些词。

# %%
story = ["the", "king", "of", "spain", "lost", "his", "golden", "crown", "yesterday", "near", "the", "palace"]
for word, score in vectors.keywords(story, topn=None):
    print(f"{word:<10}{score:5.1f}")

# %% [markdown]
# 得分最高的四个词是 *crown*、*golden*、*king* 和 *palace*，最低的两个是 *of* 和 *the*。
# *yesterday* 和 *near* 也几乎排在最后：其他词不支持它们。
#
# ## 句子的向量
#
# 上面的式子对一个句子只需要知道各词向量之和。所以这个和就是句子的向量；信息少的词向量短，在和里几乎不起作用。
# 下面有八个句子，四个话题各两句；对每一句，分别按“和的余弦”与“共有词的个数”找出其余句子中最接近的一句。

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
# 用向量之和，八个句子全都找到了自己的同伴。用共有的词，找到的是有同样小词的句子：关于动物的两句，
# 除 *the* 外没有任何共同的词。
#
# ## 练习
#
# 1. `keywords` 只是一行 NumPy。自己写出来，并作比较。
# 2. 从未出现过的词对不参加训练。它们本应相互回避。随机抽取一些：向量怎么说？
# 3. 在同一文本上训练输出头 `ns`（负采样）。那里最短的是哪些词？
#
# ## 答案
#
# 1. 句子的向量之和，以及与它内积最大的词：

# %%
whole = np.sum([vectors[word] for word in story], axis=0)
print(sorted({*story}, key=lambda word: -(vectors[word] @ whole))[:4])

# %% [markdown]
# 2. 它们多半说得过高：

# %%
generator = np.random.default_rng(1)
drawn = [tuple(generator.choice(often, 2, replace=False)) for _ in range(2000)]
never = np.array([vectors[one] @ vectors[other] for one, other in drawn if not near[one, other]])
print(
    f"{len(never)} pairs never seen: inner product {never.mean():+.1f} on average, above 0 for {np.mean(never > 0):.0%}"
)

# %% [markdown]
# 平均值为正，好像这些词相互吸引似的。这是只对出现过的词对求和的代价：没有什么告诉向量哪些事不会发生。
# 每个词的文本越多，代价越小，所以这个输出头适合大文本。负采样则会让模型看到不会发生的事。
#
# 3. 是同一类词：

# %%
predicted = Word2Vec(sentences, head="ns", epochs=3, **settings).wv
print(", ".join(sorted(often, key=predicted.word_weight)[:8]))

# %% [markdown]
# 在那里 *the* 也是最短的。这并非偶然：训练到底时，负采样所拟合的是 $\mathrm{PMI}(i, j) - \log k$，
# 其中 $k$ 是负样本的个数（Levy 和 Goldberg，2014），只是它有两张表，并且有一个偏移，使内积更难读懂。
