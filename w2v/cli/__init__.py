"""The command line. Commands have no logic of their own: they read arguments, call the package, and print.

Nothing heavy is imported before a command needs it: `w2v --help` must answer at once.
"""

import signal
import sys
import threading
import warnings
from importlib.metadata import version
from typing import Annotated

import typer

from w2v.base.ranks import alone
from w2v.base.signals import SIGNALS, interrupt
from w2v.base.terminal import guard
from w2v.cli.elsewhere import Commands
from w2v.cli.explain import explain
from w2v.cli.export import export
from w2v.cli.keeping import cache, demo, fetch
from w2v.cli.phrases import phrases
from w2v.cli.plot import plot
from w2v.cli.poincare import app as poincare
from w2v.cli.predict import TakesContext, predict
from w2v.cli.query import analogy, convert, evaluate, info, nn
from w2v.cli.streams import make_unfailing
from w2v.cli.training import compare, train
from w2v.cli.word2vec_c import TakesWord2VecFlags
from w2v.cli.wording import Command, flagged
from w2v.errors import W2VError, brief

app = typer.Typer(
    name="w2v",
    cls=Commands,
    help="Train word vectors on any text, query and score them, and see them in two dimensions; embed hierarchies.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command(cls=TakesWord2VecFlags)(train)
app.command(cls=Command)(nn)
app.command(cls=Command)(analogy)
app.command(cls=TakesContext)(predict)
app.command(cls=Command)(explain)
app.command(name="eval", cls=Command)(evaluate)
for command in (compare, phrases, plot, convert, export, info, demo, fetch, cache):
    app.command(cls=Command)(command)
app.add_typer(poincare)


AGAIN = 0.05  # seconds, after which an interrupt comes again that was passed over


def _print_version(asked: bool) -> None:
    if asked:
        print(f"w2v {version('w2v')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """What `w2v` itself understands, before a command."""
    if context.invoked_subcommand not in ("train", "info"):
        alone(f"w2v {context.invoked_subcommand}")


def main() -> None:
    """Run the command line; errors a user can act on are one sentence on stderr and exit code 2."""
    out = make_unfailing()
    guard()
    warnings.showwarning = lambda message, *_: print(f"note: {brief(flagged(str(message)))}", file=sys.stderr)
    for number in SIGNALS:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, interrupt)  # so that what is open is closed, and child processes are ended
    sys.unraisablehook = _raise_again
    try:
        app()
    except W2VError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename or 'A file'}: {error.strerror or error}.")
    finally:
        out.flush()
        if out.error and not isinstance(out.error, BrokenPipeError):  # whose reader has what it wanted, as `| head`
            _stop(f"The output could not be written: {out.error.strerror}.")


def _raise_again(what: "sys.UnraisableHookArgs") -> None:
    """An interrupt that came where no exception can get out of, such as in `__del__`, is not lost: it comes again."""
    if issubclass(what.exc_type, KeyboardInterrupt):
        number = getattr(what.exc_value, "number", signal.SIGINT)
        threading.Timer(AGAIN, signal.raise_signal, [number]).start()  # here, too, it would be passed over
    else:
        sys.__unraisablehook__(what)


def _stop(sentence: str) -> None:
    print(f"error: {sentence}", file=sys.stderr)
    sys.exit(2)
