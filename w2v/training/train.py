"""The straight line: text -> tokens -> vocabulary -> id stream -> windows -> encoder x head on an engine -> model."""

import inspect
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from w2v import heads
from w2v.base.config import Config
from w2v.base.ranks import ALONE, Ranks, ranks_here, told_to_all
from w2v.base.settings import held_out_share
from w2v.corpus import cooccurrence
from w2v.corpus.blocks import Blocks, IdBlocks
from w2v.corpus.own_blocks import own_of
from w2v.corpus.phrase_scores import Joining
from w2v.corpus.shares import open_share
from w2v.corpus.stream import Stream, open_stream
from w2v.engines import engine_class
from w2v.engines.ahead import compiling_ahead
from w2v.engines.base import Engine
from w2v.engines.deterministic import idle_threads_note
from w2v.engines.distributed import distributed_engine
from w2v.errors import W2VError, counted, shown
from w2v.examples.input_rows import OF_DOCUMENTS
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.text.tokenize import AUTO, FUNCTION
from w2v.training.beginning import ANEW, Begin, Beginning, beginning_of
from w2v.training.callbacks import Callback, CallbackList, Callbacks
from w2v.training.checkpoint import Checkpoint
from w2v.training.defaults import chosen, follow_text
from w2v.training.estimate import long_run_note
from w2v.training.evaluate import Evaluate
from w2v.training.freezing import checked_frozen
from w2v.training.likelihood import told_of
from w2v.training.loop import run
from w2v.training.progress import reported
from w2v.training.resume import check_length, check_same_settings, complete, is_over, is_same_text, text_of, where
from w2v.training.subwords import check_head
from w2v.training.text_trainer import TextTrainer
from w2v.training.together import check_alike, check_enough, of_all_ranks, settled_by_all, state_for_all

NOT_ROUNDED = (
    "matmul_precision='bfloat16' has no effect here, and nothing is rounded: it needs a processor that multiplies "
    "bfloat16, the cpu engine, tables of float32, and the head ns or hs."
)


def train(
    corpus: Any,
    config: Config,
    *,
    callbacks: Callbacks = (),
    held_out: float = 0.0,
    checkpoint: str | Path | Checkpoint | None = None,
    resume: Model | bool | None = None,
    progress: bool | None = None,
    init: Any = None,
    frozen: Any = None,
    **stream_options: Any,
) -> Model:
    """Train word vectors on a corpus.

    Args:
        corpus: what `w2v.corpus.stream.open_stream` reads: paths, or an iterable of strings or of token lists. Or what
            it returned: a text that has been read already.
        config: the settings.
        callbacks: called as the run goes on, in this order.
        held_out: a share of the text, below 1/2, that is not trained on: after each epoch its likelihood is the score
            "held_out", before the callbacks are called. 0: none.
        checkpoint: where the run is kept while it goes on: a folder, for its two newest states (`Checkpoint.of`), or a
            Checkpoint, which is called after the callbacks.
        resume: as for `train_blocks`; or True: the newest state that is whole in `checkpoint`, if there is any.
        progress: whether it is shown how the run goes: None: in a notebook and on a terminal, and in scripts whose
            stderr goes elsewhere not; a callback that `reports` stands for it. What is not shown can be had from the
            log "w2v" of Python's `logging`, at level INFO.
        init: vectors that words begin with, where they have one: `KeyedVectors`, a model, or the path of a vectors file
            or a model's folder. They have as many dimensions as `vector_size` says.
        frozen: what training leaves as it is: "input", the whole input table; "init", the vectors that `init` gave; a
            list of words, their input vectors; a mapping from words to factors, 0 (as it is) to 1 (as usual).
        stream_options: for `open_stream`, instead of what the config says (a callable `tokenizer`, a `cache_dir`).

    Under torchrun all processes train one model (`docs/distributed.md`): each makes this call with the same arguments,
    of which rank 0's `callbacks`, `checkpoint`, `resume` and `progress` count, and each gets the model.

    Raises:
        W2VError: a callback that is none, a setting or corpus that cannot be trained on, or a run that diverged; the
            sentence says what to do.
    """
    if not isinstance(config, Config):
        raise W2VError(f"config is {shown(config)}; expected a w2v.Config, such as Config(epochs=5).")
    heads.check_name(config.head)
    if config.arch in OF_DOCUMENTS:
        raise W2VError(
            f"arch {config.arch!r} trains vectors of documents: Doc2Vec(documents, arch={config.arch!r}), or "
            "w2v train --documents. For words use skipgram or cbow."
        )
    asked = checked_frozen(frozen, given=init is not None)
    begin = None if init is None and asked is None else beginning_of(init, asked, config)
    how: dict[str, Any] = {"callbacks": callbacks, "held_out": held_out, "checkpoint": checkpoint, "resume": resume}
    return train_from(begin, corpus, config, **how, progress=progress, freezing=asked is not None, **stream_options)


