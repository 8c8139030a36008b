"""The same readers under atheris, which keeps the inputs that reach new code, and changes those.

    pip install -e '.[fuzz]'
    cd tests && python -m fuzz.coverage_guided "vectors: word2vec text" -max_total_time=600

All arguments after the reader's name are libFuzzer's; -artifact_prefix=DIR/ says where it puts a file with a fault. An
input is the bytes of the file that the reader damages, or of the first such where there are several; the others are
whole. It is written for Linux, since atheris is.
"""

import sys
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path


def compiled() -> list[str]:
    """Modules with functions that numba compiles, which it cannot once they are instrumented."""
    root = Path(__file__).parents[2]
    paths = [path for path in (root / "w2v").rglob("*.py") if "njit" in path.read_text(encoding="utf-8")]
    return [".".join(path.relative_to(root).with_suffix("").parts) for path in paths]


def main() -> None:
    try:
        import atheris
    except ImportError:
        sys.exit("This needs atheris: pip install -e '.[fuzz]'. It has wheels for Linux, and not for every Python.")
    with atheris.instrument_imports(include=["w2v"], exclude=compiled()):
        from fuzz.harness import put
        from fuzz.readers import READERS
        from w2v.errors import W2VError

    if len(sys.argv) < 2 or sys.argv[1] not in READERS:
        sys.exit(f"Give the name of a reader, one of: {', '.join(READERS)}.")
    warnings.simplefilter("ignore")
    reader = READERS[sys.argv.pop(1)]
    whole = reader.seeds()[0]
    damaged = next(iter(reader.damage))

    def read(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as place:
            put({**whole, damaged: data}, Path(place) / "case")
            with suppress(W2VError):
                reader.read(Path(place) / "case")

    with tempfile.TemporaryDirectory() as corpus:
        for number, files in enumerate(reader.seeds()):
            (Path(corpus) / str(number)).write_bytes(files[damaged])
        atheris.Setup([*sys.argv, corpus], read)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
