"""A model that is trained further: what is kept, what is learned, and what cannot be."""

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import Callback, Config, NotTrainedError, StopTraining, W2VError, Word2Vec, heads, train, train_more
from w2v.cli import app
from w2v.corpus.stream import open_stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.heads.hs.carrying import carried
from w2v.heads.tree import huffman_tree
from w2v.models.model import Model
from w2v.training.defaults import follow_text
from w2v.training.early_stopping import EarlyStopping
from w2v.training.more import settings_to_go_on

SMALL = Config(vector_size=16, min_count=1, sample=0.02, workers=1, epochs=4)
ALPHA = {"softmax": 0.02, "ova": 0.01, "pmi": 0.1}
every_head = pytest.mark.parametrize("head", heads.names())
every_arch = pytest.mark.parametrize("arch", ["skipgram", "cbow"])


class Heard(Callback):
    """Notes, and where the learning rate and the run are after each block."""

    def __init__(self):
        self.notes, self.rates, self.shares, self.first = [], [], [], None

    def on_train_begin(self, model):
        self.first = model.copy()

    def on_note(self, sentence):
        self.notes.append(sentence)

    def on_block(self, progress):
        self.rates.append(progress.alpha)
        self.shares.append(progress.fraction)


class NoEpoch(Callback):
    """Ends a run before its first epoch: what it begins with is what comes back."""

    def on_train_begin(self, model):
        raise StopTraining("Here.")


def with_new_words(planted, seed=3, sentences=600):
    """Sentences of one topic that half of four new words belong to, and of a new topic, beside an old one."""
    generator = np.random.default_rng(seed)
    topics = [["moss0", "moss1", *planted[1][0][:4]], ["moss2", "moss3", *planted[1][1][:4]], planted[1][2]]
    return [[str(word) for word in generator.choice(topics[i % 3], size=6)] for i in range(sentences)]


@pytest.fixture(scope="module")
def models(planted):
    """A model of the planted corpus for each head, each trained once."""
    made = {}

    def of(head, arch="skipgram"):
        if (head, arch) not in made:
            made[head, arch] = train(planted[0], SMALL.replace(head=head, arch=arch, alpha=ALPHA.get(head, 0.05)))
        return made[head, arch]

    return of


def copies(model):
    return {name: table.copy() for name, table in model.tables.items()}


@every_head
def test_it_begins_where_the_model_is(head, models, planted):
    """Before the first step, the tables are the model's, in the dtype that is asked for."""
    model = models(head)
    for dtype in ("float32", "float64"):
        begun = train_more(model, planted[0][:90], model.config.replace(dtype=dtype), callbacks=[NoEpoch()])
        for name, table in model.tables.items():
            np.testing.assert_array_equal(begun.tables[name], table)
            assert begun.tables[name].dtype == dtype
    assert begun.vocab.words == model.vocab.words
    assert begun.vocab.counts.tolist() == model.vocab.counts.tolist()
    assert begun.history == model.history


@every_head
@every_arch
def test_new_words_find_their_company(head, arch, models, planted):
    """Words that join are near those that they keep company with; words that are not in the new text hardly move."""
    model = models(head, arch)
    before = copies(model)
    more = train_more(model, with_new_words(planted), model.config.replace(epochs=12), add_words=True)
    for new, topic in (("moss0", 0), ("moss1", 0), ("moss2", 1), ("moss3", 1)):
        near = [word for word, _ in more.vectors.most_similar(new, topn=4)]
        friends = {*planted[1][topic], *(("moss0", "moss1") if topic == 0 else ("moss2", "moss3"))}
        assert len(friends & set(near)) >= 3, (new, near)
    assert all((model.tables[name] == before[name]).all() for name in before), "the model itself stays as it is"
    assert len(more.vocab) == len(model.vocab) + 4
    untouched = planted[1][5]
    if heads.spec_of(head).geometry == "euclidean":
        cosines = [np.corrcoef(more.vectors[word], model.vectors[word])[0, 1] for word in untouched]
        assert min(cosines) > 0.9, "they have met no text, and at most their output rows or trees"
    old = [record for record in more.history if record.epoch <= 4]
    assert old == model.history


