"""Relations: what a file may look like, what is made of it, and which pairs may be held out."""

import gzip

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.hyperbolic import graph
from w2v.hyperbolic.relations import Relations, read_relations, split

ZOO = "dog\tmammal\ncat\tmammal\nmammal\tanimal\nbird\tanimal\n"


def named(relations: Relations) -> dict[tuple[str, str], float]:
    pairs = ((relations.nodes[child], relations.nodes[parent]) for child, parent in relations.pairs)
    return dict(zip(pairs, relations.weights.tolist(), strict=True))


def read(tmp_path, text: str, **options) -> Relations:
    (tmp_path / "pairs.tsv").write_bytes(text.encode())
    return read_relations(tmp_path / "pairs.tsv", **options)


@st.composite
def graphs(draw, cyclic: bool = True):
    """(pairs [E, 2], number of nodes): different pairs of different nodes, in any order."""
    nodes = draw(st.integers(2, 9))
    place = st.integers(0, nodes - 1)
    pairs = draw(st.lists(st.tuples(place, place), min_size=1, max_size=20, unique=True))
    pairs = [(u, v) for u, v in pairs if (u != v if cyclic else u > v)]
    return np.array(pairs, dtype=np.int32).reshape(-1, 2), nodes


def test_names_are_numbered_most_related_first(tmp_path):
    relations = read(tmp_path, ZOO)
    assert relations.nodes == ["mammal", "animal", "dog", "cat", "bird"]
    np.testing.assert_array_equal(relations.pairs, [[2, 0], [3, 0], [0, 1], [4, 1]])
    np.testing.assert_array_equal(relations.degrees, [3, 2, 1, 1, 1])
    assert relations.pairs.dtype == np.int32
    assert relations.weights.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "text",
    [
        ZOO.replace("\t", ","),
        "child\tparent\n" + ZOO,
        "Hyponym,Hypernym\n" + ZOO.replace("\t", ","),
        "\ufeff" + ZOO.replace("\n", "\r\n"),
        "# a zoo\n#child\tparent\n\n" + ZOO.replace("\n", "\n\n"),
        ZOO.replace("\t", " \t ").removesuffix("\n"),
        "id1,id2,weight\n" + ZOO.replace("\t", ",").replace("\n", ",1\n"),
        "a,b,how much\n" + ZOO.replace("\t", ",").replace("\n", ",1\n"),
        ZOO.replace("\t", ",").replace("bird", '"bird"'),
    ],
    ids=["commas", "header", "names", "windows", "comments", "spaces", "weights", "third", "quotes"],
)
def test_many_files_say_the_same(tmp_path, text):
    assert named(read(tmp_path, text)) == named(read(tmp_path, ZOO))


def test_a_packed_file_is_unpacked(tmp_path):
    (tmp_path / "zoo.tsv.gz").write_bytes(gzip.compress(ZOO.encode()))
    assert named(read_relations(tmp_path / "zoo.tsv.gz")) == named(read(tmp_path, ZOO))


def test_quoted_names_may_hold_commas_and_other_separators_can_be_given(tmp_path):
    assert ("Smith, J", "people") in named(read(tmp_path, '"Smith, J",people\nSue,people\n'))
    assert ("a,b", "c d") in named(read(tmp_path, "a,b;c d\n", delimiter=";"))


def test_a_first_line_that_is_no_header_is_a_pair(tmp_path):
    assert ("from", "here") in named(read(tmp_path, "from\there\nhere\tthere\n"))


def test_loops_and_duplicates_are_dropped_and_counted(tmp_path):
    relations = read(tmp_path, "a,b,1\na,a,9\nb,c,2\na,b,3\na,b,2\n")
    assert (relations.dropped_loops, relations.duplicates) == (1, 2)
    assert named(relations) == {("a", "b"): 3, ("b", "c"): 2}


