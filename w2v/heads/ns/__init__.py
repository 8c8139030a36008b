"""Negative sampling: see `reference.py`."""
