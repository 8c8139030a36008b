"""Hierarchical softmax: see `reference.py`."""