def test_a_node_with_only_a_loop_keeps_its_place(tmp_path):
    relations = read(tmp_path, "d,d,5\na,b,1\nb,c,2\n")
    assert relations.nodes == ["b", "a", "c", "d"]
    assert relations.degrees.tolist() == [2, 1, 1, 0]
    assert relations.depths.tolist() == [1, 2, 0, 0]
    assert named(relations) == {("a", "b"): 1, ("b", "c"): 2}


PARENT_FIRST = "".join("\t".join(reversed(line.split("\t"))) + "\n" for line in ZOO.splitlines())


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("node,parent", ZOO),
        ("child_id,parent_id", ZOO),
        ("childId,parentId", ZOO),
        ("ID,PARENT ID", ZOO),
        ('"child","parent"', ZOO),
        ("Child Node\tParent Node", ZOO),
        ('"node"\t"parent"', ZOO),
        ("category\tparent_category", ZOO),
        ("source\ttarget", ZOO),
        ("from_id,to_id", ZOO),
        ("#child\tparent", ZOO),
        ("parent,child", PARENT_FIRST),
        ("hypernym\thyponym", PARENT_FIRST),
        ("target,source", PARENT_FIRST),
        ('"Parent ID";"ID"', PARENT_FIRST),
        ("broader\tterm", PARENT_FIRST),
        ("# parent\tchild", PARENT_FIRST),
    ],
)
def test_a_header_is_known_by_its_words_and_turns_the_columns(tmp_path, header, body):
    mark = next(mark for mark in ",\t;" if mark in header)
    relations = read(tmp_path, header + "\n" + body.replace("\t", mark), delimiter=";" if mark == ";" else None)
    assert named(relations) == named(read(tmp_path, ZOO))
    (note,) = relations.notes
    child, parent = (1, 2) if body is ZOO else (2, 1)
    assert "line 1 is taken for a header" in note
    assert f"column {child} is the child, column {parent} the parent." in note
    assert "columns='child,parent'" in note


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("score,parent,child\n1,mammal,dog\n", None),
        ("id,child,parent,remark\n7,dog,mammal,-\n", None),
        ("child,parent,id\ndog,mammal,7\n", None),
        ("mammal,dog\n", "parent,child"),
        ("child,parent\nmammal,dog\n", "parent, child"),
        ("7,mammal,1,dog\n", ["-", "Parent", "weight", "child"]),
    ],
)
def test_columns_stand_where_the_header_or_the_caller_says(tmp_path, text, columns):
    assert named(read(tmp_path, text, columns=columns)) == {("dog", "mammal"): 1}


def test_pairs_from_python_have_columns_too():
    assert named(Relations.of([("mammal", "dog", 3.0)], columns="parent,child,weight")) == {("dog", "mammal"): 3}


@pytest.mark.parametrize(
    "columns", ["", "child", "child,child", "child,parent,weight,weight", "parent,kid", ["u", "v"]]
)
def test_columns_that_do_not_say_which_is_which_are_refused(columns):
    with pytest.raises(W2VError, match="say what each column is, in their order: child and parent once each"):
        Relations.of([("a", "b")], columns=columns)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("mother,parent\nfather,parent\n", {("mother", "parent"), ("father", "parent")}),
        ("u,v\nv,w\n", {("u", "v"), ("v", "w")}),
        ("v,u\nw,v\n", {("v", "u"), ("w", "v")}),
        ("parent,entity\ndog,entity\n", {("parent", "entity"), ("dog", "entity")}),
        ("child care,care\nday care,care\n", {("child care", "care"), ("day care", "care")}),
        ("child actor,parent figure\na,b\n", {("child actor", "parent figure"), ("a", "b")}),
        ("child,parent,3\n", {("child", "parent")}),
        ("to,from,3\n", {("to", "from")}),
    ],
)
def test_a_pair_of_nodes_with_such_names_is_no_header(tmp_path, text, pairs):
    relations = read(tmp_path, text)
    assert named(relations).keys() == pairs
    assert relations.notes == ()


