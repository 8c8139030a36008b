"""Words and their vectors: queries, scores, and the files of the world."""

from w2v.vectors.hyperbolic import PoincareKeyedVectors
from w2v.vectors.keyed import KeyedVectors

__all__ = ["KeyedVectors", "PoincareKeyedVectors"]
