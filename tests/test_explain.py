"""`explain` shows what the reference engine does, with the same bits; as text, as objects, and on the command line."""

import dataclasses
import itertools
import re
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from w2v import Config, Head, W2VError, Word2Vec, explain, save_explanation
from w2v.cli import app
from w2v.corpus.stream import open_stream
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.engines.reference import ReferenceEngine
from w2v.errors import UnknownWordError
from w2v.examples import encoders
from w2v.explanation.source import Until
from w2v.explanation.trace import MOST_ROWS, trace_block
from w2v.gensim.models import Word2Vec as GensimWord2Vec
from w2v.heads import build
from w2v.models.model import Model
from w2v.plots.explanation.page import page_of
from w2v.training.train import train_blocks

FOX = "the quick brown fox jumps over the lazy dog"
HEADS = ["ns", "hs", "softmax", "ova", "poincare"]
LESSON = ["the cat sat on the mat", "the dog sat on the rug", "the cat chased the mouse", "the dog chased the cat"]


class Margin(Head):
    """A head from outside: a hinge on the difference between the target's score and the mean score."""

    def forward(self, hidden, target):
        scores = hidden @ self.output.T
        return (1 + scores.mean(dim=1) - scores.gather(1, target[:, None])[:, 0]).clamp(min=0)

    def log_prob(self, hidden):
        return torch.log_softmax(hidden @ self.output.T, dim=-1)


@pytest.fixture(scope="module")
def lesson():
    return [line.split() for line in LESSON]


@pytest.fixture(scope="module")
def model(lesson):
    return Word2Vec(lesson, vector_size=6, epochs=20, engine="reference", sample=0)


def engines(head, arch, *, chunk=None, seed=1, dtype="float64", **more):
    """Two engines that begin alike, with tables of which none is zero, and a block of nine words in two sentences."""
    counts = np.array([9, 7, 5, 4, 3, 2])
    vocab = Vocabulary(list("abcdef"), counts)
    config = Config(head=head, arch=arch, vector_size=3, chunk=chunk, seed=seed, dtype=dtype, sample=0.1, alpha=0.1,
                    epochs=5, window=2, **more)  # fmt: skip
    keep = encoders.keep_thresholds(vocab.keep_probability(0.1))
    both = [ReferenceEngine(config, counts, keep) for _ in range(2)]
    state = {
        name: np.random.default_rng(3).normal(size=table.shape).astype(table.dtype)
        for name, table in both[0].tables().items()
    }
    for engine in both:
        engine.load_state(state)
    block = np.array([0, 1, 2, 0, 3, SENTENCE_END, 4, 0, 5, 1, SENTENCE_END], np.int32)
    return *both, vocab, block


