"""Regression on pointwise mutual information: see `reference.py`."""
