"""Figures, pages and films of word vectors, of hierarchies and of training runs."""
