"""Which of gensim's public names `w2v.gensim` has, and how they differ: the table in docs/from-gensim.md.

    python experiments/gensim_names.py            writes the table anew, and tells the names that have no remark yet
    python experiments/gensim_names.py --check    exit status 1 where the table would be another one

The names are those of objects that both libraries train on the same few sentences: arguments, methods and attributes,
inherited ones too, and what is in the modules. A name is there (yes), differs, or is missing (no). Signatures,
defaults, types and plain values are compared; what else there is to say stands in `gensim_remarks.py`.
"""

import argparse
import importlib
import inspect
import logging
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from gensim_remarks import REMARKS
from machine import need

PAGE = Path(__file__).parents[1] / "docs" / "from-gensim.md"
BEGIN, END = "<!-- made by experiments/gensim_names.py -->", "<!-- the end of what it makes -->"
SENTENCES = [["human", "interface", "computer"], ["user", "computer", "system"], ["graph", "minors", "trees"]] * 4
RELATIONS = [("kangaroo", "marsupial"), ("kangaroo", "mammal"), ("gib", "cat"), ("cat", "mammal")]
MODULES = {
    "models.word2vec": "LineSentence PathLineSentences Text8Corpus BrownCorpus Word2Vec Heapitem FAST_VERSION",
    "models.callbacks": "CallbackAny2Vec",
    "models.keyedvectors": (
        "KeyedVectors Word2VecKeyedVectors EuclideanKeyedVectors Doc2VecKeyedVectors prep_vectors "
        "pseudorandom_weak_vector CompatVocab Vocab REAL"
    ),
    "models.fasttext": (
        "FastText FastTextKeyedVectors load_facebook_model load_facebook_vectors save_facebook_model ft_ngram_hashes "
        "compute_ngrams compute_ngrams_bytes ft_hash_bytes FastTextVocab FastTextTrainables"
    ),
    "models.doc2vec": "Doc2Vec TaggedDocument TaggedLineDocument TaggedBrownCorpus",
    "models.phrases": "Phrases FrozenPhrases Phraser ENGLISH_CONNECTOR_WORDS original_scorer npmi_scorer",
    "models.poincare": (
        "PoincareModel PoincareRelations PoincareKeyedVectors ReconstructionEvaluation LinkPredictionEvaluation "
        "LexicalEntailmentEvaluation PoincareBatch NegativesBuffer"
    ),
    "models": "Word2Vec KeyedVectors Phrases FastText Doc2Vec TfidfModel LdaModel LsiModel",
    "utils": (
        "simple_preprocess tokenize simple_tokenize deaccent any2unicode to_unicode any2utf8 to_utf8 RULE_DEFAULT "
        "RULE_DISCARD RULE_KEEP keep_vocab_item prune_vocab trim_vocab_by_freq merge_counts RepeatCorpus "
        "RepeatCorpusNTimes ClippedCorpus SlicedCorpus chunkize chunkize_serial grouper save_as_line_sentence open "
        "decode_htmlentities SaveLoad pickle unpickle effective_n_jobs"
    ),
    "downloader": "load info",
    "scripts.glove2word2vec": "glove2word2vec get_glove_info",
    "test.utils": "common_texts datapath get_tmpfile temporary_file common_corpus common_dictionary LeeCorpus",
}


class Row(NamedTuple):
    """What there is to say of a name."""

    name: str
    what: str
    there: str  # yes, differs or no
    how: str


Made = dict[str, Callable[[], list[Any]]]


