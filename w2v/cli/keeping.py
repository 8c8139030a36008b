"""Commands about data on disk: demo, fetch, cache."""

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from w2v.cli.arguments import CacheDir, Overwrite, Quiet
from w2v.cli.wording import flagged


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the corpus, the model and the map.")
    ] = Path("demo"),
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Train on a small made-up world, query and score the vectors, and draw their map: under a minute."""
    from w2v.base.locks import locked
    from w2v.demo import run
    from w2v.training.progress import Reporter

    with locked(output), Reporter(quiet=quiet, wording=flagged) as reporter:
        run(output, reporter, overwrite=overwrite)


def fetch(
    name: Annotated[str, typer.Argument(help="A public corpus, question set or hierarchy by name; `list` lists them.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to put it in.")] = Path("."),
    quiet: Quiet = False,
) -> None:
    """Get a public corpus, question set or hierarchy: resumed when broken, checksum verified, unpacked."""
    from w2v.corpus import catalogue as fetching
    from w2v.training.progress import download_bar

    if name == "list":
        for key, corpus in fetching.CORPORA.items():
            print(f"{key:<18}{corpus.about}")
        return

    def on_note(sentence: str) -> None:
        if not quiet:
            print(f"note: {sentence}", file=sys.stderr)

    with download_bar(name, quiet=quiet) as on_progress:
        print(fetching.fetch(name, output, on_progress=on_progress, on_note=on_note))


def cache(
    clear: Annotated[
        bool, typer.Option("--clear", help="Delete them, and what killed runs left there and among temporaries.")
    ] = False,
    cache_dir: CacheDir = None,
) -> None:
    """List the id streams kept from earlier runs."""
    from w2v.base.leftovers import sweep
    from w2v.corpus import stream

    if clear:
        freed = stream.clear_cache(cache_dir) + sweep(Path(tempfile.gettempdir()))
        print(f"deleted {freed / 1e6:,.0f} MB")
        return
    for kept in stream.cached_streams(cache_dir):
        print(f"{kept.size / 1e6:>8,.1f} MB  {kept.tokens:>14,} tokens  {', '.join(kept.sources)}")
