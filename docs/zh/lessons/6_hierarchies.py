# %% [markdown]
# # 6 · 层级结构
#
# 狗是哺乳动物，哺乳动物是动物。这样的树有一个根、几根枝和非常多的叶：每下一层，节点数就成倍增加。平直空间容不下它：
# 半径加倍的圆，圆周也只是加倍。**双曲空间**则容得下：在那里，圆周随半径指数增长，正如叶子数随深度指数增长。
# 这一课把一棵树放进双曲空间（Nickel 和 Kiela，2017），看它怎样形成，然后由你把双曲空间放进自己的一个小网络里。

# %%
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from w2v_data.taxonomy import HABITS
from w2v_data.world import write_world

from w2v import PoincareKeyedVectors, PoincareModel, plot_disc, plot_forming
from w2v.geometry import POINCARE
from w2v.hyperbolic.nn import PoincareEmbedding, PoincareNormalize, RiemannianSGD

torch.set_num_threads(1)  # tensors this small are slower with more
world = write_world(Path("world"))
parent = dict(line.split("\t") for line in world.hypernyms.read_text().splitlines())


def path(node):
    """A node, its parent, and so on up to the root."""
    return [node, *path(parent[node])] if node in parent else [node]


print(len(parent), "relations")
for node in ("terrier", "robin", "coconut"):
    print(" → ".join(path(node)))

# %% [markdown]
# ## 圆盘
#
# **庞加莱圆盘**是双曲平面的一张地图。整个平面都在一个圆里，就像整个地球都在一页纸上；也正像在那页纸上一样，
# 长度并不是看上去的样子：越靠近边缘，一切就画得越小。两点的距离是
#
# $$d(x, y) = 2 \operatorname{arsinh} \frac{|x - y|}{\sqrt{(1 - |x|^2)(1 - |y|^2)}}$$
#
# 在边缘上分母变为 0，所以边缘在无穷远处。取两个到中心一样远、方向相差四分之一圈的点。它们之间的直路，
# 是经过中心的那条路的百分之多少？

# %%
for radius in (0.001, 0.5, 0.9, 0.999):
    one, other = np.array([radius, 0.0]), np.array([0.0, radius])
    out = POINCARE.dist(np.zeros(2), one)
    share = POINCARE.dist(one, other) / (2 * out)
    print(f"drawn at {radius:<5}: {out:.3f} from the middle, straight way {share:.0%} of the way by the middle")

# %% [markdown]
# 在中心附近是 71 %，与平直空间一样（$\sqrt 2 / 2$）。在远处超过 90 %，而且越远越接近全部：
# 两个远点之间最短的路要回到中间去走。树里也是如此：从狗到橡树，要先上到 *organism*，再往下走。
#
# ## 圆盘里的一棵树
#
# 训练把每个节点 $u$ 拉向它的祖先 $v$，并推离随机抽取的节点 $w$。损失与负采样的相似，只是用距离代替得分：
#
# $$-\log \frac{e^{-d(u, v)}}{e^{-d(u, v)} + \sum_{w} e^{-d(u, w)}}$$
#
# `closure=True` 让每个节点与它的所有祖先配对，而不只是与父节点；`snapshots` 每隔若干轮保存一次各点的位置。

# %%
tree = PoincareModel(list(parent.items()), closure=True, vector_size=2, epochs=800, snapshots=100, seed=2, workers=1)
edges = tree.embedding.relations.pairs
print(tree.reconstruction())
plot_disc(tree.kv, edges, colour="subtree", size=7)

# %% [markdown]
# 线是这个空间里的直路，即与边缘垂直相交的圆弧。*organism* 在中间，植物在一边，动物在另一边；在动物里，
# 每一纲各占边缘的一段。
#
# **平均排名**（mean rank）说明要经过多少个节点才找到一个祖先：把所有节点按到某个节点的距离排序，不计它的其他祖先，
# 1 为最好。**MAP**（平均精度均值）说的是同一件事，取值从 0 到 1。在这里，每个节点两个数就足以使平均排名低于 1.1。
#
# 一般的在中间，特殊的靠近边缘，尽管谁也没有告诉模型哪个节点更一般：

# %%
for level in range(5):
    far = [POINCARE.dist(np.zeros(2), tree.kv[node]) for node in tree.kv.index_to_key if len(path(node)) == level + 1]
    print(f"level {level}: {len(far):>2} nodes, on average {np.mean(far):4.1f} from the middle")

# %% [markdown]
# ## 它怎样形成

# %%
plot_forming(tree.kv, edges, tree.embedding.snapshots, colour="subtree")

# %% [markdown]
# 首先是**预热**（burn-in），学习率很小，这里为 320 轮：节点在中心附近找到各自的方向，此时换边还很容易。
# 然后学习率变为三十倍，一切都冲向外面。（在第 480 轮，叶子再从各自亲属之间重新开始一次。）如果在错误的一边到了边缘，
# 就很难回来，因为它的路要经过中间。用同样的 `snapshots`，
# `save_disc` 可以写出一段动画（.gif）或一个带滑块的网页（.html）。
#
# ## 你自己的网络
#
# 现在你是一位博物学家。每遇到一种动物或植物，你就记下四条观察，并想知道它属于哪一族。
# 有的观察能说明这一点（*barks at the postman*，对邮递员吠叫），有的只说明它是哺乳动物（*has warm fur*，
# 有温暖的毛皮），有的几乎什么也没说（*sleeps in its den*，睡在窝里）。虚构世界里的习性可以做成这样的笔记：

