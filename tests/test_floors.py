"""The house stands: a file imports only from floors below its own, and there is no room the plan does not know."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "w2v"

# The map of the house, from the ground up. Within a floor, files may import what stands before them on it.
FLOORS = [
    "errors packing kinds geometry.smooth geometry.base geometry.euclidean geometry.hyperbolic geometry.ball "
    "geometry.lorentz geometry settings config folders vocab defaults blocks compiled randomness huffman sampler "
    "threads",
    "text.sources text.lists text.tokenize text.scan fetch encoders input_rows "
    "evaluation.case_folding evaluation.question_files evaluation.analogies evaluation.similarity evaluation "
    "heads.base heads.hs heads.ns heads.poincare heads.ova heads.pmi heads.softmax heads",
    "numbering stream runs cooccurrence models.tables models.history vectors.from_tables vectors.formats.table "
    "vectors.formats.word2vec_binary vectors.formats.text_lines vectors.formats.model_folder "
    "vectors.formats.recognise vectors.formats.files vectors.formats vectors.contents vectors.terms "
    "vectors.lookup vectors.neighbours vectors.inner_products vectors.scores vectors.keyed vectors.poincare vectors",
    "models.model engines.base engines.threaded "
    "engines.kernels.registers engines.kernels.rows_llvm engines.kernels.pairs_llvm "
    "engines.kernels.tiles_plain engines.kernels.tiles_llvm engines.kernels.simd engines.kernels.products "
    "engines.kernels.logistic engines.kernels.chunk engines.kernels.factors engines.kernels.transform "
    "engines.kernels.shared_rows engines.kernels.target_rows engines.kernels.replicas engines.kernels.block "
    "engines.kernels.full_vocabulary engines.kernels engines.kernels.hs engines.kernels.ns engines.kernels.ova "
    "engines.kernels.pmi engines.kernels.poincare engines.kernels.softmax engines.cpu engines.regression "
    "engines.reference engines.reference_regression engines training.callbacks training.loop "
    "hyperbolic.nn hyperbolic.graph hyperbolic.columns hyperbolic.pairs_file hyperbolic.relations hyperbolic.ranking "
    "hyperbolic.entailment hyperbolic.settings hyperbolic.negatives hyperbolic.kernels hyperbolic.restart "
    "hyperbolic.embedding hyperbolic.trainer hyperbolic "
    "plots.fonts plots.figure plots.labels plots.animation plots.neighbours plots.layout plots.html.frame "
    "plots.words.selection plots.words.arrows plots.words.groups plots.words.map plots.words.two_models "
    "plots.words.side_by_side plots.words.film plots.words.page plots.words.exports plots.words.tree "
    "plots.training.curves plots.training.comparison plots.hierarchy.shown_nodes plots.hierarchy.projection "
    "plots.hierarchy.view plots.hierarchy.disc plots.hierarchy.film plots.hierarchy.page plots.hierarchy.file",
    "training.likelihood training.estimate training.evaluate training.early_stopping training.checkpoint "
    "training.text_trainer training.train training.progress hyperbolic.reporter",
    "word2vec poincare comparison.results comparison.table comparison.report comparison.figures comparison.trial "
    "comparison.run comparison demo",
    "cli.arguments cli.wording cli.query cli.keeping cli.plot cli.poincare cli.training cli __main__",
]
ORDER = {room: place for place, room in enumerate(room for floor in FLOORS for room in floor.split())}
ORDER[""] = len(ORDER)  # the package's own face, which hands names on from every floor


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Rooms that a file imports from, wherever in it; type-only imports do not count."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    type_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in type_only:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "w2v":
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.split(".")[0] == "w2v"]
        else:
            continue
        for name in names:
            inside = name.removeprefix("w2v").removeprefix(".")
            while inside not in ORDER:
                inside = inside.rpartition(".")[0]
            found.add(inside)
    return found


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=room_of)
def test_a_file_imports_only_from_below(path):
    room = room_of(path)
    if path.name == "__init__.py" and (
        room.startswith("plots") or room in ("text", "comparison", "hyperbolic", "models", "training")
    ):
        assert not imports_of(path), "these packages' faces are empty"
        return
    assert room in ORDER, f"w2v/{path.relative_to(ROOT)} is on no floor: add it to FLOORS and to docs/design.md"
    above = sorted(other for other in imports_of(path) if other != room and ORDER[other] >= ORDER[room])
    assert not above, f"{room} imports {above}, which stand on its own floor or above"


def test_the_plan_names_no_room_that_is_gone():
    assert set(ORDER) <= {room_of(path) for path in FILES}