@pytest.mark.parametrize("chunk", [1, 3, None])
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", HEADS)
def test_the_steps_that_are_told_are_those_that_training_makes(head, arch, chunk):
    told, trained, vocab, block = engines(head, arch, chunk=chunk)
    steps = trace_block(told, block, 2, 7, 0.1, vocab=vocab)
    loss = trained.train_block(block, 2, 7, 0.1)
    for name, table in trained.tables().items():
        np.testing.assert_array_equal(told.tables()[name], table)
    assert sum(step.loss for step in steps) == pytest.approx(loss.total, rel=1e-12)
    assert sum(len(step.examples) for step in steps) == loss.examples


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", HEADS)
def test_rows_go_against_their_gradients_and_no_other_row_moves(head, arch):
    told, _, vocab, block = engines(head, arch, chunk=2)
    first = {name: table.copy() for name, table in told.tables().items()}
    steps = trace_block(told, block, 0, 0, 0.1, vocab=vocab)
    now = {name: table.copy() for name, table in first.items()}
    for step in steps:
        for row in step.rows:
            np.testing.assert_array_equal(row.before, now[row.table][row.number])
            np.testing.assert_allclose(row.after, row.before - 0.1 * row.gradient, rtol=0, atol=1e-13)
            assert row.change == pytest.approx(np.linalg.norm(row.after - row.before))
            now[row.table][row.number] = row.after
        assert {name: sum(r.table == name and r.gradient.any() for r in step.rows) for name in now} == step.changed
    for name, table in told.tables().items():
        np.testing.assert_array_equal(now[name], table)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["ns", "hs", "ova", "poincare"]), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_judgements_add_up_to_the_loss_and_their_slopes_to_the_gradient(head, target, seed):
    rng = np.random.default_rng(seed)
    config = Config(head=head, vector_size=3, shared_negatives=7)
    built = build(config, np.array([9, 7, 5, 4, 3, 2]))
    output = torch.from_numpy(rng.normal(size=built.output.shape))
    built = build(config, np.array([9, 7, 5, 4, 3, 2]), output)
    hidden = torch.from_numpy(rng.normal(size=(1, 3))).requires_grad_()
    built.reseed(seed, 3)
    noise = built.noise().tolist()
    found = built.judgements(hidden[0].detach(), target)
    loss = built(hidden, torch.tensor([target]))
    assert found.loss.sum() == pytest.approx(loss.item(), rel=1e-9)
    if head in ("ns", "poincare"):
        assert found.rows.tolist() == [target, *noise]
        assert built.noise().tolist() != noise or len(set(noise)) < 3, "forward went on to other samples"
    if head != "poincare":  # whose scores are no inner products
        (gradient,) = torch.autograd.grad(loss.sum(), hidden)
        np.testing.assert_allclose(found.slope @ output.numpy()[found.rows], gradient[0], atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-1, 4), max_size=30), st.integers(0, 2**31), st.integers(1, 6), st.booleans(),
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
)  # fmt: skip
def test_choices_are_those_of_which_windows_are_cut(ids, seed, window, shrink, probability):
    block, keep = np.array(ids, np.int32), encoders.keep_thresholds(np.array(probability))
    how = keep, window, shrink, seed, 3, 5
    drawn, windows = encoders.choices(block, *how), encoders.cut_windows(block, *how)
    np.testing.assert_array_equal(block[drawn.kept], windows.ids)
    sentence = np.cumsum(block == SENTENCE_END)[drawn.kept]
    for number, width in enumerate(drawn.width[drawn.kept]):
        same = np.flatnonzero(sentence == sentence[number])
        assert windows.start[number] == max(number - width, same.min())
        assert windows.stop[number] == min(number + width, same.max()) + 1


# A sentence alone


@pytest.mark.parametrize("head", HEADS)
def test_a_sentence_alone_ends_where_a_run_on_it_is_after_that_epoch(head):
    found = explain(FOX, head=head, epoch=3)
    with open_stream([FOX.split()], min_count=1) as stream:
        once = train_blocks(stream, found.config, callbacks=Until(4))
    rows = {(row.table, row.number): row.after for step in found.steps for row in step.rows}
    for (table, number), after in rows.items():
        np.testing.assert_array_equal(once.tables[table][number], after)
    assert {number for table, number in rows if table == "input"} == set(range(8))


def test_what_is_drawn_for_a_sentence_is_told_word_by_word():
    found = explain(FOX, epoch=2, centre="fox", sample=0.05)
    counts = {"the": 2}
    for token in found.tokens:
        share = counts.get(token.word, 1) / 9
        assert (token.count, token.known) == (counts.get(token.word, 1), True)
        assert token.keep == pytest.approx(min(1, (0.05 / share) ** 0.5 + 0.05 / share))
        assert (token.width in (1, 2)) == token.kept
    assert {place for place, token in enumerate(found.tokens) if token.kept} == set(found.windows)
    for place, window in found.windows.items():
        kept = sorted(found.windows)
        near = [other for other in kept if 0 < abs(kept.index(other) - kept.index(place)) <= found.tokens[place].width]
        assert list(window.context) == near
        words = [found.tokens[other].word for other in near]
        assert list(window.skipgram) == [(word, found.tokens[place].word) for word in words]
        assert list(window.cbow) == ([(tuple(words), found.tokens[place].word)] if words else [])


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_the_examples_of_all_steps_are_those_of_all_windows(arch):
    found = explain(FOX, epoch=2, arch=arch)
    made = sorted((each.context, each.target) for step in found.steps for each in step.examples)
    told = [(tuple(np.atleast_1d(a).tolist()), b) for w in found.windows.values() for a, b in getattr(w, arch)]
    assert made == sorted(told)
    assert all(len(step.places) == 1 for step in found.steps)
    assert found.step is found.step_at(found.centre)


