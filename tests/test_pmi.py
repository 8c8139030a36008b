"""Regression on PMI: kernel, twin and definition agree; what is planted is found; inner products are PMI."""

import naive
import numpy as np
import pytest
import torch
from w2v_data.world import write_world

from w2v import heads
from w2v.base.config import Config
from w2v.corpus import cooccurrence
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.cooccurrence import ENTRY
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines import engine_class
from w2v.errors import UnknownWordError, W2VError
from w2v.models.model import Model
from w2v.training.callbacks import Callback
from w2v.training.checkpoint import Checkpoint, latest
from w2v.training.train import train
from w2v.vectors import KeyedVectors

V, D = 12, 5
VARIANTS = ("shared", "sum", "concatenated")
SMALL = Config(head="pmi", vector_size=D, dtype="float64", workers=1, alpha=0.1, x_max=20.0, min_count=1)
COUNTS = np.arange(100, 100 - V, -1)
KEEP = np.full(V, 1 << 32, dtype=np.uint64)


def entries(n, seed=1):
    """n entries at random, the diagonal among them."""
    generator = np.random.default_rng(seed)
    made = np.zeros(n, ENTRY)
    pairs = np.sort(generator.integers(0, V, (n, 2)), axis=1)
    pairs[:2, 1] = pairs[:2, 0]
    made["row"], made["column"] = pairs.T
    made["count"], made["pmi"] = generator.uniform(0.5, 40, n), generator.normal(0.5, 1, n)
    return made


def engine(config):
    return engine_class(config)[0](config, COUNTS, KEEP)


def trained(config, counted):
    """All epochs on all blocks, one after the other, as `train` goes about it, and the mean loss of each epoch."""
    made, losses = engine_class(config)[0](config, counted.vocab.counts, None), []
    for epoch in range(config.epochs):
        of_blocks = [made.train_block(counted.block(i), epoch, i, config.alpha or 0.2) for i in range(counted.n_blocks)]
        losses.append(sum(loss.total for loss in of_blocks) / sum(loss.examples for loss in of_blocks))
    return made.tables(), losses


@pytest.mark.parametrize("tables", VARIANTS)
def test_the_kernel_its_twin_and_the_definition_agree(tables):
    """In float64, entry by entry, the diagonal included; two blocks, so that AdaGrad's sums are carried on."""
    config = SMALL.replace(pmi_tables=tables)
    fast, slow = engine(config), engine(config.replace(engine="reference"))
    assert type(fast) is not type(slow)
    first, second = (table.copy() for table in fast.tables().values())
    if tables == "shared":
        second = first
    block = entries(80)
    listed = []
    for i, j, count, pmi in block.tolist():
        listed.append((i, j, count, pmi))
        if tables != "shared" and i != j:
            listed.append((j, i, count, pmi))
    expected = naive.pmi_steps(first, second, listed, 20.0, 0.75, 0.1)
    for one in (fast, slow):
        losses = [one.train_block(part, 0, number, 0.1) for number, part in enumerate(np.split(block, [37]))]
        assert sum(loss.total for loss in losses) == pytest.approx(expected, rel=1e-10)
        assert sum(loss.examples for loss in losses) == len(listed)
        np.testing.assert_allclose(one.tables()["input"], first, atol=1e-10)
        np.testing.assert_allclose(one.tables()["output"], second, atol=1e-10)


@pytest.mark.parametrize("tables", VARIANTS)
def test_float32_stays_close_to_float64(tables):
    block = entries(500)
    results = []
    for dtype in ("float32", "float64"):
        made = engine(SMALL.replace(pmi_tables=tables, dtype=dtype, vector_size=37))
        made.train_block(block, 0, 0, 0.1)
        results.append(made.tables()["input"])
    assert results[0].dtype == np.float32
    np.testing.assert_allclose(results[0], results[1], atol=2e-5)


