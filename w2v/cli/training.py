"""Commands that make models: train, compare."""

import shlex
import sys
import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from w2v.base.config import Config
from w2v.cli.arguments import (
    CacheDir,
    Corpus,
    Overwrite,
    Pairs,
    Questions,
    Quiet,
    ToldInterrupt,
    find_here,
    listed,
    with_settings,
)
from w2v.cli.kept_runs import EVERY, KeptEvery, KeptIn, NotKept, Resume, keeper, kept, place_for, resumed, save
from w2v.cli.wording import flagged
from w2v.errors import W2VError


@with_settings(Config)
def train(
    corpus: Corpus,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL", help="The model's folder.")],
    settings: dict[str, Any],
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    cache_dir: CacheDir = None,
    held_out: Annotated[
        float, typer.Option(help="Do not train on this share of the text; tell its likelihood after each epoch.")
    ] = 0.0,
    analogies: Annotated[list[Path] | None, typer.Option(help="Score on these questions after each epoch.")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="Score on these word pairs after each epoch.")] = None,
    oov: Annotated[
        bool, typer.Option("--oov", help="Score words that are not in the vocabulary, too, composed of their n-grams.")
    ] = False,
    patience: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many epochs without a better held-out (else first) score.")
    ] = None,
    checkpoint: KeptIn = None,
    checkpoint_every: KeptEvery = EVERY,
    no_checkpoint: NotKept = False,
    resume: Resume = False,
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="MODEL",
            help="Train this model further: its settings, but epochs, alpha, sample and min-count follow the text.",
        ),
    ] = None,
    add_words: Annotated[
        bool, typer.Option("--add-words", help="With --from: words that the model does not know join it.")
    ] = False,
    documents: Annotated[
        bool,
        typer.Option(
            "--documents", help="Train vectors of documents: a line is one (--arch pv-dbow, which is usual, or pv-dm)."
        ),
    ] = False,
    ids: Annotated[bool, typer.Option("--ids", help="With --documents: lines are ID<TAB>text.")] = False,
    init: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Begin with the vectors of this file, or of a model's folder.")
    ] = None,
    frozen: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="What stays as it is: input or (with --from) output, a table; init, the vectors of --init or --from.",
        ),
    ] = None,
    compact: Annotated[
        bool, typer.Option("--compact", help="With subwords, save no vectors that loading can make of n-grams again.")
    ] = False,
) -> None:
    """Train word vectors on a corpus and save the model. word2vec.c's flags (-train, -size, ...) work, too.

    Under torchrun, torchrun --nproc-per-node 2 -m w2v train ..., all processes train one model.
    """
    if from_ and init:
        raise W2VError("Both --from and --init are given: a model to train further, and vectors for a new one.")
    if add_words and not from_:
        raise W2VError("--add-words adds words to a model. Give it: --from MODEL.")
    if frozen not in (None, "input", "output", "init"):
        raise W2VError(f"--frozen is {frozen!r}; expected input, output or init. Single words can be frozen in Python.")
    if frozen == "output" and not from_:
        raise W2VError("--frozen output keeps what a model has learned. Give the model to train further: --from MODEL.")
    if ids and not documents:
        raise W2VError("--ids says that lines begin with the ID of a document. Give it with --documents.")
    if documents:
        if given := [flag for flag, value in (("--from", from_), ("--held-out", held_out)) if value]:
            raise W2VError(f"{given[0]} is for words, and cannot be given with --documents.")
        settings.setdefault("arch", "pv-dbow")
        if settings["arch"] == "pv-dbow" and not settings.get("dbow_words") and (analogies or similarity):
            raise W2VError("--arch pv-dbow has no word vectors to be scored. Give --dbow-words, or --arch pv-dm.")
    if oov and not (analogies or similarity):
        raise W2VError("--oov is for scores. Give --analogies FILE or --similarity FILE.")
    find_here([settings.get("head", "")])
    if from_:
        from w2v.models.model import Model
        from w2v.training.more import settings_to_go_on

        start = Model.load(from_, settings.get("head"))
        config = Config.of(settings, settings_to_go_on(start.config))
    else:
        start, config = None, Config.of(settings)
    _expect_subwords([config.subword], settings, compact=compact)
    if patience and not (held_out or analogies or similarity):
        raise W2VError(
            "--patience needs a score to watch. Give --held-out 0.01, --analogies FILE or --similarity FILE."
        )

    from w2v.base.atomic_folder import check_destination
    from w2v.base.ranks import ranks_here, told_to_all
    from w2v.corpus.vocabulary import UNK
    from w2v.heads import from_outside
    from w2v.models.model import Model
    from w2v.text.sources import from_arguments
    from w2v.training.callbacks import Callback
    from w2v.training.documents import train_documents
    from w2v.training.early_stopping import EarlyStopping
    from w2v.training.evaluate import Evaluate
    from w2v.training.more import train_more
    from w2v.training.progress import Reporter
    from w2v.training.resume import is_over
    from w2v.training.train import train as train_model

    def trained(**how: Any) -> Model:
        how |= {"frozen": frozen, "cache_dir": cache_dir}
        if documents:
            return train_documents(from_arguments(corpus), config, ids=ids, init=init, **how)
        how |= {"held_out": held_out}
        if start:
            return train_more(start, from_arguments(corpus), config, add_words=add_words, **how)
        return train_model(from_arguments(corpus), config, init=init, **how)

    ranks = ranks_here()
    if ranks.rank:
        warnings.simplefilter("ignore")  # the first one tells
        with told_to_all(ranks):
            trained()
        return
    stopping = EarlyStopping(patience=patience) if patience else None
    run = keeper(output, checkpoint, checkpoint_every, no_checkpoint, stopping)
    resume = resume or (ranks.restarted and run is not None)
    with (
        told_to_all(ranks),
        kept(output, run, overwrite=overwrite, resume=resume),
        Reporter(quiet=quiet, wording=flagged) as reporter,
    ):
        load = partial(Model.load, head=config.head if from_outside(config.head) else None)
        earlier = None
        if resume:
            earlier, overwrite = resumed(output, run, load, config.epochs, overwrite=overwrite)
        if not (earlier and is_over(earlier, config.epochs or earlier.config.n_epochs)):
            check_destination(output, overwrite=overwrite)
        tests: dict[str, Any] = {"analogies": analogies or (), "similarity": similarity or (), "oov": oov}
        scores = Evaluate(**tests) if analogies or similarity else None
        place = place_for(output, overwrite=overwrite)
        callbacks: list[Callback] = [each for each in (place, scores, stopping, reporter) if each]
        model = trained(callbacks=callbacks, checkpoint=run, resume=earlier)
        if model is earlier:
            return
        if stopping and stopping.best:
            model = stopping.best
            reporter.say(f"best          after epoch {stopping.best_epoch}: that model is saved")
        save(model, output, run, overwrite=overwrite, compact=compact)
        only_documents = config.arch == "pv-dbow" and not config.dbow_words
        words = model.tags[:1] if only_documents and model.tags else model.vocab.words[len(model.vocab) // 20 :]
        example = next(word for word in words if word != UNK)
        reporter.say(f"saved         {output}   try: w2v nn {output} {shlex.quote(example)}")


@with_settings(Config)
def compare(
    corpus: Corpus,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="REPORT", help="The report's folder; an earlier one goes on.")
    ],
    settings: dict[str, Any],
    heads: Annotated[str, typer.Option(help="Output heads to compare, separated by commas.")] = "softmax,ns,hs",
    archs: Annotated[str, typer.Option(help="Encoders, separated by commas.")] = "skipgram,cbow",
    subword: Annotated[
        str, typer.Option(help="What words' vectors are made of, of none, fasttext and floret, separated by commas.")
    ] = "none",
    held_out: Annotated[
        float, typer.Option(help="Share of the text that no head trains on, to be measured on.")
    ] = 0.01,
    analogies: Questions = None,
    similarity: Pairs = None,
    oov: Annotated[
        bool, typer.Option("--oov", help="Score those with subwords on words that are not in the vocabulary, too.")
    ] = False,
    vocab_sizes: Annotated[
        str, typer.Option(help="Measure the speed with these vocabulary sizes too, separated by commas.")
    ] = "",
    words: Annotated[str, typer.Option(help="Words to draw on the maps, separated by commas.")] = "",
    quiet: Quiet = False,
    cache_dir: CacheDir = None,
) -> None:
    """Train several heads on one text and write a report that compares them: likelihood, scores, speed, maps."""
    wrong = [size for size in listed(vocab_sizes) if not size.isdecimal() or int(size) < 2]
    if wrong:
        raise W2VError(f"--vocab-sizes has {wrong[0]!r}; expected whole numbers from 2, such as 1000,10000.")

    _expect_subwords(listed(subword) or ["none"], settings)

    from w2v.comparison.run import compare as run
    from w2v.text.sources import from_arguments
    from w2v.training.progress import Reporter

    find_here(listed(heads))
    try:
        with Reporter(quiet=quiet, wording=flagged) as reporter:
            comparison = run(
                from_arguments(corpus),
                output,
                heads=listed(heads),
                archs=listed(archs),
                subwords=listed(subword),
                held_out=held_out,
                analogies=analogies or (),
                similarity=similarity or (),
                oov=oov,
                vocab_sizes=map(int, listed(vocab_sizes)),
                words=listed(words) or None,
                callbacks=[reporter],
                cache_dir=cache_dir,
                **settings,
            )
    except KeyboardInterrupt as stop:
        print(f"Interrupted. The same command goes on from what is finished in {output}.", file=sys.stderr)
        raise ToldInterrupt.of(stop) from None
    print(comparison)
    if comparison.failed:
        names = ", ".join(outcome.name for outcome in comparison.failed)
        raise W2VError(f"{names} failed; {output / 'report.md'} says why. The same command tries again.")
    print(f"\nthe report is {output / 'report.md'}")


def _expect_subwords(kinds: Sequence[str], settings: Mapping[str, Any], *, compact: bool = False) -> None:
    """Raise a W2VError for a flag of subwords where there are none, or none of its kind, and it would do nothing."""
    named = {"--compact"} if compact else set()
    named |= {f"--{name.replace('_', '-')}" for name in ("min_n", "max_n", "bucket", "hash_count") if name in settings}
    if named and not {*kinds} - {"none"}:
        raise W2VError(
            f"{min(named)} is for subwords, and there are none here. Give --subword fasttext or --subword floret, too, "
            "or leave it out."
        )
    if "--hash-count" in named and "floret" not in kinds:
        raise W2VError("--hash-count is for floret, whose n-grams have several rows each. Give --subword floret.")