def test_noise_has_its_share_and_its_chance():
    found = explain(FOX, epoch=2, centre="fox", ns_exponent=0.5)
    chances = np.sqrt([2] + [1] * 7) / np.sqrt([2] + [1] * 7).sum()
    drawn = {each.word: each.drawn for each in found.step.noise}
    assert sum(drawn.values()) == 5
    for example in found.step.examples:
        assert Counter(example.judged) - Counter([example.target]) == Counter(drawn) - Counter()
        assert example.judgements.loss.sum() == pytest.approx(example.loss, rel=1e-5)
    for each in found.step.noise:
        assert each.share == pytest.approx(each.count / 9)
        assert each.probability == pytest.approx(chances[0 if each.word == "the" else 1])
    assert explain(FOX, epoch=2, head="softmax").step.noise == ()


def test_a_tree_is_told_as_its_decisions():
    found = explain(FOX, epoch=2, centre="fox", head="hs").step.examples[0]
    assert np.prod([step.probability[step.code] for step in found.decisions]) == pytest.approx(found.probability)
    assert found.loss == pytest.approx(-np.log(found.probability), rel=1e-5)
    assert found.judged[0] == "node 0, the root"


def test_a_step_makes_the_loss_smaller_and_says_by_how_much():
    for head in HEADS:
        step = explain(FOX, epoch=2, head=head).step
        assert step.loss_after < step.loss
        squares = sum(float((row.gradient**2).sum()) for row in step.rows)
        assert step.loss - step.loss_after == pytest.approx(step.alpha * squares, rel=0.5)


def test_in_the_first_epoch_output_rows_are_zeros_and_this_is_told():
    found = explain(FOX, centre="fox", epoch=0)
    assert "Output rows begin as zeros" in found.notes[-1]
    assert found.steps[0].changed["input"] == 0
    assert all(p == pytest.approx(0.5) for p in found.steps[0].examples[0].judgements.probability)
    assert explain(FOX, epoch=0, head="poincare").notes == ()


# Models and texts


def test_a_model_is_not_changed_and_its_step_is_that_of_training_further(model, tmp_path):
    before = {name: table.copy() for name, table in model.model.tables.items()}
    found = explain("the cat sat on the rug", model, centre="sat")
    for name, table in model.model.tables.items():
        np.testing.assert_array_equal(table, before[name])
    assert (found.epoch, found.text) == (20, "the model's text")
    assert found.step.alpha == pytest.approx(model.alpha)
    number = model.wv.get_index("sat")
    assert next(r for r in found.steps[found.steps.index(found.step)].rows if r.table == "input").number == number
    model.save(tmp_path / "m")
    for other in (model.model, tmp_path / "m", str(tmp_path / "m")):
        assert str(explain("the cat sat on the rug", other, centre="sat")) == str(found)


def test_a_model_is_refused_settings_that_its_tables_do_not_fit(model):
    with pytest.raises(W2VError, match=r"trained with head='ns', vector_size=6, .* Leave head, vector_size out"):
        explain("the cat", model, head="hs", vector_size=4)
    assert explain("the cat sat", model, window=1, arch="cbow").config.window == 1


def test_a_text_is_trained_until_the_epoch(lesson, tmp_path):
    (tmp_path / "t.txt").write_text("\n".join(LESSON) + "\n")
    found = explain("the cat sat", tmp_path / "t.txt", vector_size=5, epochs=4, engine="reference", sample=0)
    assert (found.epoch, found.text, found.total) == (1, "t.txt", 22)
    half = Word2Vec(lesson, config=found.config, callbacks=Until(1))
    first = found.steps[0].rows[0]
    np.testing.assert_array_equal(first.before, half.model.tables["input"][first.number])
    assert explain("the cat sat", lesson, epochs=1).epoch == 0
    with pytest.raises(W2VError, match="epoch is 4, and the run has 4: 0 to 3"):
        explain("the cat sat", lesson, epochs=4, epoch=4)


