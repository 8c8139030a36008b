"""The command that looks for phrases: phrases."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from w2v.base.config import Config
from w2v.base.places import expect_local
from w2v.cli.arguments import CacheDir, Corpus, Overwrite, Quiet, with_settings
from w2v.errors import W2VError, brief, counted

READING = ("tokenizer", "field", "keep_punctuation", "strict")
PHRASES = tuple(name for name in Config.__dataclass_fields__ if name.startswith("phrase"))


@with_settings(Config, only=READING + PHRASES)
def phrases(
    corpus: Corpus,
    settings: dict[str, Any],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="TABLE", help="Write all of them to a file, with tabs.")
    ] = None,
    topn: Annotated[
        int | None, typer.Option("--topn", "-n", min=1, help="Phrases to print, without --output. [default: 20]")
    ] = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    cache_dir: CacheDir = None,
) -> None:
    """List the phrases that `train --phrases` would join, scored, best first: to choose its settings by.

    It looks once, unless --phrases asks for more passes.
    """
    config = Config.of({"phrases": 1} | settings)
    if output and topn:
        raise W2VError("--topn says how many are printed, and --output writes all of them; give one of the two.")
    topn = topn or 20
    if output:
        expect_local(output, "cannot be written")
    if output and output.exists() and not overwrite:
        raise W2VError(f"{output} exists already. Choose another name, or pass --overwrite to replace it.")
    if output and not output.parent.is_dir():
        raise W2VError(f"{output} cannot be written: there is no folder {output.parent}. Make it first.")

    from w2v.cli.wording import flagged
    from w2v.corpus.phrase_scores import Joining
    from w2v.corpus.phrase_search import COLUMNS, cells, phrases_in, write_phrases
    from w2v.corpus.stream import open_stream
    from w2v.text.sources import from_arguments
    from w2v.training.progress import Reporter

    joining = Joining.of(config)
    if joining is None:
        raise W2VError("phrases=0 looks for none; give 1 or more passes.")
    reading = {name: getattr(config, name) for name in READING}
    with Reporter(quiet=quiet, wording=flagged) as reporter:
        found = from_arguments(corpus)
        with open_stream(found, min_count=1, cache_dir=cache_dir, on_progress=reporter.on_read, **reading) as stream:
            reporter.on_corpus(stream)
            for remark in stream.remarks():
                reporter.on_note(remark)
            ranked = phrases_in(stream, joining)
    if output:
        write_phrases(ranked, output)
        if not quiet:
            print(f"{counted(len(ranked), 'phrase')} written to {output}", file=sys.stderr)
        return
    rows = [list(COLUMNS), *map(cells, ranked[:topn])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows if ranked else []:
        name, *numbers = (f"{text:{'<>'[place > 0]}{widths[place]}}" for place, text in enumerate(row))
        print(brief("  ".join([name, *numbers]).rstrip()))
    if not quiet:
        rest = len(ranked) - len(rows) + 1
        if not ranked:
            print("note: no pair of words has a higher score; " + flagged(LOWER), file=sys.stderr)
        elif rest:
            print(f"{counted(rest, 'more phrase')}; -o FILE writes all of them", file=sys.stderr)


LOWER = "a lower phrase_threshold, or phrase_min_count, finds more"