@every_head
def test_words_that_join_begin_like_those_of_a_new_model(head, models, planted):
    model = models(head)
    runs = [
        train_more(model, with_new_words(planted), model.config.replace(seed=s), add_words=True, callbacks=[NoEpoch()])
        for s in (1, 1, 2)
    ]
    new = [f"moss{i}" for i in range(4)]
    rows = [run.tables["input"][[run.vocab.key_to_index[word] for word in new]] for run in runs]
    assert (np.abs(rows[0]) <= 0.5 / np.sqrt(16)).all()
    assert len(np.unique(rows[0])) == rows[0].size
    np.testing.assert_array_equal(rows[0], rows[1])
    assert (rows[0] != rows[2]).all()
    spec = heads.spec_of(head)
    places = [runs[0].vocab.key_to_index[word] for word in model.vocab.words]
    np.testing.assert_array_equal(runs[0].tables["input"][places], model.tables["input"])
    if spec.output_rows(9) == 9:
        np.testing.assert_array_equal(runs[0].tables["output"][places], model.tables["output"])
        if head != "pmi":
            assert not runs[0].tables["output"][[runs[0].vocab.key_to_index[word] for word in new]].any()


@every_arch
@pytest.mark.parametrize("head", ["ns", "hs", "softmax", "ova", "poincare"])
def test_engines_agree_in_any_order_of_words(head, arch, planted):
    """float64: a model whose words stand in no order of counts ends the same on the cpu and the reference engine."""
    config = SMALL.replace(head=head, arch=arch, dtype="float64", epochs=1)
    model = shuffled(train(planted[0][:200], config))
    runs = [
        train_more(
            model, with_new_words(planted)[:100], config.replace(engine=engine, seed=5), add_words=add, frozen=kept
        )
        for add, kept in ((False, None), (True, "init"))
        for engine in ("cpu", "reference")
    ]
    for one, other in (runs[:2], runs[2:]):
        for name in one.tables:
            np.testing.assert_allclose(one.tables[name], other.tables[name], atol=1e-10)
        assert one.history[-1].loss == pytest.approx(other.history[-1].loss, rel=1e-11)
    assert runs[0].vocab.words == model.vocab.words
    assert (runs[0].tables["input"] != model.tables["input"]).any()


def shuffled(model):
    """The same model with its words, and the rows of its tables, in another order; but inner nodes are no words."""
    order = np.random.default_rng(2).permutation(len(model.vocab))
    vocab = Vocabulary([model.vocab.words[i] for i in order], model.vocab.counts[order])
    output = model.tables["output"] if model.config.head == "hs" else model.tables["output"][order]
    return Model(model.config, vocab, {"input": model.tables["input"][order], "output": output}, [])


def test_the_order_of_words_stays_unless_some_join(models, planted):
    model = shuffled(models("ns"))
    same = train_more(model, planted[0][:50], SMALL.replace(epochs=1))
    assert same.vocab.words == model.vocab.words
    grown = train_more(model, with_new_words(planted), SMALL.replace(epochs=1), add_words=True)
    assert grown.vocab.counts.tolist() == sorted(grown.vocab.counts.tolist(), reverse=True)


def test_history_rates_and_progress_go_on(models, planted):
    model, heard = models("ns"), Heard()
    more = train_more(model, planted[0], model.config.replace(epochs=3, alpha=0.02, min_alpha=0.01), callbacks=[heard])
    assert [record.epoch for record in more.history] == [1, 2, 3, 4, 5, 6, 7]
    assert (more.before, more.config.epochs, more.n_epochs, more.complete) == (4, 3, 7, True)
    assert len(heard.first.history) == 4
    assert heard.rates[-1] == pytest.approx(0.01)
    assert heard.rates == sorted(heard.rates, reverse=True)
    assert max(heard.rates) < 0.02
    assert heard.shares[0] < 1 / 3 + 1e-9, "of this run, not of all epochs there have been"
    assert heard.shares[-1] == pytest.approx(1)
    again = train_more(more, planted[0], more.config.replace(epochs=1))
    assert (again.before, len(again.history)) == (7, 8)


def test_the_same_text_again_is_cut_into_other_windows(models, planted):
    """Random choices follow the number of the epoch, which goes on."""
    config = SMALL.replace(epochs=1)
    once = train(planted[0], config)
    twice = train_more(once, planted[0], config)
    assert once.history[0].examples != twice.history[1].examples