def test_a_large_vocabulary_makes_a_small_page():
    rng, n = np.random.default_rng(0), 30_000
    vocab = Vocabulary([f"w{i}" for i in range(n)], np.arange(n, 0, -1))
    config = Config(vector_size=100, head="softmax", sample=1e-4, epochs=5, alpha=0.04)
    tables = {name: rng.normal(size=(n, 100)).astype(np.float32) / 10 for name in ("input", "output")}
    words = [f"w{i}" for i in rng.integers(0, n, 12)]
    found = explain(words, Model(config, vocab, tables, []))
    assert found.step.changed["output"] == n
    assert len(found.step.rows) <= 2 * MOST_ROWS
    assert len(page_of(found)) < 500_000
    found = explain(words, Model(config.replace(head="ova"), vocab, tables, []))
    example = found.step.examples[0]
    assert example.unlisted[0] == n - MOST_ROWS
    assert example.judgements.loss.sum() + example.unlisted[1] == pytest.approx(example.loss, rel=1e-4)


def test_what_is_no_model_of_ours_is_told(model):
    for other in (model.wv, Word2Vec(), GensimWord2Vec([["a", "b"]] * 5, min_count=1, vector_size=2)):
        with pytest.raises(W2VError, match=r"Nothing is trained yet|Vectors alone have no output table"):
            explain("the cat", other)


def test_a_model_that_was_trained_elsewhere_is_explained_here(model):
    """Its device and its many threads are not those of an explanation."""
    config = model.model.config.replace(device="cuda:1", workers=7)
    elsewhere = dataclasses.replace(model.model, config=config)
    assert str(explain("the cat sat", elsewhere)) == str(explain("the cat sat", model))


def test_many_negatives_are_shared_as_usual():
    assert explain(FOX, negative=600, epoch=0).config.shared_negatives is None
    assert explain(FOX, negative=9, epoch=0).config.shared_negatives == 9
    with pytest.raises(W2VError, match="negative is 0; expected at least 1"):
        explain(FOX, epoch=2, negative=0)


def test_rows_of_ngrams_are_told_from_those_of_words(lesson):
    found = explain(
        "the cat sat", Word2Vec(lesson, vector_size=5, epochs=2, subword="fasttext", sample=0, engine="reference")
    )
    names = [row.name for step in found.steps for row in step.rows if row.table == "input"]
    assert {"the", "cat", "sat"} <= set(names)
    assert any(re.fullmatch(r"n-gram row \d+", name) for name in names)


def test_a_head_from_outside_is_explained_by_its_distribution(lesson):
    found = explain("the cat sat on the mat", lesson, head=Margin, vector_size=4, epochs=3)
    example = found.step.examples[0]
    assert example.judgements is None
    assert len(example.likeliest) == len(set(" ".join(LESSON).split()))
    assert found.step.loss_after < found.step.loss
    assert "nats" in page_of(found)
    assert "the" in str(found)


# Counted pairs


@pytest.mark.parametrize("tables", ["sum", "shared"])
def test_steps_of_pairs_are_those_of_a_run_with_the_same_bits(tables):
    found = explain(FOX, head="pmi", pmi_tables=tables, epoch=3)
    with open_stream([FOX.split()], min_count=1) as stream:
        once = train_blocks(stream, found.config, callbacks=Until(4))
        before = train_blocks(stream, found.config, callbacks=Until(3))
    now = {name: table.copy() for name, table in before.tables.items()}
    for step in found.steps:
        for row in step.rows:
            np.testing.assert_array_equal(row.before, now[row.table][row.number])
            now[row.table][row.number] = row.after
    np.testing.assert_array_equal(now["input"], once.tables["input"])
    if tables != "shared":
        np.testing.assert_array_equal(now["output"], once.tables["output"])
        assert found.steps[0].changed == {"input": 1, "output": 1}
    record = once.history[3]
    assert sum(step.loss for step in found.steps) / len(found.steps) == pytest.approx(record.loss, rel=1e-5)
    assert len(found.steps) == record.examples
    twos = sum(step.examples[0].context[0] == step.examples[0].target for step in found.steps)
    assert twos == 0, "no word of this sentence is near itself"


