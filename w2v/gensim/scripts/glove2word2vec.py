"""GloVe's text files with word2vec's first line put before them.

    python -m w2v.gensim.scripts.glove2word2vec --input glove.txt --output word2vec.txt

Not needed here, since everything that reads vectors recognises GloVe's files; other programs may want them.
"""

import argparse
from pathlib import Path

from w2v.vectors import KeyedVectors


def get_glove_info(glove_file_name: str | Path) -> tuple[int, int]:
    """How many words a file has, and how many dimensions. Raises W2VError when it is no vectors file."""
    vectors = KeyedVectors.load_word2vec_format(glove_file_name)
    return len(vectors), vectors.vector_size


def glove2word2vec(glove_input_file: str | Path, word2vec_output_file: str | Path) -> tuple[int, int]:
    """Write a file of GloVe's in word2vec's text format, compressed where the name says so.

    Returns:
        How many words there are, and how many dimensions.

    Raises:
        W2VError: it is no vectors file, or cannot be written.
    """
    vectors = KeyedVectors.load_word2vec_format(glove_input_file)
    vectors.save_word2vec_format(word2vec_output_file)
    return len(vectors), vectors.vector_size


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write a file of GloVe's vectors in word2vec's text format.")
    parser.add_argument("-i", "--input", required=True, help="a file of GloVe's")
    parser.add_argument("-o", "--output", required=True, help="the file to write")
    given = parser.parse_args()
    words, dimensions = glove2word2vec(given.input, given.output)
    print(f"{given.output}: {words:,} words, {dimensions} dimensions")


if __name__ == "__main__":
    main()