def train_from(
    begin: Begin | None,
    corpus: Any,
    config: Config,
    *,
    callbacks: Callbacks,
    held_out: float,
    checkpoint: str | Path | Checkpoint | None,
    resume: Model | bool | None,
    progress: bool | None,
    freezing: bool,
    **stream_options: Any,
) -> Model:
    """`train`, with what its run begins with, once the vocabulary is known. corpus: also ids, if they are read already.

    freezing: whether some rows are to stay as they are.
    """
    ranks = ranks_here()
    with told_to_all(ranks):
        held_out = held_out_share(held_out)
        check_alike(ranks, config, {"held_out": held_out, "freezing": freezing})
        if ranks.rank:  # the first one tells and keeps what all do
            callbacks, checkpoint, progress = (), None, False
        keeper = Checkpoint.of(checkpoint)
        _check_options(stream_options)
        engine_class(config, freezing=freezing)  # raises before the text is read
        check_head(config)
        with reported(callbacks, progress) as callback, keeper.held() if keeper else nullcontext():
            outside = config.head if heads.from_outside(config.head) else None
            earlier = state_for_all(ranks, keeper, resume, partial(Model.load, head=outside))
            if isinstance(earlier, Model) and config.tokenizer == AUTO:  # it was chosen when the run began
                config = config.replace(tokenizer=earlier.config.tokenizer)
            options = stream_options_of(config) | stream_options
            stream: Any  # a `Stream`, a `SharedStream`, or `IdBlocks`
            with ExitStack() as stack:
                if isinstance(corpus, IdBlocks):
                    stream = corpus
                else:
                    with compiling_ahead(config) if ranks.rank == 0 else nullcontext():
                        shared = open_share(corpus, ranks, on_progress=callback.on_read, **options)
                        stream = stack.enter_context(shared)
                if not isinstance(corpus, IdBlocks) or isinstance(corpus, Stream):
                    callback.on_corpus(stream)
                    for remark in stream.remarks():
                        callback.on_note(remark)
                    config = config.replace(min_count=stream.report.min_count)
                    if callable(options.get("tokenizer")):
                        config = config.replace(tokenizer=FUNCTION)
                    elif config.tokenizer == AUTO and stream.report.tokenizer:
                        config = config.replace(tokenizer=stream.report.tokenizer)
                blocks, rest = stream.split(held_out) if held_out else (stream, None)
                if rest:
                    callback.on_note(told_of(rest))
                measure = [Evaluate(held_out=rest)] if isinstance(rest, IdBlocks) and ranks.size == 1 else []
                every = CallbackList([*measure, callback, *([keeper] if keeper else [])])
                beginning = begin(stream.vocab) if begin else ANEW
                own = own_of(blocks, ranks)
                return _train_blocks(own, config, of_all_ranks(every, ranks, rest), earlier, beginning, ranks)


def _check_options(stream_options: dict[str, Any]) -> None:
    """Raise a W2VError for a keyword that says nothing about reading the text."""
    unknown = [name for name in stream_options if name not in inspect.signature(open_stream).parameters]
    Config.check_names(unknown)
    if unknown:
        asked = ", ".join(f"{name}={shown(stream_options[name])}" for name in unknown)
        raise W2VError(f"train takes its settings as a Config: give {', '.join(unknown)} there, Config({asked}).")


def train_blocks(
    blocks: Blocks,
    config: Config,
    *,
    callbacks: Callbacks = (),
    resume: Model | None = None,
    begin: Beginning = ANEW,
    ranks: Ranks = ALONE,
) -> Model:
    """Train on text that is numbers already: several runs on one reading, or on a part of it.

    Args:
        blocks: read with the tokenizer and vocabulary settings of `config`; those are not looked at here.
        config, callbacks: as for `train`.
        resume: a model of an earlier point of the same run, such as a checkpoint. Randomness is a function of the
            epoch and the place, so with one thread the result has the same bits as a run that was never interrupted.
            With another number of epochs it goes on to that, and the learning rate follows it from there. A model that
            was saved when its run had ended is else returned as it is.
        begin: what the run begins with, if not with random vectors and zeros, and what it leaves as it is.
        ranks: who trains. Of several, each gives the same but for `blocks`, which are its own, and `callbacks`, of
            which those of rank 0 are called; all return the same model.

    Raises:
        W2VError: settings or blocks that cannot be trained on, a run that diverged, or a `resume` of another run.
    """
    callback = of_all_ranks(CallbackList(callbacks), ranks)
    return _train_blocks(blocks, config, callback, resume, begin, ranks)


