"""gensim's names, defaults and habits over this package: `from gensim.models import Word2Vec` becomes
`from w2v.gensim.models import Word2Vec`, and nothing else of a script changes.

Thin: every module here translates arguments, results and attributes, and has the rooms of the house train, query, read
and write.
"""
