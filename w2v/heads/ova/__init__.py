"""One-vs-all: see `reference.py`."""