def test_what_is_left_open_follows_the_new_text(models, planted):
    heard = Heard()
    more = train_more(models("ns"), planted[0], callbacks=[heard, StopAfter(1)])
    new = follow_text(Config(), Vocabulary(["a", "b"], np.array([6750, 6750])))
    assert more.config.epochs == round(new.epochs / 4) == 44, "13,500 words"
    assert more.config.alpha == pytest.approx(new.alpha / 10)
    still = train_more(models("ns"), planted[0], frozen="init", callbacks=[StopAfter(1)])
    assert still.config.alpha == new.alpha
    assert any("Chosen to suit the text: sample" in note for note in heard.notes)
    grown = train_more(models("ns"), with_new_words(planted), add_words=True, callbacks=[heard, StopAfter(1)])
    assert "4 new words join the 49 of the model." in heard.notes
    assert grown.config.min_count == 5, "that of a text of 3,600 words"
    few = train_more(models("ns"), [["newt", "red1", "red2"]] * 2, add_words=True, callbacks=[StopAfter(1)])
    assert "newt" in few.vocab.words, "in a text of under 1,000 words each is meant"
    heard = Heard()
    train_more(models("ns"), [["red1", "red2"]], models("ns").config.replace(epochs=1), callbacks=heard)
    assert heard.notes == [], "little to learn from is no matter for what has learned"


class StopAfter(Callback):
    """Ends a run after so many epochs of it, or by an interrupt."""

    def __init__(self, epochs, error=StopTraining):
        self.epochs, self.error = epochs, error

    def on_epoch_end(self, model):
        if len(model.history) - model.before == self.epochs:
            raise self.error("Enough.")


def test_a_score_of_another_text_does_not_stop_it(planted):
    """EarlyStopping counts from where the further training begins."""
    model = train(planted[0][:400], SMALL.replace(epochs=6))
    model = replace(model, history=[replace(record, loss=0.1 * record.epoch) for record in model.history])
    stopping = EarlyStopping(patience=1, score="loss")
    more = train_more(
        model, with_new_words(planted), model.config.replace(epochs=2), add_words=True, callbacks=stopping
    )
    assert len(more.history) > 6
    assert stopping.best_epoch > 6


@pytest.mark.parametrize("frozen", [None, ["red1", "the"]])
def test_a_run_that_was_broken_off_goes_on_to_the_same_bits(frozen, models, planted, tmp_path):
    model, config = models("ns"), SMALL.replace(epochs=4, alpha=0.03)
    how = {"add_words": True, "frozen": frozen}
    text = with_new_words(planted)
    whole = train_more(model, text, config, **how)
    with pytest.raises(KeyboardInterrupt):
        train_more(model, text, config, **how, checkpoint=tmp_path / "run", callbacks=[StopAfter(2, KeyboardInterrupt)])
    heard = Heard()
    rest = train_more(model, text, config, **how, checkpoint=tmp_path / "run", resume=True, callbacks=[heard])
    assert len(heard.first.history) in (5, 6)
    assert [record.epoch for record in rest.history] == [record.epoch for record in whole.history]
    for name in whole.tables:
        np.testing.assert_array_equal(rest.tables[name], whole.tables[name])
    assert (rest.before, rest.frozen) == (whole.before, whole.frozen)
    longer = train_more(model, text, config.replace(epochs=6), **how, resume=rest)
    assert len(longer.history) == 10


def test_a_run_of_other_frozen_rows_or_of_another_model_is_not_gone_on_with(models, planted):
    model, config = models("ns"), SMALL.replace(epochs=2)
    run = train_more(model, planted[0], config, frozen="output", callbacks=[StopAfter(1)])
    with pytest.raises(W2VError, match="left other rows as they are, or none"):
        train_more(model, planted[0], config, resume=run)
    with pytest.raises(W2VError, match="was trained further from another model"):
        train(planted[0], run.config, resume=run)
    with pytest.raises(W2VError, match="was trained further from another model"):
        train_more(run, planted[0], config, resume=run, frozen="output")


