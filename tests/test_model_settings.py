"""What both classes that train have in common: settings as keywords, in one piece, and as attributes."""

import inspect
from dataclasses import fields
from typing import get_type_hints

import pytest

from w2v import Callback, Config, PoincareModel, W2VError, Word2Vec
from w2v.base.config import ConfigKeywords
from w2v.base.settings import SettingAttribute
from w2v.comparison import run
from w2v.hyperbolic.settings import PoincareConfig, PoincareKeywords

SENTENCES = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "cat", "and", "a", "dog"]] * 20
PAIRS = [("dog", "mammal"), ("cat", "mammal"), ("mammal", "animal"), ("bird", "animal"), ("wren", "bird")]
TEXT = {"vector_size": 8, "min_count": 1, "sample": 0, "workers": 1, "epochs": 2}
TREE = {"vector_size": 2, "epochs": 5, "workers": 1, "negative": 3}
KINDS = {
    "text": (Word2Vec, Config, SENTENCES, TEXT),
    "relations": (PoincareModel, PoincareConfig, PAIRS, TREE),
}


@pytest.fixture(params=KINDS, scope="module")
def kind(request):
    """A class that trains, its class of settings, data, and settings for it."""
    return KINDS[request.param]


WIDER = {name: ConfigKeywords.__annotations__[name] for name in ("tokenizer", "head", "phrase_connectors")}


@pytest.mark.parametrize(
    ("settings", "keywords", "others"),
    [
        (
            Config,
            ConfigKeywords,
            {"sg": int, "hs": int} | WIDER,
        ),
        (PoincareConfig, PoincareKeywords, {"size": int, "init_range": float | tuple[float, float]}),
    ],
    ids=["text", "relations"],
)
def test_keywords_are_typed_as_the_settings_are(settings, keywords, others):
    """Besides, gensim's names are understood, and what is accepted in place of a setting's own type."""
    assert get_type_hints(keywords) == {each.name: each.type for each in fields(settings)} | others
    assert keywords.__required_keys__ == set()


def test_every_setting_is_an_attribute_of_its_type(kind):
    trains, settings, _, _ = kind
    attributes = {
        name: value
        for kind in trains.__mro__
        for name, value in vars(kind).items()
        if isinstance(value, SettingAttribute)
    }
    typed = {name: value.__orig_class__.__args__[0] for name, value in attributes.items()}
    assert typed == {each.name: each.type for each in fields(settings) if each.name != "tokenizer"}
    untrained = trains()
    assert all(getattr(untrained, each.name) == each.default for each in fields(settings))


def test_a_signature_lists_every_setting_with_its_default_and_its_type(kind):
    """Notebooks complete from it when Tab is pressed, and `help` shows it."""
    trains, settings, data, few = kind
    keywords = {Config: ConfigKeywords, PoincareConfig: PoincareKeywords}[settings]
    listed = inspect.signature(trains).parameters
    again = inspect.signature(trains.fit).parameters
    for each in fields(settings):
        for parameter in (listed[each.name], again[each.name]):
            assert parameter.kind is parameter.KEYWORD_ONLY
            assert parameter.annotation == get_type_hints(keywords)[each.name]
        assert listed[each.name].default == each.default
        assert str(again[each.name]).endswith("= as before")
        assert each.name == "tokenizer" or inspect.getdoc(getattr(trains, each.name)) == each.metadata["help"]
    inspect.signature(trains).bind(data, **few, size=3)  # and other programs' names, which are told or translated


def test_a_subclass_has_a_signature_of_its_own(kind):
    class Mine(kind[0]):
        def __init__(self, only):
            super().__init__()

    assert list(inspect.signature(Mine).parameters) == ["only"]


def test_compare_lists_the_settings_that_are_the_same_for_all():
    listed = list(inspect.signature(run.compare).parameters)
    assert [each.name for each in fields(Config) if each.name not in listed] == ["arch", "head"]


def test_what_is_asked_is_read_before_training_and_what_was_used_after(kind):
    trains, _, data, settings = kind
    model = trains(**settings | {"alpha": 0.05})
    assert (model.vector_size, model.epochs, model.alpha) == (settings["vector_size"], settings["epochs"], 0.05)
    model.fit(data, epochs=3)
    assert (model.epochs, model.alpha, len(model.history)) == (3, 0.05, 3)


def test_settings_that_follow_the_text_do_so_at_each_fit():
    model = Word2Vec(vector_size=8, workers=1)
    assert (model.epochs, model.sample, model.min_count) == (None, None, None)
    model.fit(SENTENCES)
    first = model.epochs
    assert first == len(model.history)
    model.fit(SENTENCES * 20)
    assert len(model.history) == model.epochs < first


def test_a_setting_cannot_be_assigned_to(kind):
    trains, _, _, settings = kind
    model = trains(**settings)
    with pytest.raises(AttributeError, match=rf"epochs of a {trains.__name__} .* fit\(\.\.\., epochs=7\)"):
        model.epochs = 7
    with pytest.raises(AttributeError):
        model.config = None
    assert model.epochs == settings["epochs"]