# %%
habits = [(habit, owner) for owner, some in HABITS.items() for habit in some]
families = [each for each in HABITS if not any(each in path(other)[1:] for other in HABITS)]
seen_of = [[place for place, (_, owner) in enumerate(habits) if owner in path(family)] for family in families]
likely = torch.tensor([places * (24 // len(places)) for places in seen_of])  # 8 or 12 habits each, all alike often


def draw(number, generator):
    """Notes, int64 [number, 4], and families, int64 [number]."""
    chosen = torch.randint(len(families), (number,), generator=generator)
    return likely[chosen[:, None], torch.randint(24, (number, 4), generator=generator)], chosen


generator = torch.Generator().manual_seed(1)
notes, chosen = draw(3, generator)
for row, family in zip(notes, chosen, strict=True):
    print(f"{families[family]}: {'; '.join(habits[place][0] for place in row)}")
print(len(habits), "habits of", len(families), "families")

# %% [markdown]
# 在网络里，习性和族都是圆盘里的点：各是一个 `PoincareEmbedding`，也就是一个各行始终留在球内的 `nn.Embedding`。
# 一条笔记也是一个点，即它的各习性之和。和可能落在球外，那里什么也没有：
# `PoincareNormalize` 这一层把过长的向量缩回到边缘以内。离得最近的族就是答案。


# %%
class Naturalist(nn.Module):
    def __init__(self, dim=2):
        super().__init__()
        self.habits = PoincareEmbedding(len(habits), dim, dtype=torch.float64)
        self.families = PoincareEmbedding(len(families), dim, sparse=False, dtype=torch.float64)
        self.into_the_ball = PoincareNormalize(1e-3)
        self.sharpness = nn.Parameter(torch.tensor(1.0, dtype=torch.float64))

    def forward(self, notes):  # int64 [B, 4]
        here = self.into_the_ball(self.habits(notes).sum(dim=1))  # [B, D]
        return -self.sharpness * POINCARE.dist(here[:, None], self.families.weight)  # [B, families]


def train(model, steps=500):
    optimiser = RiemannianSGD(model.parameters(), lr=0.3, burn_in=20)
    generator = torch.Generator().manual_seed(1)
    for _ in range(steps):
        notes, chosen = draw(256, generator)
        optimiser.zero_grad()
        F.cross_entropy(model(notes), chosen).backward()
        optimiser.step()
    notes, chosen = draw(2000, generator)
    return (model(notes).argmax(dim=1) == chosen).float().mean().item()


torch.manual_seed(1)
model = Naturalist()
accuracy = train(model)
print(f"right in {accuracy:.0%} of the cases")

# %% [markdown]
# `RiemannianSGD` 让各点按圆盘的度量移动，而锐度（sharpness）只是普通的数，就按普通的梯度下降移动。
# 瞎猜的正确率是 5 %。不可能全部正确：有些笔记里只有好几个族共有的习性。
#
# 关于哺乳动物或动物，我们什么也没有告诉网络；它得到的只是笔记，以及没有任何次序的族。但是看看它把习性放在了哪里：

# %%
away = POINCARE.dist(torch.zeros(2, dtype=torch.float64), model.habits.weight.detach()).numpy()
levels = np.array([len(path(owner)) - 1 for _, owner in habits])
for level, name in enumerate(("animals, plants", "mammals, birds, trees, ...", "dogs, songbirds, palms, ..."), 1):
    print(f"habits of all {name:<27} {away[levels == level].mean():.2f} from the middle")

points = torch.cat([model.families.weight, model.habits.weight]).detach().numpy()
names = families + [habit for habit, _ in habits]
kind = {name: path(owner)[-2] for name, owner in zip(names, families + [owner for _, owner in habits], strict=True)}
shown = [habit for habit, owner in habits if owner in ("animal", "plant", "mammal", "bird", "dog", "parrot")]
plot_disc(PoincareKeyedVectors(names, points), np.empty((0, 2), int), words=families + shown, groups=kind, size=7)

# %% [markdown]
# 一条习性留下的可能越多，就被放得离中间越近：它给和加上的很少。这就是层级结构在这个空间里的样子，
# 而且在这里它是被发现的，而不是给定的。
#
# 关于这样的层还需要知道什么，见 [hyperbolic-layers.md](../../hyperbolic-layers.md)。
#
# ## 练习
#
# 1. 把同一棵树放进平直的平面：`space="euclidean"`。各关系保持得怎样？
# 2. 为什么 *organism* 不正好在圆盘的中心？
# 3. 让博物学家用三维空间。
#
# ## 答案
#
# 1. 差得多，而数的个数一样：

# %%
flat = PoincareModel(
    list(parent.items()), closure=True, vector_size=2, epochs=800, space="euclidean", seed=2, workers=1
)
print("disc: ", tree.reconstruction())
print("plane:", flat.reconstruction())

# %% [markdown]
# 2. 损失只知道距离，而整棵树移动时距离不变。中心是地图上的一个位置，不是空间里的一个位置。
#    `plot_disc` 的 `centre` 可以把任何节点移到那里：

# %%
plot_disc(tree.kv, edges, colour="subtree", centre="mammal", size=5)

# %% [markdown]
# 3. 空间更大，答对的也更多：

# %%
torch.manual_seed(1)
roomy = train(Naturalist(dim=3))
print(f"two dimensions {accuracy:.0%}, three {roomy:.0%}")
