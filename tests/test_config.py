"""Settings are checked where they are made, and a mistake is told in a sentence."""

import inspect
import json
import re
from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from w2v import PoincareModel, Word2Vec, train
from w2v.base.config import Config
from w2v.errors import W2VError
from w2v.hyperbolic.settings import PoincareConfig


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"window": 0}, "window is 0; expected between 1 and 10000"),
        ({"negative": 0}, "negative is 0; expected at least 1"),
        ({"alpha": -0.1}, "alpha is -0.1; expected above 0"),
        ({"alpha": float("nan")}, "alpha is nan; expected a finite number"),
        ({"alpha": float("inf")}, "alpha is inf; expected a finite number"),
        ({"alpha": 10**400}, r"alpha is 10000+\.\.\.; expected a finite number"),
        ({"min_alpha": float("-inf")}, "min_alpha is -inf; expected a finite number"),
        ({"sample": np.float32("nan")}, "sample is nan; expected a finite number"),
        ({"ns_exponent": float("inf")}, "ns_exponent is inf; expected a finite number"),
        ({"x_max": float("inf")}, "x_max is inf; expected a finite number"),
        ({"alpha": "0.1"}, "alpha is '0.1'; expected a finite number"),
        ({"window": "5"}, "window is '5'; expected a whole number"),
        ({"vector_size": 100.0}, "vector_size is 100.0; expected a whole number, such as 100"),
        ({"chunk": np.float64(8)}, r"chunk is 8.0; expected a whole number or nothing \(None\), such as 8"),
        ({"epochs": np.array([1, 2])}, r"epochs is \[1, 2\]; expected a whole number"),
        ({"dtype": np.float32}, "dtype is <class 'numpy.float32'>; expected a word"),
        ({"alpha": 0.1, "min_alpha": 0.5}, "min_alpha is 0.5, above alpha 0.1; the rate can only fall"),
        ({"vector_size": 2.5}, "vector_size is 2.5; expected a whole number"),
        ({"epochs": True}, "epochs is True; expected a whole number"),
        ({"arch": "glove"}, "arch is 'glove'; expected one of: skipgram, cbow"),
        ({"cbow_mean": 2}, "cbow_mean is 2; expected True or False"),
        ({"cbow_mean": 1.0}, r"cbow_mean is 1.0; expected True or False\.$"),
        ({"cbow_mean": "1"}, "cbow_mean is '1'; expected True or False"),
        ({"sg": "0"}, "sg is '0'; expected 0 or 1"),
        ({"sg": 2}, "sg is 2; expected 0 or 1"),
        ({"sg": None}, "sg is None; expected 0 or 1"),
        ({"hs": "1"}, "hs is '1'; expected 0 or 1"),
        ({"hs": 1, "negative": "5"}, "negative is '5'; expected a whole number"),
        ({"hs": 1, "negative": np.int64(5)}, "choose head='hs' or head='ns'"),
        ({"max_final_vocab": 1}, "max_final_vocab is 1; expected at least 2"),
        ({"field": ""}, "field is ''; expected the name of a field"),
        ({"field": 3}, r"field is 3; expected a word or nothing \(None\)"),
        ({"vector_sise": 100}, r"Unknown setting vector_sise \(did you mean vector_size\?\); there are: arch, head"),
        ({"colour": 1}, "Unknown setting colour; there are: arch, head, vector_size"),
        ({"size": 100}, r"^size is vector_size here\.$"),
        (
            {"iter": 5, "compute_loss": True},
            r"^iter is epochs here\. compute_loss is always on: `history` has .* out\.$",
        ),
        (
            {"max_vocab_size": 9, "windw": 5},
            r"max_final_vocab limits the words\. Unknown setting windw \(did you mean w",
        ),
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
        ({"sg": np.int64(0), "hs": np.bool_(True)}, "cbow", "hs"),
        ({"sg": False, "hs": True, "negative": np.int64(0)}, "cbow", "hs"),
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


