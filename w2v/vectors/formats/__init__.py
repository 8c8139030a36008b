"""The files of the world: word vectors as others write and read them.

- word2vec binary (`word2vec_binary.py`), by convention `.bin`;
- lines of text (`text_lines.py`): word2vec text, fastText, GloVe, by convention `.txt` or `.vec`;
- named arrays and columns (`named_arrays.py`): NumPy's `npz.py`, of arrays as in `npy.py`, `safetensors_file.py`,
  `parquet.py`;
- floret's rows of n-grams (`floret_file.py`), of which vectors of any word are made;
- to be read only: models of fastText (`fasttext.py`), and what gensim saved (`gensim_pickle.py`);
- any of them packed, alone in a zip archive, or behind an address (`opened.py`);
- folders: a model's (`model_folder.py`), our own of vectors alone (`vectors_folder.py`), spaCy's (`spacy_folder.py`),
  and static embeddings (`static_embedding.py`).

The format of what is read is recognised by its bytes, whatever its name (`recognise.py`); that of what is written, by
its name (`names.py`). Text, npz, safetensors, Parquet and our folder hold float64 as well.

Invalid UTF-8 in a word is replaced (the C tool cuts long words anywhere), a word that comes again is dropped;
both are counted and warned of. Files are written whole or not at all.
"""

from w2v.vectors.formats.files import read, save, write
from w2v.vectors.formats.names import FOLDER, ending_of
from w2v.vectors.formats.table import Table

__all__ = ["FOLDER", "Table", "ending_of", "read", "save", "write"]
