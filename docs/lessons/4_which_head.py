# %% [markdown]
# # 4 · Which head?
#
# You have met three output heads: the full softmax, negative sampling, hierarchical softmax. Which one should you take
# for *your* text? Nobody can tell you from an armchair: it depends on how much text there is, how many words it has,
# and what you want the vectors for. But you can measure it, with one call, and this lesson is about reading what comes
# out.

# %%
import csv
from pathlib import Path

from matplotlib.figure import Figure
from w2v_data.world import write_world

from w2v import compare

world = write_world(Path("world"), tokens=100_000)
TEXT = world.corpus  # your own text: TEXT = "notes.txt"

# %% [markdown]
# The text is a part of the demo's made-up world. Put the name of a file of your own there instead: the rest of the
# lesson runs just the same, but what is said below of the numbers holds for this text.
#
# ## One call
#
# `compare` reads the text once and puts a part of it aside that nobody trains on. Then it trains each head with each
# encoder, one after the other, on the same words in the same order, and measures all of them alike. What comes out is
# a folder with a report.

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
# ## The yardstick
#
# The losses of the heads cannot be compared: each counts something else. (A loss of negative sampling is about six
# binary decisions, one of hierarchical softmax about the nodes of a path.) But each head can say how probable it finds
# each word of the vocabulary amid some others. So all are asked the same: how probable did you find the word that was
# really there, in text that you have never seen?
#
# $$\text{nats} = -\frac{1}{N} \sum_{n=1}^{N} \log p(\text{target}_n \mid \text{context}_n)$$
#
# Less is better. **Perplexity** is the same number said otherwise, $e^{\text{nats}}$: among so many equally likely
# words is the model as uncertain.
#
# Two numbers help to judge it. One is what you would get by knowing nothing but how frequent each word is. The other
# is ±, the standard error: with other held-out words, the number would have been another one, by about so much.

# %%
for outcome in comparison.outcomes:
    won = outcome.frequencies - outcome.nats
    print(f"{outcome.name:<18} {outcome.nats:.2f} ± {outcome.standard_error:.2f} nats, {won:+.2f} won by the context")

# %% [markdown]
# Look at Skip-gram and CBOW apart from each other. Skip-gram predicts a word from *one* of its neighbours, CBOW from
# *all* of them. That is an easier task, and so its numbers are lower; it does not follow that its vectors are better.
#
# ## Is the difference one?
#
# A difference of two numbers has a standard error, too, $\sqrt{a^2 + b^2}$ of theirs. A difference of less than two of
# its standard errors may well be chance: then the report does not call one head the better one.


# %%
def in_errors(one, other):
    gap = other.nats - one.nats
    return gap / (one.standard_error**2 + other.standard_error**2) ** 0.5


for arch in ("skipgram", "cbow"):
    best, *others = sorted((o for o in comparison.outcomes if o.arch == arch), key=lambda outcome: outcome.nats)
    for other in others:
        print(f"{best.name} before {other.head}: {in_errors(best, other):.1f} standard errors")

# %% [markdown]
# The report says the same in sentences, under "What stands out". These are the ones about likelihood:

# %%
report = Path("report/report.md").read_text()
stands_out = report.split("## What stands out")[1].split("##")[0]
print("\n".join(line for line in stands_out.splitlines() if "nats" in line))

# %% [markdown]
# ## On the way
#
# `history.csv` in the folder has the yardstick at moments on the way. A curve that still falls at its end asks for
# more epochs; one that has turned upwards has begun to learn the text by heart, and asks for fewer.

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
# All heads begin near the dashed line, or above it, and end far below: to know a neighbour is worth much more than to
# know how frequent words are. All curves still fall at their end, so more epochs would be better. But how far they
# would fall is not seen here: the learning rate goes to zero at the end of each run, and so every curve becomes flat
# there.
#
# ## What the vectors are for
#
# The yardstick measures what the heads are made for, to expect words. You may want the vectors for something else. Two
# columns of the table ask such things: analogies (*man* is to *king* as *woman* is to what?), and whether the cosines
# of pairs of words go the way of people's judgement.

# %%
for outcome in comparison.outcomes:
    analogies, similarity = (outcome.scores[name].value for name in ("analogies", "similarity"))
    print(f"{outcome.name:<18} {analogies:4.0%} of the analogies, similarity {similarity:.2f}")

# %% [markdown]
# Here CBOW, which had the lower nats with each of the three heads, answers fewer analogies than Skip-gram with the
# same head: so much for comparing encoders by their nats. And `pmi`, whose nats are the worst of all, is among the
# others when it comes to similarity. Choose by what you need.
#
# (The test files belong to this text, and on your own they say nothing. For English texts there are public ones:
# `w2v fetch questions-words`.)
#
# ## What it costs

# %%
speed = {(outcome.arch, outcome.head): outcome.words_per_second for outcome in comparison.outcomes}
for head in ("softmax", "hs", "ns"):
    times = speed["skipgram", head] / speed["skipgram", "softmax"]
    print(f"Skip-gram {head:<8}{speed['skipgram', head]:>12,.0f} words a second, {times:.0f} times softmax")

# %% [markdown]
# The softmax scores every word of the vocabulary at each step. Here these are some 1,500 words; with ten times as many
# it would take ten times as long, and the other two hardly longer. `vocab_sizes=[...]` makes `compare` measure that,
# too.
#
# ## A text that is too short
#
# The same call with eight sentences:

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
# The report has a table all the same, but it begins with a warning. Take it seriously: one sentence held out says
# hardly anything.
#
# ## So which one?
#
# - A small vocabulary, up to some thousand words, and time: `softmax`. It is what the others stand in for.
# - Anything larger: `ns`, whose cost does not grow with the vocabulary, or `hs`, whose cost hardly does.
# - Inner products and lengths that mean something, and a large text: `pmi` (lesson 5).
# - Skip-gram if you have the time, CBOW if the text is so large that you have not.
#
# And where a report says that two heads are not told apart, take the faster one.
#
# ## Exercises
#
# 1. By what factor does the best Skip-gram head make the right word likelier than its frequency does, in the geometric
#    mean?
# 2. Call `compare` again with the same settings and the same folder. Why is it so quick?
# 3. Of which curves is it true that they end higher than their lowest point? What would the report say if they ended
#    much higher?
#
# ## Answers
#
# 1. Nats are logarithms, so a difference of nats is the logarithm of a factor:

# %%
skipgram = [outcome for outcome in comparison.outcomes if outcome.arch == "skipgram"]
best = min(skipgram, key=lambda outcome: outcome.nats)
print(f"{best.head}: {2.718281828 ** (best.frequencies - best.nats):.1f} times as likely")

# %% [markdown]
# 2. What is finished is kept: it finds the eight rows in the folder and trains nothing. The same call with one more
#    head would train that one alone, on the same text with the same part held out. That is also how a comparison goes
#    on that was broken off.
#
# 3. These (there may be none):

# %%
for outcome in comparison.outcomes:
    lowest = min(point.nats for point in outcome.curve) if outcome.curve else outcome.nats
    if outcome.nats > lowest + 0.1:
        print(outcome.name, "ends higher")

# %% [markdown]
# From a tenth of a nat on the report says under "What stands out": "Fewer epochs had been better", and after which
# epoch the run was at its best.
