"""Which options of `w2v plot` fit what is drawn, each other and the file: what would be passed over is refused."""

from pathlib import Path

from w2v.base.places import expect_local
from w2v.errors import W2VError

TOP = {".html": 5_000, ".tsv": 10_000, ".parquet": 2_000}  # words where none are named; of a picture 150
WORDS = {"--words", "--words-file", "--near", "--top"}
LAID_OUT = {"--method", "--seed"}
FITTING = {  # which options say something to what is drawn
    "--history": {"--title"},
    "--tree": {"--title", "--words", "--top"},
    "--animate": WORDS | LAID_OUT | {"--title", "--clusters"},
    "two models": WORDS | LAID_OUT | {"--title"},
    "a map": WORDS | LAID_OUT | {"--title", "--clusters", "--analogy"},
    "a disc": WORDS | {"--title"},  # as a map of hyperbolic words is drawn
}
UNFIT = {  # and what says nothing to a kind of file
    ".html": {"--analogy"},
    ".tsv": LAID_OUT | {"--analogy", "--title"},
    ".parquet": {"--analogy", "--title"},
}
NAMES = {
    "--history": "A picture of curves",
    "--tree": "A picture of a tree",
    "--animate": "A film",
    "two models": "A picture of two models",
    "a map": "A map",
    "a disc": "A disc of hyperbolic words",
}


def check_options(given: list[str], kind: str) -> None:
    """Raise a W2VError for options that say nothing to what is drawn."""
    if useless := [option for option in given if option not in FITTING[kind]]:
        why = "draws curves, which have no words" if kind == "--history" else "can do nothing with that"
        raise W2VError(f"{NAMES[kind] if kind == 'a disc' else kind} {why}; leave {', '.join(useless)} out.")


def check_together(given: list[str], method: str | None) -> None:
    """Raise a W2VError for options of which one would be passed over beside the other."""
    named = [option for option in given if option in ("--words", "--words-file", "--near")]
    if len(named) > 1:
        raise W2VError("--words, --words-file and --near each say what to draw; give one of them.")
    if "--top" in given and (named := [*named, *({"--analogy"} & set(given))]):
        raise W2VError(f"--top draws the most frequent words, and {named[0]} says which to draw; give one of them.")
    if "--seed" in given and method == "pca":
        raise W2VError("--seed is of t-SNE and UMAP, and --method pca draws nothing at random; leave one of them out.")


def check_name(output: Path, kind: str) -> str:
    """The suffix of the file, which must fit what is drawn."""
    from w2v.plots.animation import check_suffix
    from w2v.plots.figure import DATE_OF

    expect_local(output)
    if not output.parent.is_dir():
        raise W2VError(f"There is no folder {output.parent} to save {output.name} in. Create it first.")
    suffix = output.suffix.lower()
    fitting = {
        "--animate": [".gif", ".mp4", ".html"],
        "a map": [*DATE_OF, *TOP],
        "a disc": [*DATE_OF, ".html"],
    }.get(kind, list(DATE_OF))
    if suffix not in fitting:
        film = " A film, .gif or .mp4, is made with --animate." if suffix in (".gif", ".mp4") else ""
        raise W2VError(f"{NAMES[kind]} cannot be saved as {output.name!r}: it must end in {', '.join(fitting)}.{film}")
    return check_suffix(output, fitting) if kind == "--animate" else suffix


def check_file(given: list[str], suffix: str) -> None:
    """Raise a W2VError for options that say nothing to such a file."""
    if useless := [option for option in given if option in UNFIT.get(suffix, ())]:
        raise W2VError(f"A file {suffix} has no place for {', '.join(useless)}; leave that out, or draw a picture.")
