"""What lesson 4 says, held to what its code found."""

import re

HEADS = ("softmax", "ns", "hs")


def by_name(names):
    return {(outcome.arch, outcome.head): outcome for outcome in names["comparison"].outcomes}


def claim_cbow_is_easier(names, told):
    """That is an easier task, and so its numbers are lower; it does not follow that its vectors are better."""
    found = by_name(names)
    assert len(found) == 8
    for head in HEADS:
        assert found["cbow", head].nats < found["skipgram", head].nats


def claim_cbow_answers_fewer(names, told):
    """Here CBOW, which had the lower nats with each of the three heads, answers fewer analogies than Skip-gram with
    the same head"""
    found = by_name(names)
    for head in HEADS:
        right = [found[arch, head].scores["analogies"].value for arch in ("cbow", "skipgram")]
        assert right[0] < right[1], head


def claim_pmi(names, told):
    """And `pmi`, whose nats are the worst of all, is among the others when it comes to similarity."""
    found = by_name(names)
    for arch in ("skipgram", "cbow"):
        assert max((*HEADS, "pmi"), key=lambda head: found[arch, head].nats) == "pmi"
    similarity = {each: outcome.scores["similarity"].value for each, outcome in found.items()}
    pmi = similarity.pop(("skipgram", "pmi"))
    similarity.pop(("cbow", "pmi"))
    assert pmi > min(similarity.values()) - 0.05


def claim_curves(names, told):
    """All heads begin near the dashed line, or above it, and end far below"""
    found = by_name(names)
    for arch in ("skipgram", "cbow"):
        for head in HEADS:
            outcome = found[arch, head]
            assert outcome.curve[0].nats > outcome.frequencies - 0.5, (arch, head)
            assert outcome.nats < outcome.frequencies - 1.2, (arch, head)


def claim_still_falling(names, told):
    """All curves still fall at their end, so more epochs would be better."""
    found = by_name(names)
    for arch in ("skipgram", "cbow"):
        for head in HEADS:
            curve = found[arch, head].curve
            assert curve[-1].nats < min(point.nats for point in curve[:-1])
            falls = curve[-2].nats - curve[-1].nats, curve[-3].nats - curve[-2].nats
            assert falls[0] < falls[1], "flatter"


def claim_the_softmax_is_slow(names, told):
    """The softmax scores every word of the vocabulary at each step. Here these are some 1,500 words"""
    for head in ("ns", "hs"):
        assert names["speed"]["skipgram", head] > 3 * names["speed"]["skipgram", "softmax"]
    words = re.search(r"\| vocabulary \| ([\d,]+) words", names["report"])[1]
    assert 1_250 < int(words.replace(",", "")) < 1_650


def claim_a_small_difference_is_none(names, told):
    """A difference of less than two of its standard errors may well be chance: then the report does not call one head
    the better one."""
    found = by_name(names)
    for arch in ("skipgram", "cbow"):
        best, second = sorted((found[arch, head] for head in HEADS), key=lambda outcome: outcome.nats)[:2]
        clear = names["in_errors"](best, second) > 2
        assert ("expects the held-out words best" in told) or not clear
    assert "are not told apart" in told or "expects the held-out words best" in told


def claim_too_short(names, told):
    """The report has a table all the same, but it begins with a warning."""
    report = "\n\n".join(names["paragraphs"])
    assert 0 < report.index("**This says little about the heads.**") < report.index("## Results")
    assert "**This says little about the heads.**" in told


def claim_again(names, told):
    """2. What is finished is kept: it finds the eight rows in the folder and trains nothing."""
    assert len(names["comparison"].outcomes) == 8
    assert not names["comparison"].failed


def claim_a_tenth_of_a_nat(names, told):
    """From a tenth of a nat on the report says under "What stands out": "Fewer epochs had been better", and after which
    epoch the run was at its best."""
    ends_higher = any(f"{outcome.name} ends higher" in told for outcome in names["comparison"].outcomes)
    assert ("Fewer epochs had been better" in names["report"]) == ends_higher
