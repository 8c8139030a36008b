"""`python -m w2v` is the command line; so is the command `w2v`, from its first import on."""

import sys


def main() -> None:
    """Run the command line, whose own imports may be interrupted as well."""
    try:
        from w2v.cli import main as run

        run()
    except KeyboardInterrupt as stop:
        print("Interrupted.", file=sys.stderr)
        sys.exit(128 + getattr(stop, "number", 2))


if __name__ == "__main__":
    main()