def test_a_file_without_header_that_spreads_out_upward_is_told(tmp_path):
    (note,) = read(tmp_path, PARENT_FIRST.replace("bird", "bird\nanimal\tfish\nanimal\tworm")).notes
    assert note.startswith("5 nodes have no parent and 1 no child")
    assert "columns='parent,child'" in note
    assert read(tmp_path, ZOO).notes == ()
    assert read(tmp_path, PARENT_FIRST, columns="parent,child").notes == ()


def test_hashtags_are_nodes_and_comments_are_not(tmp_path):
    relations = read(
        tmp_path, "# by hand, in spring\n# by me, you, and them\n#\n## two\n#zoo\n#red,#colour\n#blue,#colour\n"
    )
    assert named(relations).keys() == {("#red", "#colour"), ("#blue", "#colour")}


def test_quotes_are_those_of_csv_with_tabs_too(tmp_path):
    assert named(read(tmp_path, '"dog"\t"mammal"\n"cat ""tom"""\tmammal\n"a\tb"\tc\n')).keys() == {
        ("dog", "mammal"), ('cat "tom"', "mammal"), ("a\tb", "c"),
    }  # fmt: skip
    assert named(read(tmp_path, '"Weird Al" Yankovic\tmusician\n6" nail\tnail\n')).keys() == {
        ('"Weird Al" Yankovic', "musician"), ('6" nail', "nail"),
    }  # fmt: skip


def test_closure_pairs_every_node_with_all_that_is_above_it(tmp_path):
    relations = read(tmp_path, ZOO.replace("dog\tmammal", "dog\tmammal\npoodle\tdog"), closure=True)
    assert relations.added == 4
    assert {pair[1] for pair in named(relations) if pair[0] == "poodle"} == {"dog", "mammal", "animal"}
    assert relations.nodes[0] == "animal", "nodes are in the order of the whole closure"


def test_given_weights_outlive_the_closure(tmp_path):
    assert named(read(tmp_path, "a,b,5\nb,c,7\n", closure=True)) == {("a", "b"): 5, ("b", "c"): 7, ("a", "c"): 1}


def test_parents_alone_are_told_with_an_example_and_a_closure_is_not():
    pairs = [("cat", "mammal"), ("dog", "mammal"), ("bird", "animal"), ("mammal", "animal")]
    told = Relations.of(pairs).direct_only()
    assert "cat with mammal, and not with animal above that. With closure=True there is a pair for every" in told
    assert Relations.of(pairs, closure=True).direct_only() is None
    assert Relations.of([*pairs, ("dog", "animal")]).direct_only() is None, "someone thought of it"
    assert Relations.of(pairs[:3]).direct_only() is None, "nothing is above a parent"
    assert Relations.of([("a", "b"), ("b", "a")]).direct_only() is None, "above b there is a itself"


@given(graphs())
def test_a_closure_has_no_parents_alone(made):
    pairs, nodes = made
    whole = np.concatenate([pairs, graph.closure(pairs, nodes)])
    assert graph.direct_only(whole, nodes) is None
    found, given = graph.direct_only(pairs, nodes), set(map(tuple, pairs.tolist()))
    ways = {(a, b, d) for a, b in given for c, d in given if b == c and a != d}
    assert (found is None) == (not ways or any((a, c) in given for a, _, c in ways))
    assert found is None or found in ways


@given(graphs())
def test_closure_is_warshalls(made):
    pairs, nodes = made
    given = set(map(tuple, pairs.tolist()))
    implied = graph.closure(pairs, nodes)
    reached = {(u, v) for u, above in enumerate(naive.ways(given, nodes)) for v in above if u != v}
    assert set(map(tuple, implied.tolist())) == reached - given
    assert len(implied) == len(reached - given)


@given(graphs(cyclic=False))
def test_reduction_is_the_least_that_has_the_same_closure(made):
    pairs, nodes = made
    kept = set(map(tuple, pairs[graph.reduction(pairs, nodes)].tolist()))
    whole = naive.ways(set(map(tuple, pairs.tolist())), nodes)
    assert naive.ways(kept, nodes) == whole
    for pair in kept:
        assert naive.ways(kept - {pair}, nodes) != whole