def test_saved_and_loaded_it_goes_on_as_it_would_have(models, planted, tmp_path):
    model, text, config = models("hs"), with_new_words(planted), SMALL.replace(head="hs", epochs=2, alpha=0.05)
    model.save(tmp_path / "m")
    one, other = (train_more(each, text, config, add_words=True) for each in (model, Model.load(tmp_path / "m")))
    for name in one.tables:
        np.testing.assert_array_equal(one.tables[name], other.tables[name])
    one.save(tmp_path / "n")
    loaded = Model.load(tmp_path / "n")
    assert (loaded.before, loaded.complete, loaded.history) == (4, True, one.history)
    assert json.loads((tmp_path / "n" / "run.json").read_text())["before"] == 4
    (tmp_path / "n" / "SHA256SUMS").unlink()
    (tmp_path / "n" / "run.json").write_text('{"text": "", "complete": true, "before": 7}')
    with pytest.raises(W2VError, match="7 epochs were trained before, and the history has 6"):
        Model.load(tmp_path / "n")
    assert "before" not in json.loads((tmp_path / "m" / "run.json").read_text()), "as older versions wrote it"


def test_a_text_that_has_been_read_can_be_given(models, planted, tmp_path):
    model, config = models("ns"), SMALL.replace(epochs=2)
    with open_stream(planted[0], vocabulary=model.vocab, cache_dir=tmp_path) as stream:
        one = train_more(model, stream, config)
        two = train_more(model, planted[0], config, held_out=0.0)
        np.testing.assert_array_equal(one.tables["input"], two.tables["input"])
        assert "held_out" in train_more(model, stream, config, held_out=0.1).history[-1].scores
    with open_stream(with_new_words(planted), vocabulary=model.vocab, add_words=True, cache_dir=tmp_path) as stream:
        with pytest.raises(W2VError, match=r"a vocabulary of 53 words, and the model has 49\. Give add_words=True"):
            train_more(model, stream, config)
        assert len(train_more(model, stream, config, add_words=True).vocab) == 53
    with (
        open_stream([["red1", "red2"]] * 9, cache_dir=tmp_path) as stream,
        pytest.raises(W2VError, match=r"lacks 47 words of the model: .*open_stream"),
    ):
        train_more(model, stream, config)


def test_the_gpu_engine_trains_further_too(planted):
    """Where there is no GPU, its kernels are interpreted."""
    pytest.importorskip("triton")
    text, config = [["a", "b", "c"], ["b", "c", "d"]] * 20, Config(vector_size=4, epochs=1, min_count=1, sample=0.0)
    model = train(text, config)
    more = [*text, ["a", "z"], ["a", "z"]]
    begun = train_more(model, more, config.replace(engine="gpu"), add_words=True, callbacks=[NoEpoch()])
    places = [begun.vocab.key_to_index[word] for word in model.vocab.words]
    for name in ("input", "output"):
        np.testing.assert_array_equal(begun.tables[name][places], model.tables[name])
    trained = train_more(model, more, config.replace(engine="gpu"), add_words=True)
    assert trained.history[-1].loss < model.history[-1].loss


def test_an_own_class_trains_further(planted):
    """The class that users hold: several passes with a rate each, and new words in between."""
    model = Word2Vec(planted[0][:300], vector_size=8, min_count=1, epochs=2, sample=0.02, workers=1)
    first = model.wv
    assert model.train_more(planted[0][300:600], epochs=1, alpha=0.02) is model
    assert model.wv is not first
    for alpha in (0.01, 0.005):
        model.train_more(planted[0], epochs=1, alpha=alpha, min_alpha=alpha)
    assert [record.epoch for record in model.history] == [1, 2, 3, 4, 5]
    assert model.alpha == 0.005
    assert "newt" not in model.wv
    model.train_more([["newt", "red1"]] * 20, add_words=True, epochs=1)
    assert "newt" in model.wv
    with pytest.raises(NotTrainedError):
        Word2Vec().train_more(planted[0])
    with pytest.raises(W2VError, match="vector_size 8, now 9"):
        model.train_more(planted[0], vector_size=9)


def test_a_tokenizer_that_is_a_function_stays():
    def letters(line):
        return list(line.replace(" ", ""))

    model = Word2Vec(["abc abd", "bcd"] * 20, tokenizer=letters, vector_size=4, epochs=1, min_count=1)
    model.train_more(["xyz abc"] * 20, add_words=True, epochs=1)
    assert set(model.wv.index_to_key) == set("abcdxyz")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"head": "hs"}, "head 'ns', now 'hs'.*init="),
        ({"arch": "cbow"}, "arch 'skipgram', now 'cbow'"),
        ({"vector_size": 9}, "vector_size 16, now 9"),
        ({"head": "nosuch"}, "There is no head 'nosuch'"),
    ],
)
def test_settings_of_other_tables_are_refused(change, sentence, models, planted):
    with pytest.raises(W2VError, match=sentence):
        train_more(models("ns"), planted[0], SMALL.replace(**change))


