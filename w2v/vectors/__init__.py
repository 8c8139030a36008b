"""Words and their vectors: queries, scores, and the files of the world."""

from w2v.vectors.keyed import KeyedVectors
from w2v.vectors.poincare import PoincareKeyedVectors

__all__ = ["KeyedVectors", "PoincareKeyedVectors"]
