"""What the package hands on under its own name, and what need not be installed for it."""

import subprocess
import sys
from pathlib import Path

import pytest

import w2v

NAMES_PAGE = Path(__file__).parent.parent / "docs" / "python.md"


@pytest.mark.parametrize("name", w2v.__all__)
def test_each_name_is_found_says_what_it_is_and_stands_in_the_list_of_names(name):
    value = getattr(w2v, name)
    assert value.__name__ == name
    assert value.__module__.startswith("w2v.")
    assert value.__doc__
    assert name in dir(w2v)
    assert f"`{name}`" in NAMES_PAGE.read_text(encoding="utf-8")


def test_there_is_no_other_name():
    assert w2v.__all__ == sorted(w2v._HOMES)
    with pytest.raises(AttributeError, match="no attribute 'word2vec_'"):
        _ = w2v.word2vec_


OFFERED = """
import types, w2v
print(*(name for name, value in vars(w2v).items() if name[0] != "_" and not isinstance(value, types.ModuleType)))
w2v.Config, w2v.W2VError, w2v.KeyedVectors
print(*dir(w2v))
"""


def test_an_editor_offers_the_names_and_no_helpers():
    """Before anything was used, and after."""
    ran = subprocess.run([sys.executable, "-c", OFFERED], capture_output=True, text=True, timeout=240)
    first, then = ran.stdout.split("\n")[:2]
    assert first == ""
    assert then.split() == sorted([*w2v.__all__, "__version__"])


WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
sentences = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "cat", "and", "a", "dog"]] * 20
pairs = [("dog", "mammal"), ("cat", "mammal"), ("mammal", "animal"), ("bird", "animal"), ("wren", "bird")]
"""
USES = {
    "names": """
from w2v import Callback, Checkpoint, Config, EarlyStopping, Evaluate, KeyedVectors, PoincareConfig
from w2v import PoincareKeyedVectors, PoincareModel, W2VError, Word2Vec, compare, latest, train
""",
    "training": """
from w2v import Checkpoint, Config, EarlyStopping, KeyedVectors, Word2Vec, latest, train
for head in ("ns", "hs", "softmax", "ova", "pmi", "poincare"):
    callbacks = [Checkpoint(f"kept-{head}"), EarlyStopping(score="loss")]
    config = Config(head=head, engine="cpu", epochs=2, vector_size=8, workers=1)
    train(sentences, config, callbacks=callbacks).save(head)
    assert len(KeyedVectors.load(head).most_similar("cat", topn=2)) == 2
    assert len(latest(f"kept-{head}").history) == 2
Word2Vec(sentences, vector_size=8, epochs=1).save("classic")
Word2Vec.load("classic").fit(sentences).wv.similarity("cat", "dog")
""",
    "files": """
import numpy as np
from w2v import KeyedVectors
vectors = KeyedVectors(["cat", "dog", "sat"], np.eye(3))
for name in ("v.bin", "v.txt", "v.vec.gz"):
    vectors.save(name)
    again = KeyedVectors.load(name)
    assert again.most_similar(positive=["cat"], negative=["dog"])
    assert again.doesnt_match(["cat", "dog", "sat"])
    assert again.whiten(uniform=True).all_but_the_top(0).same_company("cat")
vectors.save_pretrained("published", dtype="int8")
KeyedVectors.from_pretrained("published").similarity("cat", "dog")
open("questions.txt", "w").write(": all\\ncat dog sat cat\\n")
again.evaluate_word_analogies("questions.txt")
from w2v.examples.subwords import Subwords
from w2v.vectors.composer import Composer
vectors.composer = Composer(Subwords("floret", 2, 4, 5, 2, 0), np.eye(5, 3, dtype=np.float32))
for name in ("v.floret", "folder"):
    vectors.save(name)
    assert KeyedVectors.load(name).vectors_for_all(["cats", "dogs"]).similarity("cats", "dogs") < 2
assert KeyedVectors.load("folder").most_similar("cats") and again.load("folder").whiten(uniform=True)["cats"].any()
""",
    "hierarchy": """
from w2v import KeyedVectors, PoincareModel
model = PoincareModel(pairs, size=2, epochs=3, progress=True)
assert model.kv.closest_child("animal")
model.reconstruction()
model.save("tree")
assert KeyedVectors.load("tree").ancestors("wren")
""",
}


@pytest.mark.parametrize("use", USES)
def test_neither_torch_nor_matplotlib_nor_scipy_is_needed_to_train_on_the_cpu_and_to_query(use, tmp_path):
    """Not only not imported: they cannot be."""
    missing = {"torch", "matplotlib", "scipy", "pandas", "sklearn"} | ({"numba"} if use == "files" else set())
    program = WITHOUT.format(missing=missing) + USES[use]
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=240
    )
    assert ran.returncode == 0, ran.stderr


def test_what_is_missing_can_be_told_from_what_is_there(tmp_path):
    """So the test above can fail."""
    program = WITHOUT.format(missing={"torch"}) + "import torch"
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert "No module named 'torch'" in ran.stderr
