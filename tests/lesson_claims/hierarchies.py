"""What lesson 6 says, held to what its code found."""

import re

import numpy as np
import torch

from w2v.geometry import POINCARE


def share(radius):
    one, other = np.array([radius, 0.0]), np.array([0.0, radius])
    return POINCARE.dist(one, other) / (2 * POINCARE.dist(np.zeros(2), one))


def levels_of(told, pattern):
    return [float(number) for number in re.findall(pattern, told)]


def claim_the_way_leads_through_the_middle(names, told):
    """Near the middle it is 71 %, as in flat space ($\\sqrt 2 / 2$). Far out it is over 90 %, and the farther out, the
    nearer to all of it"""
    assert round(share(0.001), 2) == 0.71
    shares = [share(radius) for radius in (0.001, 0.5, 0.9, 0.999, 1 - 1e-9)]
    assert shares == sorted(shares)
    assert shares[3] > 0.9
    assert shares[4] > 0.98


def claim_sides(names, told):
    """*organism* is in the middle, plants are on one side and animals on the other, and within the animals each class
    has a part of the rim to itself."""
    vectors, path = names["tree"].kv, names["path"]
    assert vectors.most_general(1)[0][0] == "organism"
    special = [node for node in vectors.index_to_key if len(path(node)) > 3]
    special.sort(key=lambda node: np.arctan2(*vectors[node]))
    classes = ["plant" if "plant" in path(node) else path(node)[-3] for node in special]
    changes = sum(one != other for one, other in zip(classes, classes[1:] + classes[:1], strict=True))
    assert changes == len(set(classes)) == 6


def claim_two_numbers_are_enough(names, told):
    """Here two numbers for each node are enough for a mean rank below 1.1."""
    assert names["tree"].kv.vector_size == 2
    assert names["tree"].reconstruction().mean_rank < 1.1


def claim_the_general_is_in_the_middle(names, told):
    """The general is in the middle, the special towards the rim"""
    levels = levels_of(told, r"nodes, on average +([\d.]+)")
    assert len(levels) == 5
    assert levels == sorted(levels)


def claim_burn_in(names, told):
    """First comes the **burn-in**, at a small rate, here 320 epochs long"""
    config = names["tree"].config
    assert config.burn_in_epochs == 320
    assert config.restart_epochs == 480


def claim_rate(names, told):
    """Then the rate becomes thirty times as large"""
    config = names["tree"].config
    assert np.isclose(config.learning_rate(0.45), 30 * config.learning_rate(0.1))


def claim_notes(names, told):
    """A sum may lie outside the ball, where there is nothing: `PoincareNormalize` is the layer that takes what is too
    long back to just inside the rim."""
    model = names["model"]
    sums = model.habits(torch.arange(len(names["habits"])).view(-1, 4)).sum(dim=1)
    assert (sums.norm(dim=1) > 1).any()
    assert (model.into_the_ball(sums).norm(dim=1) < 1).all()


def claim_guessing(names, told):
    """Guessing would be right in 5 % of the cases."""
    assert len(names["families"]) == 20
    assert names["accuracy"] > 0.7


def claim_some_notes_tell_too_little(names, told):
    """some notes hold nothing but what several families do."""
    notes, _ = names["draw"](500, torch.Generator().manual_seed(2))
    told_of = [sum({*row} <= {*seen} for seen in names["seen_of"]) for row in notes.tolist()]
    assert min(told_of) == 1
    assert max(told_of) > 1


def claim_open_habits_are_near_the_middle(names, told):
    """The more a habit leaves open, the nearer to the middle it is put"""
    away, levels = names["away"], names["levels"]
    means = [away[levels == level].mean() for level in (1, 2, 3)]
    assert means[0] < means[1] < means[2]


def claim_the_plane(names, told):
    """1. Much worse, with as many numbers:"""
    assert names["flat"].kv.vector_size == 2
    assert names["flat"].reconstruction().mean_average_precision < 0.6
    assert names["tree"].reconstruction().mean_average_precision > 0.95


def claim_room(names, told):
    """3. There is more room, and it is right more often:"""
    assert names["roomy"] > names["accuracy"]
