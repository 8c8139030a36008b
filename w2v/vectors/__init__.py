"""Words and their vectors: queries, scores, and the files of the world."""

from w2v.vectors.keyed import KeyedVectors, vectors_of
from w2v.vectors.poincare import PoincareKeyedVectors

__all__ = ["KeyedVectors", "PoincareKeyedVectors", "vectors_of"]
