"""Hyperbolic space at work: relations embedded and scored, and layers for anyone's torch model."""