@given(graphs())
def test_reduction_keeps_the_closure_where_there_are_cycles(made):
    pairs, nodes = made
    kept = set(map(tuple, pairs[graph.reduction(pairs, nodes)].tolist()))
    assert naive.ways(kept, nodes) == naive.ways(set(map(tuple, pairs.tolist())), nodes)


@given(graphs(cyclic=False))
def test_depth_is_the_longest_way_up(made):
    pairs, nodes = made
    depth = graph.depths(pairs, nodes)
    for node in range(nodes):
        above = [depth[v] for u, v in pairs if u == node]
        assert depth[node] == (1 + max(above) if above else 0)


def test_cycles_are_told_and_do_no_harm(tmp_path):
    relations = read(tmp_path, "egg\then\nhen\tegg\nhen\tbird\nchick\tegg\n", closure=True)
    assert sorted(relations.cycles[0]) == ["egg", "hen"]
    assert dict(zip(relations.nodes, relations.depths.tolist(), strict=True)) == {
        "bird": 0, "egg": 1, "hen": 1, "chick": 2,
    }  # fmt: skip
    assert read(tmp_path, ZOO).cycles == []


@given(graphs())
def test_each_cycle_goes_round(made):
    pairs, nodes = made
    steps = set(map(tuple, pairs.tolist()))
    found = graph.cycles(pairs, nodes)
    for cycle in found:
        assert all(step in steps for step in zip(cycle, cycle[1:] + cycle[:1], strict=True))
    on_some = {node for node, above in enumerate(naive.ways(steps, nodes)) if node in above}
    assert bool(found) == bool(on_some)


def test_parents_are_listed_for_every_node(tmp_path):
    relations = read(tmp_path, ZOO, closure=True)
    starts, parents = relations.parents
    dog = relations.nodes.index("dog")
    above = [relations.nodes[node] for node in parents[starts[dog] : starts[dog + 1]]]
    assert sorted(above) == ["animal", "mammal"]
    assert len(starts) == 1 + len(relations.nodes)
    assert starts[-1] == len(relations)


