# %% [markdown]
# # 4 · 用哪个输出头？
#
# 你已经认识了三个输出头：完整的 softmax、负采样和层次 softmax。对*你的*文本该用哪一个？谁也不能凭空回答：
# 这取决于文本有多长、有多少个词，以及你要用词向量做什么。但是可以测量，只要一次调用；这一课讲的是怎样读懂测量的结果。

# %%
import csv
from pathlib import Path

from matplotlib.figure import Figure
from w2v_data.world import write_world

from w2v import compare

world = write_world(Path("world"), tokens=100_000)
TEXT = world.corpus  # your own text: TEXT = "notes.txt"

# %% [markdown]
# 这里的文本是演示用的虚构世界的一部分。你可以换成自己的文件名：课文照样能运行，
# 但下面关于各个数字的说法是就这一文本而言的。
#
# ## 一次调用
#
# `compare` 把文本读一遍，留出谁也不用来训练的一部分。然后它用每一种编码器训练每一个输出头，一个接一个，
# 用同样的词、同样的次序，并以同样的方法测量。结果是一个文件夹，里面有一份报告。

# %%
comparison = compare(
    TEXT,
    "report",
    heads=["softmax", "ns", "hs", "pmi"],
    archs=["skipgram", "cbow"],
    held_out=0.1,
    epochs=5,
    vector_size=50,
    analogies=[world.analogies],
    similarity=[world.similarity],
)
print(comparison)

# %% [markdown]
# ## 尺度
#
# 各输出头的损失不能相互比较：它们计算的是不同的东西。（负采样的损失大约是六个二元判断之和，
# 层次 softmax 的损失是路径上各节点的判断之和。）但每个输出头都能说出，在另外一些词当中，
# 它认为词表里的每个词有多大的概率。所以向它们提出同一个问题：在你从未见过的文本里，你给真正出现的那个词多大的概率？
#
# $$\text{nats} = -\frac{1}{N} \sum_{n=1}^{N} \log p(\text{target}_n \mid \text{context}_n)$$
#
# 越小越好。**困惑度**（perplexity）是同一个数的另一种说法，即 $e^{\text{nats}}$：模型的不确定程度，
# 相当于在这么多个同样可能的词之间选择。
#
# 还有两个数有助于判断。一个是只知道每个词有多常见时所得的数。另一个是 ±，即标准误：如果留出的是另一些词，
# 得到的数就会不同，相差大约这么多。

# %%
for outcome in comparison.outcomes:
    won = outcome.frequencies - outcome.nats
    print(f"{outcome.name:<18} {outcome.nats:.2f} ± {outcome.standard_error:.2f} nats, {won:+.2f} won by the context")

# %% [markdown]
# 请把 Skip-gram 和 CBOW 分开来看。Skip-gram 由*一个*邻词预测一个词，CBOW 则由*全部*邻词预测。后者是比较容易的任务，
# 所以它的数较小；这并不说明它的词向量更好。
#
# ## 差别真的存在吗？
#
# 两个数之差也有标准误，即两者标准误的 $\sqrt{a^2 + b^2}$。如果差别不到它自己标准误的两倍，就很可能只是偶然：
# 这时报告不说哪个输出头更好。


# %%
def in_errors(one, other):
    gap = other.nats - one.nats
    return gap / (one.standard_error**2 + other.standard_error**2) ** 0.5


for arch in ("skipgram", "cbow"):
    best, *others = sorted((o for o in comparison.outcomes if o.arch == arch), key=lambda outcome: outcome.nats)
    for other in others:
        print(f"{best.name} before {other.head}: {in_errors(best, other):.1f} standard errors")

# %% [markdown]
# 报告在 “What stands out” 一节里用句子说同样的事。下面是其中关于似然的句子：

# %%
report = Path("report/report.md").read_text()
stands_out = report.split("## What stands out")[1].split("##")[0]
print("\n".join(line for line in stands_out.splitlines() if "nats" in line))

# %% [markdown]
# ## 途中
#
# 文件夹里的 `history.csv` 记录了途中各时刻的尺度。到最后还在下降的曲线，要求更多的轮数；转而上升的曲线，
# 说明模型已经开始背诵文本，要求更少的轮数。

# %%
with open("report/history.csv", newline="") as file:
    moments = list(csv.DictReader(file))

figure = Figure(figsize=(9, 3.2), layout="constrained")
for axes, arch in zip(figure.subplots(1, 2), ("skipgram", "cbow"), strict=True):
    for head in ("softmax", "ns", "hs"):
        line = [each for each in moments if (each["arch"], each["head"]) == (arch, head)]
        axes.plot([float(each["epoch"]) for each in line], [float(each["nats"]) for each in line], label=head)
    level = next(outcome.frequencies for outcome in comparison.outcomes if outcome.arch == arch)
    axes.axhline(level, color="grey", linestyle="--", label="frequencies alone")
    axes.set(title=arch, xlabel="epochs", ylabel="held-out nats", ylim=(None, level + 0.3))