def test_the_head_computes_the_weighted_squared_error():
    head = heads.build(SMALL, COUNTS, torch.randn(V, D, dtype=torch.float64))
    hidden = torch.randn(3, D, dtype=torch.float64, requires_grad=True)
    target = torch.tensor([0, 4, 4])
    count, pmi = torch.tensor([1.0, 20.0, 500.0]).double(), torch.tensor([0.5, -1.0, 3.0]).double()
    loss = head(hidden, target, count, pmi)
    for b, weight in enumerate([0.05**0.75, 1, 1]):
        assert loss[b].item() == pytest.approx(
            weight * (naive.dot(hidden[b].tolist(), head.output[target[b]].tolist()) - pmi[b].item()) ** 2
        )
    assert torch.autograd.gradcheck(lambda h: head(h, target, count, pmi), (hidden,))


def test_the_head_says_that_it_wants_counts():
    head = heads.build(SMALL, COUNTS)
    with pytest.raises(W2VError, match="learns from counted pairs: forward needs count and pmi"):
        head(torch.zeros(1, D), torch.tensor([0]))


def test_without_correlation_the_head_predicts_the_words_that_subsampling_leaves():
    """PMI 0 with everything: p(w | h) is p(w), counts times the chance to be kept."""
    counts = np.array([900, 90, 10])
    for sample in (0.0, 0.01):
        kept = counts * Vocabulary(["a", "b", "c"], counts).keep_probability(sample)
        head = heads.build(SMALL.replace(sample=sample), counts)
        np.testing.assert_allclose(head.log_prob(torch.zeros(1, D))[0].exp().detach(), kept / kept.sum(), rtol=1e-6)


@pytest.mark.parametrize("tables", VARIANTS)
def test_a_pmi_matrix_of_low_rank_is_found(tables):
    """Entries whose PMI are inner products of hidden vectors: each variant's inner products become these."""
    generator = np.random.default_rng(5)
    truth = generator.normal(0, 0.9, (V, 3))
    rows, columns = np.triu_indices(V)
    block = np.zeros(len(rows), ENTRY)
    block["row"], block["column"] = rows, columns
    block["count"], block["pmi"] = 100, (truth @ truth.T)[rows, columns]
    made = engine(SMALL.replace(pmi_tables=tables))
    for epoch in range(400):
        made.train_block(generator.permutation(block), epoch, 0, 0.1)
    found = made.tables()
    np.testing.assert_allclose(found["input"] @ found["output"].T, truth @ truth.T, atol=0.02)


