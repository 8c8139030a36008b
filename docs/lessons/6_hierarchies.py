# %% [markdown]
# # 6 · Hierarchies
#
# A dog is a mammal, a mammal is an animal. Such a tree has one root, a few branches and very many leaves: from level
# to level their number is multiplied. In flat space there is no room for that: a circle twice as wide has a rim only
# twice as long. **Hyperbolic space** has room: there a circle's rim grows exponentially with its radius, as the number
# of leaves does with the depth. In this lesson a tree is put there (Nickel & Kiela 2017), we watch it form, and then
# you build hyperbolic space into a small network of your own.

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
# ## The disc
#
# The **Poincaré disc** is a map of the hyperbolic plane. All of the plane is within a circle, as all of the earth is
# on one page, and as on such a page lengths are not what they seem: towards the rim everything is drawn smaller and
# smaller. The distance of two points is
#
# $$d(x, y) = 2 \operatorname{arsinh} \frac{|x - y|}{\sqrt{(1 - |x|^2)(1 - |y|^2)}}$$
#
# At the rim the denominator becomes 0, so the rim is infinitely far away. Take two points as far from the middle as
# each other, a quarter turn apart. How long is the straight way between them, as a part of the way by the middle?

# %%
for radius in (0.001, 0.5, 0.9, 0.999):
    one, other = np.array([radius, 0.0]), np.array([0.0, radius])
    out = POINCARE.dist(np.zeros(2), one)
    share = POINCARE.dist(one, other) / (2 * out)
    print(f"drawn at {radius:<5}: {out:.3f} from the middle, straight way {share:.0%} of the way by the middle")

# %% [markdown]
# Near the middle it is 71 %, as in flat space ($\sqrt 2 / 2$). Far out it is over 90 %, and the farther out, the
# nearer to all of it: the shortest way between two far points leads back through the middle. So it is in a tree, too:
# from a dog to an oak you go up to *organism* and down again.
#
# ## A tree in the disc
#
# Training draws each node $u$ towards its ancestors $v$ and away from nodes $w$ that are drawn at random, with a loss
# like that of negative sampling, in which a distance stands for a score:
#
# $$-\log \frac{e^{-d(u, v)}}{e^{-d(u, v)} + \sum_{w} e^{-d(u, w)}}$$
#
# `closure=True` pairs each node with all of its ancestors and not only its parent, and `snapshots` keeps the points
# after every so many epochs.

# %%
tree = PoincareModel(list(parent.items()), closure=True, vector_size=2, epochs=800, snapshots=100, seed=2, workers=1)
edges = tree.embedding.relations.pairs
print(tree.reconstruction())
plot_disc(tree.kv, edges, colour="subtree", size=7)

# %% [markdown]
# Lines are the straight ways of this space, arcs that meet the rim at right angles. *organism* is in the middle,
# plants are on one side and animals on the other, and within the animals each class has a part of the rim to itself.
#
# **Mean rank** says how many nodes have to be passed to find an ancestor: all nodes are put in order of their distance
# from a node, its other ancestors left out, and 1 would be perfect. **MAP** (mean average precision) says the same,
# from 0 to 1. Here two numbers for each node are enough for a mean rank below 1.1.
#
# The general is in the middle, the special towards the rim, though nobody told the model which node is the more
# general one:

# %%
for level in range(5):
    far = [POINCARE.dist(np.zeros(2), tree.kv[node]) for node in tree.kv.index_to_key if len(path(node)) == level + 1]
    print(f"level {level}: {len(far):>2} nodes, on average {np.mean(far):4.1f} from the middle")

# %% [markdown]
# ## How it forms

# %%
plot_forming(tree.kv, edges, tree.embedding.snapshots, colour="subtree")

# %% [markdown]
# First comes the **burn-in**, at a small rate, here 320 epochs long: near the middle the nodes find their directions,
# while it is still cheap to change sides. Then the rate becomes thirty times as large, and everything rushes outwards.
# (At epoch 480 the leaves begin once more, amid their relatives.) What has gone to the rim on the wrong side hardly
# comes back, for its way would lead through the middle. With the same `snapshots`, `save_disc` writes a film (.gif) or
# a page with a slider (.html).
#
# ## A network of your own
#
# Now you are a naturalist. Of each animal or plant you meet, you note four observations, and want to know its family.
# Some of what you observe tells it (*barks at the postman*), some only that it is a mammal (*has warm fur*), some
# nearly nothing (*sleeps in its den*). The world's habits make such notes:

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
# In the network, habits and families are points of the disc: each is a `PoincareEmbedding`, an `nn.Embedding` whose
# rows stay in the ball. A note is a point, too, the sum of its habits. A sum may lie outside the ball, where there is
# nothing: `PoincareNormalize` is the layer that takes what is too long back to just inside the rim. The family is the
# nearest one.


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
# `RiemannianSGD` moves the points along the metric of the disc, and the sharpness, which is a plain number, as plain
# gradient descent does. Guessing would be right in 5 % of the cases. All cases cannot be: some notes hold nothing but
# what several families do.
#
# We told the network nothing about mammals or animals; it was given notes, and families without any order. But look
# where it has put the habits:

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
# The more a habit leaves open, the nearer to the middle it is put: it adds little to a sum. That is what a hierarchy
# looks like in this space, and here it was found, not given.
#
# [hyperbolic-layers.md](../hyperbolic-layers.md) has what else to know about such layers.
#
# ## Exercises
#
# 1. Put the same tree into the flat plane: `space="euclidean"`. How well are its relations held there?
# 2. Why is *organism* not exactly in the middle of the disc?
# 3. Give the naturalist three dimensions.
#
# ## Answers
#
# 1. Much worse, with as many numbers:

# %%
flat = PoincareModel(
    list(parent.items()), closure=True, vector_size=2, epochs=800, space="euclidean", seed=2, workers=1
)
print("disc: ", tree.reconstruction())
print("plane:", flat.reconstruction())

# %% [markdown]
# 2. The loss knows distances only, and those stay the same when the whole tree is moved. The middle is a place on the
#    map and none in the space. `plot_disc` has a `centre` that moves any node there:

# %%
plot_disc(tree.kv, edges, colour="subtree", centre="mammal", size=5)

# %% [markdown]
# 3. There is more room, and it is right more often:

# %%
torch.manual_seed(1)
roomy = train(Naturalist(dim=3))
print(f"two dimensions {accuracy:.0%}, three {roomy:.0%}")
