"""The command that publishes vectors: export."""

from pathlib import Path
from typing import Annotated

import typer

from w2v.cli.arguments import ModelPath, Overwrite, load
from w2v.errors import W2VError


def export(
    model: ModelPath,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to write.")],
    dtype: Annotated[str, typer.Option(help="float32; float16, half the size; int8, a quarter.")] = "float32",
    tokenizer: Annotated[
        str | None,
        typer.Option(help="How texts are cut there: words, whitespace or chinese. [default: as the model's text was]"),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the card calls them. [default: as the folder]")] = None,
    license: Annotated[str | None, typer.Option(help="Of the vectors, as the hub spells it: cc0-1.0, mit.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="A language's code, such as en; may come again.")] = None,
    text: Annotated[str | None, typer.Option(help="For the card: what they were trained on.")] = None,
    hub: Annotated[
        str | None, typer.Option(metavar="USER/NAME", help="Upload it to this repository of the Hugging Face hub, too.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Make that repository one that only you see.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write a model's vectors as a folder that sentence-transformers and model2vec load, with a card."""
    from w2v.training.published import read_told, with_own
    from w2v.vectors.formats.static_embedding import FILES
    from w2v.vectors.hub import expect_repository, upload
    from w2v.vectors.pretrained import MESSAGE, Published

    if hub is not None:
        expect_repository(hub)
    elif private:
        raise W2VError("--private is of a repository of the hub, and --hub is not given: --hub USER/NAME.")
    given: Published = {"dtype": dtype, "license": license, "language": language, "text": text, "name": name or hub}
    if tokenizer is not None:
        given["tokenizer"] = tokenizer
    vectors = load(model)
    vectors.save_pretrained(folder, overwrite=overwrite, **with_own(read_told(model), given))
    if hub is not None:
        try:
            print(upload(folder, FILES, hub, private=private, token=None, message=MESSAGE))
        except W2VError as error:
            raise W2VError(f"{error} {folder} was written.") from error
