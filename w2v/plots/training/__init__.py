"""Figures of training runs, alone and compared."""
