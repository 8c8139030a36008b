"""The command lines of fastText, GloVe and word2vec.c's tools: what w2v would be told instead."""

import shlex
from typing import Any

from typer.core import TyperGroup

from w2v.errors import W2VError

_FASTTEXT = {  # its flags, and ours
    "-input": "", "-output": "--output", "-dim": "--vector-size", "-ws": "--window", "-epoch": "--epochs",
    "-lr": "--alpha", "-neg": "--negative", "-minCount": "--min-count", "-loss": "--head", "-t": "--sample",
    "-thread": "--workers", "-seed": "--seed",
}  # fmt: skip
_GLOVE = {
    "-corpus-file": "", "-save-file": "--output", "-vector-size": "--vector-size", "-window-size": "--window",
    "-max-iter": "--epochs", "-iter": "--epochs", "-eta": "--alpha", "-x-max": "--x-max", "-alpha": "--x-exponent",
    "-min-count": "--min-count", "-max-vocab": "--max-final-vocab", "-threads": "--workers", "-seed": "--seed",
}  # fmt: skip
_ONLY_FASTTEXT = {
    *("-input", "-dim", "-ws", "-epoch", "-lr", "-lrUpdateRate", "-neg", "-minCount", "-minCountLabel", "-wordNgrams"),
    *("-loss", "-bucket", "-minn", "-maxn", "-thread", "-label", "-pretrainedVectors", "-saveOutput"),
}
_ONLY_GLOVE = {
    *("-corpus-file", "-save-file", "-vector-size", "-window-size", "-max-iter", "-eta", "-x-max", "-max-vocab"),
    *("-input-file", "-vocab-file", "-symmetric", "-overflow-file", "-gradsq-file", "-write-header", "-save-gradsq"),
}
_MODES = {"skipgram": "skipgram", "cbow": "cbow"}
_TOOLS = {
    "glove": "GloVe's program",
    "vocab_count": "a step of GloVe",
    "cooccur": "a step of GloVe",
    "shuffle": "a step of GloVe",
}
_HEADS = {"ns": "ns", "hs": "hs", "softmax": "softmax", "ova": "ova", "one-vs-all": "ova"}
_OF_WORD2VEC_C = {
    "distance": "w2v nn MODEL WORD",
    "word-analogy": "w2v analogy MODEL man king woman",
    "compute-accuracy": "w2v eval MODEL --analogies questions-words.txt",
}
_OF_FASTTEXT = {
    "analogies": "w2v analogy MODEL berlin germany france",
    "print-word-vectors": "w2v convert MODEL vectors.txt",
}
_CLASSIFIERS = ("supervised", "quantize", "test", "test-label", "predict-prob")


class Commands(TyperGroup):
    """The commands of w2v, which says what to do instead of those of other programs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0].startswith("-") and args[0] in {"-train", "-output", *_FASTTEXT, *_GLOVE}:
            raise W2VError(
                f"{args[0]} stands before a command. Flags of word2vec.c come after it: w2v train {args[0]} ..."
            )
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, *rest = args
        if self.get_command(ctx, name) is None:
            if name in _MODES:
                raise W2VError(f"{name} is a command of fastText. In w2v: {_of_fasttext(rest, _MODES[name])}")
            if name in _TOOLS:
                raise W2VError(f"{name} is {_TOOLS[name]}. In w2v one command does all of them: {_of_glove(rest)}")
            if name in _CLASSIFIERS:
                raise W2VError(
                    f"{name} is a command of fastText for classifying texts, which w2v does not. In Python, "
                    "w2v.sklearn.W2VTransformer gives vectors of texts to scikit-learn's classifiers."
                )
            for program, commands in (("word2vec.c", _OF_WORD2VEC_C), ("fastText", _OF_FASTTEXT)):
                if name in commands:
                    raise W2VError(f"{name} is a command of {program}. In w2v: {commands[name]}")
        return super().resolve_command(ctx, args)


def refuse_other_programs(args: list[str]) -> None:
    """Raise a W2VError where flags are fastText's or GloVe's: the command that says the same here."""
    own = args[: args.index("--")] if "--" in args else args
    if (flag := next((arg for arg in own if arg in _ONLY_FASTTEXT), None)) is not None:
        raise W2VError(f"{flag} is a flag of fastText. In w2v: {_of_fasttext(own)}")
    if (flag := next((arg for arg in own if arg in _ONLY_GLOVE), None)) is not None:
        raise W2VError(f"{flag} is a flag of GloVe. In w2v: {_of_glove(own)}")


def _of_fasttext(args: list[str], arch: str | None = None) -> str:
    return _told(args, _FASTTEXT, ["--arch", arch] if arch else [])


def _of_glove(args: list[str]) -> str:
    return _told(args, _GLOVE, ["--head", "pmi", "--distance-weighting"])


def _told(args: list[str], names: dict[str, str], more: list[str]) -> str:
    """Our command for some of another program's flags, with those that have no counterpart here after it."""
    text, output, options, dropped = "CORPUS", "MODEL", list(more), []
    place = 0
    while place < len(args):
        flag, value = args[place], args[place + 1] if place + 1 < len(args) else None
        if not flag.startswith("-"):
            place += 1
            continue
        place += 1 if value is None else 2
        ours = names.get(flag)
        if ours is None or value is None:
            dropped.append(flag)
        elif ours == "":
            text = value
        elif ours == "--output":
            output = value
        else:
            options += [ours, _HEADS.get(value, value) if ours == "--head" else value]
    without = f"   (without {', '.join(dropped)}: there is no such thing here)" if dropped else ""
    return shlex.join(["w2v", "train", text, "--output", output, *options]) + without
