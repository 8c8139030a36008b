"""Negative sampling in hyperbolic space: see `reference.py`."""