def test_what_does_not_shape_the_tables_may_differ(models, planted):
    """Of a head without a tree, the tree; dtype, window, negative samples, threads."""
    other = SMALL.replace(tree="balanced", dtype="float64", window=2, negative=2, epochs=1, pmi_tables="shared", seed=9)
    assert (
        train_more(models("ns"), planted[0][:50], other).config
        == train_more(models("ns"), planted[0][:50], other).config
    )
    with pytest.raises(W2VError, match="tree 'huffman', now 'balanced'"):
        train_more(models("hs"), planted[0], SMALL.replace(head="hs", tree="balanced"))


def test_mistakes_are_told_in_sentences(models, planted):
    model = models("ns")
    for wrong, sentence in (
        (lambda: train_more(model.vectors, planted[0]), "model is KeyedVectors.*expected a Model"),
        (lambda: train_more(model, planted[0], {"epochs": 2}), "config is {'epochs': 2}; expected a w2v.Config"),
        (lambda: train_more(model, [["x", "y"]] * 9), "None of the 2 different words of the text .'x', 'y'."),
        (lambda: train_more(model, []), "there are no words in"),
        (lambda: train_more(model, planted[0], vocabulary=model.vocab), "Leave vocabulary= out"),
        (lambda: train_more(model, planted[0], epochs=3), r"give epochs there, Config\(epochs=3\)"),
        (lambda: train_more(model, 5), "a corpus of type int cannot be read"),
        (lambda: train_more(model, [["red1"]] * 9, SMALL), "every sentence is one word long"),
    ):
        with pytest.raises(W2VError, match=sentence):
            wrong()
    broken = Model(model.config, model.vocab, {**model.tables, "output": model.tables["output"][1:]}, [])
    with pytest.raises(
        W2VError, match=r"The output table of the model to train further is \[48, 16\]; expected \[49, 16\]"
    ):
        train_more(broken, planted[0])
    unseen = Model(model.config, Vocabulary(model.vocab.words, np.zeros(49, np.int64)), model.tables, [])
    with pytest.raises(W2VError, match="was seen 0 times; expected once at least"):
        train_more(unseen, planted[0])


def test_nodes_of_an_unchanged_tree_keep_their_vectors():
    counts = np.random.default_rng(0).integers(1, 1000, 60)
    rows = np.random.default_rng(1).normal(size=(59, 5))
    tree = huffman_tree(counts)
    np.testing.assert_allclose(carried(tree, rows, tree, counts, np.arange(60)), rows, atol=1e-12)


def test_words_in_another_order_have_the_nodes_of_the_same_questions():
    """Distinct sums leave no tie to order: the tree is the same but for its numbers, and so is each word's path."""
    counts = 2 ** np.arange(12)
    order = np.random.default_rng(0).permutation(12)
    rows = np.random.default_rng(1).normal(size=(11, 5))
    before, now = huffman_tree(counts), huffman_tree(counts[order])
    places = np.argsort(order)  # old word w is new word places[w]
    found = carried(before, rows, now, counts[order], places)
    for word in range(12):
        (nodes, codes), (old_nodes, old_codes) = now.path(places[word]), before.path(word)
        turned = found[nodes] * (1 - 2.0 * codes)[:, None], rows[old_nodes] * (1 - 2.0 * old_codes)[:, None]
        np.testing.assert_allclose(*turned, atol=1e-12)


def test_a_node_of_new_words_begins_with_zeros():
    before, now = huffman_tree(np.array([8, 4])), huffman_tree(np.array([80, 40, 1, 1]))
    found = carried(before, np.ones((1, 3)), now, np.array([80, 40, 1, 1]), np.array([0, 1]))
    new = now.path(2)[0][-1]
    assert new == now.path(3)[0][-1]
    assert not found[new].any()
    np.testing.assert_allclose(found[0], 120 / 122)