def test_pairs_have_the_counts_of_the_text_and_their_loss_by_the_formula(lesson):
    found = explain("the cat sat quietly", lesson, head="pmi", window=2, sample=0, epochs=4, vector_size=5, x_max=3.0)
    counts = Counter()
    for line in lesson:
        for place, word in enumerate(line):
            counts.update((word, other) for other in line[max(place - 2, 0) : place] + line[place + 1 : place + 3])
    total, of = sum(counts.values()), Counter()
    for (word, _), n in counts.items():
        of[word] += n
    told = [(each.context[0], each.target, each) for step in found.steps for each in step.examples]
    known = ["the", "cat", "sat"]  # and not quietly
    assert {(one, other) for one, other, _ in told} == set(itertools.permutations(known, 2))
    for one, other, example in told:
        pair = example.pair
        assert pair.count == counts[one, other]
        assert pair.pmi == pytest.approx(np.log(counts[one, other] * total / (of[one] * of[other])), abs=1e-5)
        assert pair.weight == pytest.approx(min(1, counts[one, other] / 3) ** 0.75)
        assert example.loss == pytest.approx(pair.weight * (pair.score - pair.pmi) ** 2, rel=1e-4)
        assert example.loss_after == pytest.approx(pair.weight * (pair.score_after - pair.pmi) ** 2, rel=1e-4)
        np.testing.assert_allclose(example.hidden_gradient.any(), True)
    assert found.steps_at(1) == tuple(step for step in found.steps if step.examples[0].context == ("cat",))
    assert found.step is found.steps_at(found.centre)[0]
    assert (found.epoch, found.windows[1].context) == (1, (0, 2))
    half = Word2Vec(lesson, config=found.config, callbacks=Until(1))
    first = found.steps[0].rows[0]
    np.testing.assert_array_equal(first.before, half.model.tables["input"][first.number])


def test_pairs_are_shown_as_text_tables_and_pages():
    found = explain(FOX, head="pmi", centre="fox", sample=0.05, epoch=0)
    assert all(token.kept and token.width == 2 for token in found.tokens)
    text = str(found)
    assert text.startswith("pmi, epoch 0; words are counted in this sentence\n")
    assert len(re.findall(r"^fox -> (?:quick|brown|jumps|over)   X = ", text, re.M)) == 4
    assert "nats" not in text
    assert "skipgram" not in text
    assert "X: how often they stand near each other in this sentence, times the chance that both are kept\n" in text
    whole = str(explain(FOX, head="pmi", centre="fox", distance_weighting=True, epoch=0))
    assert "near each other in this sentence, each time weighted by 1 / distance\n" in whole
    assert all(f"PMI = {each.examples[0].pair.pmi:.3f}" in text for each in found.steps_at(3))
    table = found._repr_html_()
    assert "Pairs of &#x27;fox&#x27;" in table or "Pairs of 'fox'" in table
    assert table.count("</td>") > 4 * 8
    assert page_of(found).count('"score_after"') == len(found.steps)


def test_words_that_the_text_never_has_together_make_no_pair(lesson):
    found = explain("dog mouse", lesson, head="pmi", window=1, epochs=2, vector_size=4)
    assert (found.steps, found.step) == ((), None)
    assert "No two words that are near each other here are so in the text" in found.notes[-1]
    assert "no word near it here is so in the text" in str(found)
    assert page_of(found)
    one = explain("the mouse dog", lesson, head="pmi", window=1, epochs=2, vector_size=4, centre="dog")
    assert {step.examples[0].context for step in one.steps} == {("the",), ("mouse",)}
    assert one.step is None
    twice = explain("the the cat", [["the", "the", "cat"]] * 3, head="pmi", window=1, epochs=2, vector_size=4)
    itself = next(step for step in twice.steps if step.examples[0].context == (step.examples[0].target,))
    assert itself.places == (0, 1)
    assert itself.examples[0].pair.count == 6, "in both orders"