def test_numbers_of_numpy_and_torch_and_0_and_1_are_what_they_mean(tmp_path):
    given = {
        "vector_size": np.int64(8), "window": np.array(3), "chunk": torch.tensor(16), "max_final_vocab": np.uint16(20),
        "alpha": np.float32(0.5), "sample": np.float64(0), "cbow_mean": 0, "unk": 1, "strict": np.bool_(True),
        "head": np.str_("hs"),
    }  # fmt: skip
    config = Config(**given)
    assert config == Config.of(given) == Config().replace(**given)
    for name, value in given.items():
        kept = getattr(config, name)
        assert kept == value
        assert type(kept) in (int, float, bool, str), name
    assert type(config.cbow_mean) is bool
    config.save(tmp_path / "config.json")
    plain = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert (plain["vector_size"], plain["alpha"], plain["cbow_mean"], plain["head"]) == (8, 0.5, False, "hs")
    assert Config.load(tmp_path / "config.json") == config


def test_hierarchies_take_numpys_numbers_too():
    config = PoincareConfig.of({"size": np.int64(3), "near_negatives": 0, "init_range": np.array([-0.001, 0.001])})
    assert (config.vector_size, config.near_negatives, config.init_range) == (3, False, 0.001)
    assert PoincareConfig.of({"init_range": (np.float64(-0.01), np.float64(0.01))}).init_range == 0.01


def test_workers_default_to_the_cores_there_are(monkeypatch):
    monkeypatch.setattr("w2v.base.config.available_cores", lambda: 3)
    assert Config().threads == 3
    assert Config(workers=1).threads == 1


def test_two_names_for_one_setting_must_agree():
    assert Config.of({"sg": 1, "arch": "skipgram"}).arch == "skipgram"
    with pytest.raises(W2VError, match="arch='cbow' together with an sg that says 'skipgram'; give one of them"):
        Config.of({"sg": 1, "arch": "cbow"})


TEXT = (
    "size iter max_vocab_size hashfxn null_word trim_rule sorted_vocab batch_words compute_loss comment total_examples "
    "total_words start_alpha end_alpha queue_factor report_delay corpus_iterable documents dm dm_mean "
    "dm_concat dm_tag_count minn maxn word_ngrams"
)
RELATIONS = "train_data regularization_coeff dtype batch_size print_every check_gradients_every"
GENSIM = {Config: TEXT.split(), PoincareConfig: RELATIONS.split()}  # keywords there, and no settings here


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in GENSIM.items() for name in names])
def test_a_keyword_of_gensim_says_what_to_do_instead_in_a_line_wherever_it_is_given(kind, name):
    makers = (Word2Vec, Word2Vec().fit) if kind is Config else (PoincareModel, PoincareModel().fit)
    calls = [lambda: kind(**{name: 1}), lambda: kind.of({name: 1}), lambda: makers[0](**{name: 1})]
    calls.append(lambda: makers[1](["a b"], **{name: 1}))
    if kind is Config:
        calls.append(lambda: train(["a b c"], Config(), **{name: 1}))
    for call in calls:
        with pytest.raises(W2VError, match=rf"^{name} (is|has no counterpart here)\b.*\.$") as caught:
            call()
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) <= 120


def test_the_names_of_other_programs_are_none_of_ours():
    for kind in (Config, PoincareConfig):
        ours = {each.name for each in fields(kind)}
        assert not ours & set(kind.elsewhere)
        for sentence in kind.elsewhere.values():
            if renamed := re.fullmatch(r"is (\w+) here", sentence):
                assert renamed[1] in ours


def test_a_config_takes_gensims_flags_and_shows_its_settings():
    assert Config(sg=0, hs=1) == Config(arch="cbow", head="hs")
    assert PoincareConfig(size=3).vector_size == 3
    assert list(inspect.signature(Config).parameters)[:2] == ["arch", "head"]


def test_settings_given_to_train_are_sent_to_the_config():
    with pytest.raises(W2VError, match=r"as a Config: give epochs, window there, Config\(epochs=3, window=2\)"):
        train(["a b c"], Config(), epochs=3, window=2)
