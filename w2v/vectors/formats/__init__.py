"""The files of the world: word vectors as others write and read them.

- word2vec binary (`word2vec_binary.py`), by convention `.bin`;
- lines of text (`text_lines.py`): word2vec text, fastText, GloVe, by convention `.txt` or `.vec`. The one for float64;
- either of them compressed (`.gz`, `.bz2`, `.xz`, `.zst`), and folders: a model's (`model_folder.py`), and our own of
  vectors alone (`vectors_folder.py`).

The format of what is read is recognised by its bytes, whatever its name (`recognise.py`); that of what is written, by
its name (`names.py`).

Invalid UTF-8 in a word is replaced (the C tool cuts long words anywhere), a word that comes again is dropped;
both are counted and warned of. Files are written whole or not at all.
"""

from w2v.vectors.formats.files import read, save, write
from w2v.vectors.formats.names import ending_of
from w2v.vectors.formats.table import Table

__all__ = ["Table", "ending_of", "read", "save", "write"]