def test_settings_come_in_one_piece_too_and_keywords_change_it(kind):
    trains, config_class, data, settings = kind
    config = config_class(**settings)
    assert trains(config=config).config == config
    changed = trains(config=config, epochs=4, vector_size=3)
    assert (changed.epochs, changed.vector_size, changed.negative) == (4, 3, config.negative)
    fitted = trains(negative=9).fit(data, config=config, epochs=1)
    assert (len(fitted.history), fitted.vector_size, fitted.negative) == (1, config.vector_size, config.negative)
    with pytest.raises(W2VError, match=f"config is {{'epochs': 5}}; expected a {config_class.__name__}"):
        trains(config={"epochs": 5})


def test_a_fit_that_fails_changes_no_settings(kind):
    trains, _, data, settings = kind
    model = trains(**settings).fit(data)
    with pytest.raises(W2VError):
        model.fit([], epochs=9, vector_size=3)
    model.fit(data)
    assert (model.epochs, model.vector_size) == (settings["epochs"], settings["vector_size"])


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (lambda: Word2Vec(arch="cbow", vector_size=50), "Word2Vec(cbow ns, not trained, 50 dimensions)"),
        (lambda: Word2Vec(SENTENCES, head="hs", **TEXT), "Word2Vec(skipgram hs, 6 words, 8 dimensions)"),
        (lambda: PoincareModel(size=3), "PoincareModel(poincare, not trained, 3 dimensions)"),
        (lambda: PoincareModel(PAIRS, **TREE), "PoincareModel(poincare, 6 nodes, 2 dimensions)"),
    ],
    ids=["text", "text-trained", "relations", "relations-trained"],
)
def test_a_model_says_what_it_is(model, told):
    assert repr(model()) == told


def test_gensims_names_can_be_read():
    assert [(model.sg, model.hs) for model in (Word2Vec(), Word2Vec(sg=0, hs=1))] == [(1, 0), (0, 1)]
    assert PoincareModel(size=7).size == PoincareModel(size=7).vector_size == 7


class Counter(Callback):
    def __init__(self):
        self.epochs = 0

    def on_epoch_end(self, model):
        self.epochs += 1


def test_callbacks_without_data_wait_for_the_first_fit(kind):
    trains, _, data, settings = kind
    waiting, own = Counter(), Counter()
    model = trains(callbacks=(each for each in [waiting]), **settings)
    model.fit(data)
    assert waiting.epochs == settings["epochs"]
    model.fit(data)
    assert waiting.epochs == settings["epochs"], "they are of one run, and not kept for ever"
    trains(callbacks=waiting, **settings).fit(data, callbacks=own)
    assert (waiting.epochs, own.epochs) == (settings["epochs"], settings["epochs"])


def test_a_held_out_share_without_data_waits_for_the_first_fit(planted):
    model = Word2Vec(held_out=0.2, vector_size=8, epochs=1, workers=1).fit(planted[0] * 3)
    assert set(model.history[0].scores) == {"held_out"}
    with pytest.raises(W2VError, match=r"held-out share is 0\.7"):
        Word2Vec(held_out=0.7)


def test_what_else_relations_are_read_with_waits_for_the_first_fit():
    downward = [("animal", "bird"), ("bird", "songbird"), ("songbird", "wren"), ("wren", "winter wren")]
    model = PoincareModel(closure=True, columns="parent,child", held_out=0.4, snapshots=2, **TREE).fit(downward)
    trained = model.embedding.relations
    pairs = {(trained.nodes[child], trained.nodes[parent]) for child, parent in trained.pairs}
    assert ("bird", "animal") in pairs
    assert len(pairs) == 9, "of ten pairs, six of them told by the closure, one is held out"
    assert 2 in model.embedding.snapshots
    assert model.link_prediction().mean_rank >= 1


def test_a_tokenizer_that_is_a_function_is_kept_for_fit_until_another_is_given():
    def upper(text):
        return text.upper().split()

    model = Word2Vec(tokenizer=upper, **TEXT)
    assert model.tokenizer is upper
    assert "CAT" in model.fit(["the cat sat"] * 20).wv
    assert "CAT" in model.fit(["the cat sat"] * 20).wv
    assert "cat" in model.fit(["the cat sat"] * 20, tokenizer="whitespace").wv
    assert model.tokenizer == "whitespace"


def test_a_loaded_model_has_the_settings_that_were_used_and_can_follow_another_text(tmp_path):
    Word2Vec(SENTENCES, vector_size=8, workers=1).save(tmp_path / "m")
    loaded = Word2Vec.load(tmp_path / "m")
    used = loaded.epochs
    assert loaded.fit(SENTENCES * 20).epochs == used
    assert loaded.fit(SENTENCES * 20, epochs=None, sample=None, min_count=None).epochs < used


def test_compare_takes_settings_in_one_piece_as_it_takes_keywords():
    config = Config(arch="cbow", head="hs", vector_size=8, alpha=0.05)
    assert run._settings(config, {"epochs": 2}) == {"vector_size": 8, "alpha": 0.05, "epochs": 2}
    assert run._settings(None, {"epochs": 2}) == {"epochs": 2}
    with pytest.raises(W2VError, match="head cannot be set for all"):
        run._settings(config, {"head": "ns"})
