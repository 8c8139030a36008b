# %% [markdown]
# # 3 · 层次 softmax
#
# 负采样避开了遍历词表的求和，办法是换一个更容易的问题。层次 softmax（Morin 与 Bengio 2005）问的问题和 softmax 一样：
# *是哪一个词？* 但它的问法像“二十个问题”的游戏：一个接一个地问“是”或“否”。一百万个词，大约二十个问题就够了。

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
# ## 一棵由问题组成的树
#
# 把词放在一棵树的叶子上，每个分叉有两条枝，标上 0 和 1。于是一个词就是通向它的那条路，也就是它的**编码**：
# 0 表示“走第一条枝”，1 表示“走第二条枝”。如果所有的路一样长，$V$ 个词每个需要 $\lceil \log_2 V \rceil$ 次判断。
#
# 还可以做得更好，因为词的频率并不相同。Huffman（1952）找到了平均路径最短的树：把最罕见的两个合并成一个，
# 一直这样做下去，直到只剩一个。合并得越晚，就离根越近。


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
# *the* 的编码很短，只出现一次的词编码最长。没有哪个编码是另一个编码的开头，所以可以把词写成一串比特，中间不留空隙，
# 照样读得出来：

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
# ## 把树画出来
#
# 在工具包里，层次 softmax 是输出头 `hs`。这里用十三个句子来训练它，像第 2 课那样对高频词做子采样；
# `plot_tree` 画出它的树。枝越粗，经过它的文本就越多。词频相等的时候，有好几棵树同样好，
# 所以其中一些编码和我们的不一样。平均长度则是一样的。

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
# **熵** $-\sum_w p(w) \log_2 p(w)$ 说的是平均一个词相当于多少个“是或否”的问题（Shannon 1948）：这样的编码，
# 平均长度不可能比它更短，而 Huffman 编码最多只比它长不到一个问题。
#
# ## 从编码到概率
#
# 现在来看模型：每个分叉 $j$ 有一个输出向量 $o_j$，对于隐藏向量 $h$，它用逻辑斯谛函数判断是走 0 还是走 1：
#
# $$p(0 \mid h, j) = \sigma(\langle h, o_j \rangle), \qquad p(1 \mid h, j) = 1 - \sigma(\langle h, o_j \rangle)
# = \sigma(-\langle h, o_j \rangle)$$
#
# 一个词的概率，是它路上各次判断的概率之积：
#
# $$p(w \mid h) = \prod_{j \text{ on the way of } w} \sigma(\pm \langle h, o_j \rangle)$$
#
# 不管这些向量是什么，所有词的概率加起来总是一，因为每个分叉只是把来到它这里的概率分成两份。不需要计算任何求和。
# 我们用毫无意义的向量来试一试：


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
# ## 跟踪一步
#
# 一个词对的损失是 $-\log p(w \mid h)$，也就是 $w$ 的路上各个分叉之和，每个分叉各学各的。损失对一个分叉的分数的梯度，
# 是这个分叉期望的减去实际发生的：如果路走的是 0，就是 $\sigma(\langle h, o_j \rangle) - 1$；如果是 1，
# 就是 $\sigma(\langle h, o_j \rangle)$。对一个词走一步：

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
# 层次 softmax 就是这些了。`explain` 能展示工具包自己的每一步，数字就来自它的参考引擎：
# 这里是一次短的训练进行到一半时，第一个句子中 *chases* 处发生的事。

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
# 每一行是一个例子：*chases* 的向量要沿着通向某个邻居的路，预测出这个邻居。单独一步改变得很少；一次训练有成千上万步。
# 十八个分叉里有六个变了，就是 *the*、*dog* 和 *cat* 的路上的那些。这些路共有的分叉，比如根，从它们全都学到了东西。
#
# ## 训练好的模型怎样判断
#
# 我们问训练好的模型，它期待 *we* 旁边出现哪些词，并跟随它的判断一路走到 *eat*。每一条里颜色深的那一段，
# 就是继续往前走的判断。

# %%
plot_prediction(model, ["we"], topn=5, way_to="eat", title="Which word stands beside “we”?")

# %%
plot_words(model.wv, groups=groups, figsize=(7, 5), title="Thirteen sentences by hierarchical softmax")

# %% [markdown]
# 动物和水果在这里也分开了。树对词义一无所知：*chases* 和 *eat* 除了最后一次判断以外全都相同，只因为它们的频率一样。
# 判断所需要的东西，都得由词向量来承载。
#
# ## 为什么高频词便宜
#
# 一个词的编码有多长，就要做多少个内积，而这大约是它在文本中所占比例的 $-\log_2$。要看清这一点，我们需要更多的词：
# 演示用的虚构世界。

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
# softmax 对每个词对都要做和词表一样多的内积。如果词表增大一倍，softmax 的时间也增加一倍，
# 而穿过树的路大约只多一次判断。
#
# 这是有代价的。树在学习开始之前就定下来了，靠近根的一次判断，要由毫无共同之处的词来共用。
# 哪一种输出头能从你的文本里学到最多，是第 4 课的问题。
#
# ## 练习
#
# 1. 十三个句子用 Huffman 编码要多少比特？用等长的编码呢？
# 2. 如果文本里多出一百个 *plum*，它的编码会变成什么样？
# 3. `tree="balanced"` 让所有编码一样长，至多差一次判断。这样平均每个词要多少次判断？动物和水果还分得开吗？
#
# ## 答案
#
# **1.** 每个词的编码有多长，就占多少比特。文件也是这样压缩的。

# %%
packed = sum(len(codes[word]) for sentence in sentences for word in sentence)
print(f"{packed} bits, and {total * math.ceil(math.log2(len(counts)))} with equally long codes")

# %% [markdown]
# **2.** 短到不能再短：*plum* 这时占了文本的一半以上，一次判断就把它和其余的词区分开了。其他词的编码大约都长了一位。

# %%
many_plums = huffman(counts + Counter(plum=100))
print("plum", codes["plum"], "->", many_plums["plum"])
longer = {word: len(many_plums[word]) - len(codes[word]) for word in counts if word != "plum"}
print(Counter(longer.values()))

# %% [markdown]
# **3.** 比 Huffman 树要多。向量学到的东西大体一样。

# %%
balanced = Word2Vec(sentences, head="hs", tree="balanced", **settings)
length = dict(zip(balanced.wv.index_to_key, balanced.model.head().signs.abs().sum(dim=1).int().tolist(), strict=True))
print(f"{sum(count * length[word] for word, count in counts.items()) / total:.3f} decisions a word")
print("nearest to dog among these:", balanced.wv.most_similar_to_given("dog", ["cat", "apple", "pear", "plum"]))