figure.legend(*axes.get_legend_handles_labels(), loc="outside right center")
figure

# %% [markdown]
# 所有输出头开始时都在虚线附近，或者在它之上，最后都远在它之下：知道一个邻词，远比知道词有多常见更有用。
# 所有曲线到最后还在下降，所以轮数多一些会更好。但会下降多少，这里看不出来：每次训练到最后学习率都降到零，
# 因此每条曲线在那里都变平。
#
# ## 词向量用来做什么
#
# 上面的尺度所测量的，正是输出头的本职，即预料出现什么词。你可能要用词向量做别的事。表里有两列问的就是这样的事：
# 类比（*man* 之于 *king*，如同 *woman* 之于什么？），以及词对的余弦是否与人的判断一致。

# %%
for outcome in comparison.outcomes:
    analogies, similarity = (outcome.scores[name].value for name in ("analogies", "similarity"))
    print(f"{outcome.name:<18} {analogies:4.0%} of the analogies, similarity {similarity:.2f}")

# %% [markdown]
# 在这里，CBOW 用三个输出头的每一个都得到较小的奈特数，但它答对的类比都少于用同一输出头的 Skip-gram：
# 可见不能用奈特数来比较编码器。而 `pmi` 的奈特数最差，在相似度上却与其他的不相上下。要按你的需要来选择。
#
# （这些测试文件是为这一文本而写的，对你自己的文本不说明什么。英语文本有公开的测试：`w2v fetch questions-words`。）
#
# ## 代价

# %%
speed = {(outcome.arch, outcome.head): outcome.words_per_second for outcome in comparison.outcomes}
for head in ("softmax", "hs", "ns"):
    times = speed["skipgram", head] / speed["skipgram", "softmax"]
    print(f"Skip-gram {head:<8}{speed['skipgram', head]:>12,.0f} words a second, {times:.0f} times softmax")

# %% [markdown]
# softmax 每一步都要给词表里的每个词打分。这里大约是 1,500 个词；词数为十倍，它就要花十倍的时间，而另外两个几乎不变。
# 用 `vocab_sizes=[...]`，`compare` 也会测量这一点。
#
# ## 太短的文本
#
# 对八个句子作同样的调用：

# %%
few = """the cat drinks milk
the dog drinks water
the cat eats fish
the dog eats meat
the child eats an apple
the child drinks juice
the apple is red and sweet
the fish is small and fast"""
compare([line.split() for line in few.splitlines()], "few", heads=["softmax", "ns"], archs=["skipgram"], vector_size=10)
paragraphs = Path("few/report.md").read_text().split("\n\n")
print(next(paragraph for paragraph in paragraphs if paragraph.startswith("**This says little")))

# %% [markdown]
# 报告里照样有一张表，但开头就是警告。请认真对待它：留出的一个句子几乎说明不了什么。
#
# ## 那么用哪一个？
#
# - 词表小（至多几千词），而且有时间：`softmax`。其他的都是它的替身。
# - 更大的词表：`ns`，它的代价不随词表增长；或者 `hs`，它的代价几乎不增长。
# - 要内积和长度有含义，而且文本大：`pmi`（第 5 课）。
# - 有时间就用 Skip-gram，文本太大而没有时间就用 CBOW。
#
# 如果报告说两个输出头分不出高下，就用较快的那个。
#
# ## 练习
#
# 1. 最好的 Skip-gram 输出头使正确的词比按词频所说的可能了多少倍（几何平均）？
# 2. 用同样的设置和同样的文件夹再调用一次 `compare`。它为什么这么快？
# 3. 哪些曲线的终点高于它的最低点？如果高出很多，报告会怎么说？
#
# ## 答案
#
# 1. 奈特数是对数，所以奈特数之差是一个倍数的对数：

# %%
skipgram = [outcome for outcome in comparison.outcomes if outcome.arch == "skipgram"]
best = min(skipgram, key=lambda outcome: outcome.nats)
print(f"{best.head}: {2.718281828 ** (best.frequencies - best.nats):.1f} times as likely")

# %% [markdown]
# 2. 已经完成的都保留着：它在文件夹里找到八行，什么也不用训练。如果多加一个输出头，同样的调用就只训练这一个，
#    用同样的文本，留出同样的部分。中断了的比较也是这样接着做下去的。
#
# 3. 是这些（也可能一个也没有）：

# %%
for outcome in comparison.outcomes:
    lowest = min(point.nats for point in outcome.curve) if outcome.curve else outcome.nats
    if outcome.nats > lowest + 0.1:
        print(outcome.name, "ends higher")

# %% [markdown]
# 从十分之一奈特起，报告就在 “What stands out” 里说：“Fewer epochs had been better”（轮数少些会更好），
# 并指出在哪一轮之后最好。