def objects(root: str) -> Made:
    """Of each class, by its name, what makes objects of it, where `root` is the library."""

    def module(name: str) -> Any:
        return importlib.import_module(f"{root}.models.{name}")

    def word2vec() -> list[Any]:
        kinds: list[dict[str, Any]] = [{"sg": 1}, {"hs": 1, "negative": 0}]
        same = {"vector_size": 4, "min_count": 1, "workers": 1, "seed": 1, "compute_loss": True}
        return [module("word2vec").Word2Vec(SENTENCES, **same, **kind) for kind in kinds]

    def fasttext() -> Any:
        return module("fasttext").FastText(SENTENCES, vector_size=4, min_count=1, workers=1, seed=1, bucket=100)

    def doc2vec() -> list[Any]:
        kinds: list[dict[str, Any]] = [{"dm": 1}, {"dm": 0, "hs": 1, "negative": 0}]
        texts = [module("doc2vec").TaggedDocument(words, [f"text {i}"]) for i, words in enumerate(SENTENCES)]
        same = {"vector_size": 4, "min_count": 1, "workers": 1, "seed": 1}
        return [module("doc2vec").Doc2Vec(texts, **same, **kind) for kind in kinds]

    def phrases() -> Any:
        return module("phrases").Phrases(SENTENCES, min_count=1, threshold=0.1)

    def poincare() -> Any:
        model = module("poincare").PoincareModel(RELATIONS, size=2, negative=1)
        model.train(epochs=2)
        return model

    return {
        "Word2Vec": word2vec,
        "KeyedVectors": lambda: [word2vec()[0].wv],
        "FastText": lambda: [fasttext()],
        "FastTextKeyedVectors": lambda: [fasttext().wv],
        "Doc2Vec": doc2vec,
        "Phrases": lambda: [phrases()],
        "FrozenPhrases": lambda: [phrases().freeze()],
        "PoincareModel": lambda: [poincare()],
        "PoincareKeyedVectors": lambda: [poincare().kv],
    }


def rows_of(name: str) -> Iterator[Row]:
    """The rows of a class: arguments, then methods, then attributes."""
    theirs = objects("gensim")[name]()
    try:
        ours = objects("w2v.gensim")[name]()
    except (ImportError, AttributeError) as error:
        ours, missing = [], f"not here yet ({type(error).__name__})"
    else:
        missing = ""
    kinds = [type(each[0]) if each else None for each in (theirs, ours)]
    mine, there = (_parameters(kind.__init__) if kind else {} for kind in (kinds[1], kinds[0]))
    for argument, default in there.items():
        if argument not in ("self", "args", "kwargs"):
            found = missing or ("" if argument in mine else "no such argument")
            yield _row(name, argument, "argument", found, _default(argument, mine, default))
    named = dict.fromkeys(each for one in theirs for each in dir(one) if not each.startswith("_"))
    named |= dict.fromkeys(
        each for each in ("__contains__", "__getitem__", "__setitem__", "__len__") if name[-7:] == "Vectors"
    )
    methods = {each for each in named if callable(getattr(kinds[0], each, None))}
    for each in sorted(methods):
        has = bool(ours) and callable(getattr(ours[0], each, None))
        differs = _signature(getattr(kinds[1], each), getattr(kinds[0], each)) if has else ""
        yield _row(name, each, "method", missing or ("" if has else "no such method"), differs)
    for each in sorted(named.keys() - methods):
        yield _attribute(name, each, theirs, ours, missing)


def _attribute(owner: str, name: str, theirs: list[Any], ours: list[Any], missing: str) -> Row:
    value, mine = ([one for one in each if _get(one, name) is not _NOTHING] for each in (theirs, ours))
    if not value:
        there = "gone since gensim 4, and raises as there" if not mine else "gone since gensim 4"
        return Row(f"`{name}`", "attribute", "yes" if not missing else "no", missing or there)
    if missing or not mine:
        return _row(owner, name, "attribute", missing or "no such attribute", "")
    one, other = _get(mine[0], name), _get(value[0], name)
    return _row(owner, name, "attribute", "", _differing(one, other))


_NOTHING = object()


def _get(one: Any, name: str) -> Any:
    try:
        return getattr(one, name)
    except AttributeError:
        return _NOTHING


def _differing(one: Any, other: Any) -> str:
    """How two values differ: in type, or where they are plain in value."""
    plain = (bool, int, str, type(None))
    kinds = [type(each).__name__ for each in (one, other)]
    if callable(one) and callable(other):
        return ""
    if isinstance(one, plain) and isinstance(other, plain):
        return "" if one == other else f"here {one!r}, there {other!r}"
    if (
        all(_is_number(each) for each in (one, other))
        or isinstance(one, type(other))
        or type(one).__name__ == type(other).__name__
    ):
        return ""
    return f"here of type {kinds[0]}, there {kinds[1]}"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) or (hasattr(value, "dtype") and getattr(value, "ndim", 1) == 0)


def _parameters(function: Any) -> dict[str, Any]:
    return {p.name: p.default for p in inspect.signature(function).parameters.values()}


