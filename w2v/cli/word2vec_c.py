"""word2vec.c's command line, for scripts that were written for it:

    w2v train -train text8 -output vectors.bin -cbow 1 -size 200 -window 8 -negative 25 -hs 0 -sample 1e-4 -binary 1

Its flags have one hyphen and a value each. Where one of them is given, what is not given is as in word2vec.c, and what
is written is a file of vectors, in place of one that may be there.
"""

import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from w2v.base.config import Config
from w2v.base.ranks import alone
from w2v.base.settings import available_cores
from w2v.cli.elsewhere import refuse_other_programs
from w2v.cli.word2vec_places import check_apart, check_place
from w2v.cli.wording import Command, flagged, speaking
from w2v.errors import W2VError

_LEAST_RATE = 1e-4  # share of the learning rate at which word2vec.c ends
_SENTENCE_END = "</s>"  # which word2vec.c counts as a word
_WINDOW_RATES = {"cbow": 0.05, "skipgram": 0.025}  # of word2vec.c, unless -alpha is given


class Asked(NamedTuple):
    """What a command line of word2vec.c asks for. settings: fields of Config."""

    corpus: str
    output: Path | None
    settings: dict[str, Any]
    binary: bool = False
    quiet: bool = False
    save_vocab: Path | None = None
    read_vocab: Path | None = None
    notes: tuple[str, ...] = ()

    def in_our_words(self) -> str:
        """The command that does the same, but for the form of what is written."""
        told = ["w2v", "train", self.corpus, "--output", "MODEL"]
        for name, value in self.settings.items():
            flag = name.replace("_", "-")
            told += [f"--{'' if value else 'no-'}{flag}"] if isinstance(value, bool) else [f"--{flag}", f"{value}"]
        return shlex.join(told)


def _number(kind: type, least: float, what: str) -> Callable[[str, str], Any]:
    def read(flag: str, text: str) -> Any:
        try:
            number = kind(text)
        except ValueError:
            number = None
        if number is None or not least <= number < float("inf"):
            raise W2VError(f"{flag} is {text!r}; expected {what}.")
        return number

    return read


