"""Text for the scripts here: sentences about one topic each, so that words of a topic are near to each other."""

import random

_LISTS = {
    "sea": "ship harbour sailor wave anchor captain island sail storm port",
    "kitchen": "bread oven butter flour knife soup salt spoon cook dinner",
    "music": "violin song piano concert drum melody singer choir guitar band",
    "garden": "rose soil seed spade tree leaf flower grass bee hedge",
}
TOPICS = {topic: words.split() for topic, words in _LISTS.items()}
COMMON = ["the", "a", "and", "of", "with", "near", "old", "new", "some", "very"]


def sentences(number, topics=TOPICS, seed=1, length=12):
    """That many lists of words: of a topic two thirds, and common ones the rest."""
    chance = random.Random(seed)
    for _ in range(number):
        words = chance.choice(list(topics.values()))
        yield [chance.choice(words if chance.random() < 2 / 3 else COMMON) for _ in range(length)]
