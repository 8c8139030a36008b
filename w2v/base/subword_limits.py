"""What settings, files and `w2v.gensim` take alike of n-grams: what one writes the others read."""

LONGEST_NGRAM = 100  # characters; words have few n-grams that are longer, and all of a long one would fill the memory
MOST_BUCKETS = 100_000_000  # rows that n-grams share
MOST_HASHES = 4  # rows of an n-gram, of floret: as many words of 32 bits has its hash