def _switch(flag: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise W2VError(f"{flag} is {text!r}; expected 0 or 1.")
    return text == "1"


def _path(flag: str, text: str) -> Path:
    if not text:
        raise W2VError(f"{flag} is empty; expected the name of a file.")
    return Path(text)


_from_1, _from_0 = _number(int, 1, "a whole number, at least 1"), _number(int, 0, "a whole number, at least 0")
FLAGS: dict[str, Callable[[str, str], Any]] = {
    "-train": lambda _, text: text,
    "-output": _path,
    "-save-vocab": _path,
    "-read-vocab": _path,
    "-size": _from_1,
    "-window": _from_1,
    "-sample": _number(float, 0, "a number, at least 0"),
    "-hs": _switch,
    "-negative": _from_0,
    "-threads": _from_1,
    "-iter": _from_1,
    "-min-count": _from_0,
    "-alpha": _number(float, 1e-30, "a number above 0"),
    "-classes": _from_0,
    "-debug": _from_0,
    "-binary": _switch,
    "-cbow": _switch,
}
_NAMES = {  # of settings, as far as there are flags for them
    "vector_size": ["-size"], "window": ["-window"], "sample": ["-sample"], "negative": ["-negative"],
    "workers": ["-threads"], "epochs": ["-iter"], "min_count": ["-min-count"], "alpha": ["-alpha"],
}  # fmt: skip


class TakesWord2VecFlags(Command):
    """A command that also understands word2vec.c's flags, and does then what word2vec.c does."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        refuse_other_programs(args)
        if not speaks_word2vec_c(args):
            return super().parse_args(ctx, args)
        asked = ctx.meta[__name__] = read(args)
        own = ["--output", str(asked.output), "--", asked.corpus]
        return super().parse_args(ctx, own)  # so that errors are told in the words of the command

    def invoke(self, ctx: Any) -> Any:
        if (asked := ctx.meta.get(__name__)) is None:
            return super().invoke(ctx)
        ctx.params = {"settings": asked.settings, "corpus": asked.corpus}
        self.callback = lambda **_: _in_its_words(asked, self)
        return super().invoke(ctx)


def speaks_word2vec_c(args: Iterable[str]) -> bool:
    """Whether one of the arguments before `--` is a flag of word2vec.c."""
    for arg in args:
        if arg == "--":
            return False
        if arg in FLAGS:
            return True
    return False


def read(args: list[str]) -> Asked:
    """What the arguments ask for. Raises W2VError for those that word2vec.c would not understand, or w2v cannot do."""
    given: dict[str, Any] = {}
    rest = list(args)
    while rest:
        flag = rest.pop(0)
        if flag not in FLAGS:
            raise W2VError(_mixed(flag, args))
        if not rest:
            raise W2VError(f"{flag} has no value; word2vec.c's flags have one each, as -size 200.")
        if flag in given:
            raise W2VError(f"{flag} is given twice.")
        given[flag] = FLAGS[flag](flag, rest.pop(0))
    if not given.get("-train"):
        raise W2VError("Which text to train on is not said: -train FILE, as in word2vec.c.")
    if not (given.get("-output") or given.get("-save-vocab")):
        raise W2VError("Where to write is not said: -output FILE for the vectors, or -save-vocab FILE.")
    if given.get("-classes"):
        raise W2VError(
            "-classes sorts the words into classes by K-means, which w2v does not. Write the vectors, and sort them: "
            "sklearn.cluster.KMeans(500).fit_predict(KeyedVectors.load('vectors.bin').vectors)."
        )
    files = {name: given.get(f"-{name.replace('_', '-')}") for name in ("save_vocab", "read_vocab")}
    settings, notes = _settings(given)
    quiet = given.get("-debug", 2) == 0
    binary = given.get("-binary", False)
    return Asked(given["-train"], given.get("-output"), settings, binary, quiet, **files, notes=tuple(notes))


def _settings(given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Settings as word2vec.c has them, and what to say of those that differ."""
    arch, notes = "cbow" if given.get("-cbow", True) else "skipgram", []
    hs, negative = given.get("-hs", False), given.get("-negative", 5)
    if hs and negative and "-negative" in given:
        raise W2VError(
            "-hs 1 with -negative above 0 trains two heads on the same vectors, which w2v does not. Choose one of "
            "them: -hs 1 -negative 0, or -hs 0."
        )
    if hs and negative:
        notes.append("Without -negative 0, word2vec.c trains negative sampling beside -hs 1; here it is -hs 1 alone.")
    if not (hs or negative):
        raise W2VError("-hs 0 with -negative 0 trains nothing. Choose one of them: -hs 1, or -negative 5.")
    cores, threads = available_cores(), given.get("-threads", 12)
    alpha = given.get("-alpha", _WINDOW_RATES[arch])
    settings = {
        "tokenizer": "whitespace",
        "arch": arch,
        "head": "hs" if hs else "ns",
        **({} if hs else {"negative": negative}),
        "vector_size": given.get("-size", 100),
        "window": given.get("-window", 5),
        "sample": given.get("-sample", 1e-3),
        "min_count": max(given.get("-min-count", 5), 1),
        "epochs": given.get("-iter", 5),
        "alpha": alpha,
        "min_alpha": alpha * _LEAST_RATE,
        **({"cbow_update": "original"} if arch == "cbow" else {}),
        "workers": min(threads, cores),
    }
    return settings, notes


def _mixed(flag: str, args: list[str]) -> str:
    own = next(arg for arg in args if arg in FLAGS)
    if flag.startswith("--") or not flag.startswith("-"):
        return (
            f"{flag!r:.60} is given together with {own}, a flag of word2vec.c. Give word2vec.c's flags alone (-train, "
            "-output, -size, ...), or w2v's (w2v train --help)."
        )
    return f"word2vec.c has no flag {flag!r:.60}; it has {', '.join(FLAGS)}."


def _in_its_words(asked: Asked, command: Command) -> None:
    """Train; what is said names settings by word2vec.c's flags, and where it has none by the command that has."""
    with speaking(_NAMES, asked.corpus):
        try:
            train(asked)
        except W2VError as error:
            sentence = flagged(str(error))
            with speaking(command.options(), asked.corpus):
                elsewhere = flagged(sentence) != sentence
            if elsewhere:
                sentence += f" For that word2vec.c has no flag; add it to {asked.in_our_words()}"
            raise W2VError(sentence) from error


def train(asked: Asked) -> None:
    """Train as word2vec.c does, and write what it writes: vectors, the vocabulary, or both."""
    import numpy as np

    from w2v.text.sources import from_arguments
    from w2v.training.progress import Reporter
    from w2v.vectors import formats
    from w2v.vectors.formats.table import MOST_NUMBERS

    alone("What word2vec.c's flags ask for")
    config = Config.of(asked.settings)
    if config.vector_size > MOST_NUMBERS:
        raise W2VError(f"-size is {config.vector_size}; a file of vectors holds at most {MOST_NUMBERS:,} numbers each.")
    one = np.zeros((1, 1), np.float32)
    check_place(asked.output, lambda place: formats.write(place, ["a"], one, binary=asked.binary))
    check_place(asked.save_vocab)
    sources = from_arguments([asked.corpus])
    read = {"-train": [source.name for source in sources]}
    read |= {"-read-vocab": [str(asked.read_vocab)]} if asked.read_vocab else {}
    check_apart(read, {"-output": asked.output, "-save-vocab": asked.save_vocab})
    vocabulary = _vocabulary(asked.read_vocab, config) if asked.read_vocab else None
    with Reporter(quiet=asked.quiet, wording=flagged) as reporter:
        if asked.output is None:
            assert asked.save_vocab is not None, "`read` says so"
            _count(sources, config, asked.save_vocab, reporter)
            return
        reporter.on_note(f"word2vec.c's flags are understood. In w2v's own words: {asked.in_our_words()}")
        for note in asked.notes:
            reporter.on_note(note)
        _train(sources, config, asked, asked.output, vocabulary, reporter)


def _vocabulary(path: Path, config: Config) -> Any:
    """The words of a file that word2vec.c, or w2v, has written, as word2vec.c reads it."""
    from w2v.corpus.vocabulary import Vocabulary

    read = Vocabulary.load(path)
    counts = dict(zip(read.words, read.counts.tolist(), strict=True))
    counts.pop(_SENTENCE_END, None)
    return Vocabulary.from_counts(list(counts), list(counts.values()), min_count=config.min_count or 1)


def _count(corpus: Any, config: Config, output: Path, reporter: Any) -> None:
    """Write the vocabulary alone."""
    from w2v.corpus.stream import open_stream
    from w2v.training.train import stream_options_of

    with open_stream(corpus, on_progress=reporter.on_read, **stream_options_of(config)) as stream:
        reporter.on_corpus(stream)
        stream.vocab.save(output)
    reporter.say(f"saved         {output}")


def _train(corpus: Any, config: Config, asked: Asked, output: Path, vocabulary: Any, reporter: Any) -> None:
    from w2v.base.rescue import save_somewhere
    from w2v.training.callbacks import Callback
    from w2v.training.train import train as train_model
    from w2v.vectors import formats

    class SavesVocabulary(Callback):
        def on_corpus(self, stream: Any) -> None:
            stream.vocab.save(asked.save_vocab)
            reporter.say(f"saved         {asked.save_vocab}")

    callbacks = [reporter, SavesVocabulary()] if asked.save_vocab else [reporter]
    options = {} if vocabulary is None else {"vocabulary": vocabulary}
    vectors = train_model(corpus, config, callbacks=callbacks, **options).vectors

    def write(place: Path) -> None:
        formats.write(place, vectors.index_to_key, vectors.vectors, vectors.dtype, binary=asked.binary)

    place, why_elsewhere = save_somewhere(write, output)
    if why_elsewhere:
        raise W2VError(why_elsewhere)
    reporter.say(
        f"saved         {place}   try: w2v nn {shlex.quote(str(place))} {shlex.quote(vectors.index_to_key[-1])}"
    )
