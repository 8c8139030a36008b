"""What heads say that they need, and heads from anywhere: classes, by their names."""

from w2v.base.config import Config
from w2v.heads import spec_of


def test_what_is_not_set_suits_the_objective():
    """alpha has no one best value: see experiments/LOG.md."""
    chosen = {(a, h): Config(arch=a, head=h) for a in ("skipgram", "cbow") for h in ("ns", "hs")}
    assert {key: spec_of(config.head).start_alpha(config) for key, config in chosen.items()} == {
        ("skipgram", "ns"): 0.04,
        ("skipgram", "hs"): 0.025,
        ("cbow", "ns"): 0.1,
        ("cbow", "hs"): 0.0625,
    }
    given = {key: config.replace(alpha=0.02) for key, config in chosen.items()}
    assert {key: spec_of(config.head).start_alpha(config) for key, config in given.items()} == {
        ("skipgram", "ns"): 0.02,
        ("skipgram", "hs"): 0.02,
        ("cbow", "ns"): 0.05,
        ("cbow", "hs"): 0.05,
    }
    for undivided in ({"cbow_update": "original"}, {"cbow_mean": False}, {"head": "pmi"}):
        config = given["cbow", "ns"].replace(**undivided)
        assert spec_of(config.head).start_alpha(config) == 0.02


def test_negative_samples_of_a_chunk_are_as_many_as_suit_the_objective():
    found = {
        (arch, head, update): spec_of(head).shared_negatives(Config(arch=arch, head=head, cbow_update=update))
        for arch in ("skipgram", "cbow")
        for head in ("ns", "poincare", "hs")
        for update in ("mean", "original")
    }
    assert {key for key, number in found.items() if number == 16} == {("cbow", "ns", "original")}
    assert {key[1] for key, number in found.items() if number == 0} == {"hs"}
    assert spec_of("ns").shared_negatives(Config(arch="cbow", shared_negatives=40)) == 40
