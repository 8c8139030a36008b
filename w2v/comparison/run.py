"""`w2v compare`: which combinations of encoder, head and subwords are trained, in which order, and what of it is kept.

    from w2v import compare
    print(compare("corpus.txt", "report", heads=["ns", "hs"], archs=["skipgram", "cbow"], vector_size=100))

One reading of the text, one vocabulary, one held-out part that no head trains on. Each combination is trained in turn
by a process of its own (`trial.py`). The folder keeps what is finished: a second call with the same settings trains
what is missing or has failed, and further heads when they are named.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v import evaluation
from w2v.base.class_names import class_name
from w2v.base.config import Config, ConfigKeywords
from w2v.base.locks import locked
from w2v.base.ranks import alone
from w2v.base.settings import held_out_share
from w2v.base.signatures import takes
from w2v.comparison import process, report, table
from w2v.comparison.again import Call
from w2v.comparison.combinations import ENCODER_NAMES, NONE, Combination, Training, asked_for, in_order
from w2v.comparison.quoting import name_of
from w2v.comparison.recorder import on_windows
from w2v.comparison.results import (
    UNSAID_TOKENIZER,
    Outcome,
    Plan,
    check_same,
    discard_unfinished,
    earlier_plan,
    finished_in,
)
from w2v.corpus.stream import Stream, open_stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.models.model import Model
from w2v.text.sources import sources
from w2v.text.tokenize import AUTO
from w2v.training import estimate
from w2v.training.callbacks import Callback, Callbacks
from w2v.training.defaults import follow_text
from w2v.training.likelihood import held_out_examples, told_of, too_few
from w2v.training.progress import reported
from w2v.training.subwords import check_head
from w2v.training.train import stream_options_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

HEADS = ("softmax", "ns", "hs")
ARCHS = ("skipgram", "cbow")


@dataclass(frozen=True)
class Comparison:
    """What came of it; printed, it is the table."""

    folder: Path  # with report.md, results.csv, history.csv, figures and models
    outcomes: list[Outcome]  # the rows, those that failed included

    @property
    def failed(self) -> list[Outcome]:
        """The rows that have no numbers; `.failed` of each says why."""
        return [outcome for outcome in self.outcomes if outcome.failed]

    def model(self, arch: str, head: str | type, subword: str | None = None) -> Model:
        """The trained model of one combination; subword: None: without subwords, or with those that all have.

        Raises:
            W2VError: there is none; those there are, are listed.
        """
        done = {outcome.combination: outcome for outcome in self.outcomes if not outcome.failed}
        head = head if isinstance(head, str) else class_name(head)
        kinds = {each.subword for each in done}
        wanted = Combination(arch, head, subword or (min(kinds) if len(kinds) == 1 else NONE))
        if wanted not in done:
            listed = ", ".join(each.told for each in done) or "none"
            raise W2VError(f"The comparison has no model {wanted.told}; it has: {listed}.")
        return Model.load(self.folder / done[wanted].model, head)

    def __repr__(self) -> str:
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return f"Comparison({', '.join(outcome.name for outcome in self.outcomes)}{failed}, in {str(self.folder)!r})"

    def _repr_markdown_(self) -> str:
        return table.as_markdown(self.outcomes)

    def __str__(self) -> str:
        return table.as_markdown(self.outcomes, bold=False)


@takes(Config, ConfigKeywords, but=("arch", "head"))
def compare(
    corpus: Any,
    folder: str | Path,
    *,
    heads: Sequence[str | type] = HEADS,
    archs: Sequence[str] = ARCHS,
    subwords: Sequence[str] | None = None,
    held_out: float = 0.01,
    analogies: Iterable[str | Path] = (),
    similarity: Iterable[str | Path] = (),
    oov: bool = False,
    vocab_sizes: Iterable[int] = (),
    words: Sequence[str] | None = None,
    config: Config | None = None,
    callbacks: Callbacks = (),
    cache_dir: Path | None = None,
    progress: bool | None = None,
    **settings: "Unpack[ConfigKeywords]",
) -> Comparison:
    """Train each head with each encoder on the same text, measure all alike, and write a report.

    Args:
        corpus: what `w2v.train` takes.
        folder: of the report; made if missing. One with an earlier comparison of the same text and settings goes on.
        heads, archs: names of output heads (or classes of one's own, from files that can be imported) and encoders.
        subwords: each of these too, of "none", "fasttext" and "floret"; nothing: the setting `subword`, for all. A
            head that cannot be trained with them is a row that says so.
        held_out: share of the text, above 0 and below 1/2, that nobody trains on: of a short one a sentence at least.
        analogies, similarity: files of questions and of scored pairs, as for `w2v eval`.
        oov: those with subwords have scores of their own with words that are not in the vocabulary, which they compose.
        vocab_sizes: measure the speed with the vocabulary cut to each of these sizes too, some seconds each.
        words: to be drawn on the maps; nothing: frequent ones.
        config: settings in one piece, of which encoder and head are not looked at; those given by name change it.
        callbacks: are called for what is read, notes and blocks; not for epochs, whose models are another process's.
        cache_dir: where id streams are kept.
        progress: whether a bar and lines show how it goes: None: in a notebook and on a terminal; see `w2v.train`.
        settings: of `w2v.Config`, the same for all; `sample` and `epochs` follow the text unless given, and
            alpha is each objective's own.

    Raises:
        W2VError: an unknown head, encoder or kind of subwords (those there are, are listed), a setting, corpus or file
            that will not do, a held-out part without examples, a folder with something else in it, or one that another
            process is writing to. A head that fails is no error here.
    """
    alone("A comparison")
    analogies, similarity = (_listed(paths) for paths in (analogies, similarity))
    call, folder = Call.of(corpus, folder, analogies, similarity, words), Path(folder)
    for_all = _settings(config, settings)
    usual = for_all.pop("subword", NONE)
    combinations = asked_for(archs, heads, usual if subwords is None else subwords, oov=oov)
    held_out = held_out_share(held_out, needed=True)
    tests = _test_files(analogies, evaluation.read_questions), _test_files(similarity, evaluation.read_pairs)
    plan = Plan("", {}, "", held_out, *tests, sorted(set(vocab_sizes)), for_all, bool(oov))
    configs = [plan.config(*combination) for combination in combinations]
    with locked(folder), reported(callbacks, progress) as tell:
        earlier = earlier_plan(folder)
        found = sources(corpus)
        options = stream_options_of(configs[0])
        if earlier and finished_in(folder) and options["tokenizer"] == AUTO:  # it was chosen when the comparison began
            options["tokenizer"] = earlier.settings.get("tokenizer", UNSAID_TOKENIZER)
        with open_stream(found, cache_dir=cache_dir, on_progress=tell.on_read, **options) as stream:
            tell.on_corpus(stream)
            for remark in stream.remarks():
                tell.on_note(remark)
            if stream.report.tokenizer and configs[0].tokenizer == AUTO:
                plan = replace(plan, settings=plan.settings | {"tokenizer": stream.report.tokenizer})
            name = name_of(found)
            plan = replace(plan, corpus=name, text=_identity(stream), stream=str(stream.folder))
            plan = replace(plan, settings=settings_for_all(plan, stream.vocab))
            configs = [plan.config(*combination) for combination in combinations]
            trained, unseen = stream.split(held_out)
            assert unseen.held, "`split` says so"
            tell.on_note(told_of(unseen))
            for arch, config in {config.arch: config for config in configs}.items():
                if told := too_few(len(held_out_examples(unseen, config).target)):
                    tell.on_note(f"{ENCODER_NAMES[arch]}: {told}")
            if finished := finished_in(folder):
                check_same(folder, earlier, plan)
                combinations = in_order([*finished, *combinations])
            elif earlier != plan:
                discard_unfinished(folder)
            plan.save(folder)
            failed = _train_missing(folder, plan, stream, combinations, tell)
        outcomes = [
            Outcome.load(folder, *each) or Outcome(each.arch, each.head, failed=failed[each], subword=each.subword)
            for each in combinations
        ]
        counts = stream.report
        text = report.Text(
            name=plan.corpus,
            tokens=counts.tokens,
            types=counts.types,
            vocabulary=len(stream.vocab),
            kept=counts.kept / counts.tokens,
            trained=trained.tokens,
            held_out=unseen.tokens,
            held=unseen.held,
        )
        from w2v.comparison import figures  # only here, for matplotlib takes a second or two to import

        pictures, notes = figures.draw(folder, outcomes, words)
        report.write(folder, outcomes, plan, text, call, pictures, notes)
        return Comparison(folder, outcomes)


def _train_missing(
    folder: Path, plan: Plan, stream: Stream, combinations: Sequence[Combination], tell: Callback
) -> dict[Combination, str]:
    """Train what has no outcome yet; the reasons of those that failed."""
    failed = {}
    trials = _trials(plan, [each for each in combinations if not Outcome.load(folder, *each)])
    for number, each in enumerate(trials, 1):
        tell.on_note(f"training      {each.name} ({number} of {len(trials)})")
        config = plan.config(each.archs[0], each.head, each.subword)
        reason = _cannot(config) or _no_room(config, stream) or process.run(process.command(folder, each), tell)
        for row in each.rows:
            if outcome := Outcome.load(folder, *row):
                speed = outcome.words_per_second / 1000
                tell.on_note(f"held out      {outcome.nats:.3f} nats a word, {speed:,.0f}k words/s")
            else:
                failed[row] = reason or "Its process ended without saying what it found."
        if reason:
            tell.on_note(f"failed        {each.name}: {reason}")
    return failed


def _trials(plan: Plan, combinations: Sequence[Combination]) -> list[Training]:
    """What one process trains each: a head with an encoder, or with all of them where its training knows of none."""
    trials: list[Training] = []
    for each in combinations:
        try:
            alone = on_windows(plan.config(*each))
        except Exception:  # a head that cannot even be loaded: its own process will say why
            alone = True
        same = [other.arch for other in combinations if other[1:] == each[1:]]
        training = Training(each.head, [each.arch] if alone else same, each.subword)
        if training not in trials:
            trials.append(training)
    return trials


def _cannot(config: Config) -> str | None:
    """Why a head cannot be trained with subwords; None where it can, or its own process will say why not."""
    try:
        check_head(config)
    except Exception as error:
        return str(error) if isinstance(error, W2VError) else None
    return None


def _no_room(config: Config, stream: Stream) -> str | None:
    """Why a run would not fit in memory; None where it would."""
    needed, free = estimate.memory(config, stream.vocab), estimate.available_memory()
    if free is None or needed <= free:
        return None
    return (
        f"Not started: it needs about {needed / 1e9:,.1f} GB of memory, and {free / 1e9:,.1f} GB are free. "
        "Lower vector_size or max_final_vocab."
    )


def _settings(config: Config | None, settings: "ConfigKeywords") -> dict[str, Any]:
    """By name, those that are not the defaults."""
    if compared := [name for name in ("arch", "head", "sg", "hs") if name in settings]:
        raise W2VError(f"{' and '.join(compared)} cannot be set for all: name them in heads and archs.")
    if config is None:
        return {**settings}
    asked, usual = asdict(Config.of(settings, config)), asdict(Config())
    return {name: asked[name] for name in asked if asked[name] != usual[name] and name not in ("arch", "head")}


def settings_for_all(plan: Plan, vocab: Vocabulary) -> dict[str, Any]:
    """The settings, with a threshold and a number of epochs that suit the text and are the same for all heads."""
    config = follow_text(plan.config("skipgram", "ns"), vocab)
    return plan.settings | {"sample": config.sample, "epochs": config.epochs}


def _listed(paths: Iterable[str | Path]) -> list[str | Path]:
    return [paths] if isinstance(paths, (str, Path)) else list(paths)


def _test_files(paths: Iterable[str | Path], read: Callable[[Path], Any]) -> list[str]:
    """Absolute paths of files that can be read."""
    found = [Path(path).absolute() for path in paths]
    for path in found:
        read(path)
    names = [path.stem for path in found]
    if len(set(names)) < len(names):
        raise W2VError(f"Two test files have the same name ({', '.join(names)}); the table needs different ones.")
    return [str(path) for path in found]


def _identity(stream: Stream) -> dict[str, Any]:
    """What distinguishes a text with its vocabulary from others."""
    digest = hashlib.sha256("\n".join(stream.vocab.words).encode())
    digest.update(stream.vocab.counts.tobytes())
    counts = stream.report
    return {
        "tokens": counts.tokens,
        "sentences": counts.sentences,
        "words kept": counts.kept,
        "vocabulary": digest.hexdigest()[:16],
    }