def _default(name: str, ours: dict[str, Any], default: Any) -> str:
    mine = ours.get(name, default)
    if mine is default or (type(mine).__name__ == type(default).__name__ == "ndarray"):
        return ""
    try:
        same = bool(mine == default)
    except ValueError:
        same = False
    if same or (callable(mine) and callable(default)) or type(default).__name__ == type(mine).__name__ == "object":
        return ""
    return f"`{name}` is {_shown(mine)} by default, there {_shown(default)}"


def _shown(value: Any) -> str:
    return "required" if value is inspect.Parameter.empty else repr(value)


def _signature(ours: Any, theirs: Any) -> str:
    """How the arguments of two methods differ."""
    try:
        mine, there = (inspect.signature(each).parameters for each in (ours, theirs))
    except (TypeError, ValueError):
        return ""
    plain = [p for p in there.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name != "self"]
    takes_all = any(p.kind is p.VAR_KEYWORD for p in mine.values())
    gone = [p.name for p in plain if p.name not in mine and not takes_all]
    told = [f"no `{name}`" for name in gone]
    told += [found for p in plain if p.name in mine and (found := _default(p.name, _defaults(mine), p.default))]
    order = [name for name in mine if name in there and name != "self"]
    if not gone and order != [p.name for p in there.values() if p.name in order] and not takes_all:
        told.append("another order of arguments")
    return "; ".join(told)


def _defaults(parameters: Any) -> dict[str, Any]:
    return {p.name: p.default for p in parameters.values()}


def _row(owner: str, name: str, what: str, missing: str, differs: str) -> Row:
    remarks = REMARKS.get(owner, {})
    remark = remarks.get(f"{what} {name}", "" if what == "attribute" else remarks.get(name, ""))
    if missing:
        return Row(f"`{name}`", what, "no", remark or missing)
    how = "; ".join(filter(None, [differs, remark]))
    return Row(f"`{name}`", what, "differs" if how else "yes", how)


def module_rows() -> Iterator[Row]:
    """The rows of names in modules."""
    for module, names in MODULES.items():
        theirs = importlib.import_module(f"gensim.{module}")
        try:
            ours = importlib.import_module(f"w2v.gensim.{module}")
        except ImportError:
            ours = None
        for name in names.split():
            there = getattr(theirs, name)
            try:
                mine = getattr(ours, name, None)
            except ImportError:
                mine = None
            kind = "class" if inspect.isclass(there) else "function" if callable(there) else "name"
            missing = "" if mine is not None else "not here yet" if ours is None else "no such name"
            functions = inspect.isfunction(there) and callable(mine)
            yield _row(
                "modules", f"gensim.{module}.{name}", kind, missing, _signature(mine, there) if functions else ""
            )


def table() -> str:
    """All tables, as the page has them."""
    logging.getLogger().addHandler(logging.NullHandler())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sections = {name: list(rows_of(name)) for name in objects("gensim")} | {"Names in modules": list(module_rows())}
    text = ["| of gensim's | yes | differs | no |", "| --- | --- | --- | --- |"]
    for name, rows in sections.items():
        count = Counter(row.there for row in rows)
        text.append(f"| {name} | {count['yes']} | {count['differs']} | {count['no']} |")
    for name, rows in sections.items():
        text += ["", f"### {name}", "", "| name | what | here | how |", "| --- | --- | --- | --- |"]
        text += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(text)


def page(made: str) -> str:
    """The page with a table between its marks."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit(f"{PAGE} lacks the lines {BEGIN} and {END}, between which the table goes.")
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the table of names in docs/from-gensim.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the table would be another one")
    given = parser.parse_args()
    need("gensim")
    made = table()
    without = [line for line in made.splitlines() if line.startswith("| `") and " | no | n" in line]
    print(f"{len(without)} names are missing without a reason in gensim_remarks.py", file=sys.stderr)
    for line in without:
        print("  ", line, file=sys.stderr)
    if not given.check:
        PAGE.write_text(page(made), encoding="utf-8")
    elif page(made) != PAGE.read_text(encoding="utf-8"):
        raise SystemExit(f"{PAGE} is out of date: python experiments/gensim_names.py makes it anew.")


if __name__ == "__main__":
    main()
