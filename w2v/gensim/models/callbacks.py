"""What is called while a `Word2Vec` is trained."""

from typing import Any


class CallbackAny2Vec:
    """Base of callbacks, whose methods do nothing; each gets the model, with its vectors as they are then.

    What `on_epoch_end` changes in the vectors or in `model.alpha` is what the next epoch begins with. An exception
    ends the training, and the model keeps what it has learned.
    """

    def on_epoch_begin(self, model: Any) -> None:
        """Called before each epoch."""

    def on_epoch_end(self, model: Any) -> None:
        """Called after each epoch; `model.get_latest_training_loss()` is that of all epochs so far."""

    def on_train_begin(self, model: Any) -> None:
        """Called before the first epoch."""

    def on_train_end(self, model: Any) -> None:
        """Called after the last epoch."""