def test_of_pairs_a_model_is_not_enough(lesson):
    model = Word2Vec(lesson, head="pmi", vector_size=4, epochs=2)
    for trained in (model, model.model):
        with pytest.raises(W2VError, match=r"which its folder does not hold\. Give the text in place of the model"):
            explain("the cat sat", trained)


# Odd sentences


def test_one_word_alone_and_words_that_nobody_knows_are_refused(model):
    with pytest.raises(W2VError, match="at least two different words"):
        explain("fox")
    with pytest.raises(W2VError, match=r"None of the words of the sentence is among the 9 of the model's text\. Did"):
        explain("catt sats", model)
    with pytest.raises(W2VError, match="no word"):
        explain("  ")
    with pytest.raises(W2VError, match="expected a string, or a list of words"):
        explain(5)


def test_a_word_alone_in_a_model_makes_no_step(model):
    found = explain("cat", model)
    assert (found.centre, found.step, found.steps) == (None, None, ())
    assert "nothing to learn" in found.notes[-1]
    assert "cat" in str(found)
    assert "cat" in page_of(found)
    assert "no neighbour" in explain("cat", model, centre="cat").notes[0]


def test_unknown_words_are_left_out_and_told(model):
    found = explain("the purple cat sat", model, centre="cat")
    assert "left out: purple" in found.notes[0]
    assert not found.tokens[1].known
    assert {"the", "sat"} >= {found.tokens[place].word for place in found.window.context}
    assert "not in the vocabulary" in str(found)
    with pytest.raises(W2VError, match="The centre 'purple' is not among the 9 words"):
        explain("the purple cat sat", model, centre="purple")


def test_a_centre_that_is_not_there_or_there_twice():
    with pytest.raises(W2VError, match=r"The centre 'foxx' is not in the sentence. Did you mean 'fox'"):
        explain(FOX, epoch=2, centre="foxx")
    first, second = (explain(FOX, epoch=2, centre="the", occurrence=which) for which in (1, 2))
    assert (first.centre, second.centre) == (0, 6)
    assert second.notes[0] == "'the' stands in the sentence 2 times; this is number 2."
    assert second.step.places == (6,)
    with pytest.raises(W2VError, match="occurrence is 3, and 'the' stands in the sentence 2 times"):
        explain(FOX, epoch=2, centre="the", occurrence=3)


def test_a_centre_that_subsampling_left_out_is_told_with_an_epoch_that_keeps_it():
    dropped = next(
        found for epoch in range(40) if not (found := explain(FOX, centre="the", sample=0.01, epoch=epoch)).window
    )
    assert dropped.step is None
    told = re.search(r"Subsampling left 'the' out in epoch \d+: .* In epoch=(\d+) it is kept", dropped.notes[1])
    assert explain(FOX, centre="the", sample=0.01, epoch=int(told[1])).window is not None
    assert "left out" in str(dropped)
    assert "Rows that changed" not in dropped._repr_html_()


def test_a_long_sentence_is_refused():
    with pytest.raises(W2VError, match=r"The sentence has 10,000 words; explain shows one of up to 200\. Give a part"):
        explain(["a", "b"] * 5_000)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("我爱北京天安门", None),
        ("🦊 jumps 🐶 sleeps", ["🦊", "jumps", "🐶", "sleeps"]),
        (["<b>", "</script>", "a&b", "\x1b[2J", "@data@"], ["<b>", "</script>", "a&b", "\x1b[2J", "@data@"]),
        ("The fox. The dog.", ["the", "fox", "the", "dog"]),
    ],
)
def test_words_of_any_kind(sentence, words):
    found = explain(sentence)
    told = [token.word for token in found.tokens]
    assert told == words if words else set("".join(told)) == set(sentence)
    assert "\x1b" not in str(found)
    page = page_of(found)
    assert page.count("</script>") == page.count("<script") == 2
    assert "<b>" not in found._repr_html_()