def run(*arguments):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(done.exception, W2VError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture
def folder(planted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("a.txt", planted[0][:300]), ("b.txt", with_new_words(planted))):
        (tmp_path / name).write_text("".join(" ".join(sentence) + "\n" for sentence in text))
    run("train", "a.txt", "-o", "m", "--vector-size", "8", "--min-count", "1", "--epochs", "2", "-q")
    return tmp_path


def test_the_command_line_trains_a_model_further(folder):
    told = run("train", "b.txt", "--from", "m", "-o", "n", "--add-words", "--epochs", "2", "--frozen", "init").stderr
    assert "vocabulary    53 words, 100.0% of the tokens (49 of them given, min_count 5)" in told
    assert "4 new words join the 49 of the model." in told
    assert "epoch 4 " in told
    old, new = Model.load("m"), Model.load("n")
    assert (new.config.vector_size, new.config.epochs, len(new.history)) == (8, 2, 4)
    for word in old.vocab.words:
        np.testing.assert_array_equal(old.vectors[word], new.vectors[word])
    told = run("train", "b.txt", "--from", "m", "-o", "o", "--epochs", "1").stderr
    words = (folder / "b.txt").read_text().split()
    share = sum("moss" not in word for word in words) / len(words)
    assert f"vocabulary    49 words, {share:.1%} of the tokens (given)" in told
    assert Model.load("o").vocab.words == old.vocab.words
    run("train", "b.txt", "--from", "n", "-o", "n", "--overwrite", "--epochs", "1", "-q")
    assert len(Model.load("n").history) == 5
    done = run("train", "b.txt", "--from", "o", "-o", "p", "--epochs", "1", "--resume", "-q")
    assert done.exit_code == 0, "nothing is kept, so it begins"
    assert "The run is complete" in run("train", "b.txt", "--from", "o", "-o", "p", "--epochs", "1", "--resume").stderr


def test_the_command_line_goes_on_with_what_was_broken_off(folder):
    config = Config.of({"epochs": 4, "workers": 1}, settings_to_go_on(Model.load("m").config))
    stop = StopAfter(2, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        train_more(Model.load("m"), folder / "b.txt", config, add_words=True, checkpoint="n.unfinished", callbacks=stop)
    how = ["train", "b.txt", "--from", "m", "--add-words", "--epochs", 4, "--workers", 1]
    with pytest.raises(W2VError, match=r"An earlier run of this model is kept in n\.unfinished"):
        run(*how, "-o", "n")
    told = run(*how, "-o", "n", "--resume").stderr
    assert "Going on after epoch 3 of 6 and 1 block of the next." in told
    run(*how, "-o", "whole", "-q")
    one, other = Model.load("n"), Model.load("whole")
    assert len(one.history) == len(other.history) == 6
    for name in one.tables:
        np.testing.assert_array_equal(one.tables[name], other.tables[name])
    with pytest.raises(W2VError, match="trained further from another model, or from none"):
        run("train", "b.txt", "-o", "n", "--overwrite", "--resume", "--vector-size", 8, "--epochs", 4)


def test_the_command_line_begins_with_vectors(folder):
    run("convert", "m", "m.bin")
    how = ["--vector-size", "8", "--epochs", "1", "--frozen", "init"]
    told = run("train", "b.txt", "--init", "m.bin", "-o", "n", *how).stderr
    assert "16 of 20 words (80.0%) begin from the vectors of m.bin." in told
    np.testing.assert_array_equal(Model.load("n").vectors["red1"], Model.load("m").vectors["red1"])


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--add-words"], "--add-words adds words to a model. Give it: --from MODEL"),
        (["--from", "m", "--init", "m"], "Both --from and --init are given"),
        (["--frozen", "king"], "--frozen is 'king'; expected input, output or init"),
        (["--frozen", "output"], "Give the model to train further: --from MODEL"),
        (["--frozen", "init"], "there are none: give --init"),
        (["--from", "m", "--vector-size", "9"], "--vector-size 8, now 9"),
        (["--from", "nosuch"], "there is no such folder"),
        (["--init", "m"], "have 8 dimensions, and --vector-size is 100. Give --vector-size 8"),
        (["--from", "m", "--frozen", "output", "--engine", "gpu"], "cannot leave rows as they are"),
    ],
)
def test_the_command_lines_mistakes_are_told_in_sentences(flags, sentence, folder):
    with pytest.raises(W2VError, match=sentence):
        run("train", "b.txt", "-o", "x", *flags)
