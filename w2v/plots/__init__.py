"""Pictures and pages of word vectors, of hierarchies and of how training went."""
