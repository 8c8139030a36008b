"""The ready callbacks beside a hierarchy's training: what watches it works, and what cannot says so."""

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.ranking import reconstruction
from w2v.models.model import Model
from w2v.poincare import PoincareModel
from w2v.training.callbacks import Callback
from w2v.training.checkpoint import Checkpoint, latest
from w2v.training.early_stopping import EarlyStopping
from w2v.training.evaluate import Evaluate

TREE = [(f"n{i:02}", f"n{(i - 1) // 2:02}") for i in range(1, 31)]
FAST = {"closure": True, "vector_size": 3, "epochs": 60, "negative": 10, "workers": 1}


class Rank(Callback):
    """Puts the mean rank where Evaluate puts scores."""

    def __init__(self, every=1):
        self.every = every

    def on_epoch_end(self, embedding):
        if (len(embedding.history) - 1) % self.every == 0:
            found = reconstruction(embedding.points, embedding.relations, workers=1)
            embedding.history[-1].scores["mean_rank"] = found.mean_rank


@pytest.mark.parametrize("every", [1, 4])
def test_early_stopping_ends_on_a_score_and_keeps_the_best(every):
    stopping = EarlyStopping(patience=3)
    model = PoincareModel(TREE, callbacks=[Rank(every), stopping], **FAST)
    scores = [record.scores.get("mean_rank", np.inf) for record in model.history]
    counted = model.config.restart_epochs
    best = counted + 1 + int(np.argmin(scores[counted:]))
    assert len(model.history) < 60
    assert (stopping.best_epoch, stopping.best_score) == (best, scores[best - 1]), "of mean ranks, the lowest"
    assert len(stopping.best.history) == best
    assert isinstance(stopping.best, Embedding)
    found = reconstruction(stopping.best.points, stopping.best.relations)
    assert found.mean_rank == stopping.best_score


def test_early_stopping_waits_until_the_leaves_have_begun_again():
    stopping = EarlyStopping("loss", patience=1, least=100.0)
    model = PoincareModel(TREE, callbacks=[stopping], **FAST)
    assert len(model.history) == model.config.restart_epochs + 2
    assert stopping.best_epoch == model.config.restart_epochs + 1


def test_early_stopping_without_a_score_says_how_to_have_one():
    with pytest.raises(W2VError, match=r"there are only: loss\. .*of relations: a Callback that puts it into history"):
        PoincareModel(TREE, callbacks=[EarlyStopping()], **FAST)


def test_scores_are_saved_and_shown_with_the_history(tmp_path):
    model = PoincareModel(TREE, callbacks=[Rank()], **FAST)
    model.save(tmp_path / "m")
    loaded = PoincareModel.load(tmp_path / "m")
    assert loaded.history == model.history
    assert str(model.history[-1]).endswith(f"   mean_rank {model.history[-1].scores['mean_rank']:.4f}")


def test_a_history_from_before_there_were_scores_is_read(tmp_path):
    PoincareModel(TREE, **FAST).save(tmp_path / "m")
    text = (tmp_path / "m" / "history.json").read_text().replace(', "scores": {}', "")
    (tmp_path / "m" / "history.json").write_text(text)
    (tmp_path / "m" / "SHA256SUMS").unlink()  # which there was none of, either
    assert "scores" not in text
    assert PoincareModel.load(tmp_path / "m").history[-1].scores == {}


def test_checkpoints_are_models_of_relations(tmp_path):
    model = PoincareModel(TREE, callbacks=[Checkpoint(tmp_path / "kept", every=25, keep=2)], **FAST)
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["epoch-0050", "epoch-0060"]
    last = PoincareModel.load(tmp_path / "kept" / "epoch-0060")
    assert (last.kv.vectors == model.kv.vectors).all()
    with pytest.raises(W2VError, match=r"begins after epoch 0\. Resume from the newest of them"):
        PoincareModel(TREE, callbacks=[Checkpoint(tmp_path / "kept")], **FAST)


def test_checkpoints_of_relations_are_not_resumed_as_text(tmp_path):
    PoincareModel(TREE, callbacks=[Checkpoint(tmp_path / "kept", every=30)], **FAST)
    for read in (lambda: latest(tmp_path / "kept"), lambda: Model.load(tmp_path / "kept" / "epoch-0060")):
        with pytest.raises(W2VError, match=r"is a model of relations, not of text; PoincareModel\.load"):
            read()


def test_evaluate_refuses_relations_in_a_sentence(tmp_path):
    (tmp_path / "pairs.tsv").write_text("a b 1\nc d 2\n")
    with pytest.raises(W2VError, match="Evaluate scores models of text, and this run embeds relations"):
        PoincareModel(TREE, callbacks=[Evaluate(similarity=tmp_path / "pairs.tsv")], **FAST)
