"""What lesson 5 says, held to what its code found."""

import numpy as np
from w2v_data.questions import GROUPS
from w2v_data.taxonomy import TAXONOMY

ANIMALS = set(TAXONOMY.split("plant")[0].split())


def near_words(names, word, query):
    return {other for other, _ in getattr(names["vectors"], query)(word, topn=4)}


def claim_counts_turn_round(names, told):
    """The order has turned round: *crown* is now before *his*, *his* before *the*, and *in* avoids the king."""
    times = [names["near"]["king", word] for word in ("crown", "his", "the")]
    assert times == sorted(times)
    worth = [names["pmi"]("king", word) for word in ("crown", "his", "the", "in")]
    assert worth == sorted(worth, reverse=True)
    assert worth[2] > 0 > worth[3]


def claim_the_says_less(names, told):
    """*The* stands beside the king far more often than the crown does, and says less about him"""
    assert names["near"]["king", "the"] > 10 * names["near"]["king", "crown"]
    assert names["pmi"]("king", "the") < names["pmi"]("king", "crown") - 2


def claim_nats(names, told):
    """0.69 nats are twice as often as by chance, 2.3 nats ten times"""
    assert np.allclose(np.exp([0.69, 2.3]), [2, 10], rtol=0.01)


def claim_vectors_hold_the_counts(names, told):
    """The correlation is above .95: a hundred numbers a word hold nearly all that was counted about ten thousand
    pairs."""
    assert names["agreement"] > 0.95
    assert 9_500 < len(names["pairs"]) < 11_000


def claim_a_dog(names, told):
    """A dog goes with what it does and what it has, and is like other animals."""
    assert {"fetches", "barks", "leash"} <= near_words(names, "dog", "most_correlated")
    assert near_words(names, "dog", "same_company") <= ANIMALS


def claim_tea(names, told):
    """Tea goes with a cup and with drinking, and is like other things that are had for breakfast."""
    assert {"cup", "drink", "drinks", "drank"} == near_words(names, "tea", "most_correlated")
    assert {"cereal", "milk"} <= near_words(names, "tea", "same_company")


def claim_paris(names, told):
    """Paris is like other capitals, and goes with dishes and continents"""
    assert len(near_words(names, "paris", "same_company") & set(GROUPS["capital"].split())) >= 2
    assert {"crepes", "africa"} <= near_words(names, "paris", "most_correlated")


def claim_the_is_short(names, told):
    """*The* is the shortest of all frequent words. Among the next are first names"""
    assert names["by_weight"][0] == "the"
    assert {"helen", "simon", "alice"} <= set(names["by_weight"][:8])


def claim_keywords(names, told):
    """The four words with most are *crown*, *golden*, *king* and *palace*, the two with least *of* and *the*."""
    ranked = [word for word, _ in names["vectors"].keywords(names["story"], topn=None)]
    assert set(ranked[:4]) == {"crown", "golden", "king", "palace"}
    assert set(ranked[-2:]) == {"of", "the"}
    assert ranked == sorted(ranked, key=lambda word: -(names["vectors"][word] @ names["whole"]))


def claim_partners(names, told):
    """The sums find the partner of each of the eight sentences."""
    assert names["by_sums"].tolist() == [1, 0, 3, 2, 5, 4, 7, 6]


def claim_small_words(names, told):
    """the two sentences about animals share nothing but *the*."""
    assert {*names["texts"][2].split()} & {*names["texts"][3].split()} == {"the"}
    assert names["by_words"].tolist() != names["by_sums"].tolist()


def claim_never_seen(names, told):
    """On average they are positive, as if such words attracted each other."""
    assert len(names["never"]) > 1_000
    assert names["never"].mean() > 0
    assert (names["never"] > 0).mean() > 0.6, "mostly"


def claim_shortest_of_ns(names, told):
    """*The* is the shortest there, too."""
    assert min(names["often"], key=names["predicted"].word_weight) == "the"