def numbers_of(sentences):
    """Token lists as blocks."""
    words, counts = np.unique([word for sentence in sentences for word in sentence], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    vocab = Vocabulary([str(words[i]) for i in order], counts[order])
    ids = [i for sentence in sentences for i in [*(vocab.key_to_index[word] for word in sentence), -1]]
    return IdBlocks(np.array(ids, np.int32), vocab, int(counts.sum()))


@pytest.fixture(scope="module", params=VARIANTS)
def planted_model(request, planted):
    config = SMALL.replace(pmi_tables=request.param, vector_size=16, epochs=10, sample=0, alpha=None, dtype="float32")
    with cooccurrence.count(numbers_of(planted[0]), config) as counted:
        tables, losses = trained(config, counted)
        assert losses[-1] < losses[0] / 2
        pmis = np.concatenate([counted.block(i) for i in range(counted.n_blocks)])
        return Model(config, counted.vocab, tables, []), pmis


def test_planted_structure_is_found(planted_model, planted):
    """Nearly all of each word's seven nearest are of its own topic, and nearly all it goes with."""
    vectors = planted_model[0].vectors
    topic_of = {word: number for number, topic in enumerate(planted[1]) for word in topic}
    for nearest in (vectors.most_similar, vectors.most_correlated):
        right = [topic_of.get(other) == topic_of[word] for word in topic_of for other, _ in nearest(word, topn=7)]
        assert np.mean(right) > 0.95


def test_inner_products_are_pmi(planted_model):
    """Also those of the vectors that two tables become."""
    model, found = planted_model
    scores = model.vectors.vectors @ model.vectors.vectors.T
    apart = found[(found["row"] != found["column"]) & (found["count"] > 100)]
    assert len(apart) > 150
    assert np.corrcoef(scores[apart["row"], apart["column"]], apart["pmi"])[0, 1] > 0.9


def test_a_word_that_goes_with_all_weighs_least(planted_model):
    vectors = planted_model[0].vectors
    assert min(vectors.index_to_key, key=vectors.word_weight) == "the"
    assert vectors.word_weight("the") < vectors.word_weight("oak1") / 2
    assert vectors.keywords(["the", "oak1", "the", "oak2", "the", "oak3", "sea1"], topn=None)[-1][0] in ("the", "sea1")


def test_a_bag_of_a_topic_predicts_the_topic(planted_model, planted):
    model, _ = planted_model
    with torch.no_grad():
        for topic in planted[1]:
            hidden = model.tables["input"][[model.vocab.key_to_index[word] for word in topic[:4]]].mean(axis=0)
            likely = model.head().log_prob(torch.from_numpy(hidden[None]))[0].topk(7).indices.tolist()
            assert sum(model.vocab.words[i] in [*topic, "the"] for i in likely) >= 6


def test_saved_and_loaded_vectors_are_the_same(planted_model, tmp_path):
    model, _ = planted_model
    model.save(tmp_path / "m")
    wide = 32 if model.config.pmi_tables == "concatenated" else 16
    for loaded in (KeyedVectors.load(tmp_path / "m"), Model.load(tmp_path / "m").vectors):
        assert loaded.vector_size == wide
        np.testing.assert_array_equal(loaded.vectors, model.vectors.vectors)
    np.testing.assert_array_equal(KeyedVectors.load(tmp_path / "m", limit=3).vectors, model.vectors.vectors[:3])


def test_two_tables_that_agree_give_their_own_inner_products():
    table = np.random.default_rng(2).normal(size=(4, 3))
    tables = {"input": table, "output": table}
    for variant in VARIANTS:
        model = Model(SMALL.replace(pmi_tables=variant), Vocabulary(list("abcd"), np.ones(4)), tables, [])
        np.testing.assert_allclose(model.vectors.vectors @ model.vectors.vectors.T, table @ table.T, rtol=1e-5)


def test_two_tables_become_one_by_the_equations():
    """<v_i, v_j> is what both orders say, and a share of how far they disagree (`heads/pmi/spec.py`)."""
    first, second = np.random.default_rng(3).normal(size=(2, 4, 3))
    agreed, apart = (first @ second.T + second @ first.T) / 2, (first - second) / 2
    for variant, share in (("sum", 1), ("concatenated", 2)):
        model = Model(
            SMALL.replace(pmi_tables=variant),
            Vocabulary(list("abcd"), np.ones(4)),
            {"input": first, "output": second},
            [],
        )
        vectors = model.vectors.vectors
        np.testing.assert_allclose(vectors @ vectors.T, agreed + share * apart @ apart.T, rtol=1e-5, atol=1e-6)


def test_the_same_seed_gives_the_same_bits(planted):
    config = SMALL.replace(epochs=2, sample=0)
    results = []
    for seed in (3, 3, 4):
        with cooccurrence.count(numbers_of(planted[0][:200]), config.replace(seed=seed)) as counted:
            results.append(trained(config.replace(seed=seed), counted)[0]["input"])
    assert (results[0] == results[1]).all()
    assert (results[0] != results[2]).any()


def test_the_first_step_of_adagrad():
    """G begins at 1: from there, one number moves by alpha g / sqrt(1 + g^2)."""
    config = SMALL.replace(vector_size=1, pmi_tables="shared")
    made = engine(config)
    x, y = made.tables()["input"][[2, 7], 0]
    entry = np.array([(2, 7, 100.0, 1.5)], ENTRY)
    made.train_block(entry, 0, 0, 0.1)
    g, h = 2 * (x * y - 1.5) * y, 2 * (x * y - 1.5) * x
    moved = made.tables()["input"][[2, 7], 0] - [x, y]
    assert moved == pytest.approx([-0.1 * g / np.sqrt(1 + g * g), -0.1 * h / np.sqrt(1 + h * h)])


@pytest.mark.parametrize("tables", VARIANTS)
@pytest.mark.parametrize("which", ["cpu", "reference"])
def test_a_run_broken_off_and_resumed_has_the_bits_of_the_unbroken_one(which, tables, planted, tmp_path):
    """AdaGrad's sums of squared gradients are kept in checkpoints."""
    config = SMALL.replace(engine=which, pmi_tables=tables, epochs=4, sample=0)
    text = planted[0][:100] if which == "cpu" else planted[0][:5]

    class PullThePlug(Callback):
        def on_block(self, progress):
            if progress.epoch == 3:
                raise KeyboardInterrupt

    unbroken = train(text, config)
    with pytest.raises(KeyboardInterrupt):
        train(text, config, callbacks=[Checkpoint(tmp_path / "kept"), PullThePlug()])
    resumed = train(text, config, resume=latest(tmp_path / "kept"))
    assert [record.epoch for record in resumed.history] == [1, 2, 3, 4]
    for name, table in unbroken.tables.items():
        np.testing.assert_array_equal(resumed.tables[name], table)


def test_a_model_without_the_optimizers_state_is_not_resumed(planted, tmp_path):
    """Only checkpoints have it: a saved model stays as small as it was."""
    text, config, kept = planted[0][:20], SMALL.replace(epochs=2, sample=0), []

    class Keep(Callback):
        def on_epoch_end(self, model):
            kept.append(model.copy())

    train(text, config, callbacks=[Keep(), Checkpoint(tmp_path / "kept")])
    kept[0].save(tmp_path / "m")
    assert [file.name for file in tmp_path.rglob("state.safetensors")] == ["state.safetensors"] * 2
    sentence = r"has no input_squares, output_squares; it has input, output\. .* resume from a checkpoint"
    with pytest.raises(W2VError, match=sentence):
        train(text, config, resume=Model.load(tmp_path / "m"))
    assert len(train(text, config, resume=kept[0]).history) == 2


@pytest.fixture
def four():
    """Four words on a plane: king and queen go together, bread does not, and the is short."""
    return KeyedVectors(
        ["the", "king", "queen", "bread"], np.array([[0.1, 0.1], [3.0, 0.0], [2.0, 1.0], [-1.0, 2.0]], np.float32)
    )


def test_most_correlated_ranks_by_inner_product(four):
    assert four.most_correlated("queen") == [("king", 6.0), ("the", pytest.approx(0.3)), ("bread", 0.0)]
    assert four.most_correlated(["king", "bread"], topn=1) == [("queen", 6.0)]
    assert four.most_correlated("queen", restrict_vocab=1) == [("the", pytest.approx(0.3))]
    np.testing.assert_allclose(four.most_correlated(["king", "nobody"], topn=None), [0.3, 9, 6, -3], rtol=1e-6)


@pytest.mark.parametrize("counts", [None, [50, 20, 20, 3]])
def test_words_of_the_same_company_have_inner_products_that_are_correlated(four, counts):
    """By its definition: correlation, over the words of the text, of a word's inner products with all of them."""
    vectors = KeyedVectors(four.index_to_key, four.vectors, counts)
    company = (four.vectors @ four.vectors.T).astype(np.float64)
    deviations = np.sqrt(np.diag(np.cov(company, aweights=counts, ddof=0)))
    expected = np.cov(company, aweights=counts, ddof=0) / np.outer(deviations, deviations)
    for row, word in enumerate(four):
        np.testing.assert_allclose(vectors.same_company(word, topn=None), expected[row], rtol=1e-5)
    told = vectors.same_company("queen", topn=2, restrict_vocab=2)
    assert [word for word, _ in told] == sorted(["the", "king"], key=lambda word: -expected[2][four.get_index(word)])
    both = company[1] + company[2]
    expected_both = [np.cov(both, row, aweights=counts, ddof=0)[0, 1] for row in company]
    expected_both /= deviations * np.sqrt(np.cov(both, aweights=counts, ddof=0))
    found = vectors.same_company(["king", "queen", "nobody"], topn=None)
    np.testing.assert_allclose(found, expected_both, rtol=1e-5)
    for scale in (1e-20, 1e15):
        scaled = KeyedVectors(four.index_to_key, scale * four.vectors, counts)
        np.testing.assert_allclose(scaled.same_company("queen", topn=None), expected[2], rtol=1e-5)


def test_a_word_without_company_is_like_no_other():
    vectors = KeyedVectors(["zero", "east", "west"], [[0.0, 0.0], [1.0, 0.0], [-2.0, 0.0]])
    assert vectors.same_company("zero") == [("east", 0.0), ("west", 0.0)]
    assert vectors.same_company("east") == [("zero", 0.0), ("west", -1.0)]
    assert KeyedVectors(["a", "b"], np.ones((2, 3))).same_company("a") == [("b", 0.0)]
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    apart = KeyedVectors(["a", "b", "apart"], np.array([[1, 2, 0], [3, 1, 0], [0, 0, 5]]) @ turn, [4, 6, 0])
    assert apart.same_company("a", topn=None)[2] == 0, "a word that was not seen, where no others are"


def test_in_a_text_of_which_the_kinds_are_known_similar_words_are_of_one_kind_and_correlated_ones_are_not(tmp_path):
    kinds = {
        "red": ["green", "blue", "white", "black", "yellow", "orange", "pink", "brown", "purple", "grey"],
        "teacher": ["engineer", "doctor", "lawyer", "sailor", "painter", "pilot", "farmer", "nurse", "baker", "tailor"],
    }
    world = write_world(tmp_path / "world", tokens=100_000)
    vectors = train(world.corpus, Config(head="pmi", vector_size=50, workers=1)).vectors
    for word, kind in kinds.items():
        similar, correlated = (
            sum(found in kind for found, _ in query(word, topn=5))
            for query in (vectors.same_company, vectors.most_correlated)
        )
        assert similar >= 4
        assert correlated <= 2


def test_keywords_are_those_that_the_others_speak_for(four):
    sentence = ["the", "king", "the", "queen", "nobody"]
    assert [word for word, _ in four.keywords(sentence)] == ["king", "queen", "the"]
    total = np.array([5.2, 1.2])
    assert four.keywords(sentence, topn=1) == [("king", pytest.approx(float(total @ [3, 0]), rel=1e-6))]


def test_a_sentence_is_the_sum_of_its_words(four):
    np.testing.assert_allclose(four.sentence_vector(["the", "king", "king", "nobody"]), [6.1, 0.1], rtol=1e-6)
    assert four.sentence_similarity(["king"], ["king", "king"]) == pytest.approx(1)
    assert four.sentence_similarity(["queen"], ["bread"]) == pytest.approx(0, abs=1e-7)
    assert four.word_weight("queen") == pytest.approx(5**0.5)


def test_many_sentences_are_sums_or_means_and_those_without_a_known_word_are_counted(four):
    sentences = [["the", "king"], [], ("queen", "nobody"), ["nobody"], np.array(["king", "king", "the"])]
    with pytest.warns(UserWarning, match=r"2 of 5 sentences have no word of the vocabulary; their vectors are zeros."):
        sums = four.sentence_vectors(iter(sentences))
    with pytest.warns(UserWarning, match="2 of 5"):
        means = four.sentence_vectors(sentences, mean=True)
    assert sums.dtype == np.float32
    np.testing.assert_array_equal(sums[[1, 3]], np.zeros((2, 2)))
    np.testing.assert_allclose(sums, means * [[2], [1], [1], [1], [3]], rtol=1e-6)
    np.testing.assert_array_equal(means[4], four.sentence_vector(["king", "king", "the"], mean=True))
    assert four.sentence_vectors([]).shape == (0, 2)
    for words in ([], ["nobody"]):
        with pytest.warns(UserWarning, match="The sentence has no word of the vocabulary; its vector is zeros") as told:
            np.testing.assert_array_equal(four.sentence_vector(words), [0, 0])
        assert told[0].filename == __file__, "the caller's line is named"


@pytest.mark.parametrize(
    ("ask", "error", "sentence"),
    [
        (lambda v: v.most_correlated(["nobody", "none"]), UnknownWordError, "none of the 2 words, 'nobody' and so on"),
        (lambda v: v.most_correlated("kings"), UnknownWordError, "'kings' is not in the vocabulary .* mean 'king'"),
        (lambda v: v.keywords("the king"), W2VError, "expected a list of one or more words, and was given 'the king'"),
        (
            lambda v: v.sentence_vectors(["the king"]),
            W2VError,
            "a list of one or more words, and was given 'the king'",
        ),
        (lambda v: v.sentence_similarity(["king"], ["x"]), UnknownWordError, "'x' is not in the vocabulary"),
        (lambda v: v.word_weight("quen"), UnknownWordError, "mean 'queen'"),
    ],
)
def test_questions_that_cannot_be_answered(four, ask, error, sentence):
    with pytest.raises(error, match=sentence):
        ask(four)