def _train_blocks(
    blocks: Blocks, config: Config, callback: Callback, resume: Model | None, begin: Beginning, ranks: Ranks
) -> Model:
    """The same, with one callback, of all ranks."""
    if resume and not isinstance(resume, Model):
        raise W2VError(f"resume is {shown(resume)}; expected a Model: w2v.latest(folder), or that of a Word2Vec.")
    heads.check_name(config.head)
    make_engine, why_not_faster = engine_class(config, freezing=begin.frozen.anything)
    make_engine = distributed_engine(make_engine, ranks)
    if resume:  # what is left open is what the run began with
        left_open = [name for name in ("epochs", "sample", "alpha") if getattr(config, name) is None]
        config = config.replace(**{name: getattr(resume.config, name) for name in left_open})
    words = blocks.tokens if begin.further else None
    asked, config = config, follow_text(config, blocks.vocab, words, still=begin.still)
    left_to_the_machine = config.matmul_precision == "medium"
    if resume and left_to_the_machine:  # it was chosen when the run began
        config = config.replace(matmul_precision=resume.config.matmul_precision)
    wanted, used = config, settled_by_all(make_engine.settled(config), ranks)
    if resume:
        same = wanted if left_to_the_machine else used
        _check_same_run(resume, blocks, same, begin, given=asked.epochs is not None)
        if is_over(resume, config.n_epochs):
            callback.on_note(complete(resume))
            return resume
    config = used
    if (wanted.matmul_precision, used.matmul_precision) == ("bfloat16", "highest"):
        callback.on_note(NOT_ROUNDED)
    if note := chosen(asked, config):
        callback.on_note(note)
    if why_not_faster:
        callback.on_note(f"Training on the reference engine (slower): {why_not_faster}")
    if make_engine.slower_than_usual:
        callback.on_note(make_engine.slower_than_usual)
    for note in () if resume else begin.notes:
        callback.on_note(note)
    if make_engine.learns_from == "windows":
        return _run(blocks, make_engine, config, callback, resume, begin, ranks)
    with cooccurrence.count(blocks, config, ranks=ranks) as pairs:
        return _run(pairs, make_engine, config, callback, resume, begin, ranks)


def _run(
    blocks: Blocks,
    make_engine: type[Engine],
    config: Config,
    callback: Callback,
    resume: Model | None,
    begin: Beginning,
    ranks: Ranks,
) -> Model:
    """Train on blocks of what the engine trains on."""
    check_enough(blocks, ranks)
    if note := idle_threads_note(config, len(blocks.vocab), blocks.n_blocks):
        callback.on_note(note)
    trainer = TextTrainer(blocks, make_engine, config, resume, begin)
    if ranks.size == 1 and (note := long_run_note(trainer.engine, blocks, config)):
        callback.on_note(note)
    if resume:
        callback.on_note(where(resume, config.n_epochs, trainer.learning_rate))
    part = resume.part.of_blocks(blocks.n_blocks, blocks.tokens) if resume and resume.part else None
    return trainer.result(run(trainer, callback, trainer.history, part, ranks))


def _check_same_run(resume: Model, blocks: Blocks, config: Config, begin: Beginning, *, given: bool) -> None:
    """Raise a W2VError that names what differs. given: whether the number of epochs is, and so may be another one."""
    if list(map(_told, begin.history)) != list(map(_told, resume.history[: resume.before])):
        raise W2VError("The model to resume from was trained further from another model, or from none.")
    if begin.frozen_digest != resume.frozen:
        raise W2VError("The model to resume from left other rows as they are, or none. Give the same frozen.")
    if resume.vocab.words != blocks.vocab.words:
        raise W2VError("The model to resume from has another vocabulary than this text with these settings.")
    if resume.history[resume.before :] and resume.history[-1].passed != blocks.tokens:
        raise W2VError(
            f"The model to resume from was trained on {counted(resume.history[-1].passed, 'word')} of text, and "
            f"these are {blocks.tokens:,}. Hold out the same share of the same text."
        )
    same_counts = bool((resume.vocab.counts == blocks.vocab.counts).all())
    if resume.text and not is_same_text(resume.text, text_of(blocks, begin.text_digest(blocks)), same_counts):
        raise W2VError(
            "The model to resume from was trained on another text, on another part of it, on the same lines in another "
            "order, or on documents with other tags. Give the same files in the same order, hold out the same share, "
            "or start anew."
        )
    check_same_settings(resume.config, config, ["epochs"] if given else [])
    check_length(resume, config.n_epochs)


def _told(record: EpochRecord) -> tuple[float, int, int]:
    """What an epoch is recognised by; scores may be NaN, which is not equal to itself."""
    return record.loss, record.examples, record.passed


def stream_options_of(config: Config) -> dict[str, Any]:
    """What the settings say about reading the text, as keywords of `open_stream`."""
    names = ("tokenizer", "field", "keep_punctuation", "strict", "min_count", "max_final_vocab", "unk")
    return {name: getattr(config, name) for name in names} | {"joining": Joining.of(config)}