def tree(depth: int = 6) -> Relations:
    """A binary tree, closed: node n's parent is n // 2."""
    return Relations.of([(str(n), str(n // 2)) for n in range(2, 2**depth)], closure=True)


def test_held_out_pairs_involve_no_root_and_no_leaf_and_leave_each_node_a_parent():
    relations = tree()
    train, held_out = split(relations, 0.3, seed=4)
    inner = [name for name in relations.nodes if 1 < int(name) < 32]
    between = [pair for pair in named(relations) if pair[0] in inner and pair[1] in inner]
    assert len(held_out) == round(0.3 * len(between))
    out = {(relations.nodes[u], relations.nodes[v]) for u, v in held_out}
    assert out < set(between)
    assert named(train).keys() == named(relations).keys() - out
    assert train.nodes == relations.nodes
    assert {u for u, _ in named(train)} == {u for u, _ in named(relations)}


def test_pairs_of_roots_and_leaves_are_held_out_where_that_is_asked():
    relations = tree()
    train, held_out = split(relations, 0.3, seed=4, inner=False)
    assert len(held_out) == round(0.3 * len(relations))
    out = {(relations.nodes[u], relations.nodes[v]) for u, v in held_out}
    assert any(parent == "1" for _, parent in out)
    assert any(int(child) >= 32 for child, _ in out)
    assert {u for u, _ in named(train)} == {u for u, _ in named(relations)}, "each keeps a parent"
    with pytest.raises(W2VError, match="none can be held out: of 1 any may be held out"):
        split(Relations.of([("a", "b")]), 0.9, inner=False)


def test_every_node_keeps_a_parent_however_many_are_held_out():
    chain = Relations.of([(str(n + 1), str(n)) for n in range(6)])
    with pytest.raises(W2VError, match="none can be held out"):
        split(chain, 0.9)
    relations = tree()
    assert {u for u, _ in named(split(relations, 0.99).train)} == {u for u, _ in named(relations)}


def test_a_split_is_repeated_by_its_seed():
    relations = tree()
    np.testing.assert_array_equal(split(relations, 0.3, seed=1).held_out, split(relations, 0.3, seed=1).held_out)
    assert split(relations, 0.3, seed=1).held_out.tolist() != split(relations, 0.3, seed=2).held_out.tolist()


@pytest.mark.parametrize("share", [0, 1, -0.1, float("nan")])
def test_the_share_to_hold_out_is_a_share(share):
    with pytest.raises(W2VError, match="between 0 and 1"):
        split(tree(), share)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no pairs"),
        ("\n\n", "no pairs"),
        ("child,parent\n", "no pairs"),
        ("dog\ncat\n", "line 1: expected two columns .* found 1: .*'dog'"),
        ("a b\nc d\n", "line 1: expected two columns .* such as delimiter=';'"),
        ("a,b\n\nc\n", "line 3: 1 columns, but the first line has, or was said to have, 2"),
        ("a,b\nc,d,2\n", "line 2: 3 columns, but the first line has, or was said to have, 2"),
        ("a,b,1,2\n", "line 1: expected two columns"),
        ("a,b\nc, \n", "line 2: the name of the parent is empty"),
        ("a,b\n,d\n", "line 2: the name of the child is empty"),
        ("a,b,1\nc,d,nan\n", "line 2: the weight 'nan' is not a finite number above 0"),
        ("a,b,inf\n", "line 1: the weight 'inf'"),
        ("a,b,1\nc,d,x\n", "line 2: the weight 'x'"),
        ("a,b,-1\n", "line 1: the weight '-1'"),
        ("a,b,0\n", "line 1: the weight '0'"),
        ("a,b,\n", "line 1: the weight ''"),
        ("a,a\nb,b\n", "nothing but 2 pairs of a node with itself"),
        ('a,b\n"c,d\n', "line 2: the quotes are not those of CSV"),
    ],
)
def test_a_bad_file_is_told_by_its_line(tmp_path, text, told):
    with pytest.raises(W2VError, match=told) as error:
        read(tmp_path, text)
    assert "pairs.tsv" in str(error.value)


def test_a_file_that_is_missing_or_no_utf8_is_told(tmp_path):
    with pytest.raises(W2VError, match="no such file"):
        read_relations(tmp_path / "nowhere.tsv")
    (tmp_path / "latin.tsv").write_bytes(b"dog\tmammal\nb\xeate\tanimal\n")
    with pytest.raises(W2VError, match="line 2: the byte 0xea is not UTF-8"):
        read_relations(tmp_path / "latin.tsv")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["dog"], "relation 1: 'dog' is one string"),
        ([("a", "b"), "cd"], "relation 2: 'cd' is one string"),
        ([(1, 2)], "relation 1: .* is not a string"),
        ([("a", "b"), ("c",)], "relation 2: 1 columns"),
        ([("a\nb", "c")], r"the name 'a\\nb' holds a line break"),
        ([("a", "\ud800")], "half a surrogate pair"),
        ([("a", "b", None)], "relation 1: the weight None"),
        ([], "no pairs"),
    ],
)
def test_bad_pairs_are_told_by_their_number(rows, told):
    with pytest.raises(W2VError, match=told):
        Relations.of(rows)


def test_a_closure_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(graph, "_MOST_PAIRS", 1000)
    with pytest.raises(W2VError, match="more than 1,000 pairs"):
        Relations.of([(str(n + 1), str(n)) for n in range(60)], closure=True)
    with pytest.raises(W2VError, match="more than 1,000 pairs"):
        Relations.of([(str((n + 1) % 60), str(n)) for n in range(60)], closure=True)
