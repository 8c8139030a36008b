"""What `gensim.models` has of word vectors; a name is imported when it is first used."""

import importlib as _importlib
import typing as _typing

_HOMES: dict[str, str] = {  # name: the module here that has it
    "FastText": "fasttext",
    "FrozenPhrases": "phrases",
    "KeyedVectors": "keyedvectors",
    "Phraser": "phrases",
    "Phrases": "phrases",
    "PoincareModel": "poincare",
    "Word2Vec": "word2vec",
    "FAST_VERSION": "word2vec",
}
_MODULES = ["callbacks", "fasttext", "keyedvectors", "phrases", "poincare", "word2vec"]
_OF_DOCUMENTS = {
    *("Doc2Vec", "TfidfModel", "LsiModel", "LdaModel", "LdaMulticore", "LdaSeqModel", "HdpModel", "AuthorTopicModel"),
    *("EnsembleLda", "Nmf", "RpModel", "LogEntropyModel", "NormModel", "CoherenceModel", "OkapiBM25Model"),
    *("LuceneBM25Model", "AtireBM25Model", "doc2vec", "ldamodel", "tfidfmodel", "lsimodel", "ldamulticore"),
}


def __getattr__(name: str) -> _typing.Any:
    if name in _MODULES:
        return _importlib.import_module(f"w2v.gensim.models.{name}")
    if name in _OF_DOCUMENTS:  # an AttributeError's sentence would be lost in `from ... import`
        raise ImportError(f"{name} is about documents, and w2v about words; import it from gensim.models.", name=name)
    if name not in _HOMES:
        raise AttributeError(f"module 'w2v.gensim.models' has no attribute {name!r}")
    return getattr(_importlib.import_module(f"w2v.gensim.models.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*_HOMES, *_MODULES])
