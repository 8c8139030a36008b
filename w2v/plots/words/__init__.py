"""Pictures of word vectors."""
