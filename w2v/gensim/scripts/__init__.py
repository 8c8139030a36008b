"""What `gensim.scripts` has for word vectors."""
