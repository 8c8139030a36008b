"""Settings are checked where they are made, and a mistake is told in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.config import Config
from w2v.errors import W2VError


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"window": 0}, "window is 0; expected between 1 and 10000"),
        ({"negative": 0}, "negative is 0; expected at least 1"),
        ({"alpha": -0.1}, "alpha is -0.1; expected above 0"),
        ({"alpha": float("nan")}, "alpha is nan; expected a number"),
        ({"min_alpha": 0.5}, "above alpha"),
        ({"vector_size": 2.5}, "vector_size is 2.5; expected a whole number"),
        ({"epochs": True}, "epochs is True; expected a whole number"),
        ({"arch": "glove"}, "arch is 'glove'; expected one of: skipgram, cbow"),
        ({"cbow_mean": 1}, "cbow_mean is 1; expected True or False"),
        ({"max_final_vocab": 1}, "max_final_vocab is 1; expected at least 2"),
        ({"size": 100}, "Unknown setting size; there are: arch, head, vector_size"),
        ({"hs": 1, "negative": 5}, "choose head='hs' or head='ns'"),
    ],
)
def test_mistakes_are_told(settings, sentence):
    with pytest.raises(W2VError, match=sentence):
        Config.of(settings)


@pytest.mark.parametrize(
    ("flags", "arch", "head"),
    [
        ({"sg": 1}, "skipgram", "ns"),
        ({"sg": 0}, "cbow", "ns"),
        ({"sg": 1, "hs": 1}, "skipgram", "hs"),
        ({"hs": 1, "negative": 0}, "skipgram", "hs"),
        ({"hs": 0, "negative": 5}, "skipgram", "ns"),
    ],
)
def test_gensims_flags_are_understood(flags, arch, head):
    config = Config.of(flags)
    assert (config.arch, config.head) == (arch, head)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "arch": st.sampled_from(["skipgram", "cbow"]),
            "window": st.integers(1, 100),
            "sample": st.floats(0, 1),
            "unk": st.booleans(),
            "max_final_vocab": st.none() | st.integers(2, 10**6),
            "seed": st.integers(0, 2**63 - 1),
        },
    )
)
def test_a_saved_config_is_read_back(tmp_path_factory, settings):
    path = tmp_path_factory.mktemp("config") / "config.json"
    Config.of(settings).save(path)
    assert Config.load(path) == Config.of(settings)


def test_workers_default_to_the_cores_there_are(monkeypatch):
    monkeypatch.setattr("w2v.config.available_cores", lambda: 3)
    assert Config().threads == 3
    assert Config(workers=1).threads == 1


def test_what_is_not_set_suits_the_objective():
    """alpha has no one best value: see experiments/LOG.md."""
    chosen = {(a, h): Config(arch=a, head=h) for a in ("skipgram", "cbow") for h in ("ns", "hs")}
    assert {key: config.start_alpha for key, config in chosen.items()} == {
        ("skipgram", "ns"): 0.04,
        ("skipgram", "hs"): 0.025,
        ("cbow", "ns"): 0.1,
        ("cbow", "hs"): 0.0625,
    }
    given = {key: config.but(alpha=0.02) for key, config in chosen.items()}
    assert {key: config.start_alpha for key, config in given.items()} == {
        ("skipgram", "ns"): 0.02,
        ("skipgram", "hs"): 0.02,
        ("cbow", "ns"): 0.05,
        ("cbow", "hs"): 0.05,
    }
    for undivided in ({"cbow_update": "original"}, {"cbow_mean": False}, {"head": "pmi"}):
        assert given["cbow", "ns"].but(**undivided).start_alpha == 0.02
    assert {config.noise_words for config in chosen.values()} == {32}
    original = {key: config.but(cbow_update="original") for key, config in chosen.items()}
    assert [key for key, config in original.items() if config.noise_words == 16] == [("cbow", "ns")]
    assert Config(arch="cbow", shared_negatives=40).noise_words == 40
