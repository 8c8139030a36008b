"""The demo world: the same for everyone, free of contradictions, and learnable."""

import hashlib
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from w2v_data import lexicon, questions, sentences
from w2v_data.taxonomy import TAXONOMY, Taxonomy
from w2v_data.world import write_world

CORPUS_SHA256 = "3a978cbe461953844437bedf251c5c773728efc0db2bd46368c3446ae2ddc38e"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return write_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def corpus(world):
    return [line.split(" ") for line in world.corpus.read_text().splitlines()]


@pytest.fixture(scope="module")
def counts(corpus):
    return Counter(word for line in corpus for word in line)


def rows(path):
    return [tuple(line.split("\t")) for line in path.read_text().splitlines()]


def analogy_sections(world):
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in world.analogies.read_text().splitlines():
        if line.startswith(": "):
            found[line[2:]] = section = []
        else:
            section.append(tuple(line.split(" ")))
    return found


def question_words(world):
    words = {word for section in analogy_sections(world).values() for question in section for word in question}
    words |= {word for first, second, _ in rows(world.similarity) for word in (first, second)}
    words |= {word for pair in rows(world.hypernyms) for word in pair}
    return words | {word for word, _ in rows(world.groups)}


def test_the_default_world_has_these_very_bytes(world):
    assert hashlib.sha256(world.corpus.read_bytes()).hexdigest() == CORPUS_SHA256


def test_another_seed_tells_another_story_about_the_same_world(world, tmp_path):
    other = write_world(tmp_path, seed=2)
    assert other.corpus.read_bytes() != world.corpus.read_bytes()
    for name in ("analogies", "similarity", "hypernyms", "groups"):
        assert getattr(other, name).read_bytes() == getattr(world, name).read_bytes()


@given(seed=st.integers(0, 2**32), tokens=st.integers(1, 2000))
def test_any_seed_gives_plain_sentences_of_the_length_asked_for(tmp_path_factory, seed, tokens):
    text = write_world(tmp_path_factory.mktemp("small"), seed, tokens).corpus.read_text()
    lines = text.splitlines()
    assert all(re.fullmatch(r"[a-z]+( [a-z]+)+", line) for line in lines)
    assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", text)
    sizes = [len(line.split()) for line in lines]
    assert sum(sizes[:-1]) < tokens <= sum(sizes)


def test_as_many_tokens_as_asked(counts):
    assert counts.total() == pytest.approx(400_000, rel=0.01)


def test_every_word_of_the_questions_is_met_often(world, counts):
    rare = {word: counts[word] for word in question_words(world) if counts[word] < 40}
    assert not rare


def test_no_word_is_too_rare_to_train_on(counts):
    assert min(counts.values()) >= 5


def test_frequencies_fall_by_rank(counts):
    countries = lexicon.COUNTRIES.split()[::9]
    first, last = countries[:8], countries[-8:]
    assert sum(counts[word] for word in first) > 1.5 * sum(counts[word] for word in last)


def test_what_the_text_says_of_countries_is_true(world):
    capitals = {country: capital for capital, country in questions.sections()["capital-common-countries"]}
    said = re.findall(r"(\w+) is the capital of (\w+)", world.corpus.read_text())
    known = [(capital, country) for capital, country in said if country in capitals]
    assert len(known) > 100
    assert all(capitals[country] == capital for capital, country in known)


def test_what_the_text_says_of_kinds_is_true(world):
    taxonomy = Taxonomy(TAXONOMY)
    said = re.findall(r"^an? (\w+) is a kind of (\w+)$", world.corpus.read_text(), re.MULTILINE)
    assert len(said) > 100
    assert all(taxonomy.parent[child] == parent for child, parent in said)


def test_no_two_rooms_of_the_world_are_isolated(world, corpus, counts):
    """Without the hundred most frequent words, sharing a sentence still links every question word to every other."""
    frequent = {word for word, _ in counts.most_common(100)}
    leader = {word: word for word in counts}

    def find(word):
        while leader[word] != word:
            leader[word] = word = leader[leader[word]]
        return word

    for line in corpus:
        words = [word for word in line if word not in frequent]
        for word in words[1:]:
            leader[find(word)] = find(words[0])
    assert len({find(word) for word in question_words(world) - frequent}) == 1


def test_every_pattern_is_used_and_every_slot_filled(world):
    text = world.corpus.read_text()
    patterns = [pattern for value in vars(sentences).values() if isinstance(value, list) for pattern in value]
    for pattern in patterns:
        words = re.escape(re.sub(r"\{\w+\}", "SLOT", pattern)).replace("SLOT", r"[a-z ]+")
        assert re.search("^" + re.sub(r"\ba\\ ", r"an?\\ ", words) + "$", text, re.MULTILINE), pattern


def test_analogies_are_pairs_of_pairs_of_one_relation(world):
    found = analogy_sections(world)
    assert set(found) == set(questions.sections())
    for name, pairs in questions.sections().items():
        assert len(pairs) == len(set(pairs)) >= 12
        assert len(found[name]) == len(set(found[name])) == len(pairs) * (len(pairs) - 1)
        assert all((a, b) in pairs and (c, d) in pairs and a != c for a, b, c, d in found[name])
        assert len({b for _, b in pairs}) == len(pairs), "an answer must be the only one"


def test_similarity_is_graded(world):
    pairs = rows(world.similarity)
    assert len(pairs) >= 100
    assert len({frozenset(pair[:2]) for pair in pairs}) == len(pairs)
    scores = [float(score) for *_, score in pairs]
    assert min(scores) == 0
    assert max(scores) <= 10
    assert len(set(scores)) >= 15


def test_hypernyms_are_a_tree_of_several_levels(world):
    pairs = rows(world.hypernyms)
    parent = dict(pairs)
    assert len(parent) == len(pairs), "a word has one parent"
    roots = set(parent.values()) - set(parent)
    assert roots == {"organism"}
    depths = Counter(len(Taxonomy(TAXONOMY).ancestors(kind)) for kind in parent)
    assert set(depths) == {1, 2, 3, 4}
    for kind in parent:
        assert Taxonomy(TAXONOMY).ancestors(kind)[-1] == "organism"


def test_taxonomy_reads_indentation():
    taxonomy = Taxonomy("a\n  b\n    c\n  d\n")
    assert taxonomy.parent == {"b": "a", "c": "b", "d": "a"}
    assert taxonomy.ancestors("c") == ["b", "a"]
    assert taxonomy.children("a") == ["b", "d"]


def test_plurals_are_regular():
    assert [questions.plural(noun) for noun in ("dog", "lily")] == ["dogs", "lilies"]


def test_groups_are_disjoint_and_readable(world):
    pairs = rows(world.groups)
    assert len({word for word, _ in pairs}) == len(pairs)
    sizes = Counter(group for _, group in pairs)
    assert 8 <= len(sizes) <= 10
    assert all(10 <= size <= 12 for size in sizes.values())


def test_the_questions_can_be_learned_from_the_text(world, corpus):
    gensim = pytest.importorskip("gensim.models")
    vectors = gensim.Word2Vec(corpus, vector_size=64, min_count=5, sg=1, epochs=5, seed=1, workers=1).wv
    accuracy, _ = vectors.evaluate_word_analogies(str(world.analogies))
    spearman = vectors.evaluate_word_pairs(str(world.similarity))[1][0]
    assert accuracy > 0.7
    assert spearman > 0.7
