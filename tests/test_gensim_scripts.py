"""Scripts as people write them for gensim run when their imports alone are changed, and say the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "experiments" / "gensim_scripts"
SCRIPTS = ["tutorial", "reviews", "node2vec", "recommender", "aligned"]

PLANTED = {  # words of one topic, beside those of made_up.py
    "sea": ["submarine"],
    "music": ["jazz_club"],
    "kitchen": ["olive_oil"],
    "prison": ["cell_then", "guard", "bars", "convict", "warden", "sentence", "escape", "wall", "inmate", "key"],
    "phone": ["cell_now", "call", "screen", "battery", "message", "network", "ring", "dial", "signal", "text"],
}


def topics():
    sys.path.insert(0, str(FOLDER))
    try:
        from made_up import TOPICS
    finally:
        sys.path.remove(str(FOLDER))
    every = {topic: [*TOPICS.get(topic, []), *PLANTED.get(topic, [])] for topic in {**TOPICS, **PLANTED}}
    return {word: topic for topic, words in every.items() for word in words}


TOPIC_OF = topics()


def group(word):
    """What was planted together: a topic, a community of nodes, a kind of products."""
    if word.isdigit():
        return int(word) // 15
    return TOPIC_OF.get(word) or TOPIC_OF.get(word.removesuffix("_then").removesuffix("_now")) or word


def changed(text):
    """The script with its imports changed, and nothing else."""
    text = text.replace("from gensim", "from w2v.gensim")
    return text.replace("\nimport gensim\n", "\nimport w2v.gensim as gensim\n")


def said(script, folder, change):
    """The lines that a script prints when it is run with what `change` makes of its text."""
    shutil.copy(FOLDER / "made_up.py", folder)
    text = (FOLDER / f"{script}.py").read_text(encoding="utf-8")
    assert text != changed(text)
    (folder / f"{script}.py").write_text(change(text), encoding="utf-8")
    paths = [str(FOLDER.parent.parent), os.environ.get("PYTHONPATH", "")]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    command = [sys.executable, "-W", "ignore", f"{script}.py"]
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def check_neighbours(lines):
    """That most of what is near a word was planted with it."""
    near = [line.split()[1:] for line in lines if line.startswith("near ")]
    assert len(near) >= 3
    for word, *found in near:
        together = [one for one in found if group(one) == group(word)]
        assert len(together) >= 0.75 * len(found), f"near {word}: {found}"


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_runs_with_its_imports_changed(tmp_path, script):
    lines = said(script, tmp_path, changed)
    check_neighbours(lines)
    assert not any("False" in line for line in lines)


@pytest.mark.long
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_says_what_it_says_with_gensim(tmp_path, script):
    pytest.importorskip("gensim", minversion="4.4")
    theirs, ours = said(script, tmp_path, str), said(script, tmp_path, changed)
    check_neighbours(theirs)
    check_neighbours(ours)
    assert [line.split()[:2] for line in ours if line.startswith("near ")] == [
        line.split()[:2] for line in theirs if line.startswith("near ")
    ]
    facts = [[line for line in lines if not line.startswith("near ")] for lines in (ours, theirs)]
    assert facts[0] == facts[1]


def test_the_check_of_neighbours_can_fail():
    right = ["near ship sail wave the", "near 5 3 4 14 20", "near cell_now dial_then text_now", "near mug mug mug"]
    check_neighbours([line.replace(" the", "").replace(" 20", "") for line in right])
    for wrong in ("near ship rose wave bread", "near 5 15 16 2", "near cell_then dial_now", "near mug card card"):
        with pytest.raises(AssertionError, match="near"):
            check_neighbours([*right[2:], wrong])
    with pytest.raises(AssertionError):
        check_neighbours(["nothing"])


IMPORTS = """
import w2v.gensim.downloader as api
from w2v.gensim import models, utils
from w2v.gensim.models import KeyedVectors, Phrases, PoincareModel, Word2Vec, keyedvectors, phrases, poincare, word2vec
from w2v.gensim.models.callbacks import CallbackAny2Vec
from w2v.gensim.models.keyedvectors import KeyedVectors, Word2VecKeyedVectors
from w2v.gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, FrozenPhrases, Phraser, Phrases
from w2v.gensim.models.poincare import LinkPredictionEvaluation, PoincareModel, PoincareRelations
from w2v.gensim.models.word2vec import LineSentence, PathLineSentences, Text8Corpus, Word2Vec
from w2v.gensim.scripts.glove2word2vec import glove2word2vec
from w2v.gensim.test.utils import common_texts, datapath, get_tmpfile
from w2v.gensim.utils import any2unicode, simple_preprocess, tokenize
import w2v.gensim as gensim
assert gensim.models.Word2Vec is gensim.models.word2vec.Word2Vec
gensim.models.KeyedVectors.load_word2vec_format
gensim.models.phrases.Phraser
gensim.utils.simple_preprocess
"""


@pytest.mark.parametrize("line", IMPORTS.strip().splitlines()[:-5])
def test_what_scripts_import_is_there(line):
    exec(line, {})


def test_what_is_reached_through_the_package_is_there():
    done = subprocess.run([sys.executable, "-c", "\n".join(IMPORTS.splitlines()[-5:])], check=False)
    assert done.returncode == 0