def test_punctuation_can_be_kept():
    found = explain("The fox, the dog!", tokenizer="words", keep_punctuation=True, epoch=0)
    assert [token.word for token in found.tokens] == ["the", "fox", ",", "the", "dog", "!"]
    assert all(token.known for token in found.tokens)
    assert explain("a-b a-c", tokenizer=lambda text: text.replace("-", " ").split(), epoch=0).tokens[1].word == "b"


def test_steps_that_diverge_are_no_explanation():
    with pytest.raises(W2VError, match=r"The steps diverged: their loss is no number\. Lower alpha \(1e\+30\)"):
        explain(FOX, alpha=1e30, epoch=0)


def test_documents_and_unknown_settings_are_refused(lesson):
    with pytest.raises(W2VError, match="'pv-dm' is of documents"):
        explain(FOX, epoch=2, arch="pv-dm")
    with pytest.raises(W2VError, match="no head 'nss'"):
        explain(FOX, epoch=2, head="nss")
    with pytest.raises(W2VError, match="vector_siz"):
        explain(FOX, epoch=2, vector_siz=3)


# Text, tables, and the command


def test_printed_it_is_plain_and_on_a_terminal_it_has_colours():
    from rich.console import Console

    found = explain(FOX, centre="fox")
    plain, coloured = (
        Console(force_terminal=on, soft_wrap=True, highlight=False, color_system=system)
        for on, system in ((False, "auto"), (True, "standard"))
    )
    for console in (plain, coloured):
        with console.capture() as capture:
            console.print(found)
        told = capture.get()
        assert ("\x1b[" in told) == (console is coloured)
        assert re.sub(r"\x1b\[[\d;]*m", "", told).split() == str(found).split()
    assert repr(found) == "Explanation(skipgram ns, centre 'fox', epoch 50)"
    assert f"{found.step.loss:.4f} -> {found.step.loss_after:.4f}" in str(found)


def test_a_notebook_shows_tables():
    shown = explain(FOX, epoch=2, centre="fox", head="hs")._repr_html_()
    assert shown.count("<table>") == 3
    assert "node 0, the root" in shown


def test_its_objects_cannot_be_changed():
    found = explain(FOX, epoch=2)
    for thing in (found, found.tokens[0], found.window, found.step, found.step.examples[0], found.step.rows[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            thing.epoch = 1


def run(*arguments):
    done = CliRunner().invoke(app, ["explain", *map(str, arguments)])
    if isinstance(done.exception, (W2VError, UnknownWordError)):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_says_the_same_and_writes_the_page(model, tmp_path):
    told = run(FOX, "--centre", "fox", "--head", "hs", "--arch", "cbow", "-o", tmp_path / "p.html", "--title", "Fox")
    found = explain(FOX, centre="fox", head="hs", arch="cbow")
    assert told.split() == str(found).split()
    assert (tmp_path / "p.html").read_text(encoding="utf-8") == page_of(found, title="Fox")
    model.save(tmp_path / "m")
    assert run("the cat sat", tmp_path / "m").split() == str(explain("the cat sat", model)).split()
    (tmp_path / "t.txt").write_text("\n".join(LESSON) + "\n")
    assert "counted in t.txt" in run("the cat sat", tmp_path / "t.txt", "--engine", "reference", "--epochs", 2)
    with pytest.raises(W2VError, match=r"must end in \.html"):
        run(FOX, "-o", tmp_path / "p.png")


def test_notes_of_the_command_name_its_flags():
    dropped = next(
        told
        for epoch in range(40)
        if "Subsampling left" in (told := run(FOX, "--centre", "the", "--sample", 0.01, "--epoch", epoch))
    )
    assert re.search(r"In --epoch \d+ it is kept; give that, or --sample 0\.", dropped)


def test_half_a_page_is_not_left_behind(tmp_path):
    (tmp_path / "kept").mkdir()
    with pytest.raises(W2VError, match="missing"):
        save_explanation(explain(FOX, epoch=2), tmp_path / "kept" / "missing" / "p.html")
    assert list((tmp_path / "kept").iterdir()) == []
