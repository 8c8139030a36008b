"""What `gensim.test` has that tutorials use."""
