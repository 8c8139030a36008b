"""Full softmax: see `reference.py`."""
