"""The words in a `tokenizer.json`: what each row of a table of tokens is called.

Hugging Face's tokenizers write such files, and say in them how a token shows where a word begins:

    WordLevel                   tokens are words
    WordPiece                   `##ing` goes on, `the` is a word or begins one
    Metaspace, and Prepend      `▁the` is a word or begins one, `ing` goes on       (SentencePiece)
    ByteLevel                   the same with `Ġ`, and every byte is a letter       (GPT-2)
    end_of_word_suffix          `the</w>` is a word or ends one, `th` goes on

All of them are read as WordPiece writes them: what is a word by itself is called just that, so that `vectors["the"]`
finds it, and what only goes on has `##` before it. Tokens that stand for no text, such as [PAD], are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from w2v.base import json_text
from w2v.base.json_text import is_count, mapping
from w2v.errors import W2VError

GOES_ON = "##"  # before what is only a part of a word, and does not begin one
MARK = "▁"  # SentencePiece's for a space


def words_in(data: bytes, where: str) -> list[tuple[int, str]]:
    """The words in the bytes of a tokenizer.json, with the number of each one's row, in the order of these.

    where: its path, for errors. Raises W2VError when it is damaged, or of a kind that is not known.
    """
    spec = mapping(json_text.parse(data, where), where)
    model = mapping(spec.get("model"), where)
    id_of = _vocabulary(model, where)
    for token in _objects(spec.get("added_tokens") or [], where):
        if not isinstance(token.get("content"), str) or not is_count(token.get("id")):
            raise W2VError(f"{where} is damaged: {token!r:.100} is no added token, which has an id and a content.")
        id_of.pop(token["content"], None)
        if not token.get("special"):
            id_of[_Plain(token["content"])] = token["id"]
    if isinstance(unknown := model.get("unk_token"), str):
        id_of.pop(unknown, None)
    spelling = _Spelling(spec, model, where)
    found = [(row, str(token) if isinstance(token, _Plain) else spelling.word(token)) for token, row in id_of.items()]
    return sorted(found, key=lambda pair: pair[0])


class _Plain(str):
    """A token that is found in the text as it is."""

    __slots__ = ()


def _vocabulary(model: dict[str, Any], where: str) -> dict[str, int]:
    """The row of each token."""
    vocabulary = model.get("vocab")
    if isinstance(vocabulary, list):  # Unigram: tokens with their log-probabilities
        id_of: dict[str, Any] = {}
        for row, each in enumerate(vocabulary):
            if not isinstance(each, list) or not each or not isinstance(each[0], str):
                raise W2VError(
                    f"{where} is damaged: its vocabulary holds {each!r:.60}, in place of a token and a number."
                )
            if row != model.get("unk_id"):
                id_of[each[0]] = row
    elif isinstance(vocabulary, dict):
        id_of = vocabulary
    else:
        raise W2VError(f"{where} holds no vocabulary: expected one in `model`, of a WordLevel, WordPiece, BPE or "
                       f"Unigram tokenizer; its type is {model.get('type')!r:.60}.")  # fmt: skip
    for token, row in id_of.items():
        if not is_count(row):
            raise W2VError(f"{where} is damaged: its vocabulary holds {token!r:.60} with the number {row!r:.30}.")
    return id_of


class _Spelling:
    """How the tokens of one tokenizer show where a word begins."""

    def __init__(self, spec: dict[str, Any], model: dict[str, Any], where: str) -> None:
        steps = [*_steps(spec.get("normalizer"), where), *_steps(spec.get("pre_tokenizer"), where)]
        self._bytes = any(step.get("type") == "ByteLevel" for step in steps)
        marks = [step.get("replacement", MARK) for step in steps if step.get("type") == "Metaspace"]
        marks += [step.get("prepend") for step in steps if step.get("type") == "Prepend"]
        self._mark = " " if self._bytes else next((mark for mark in marks if isinstance(mark, str) and mark), "")
        suffix = model.get("end_of_word_suffix")
        self._suffix = suffix if isinstance(suffix, str) else ""

    def word(self, token: str) -> str:
        """What a token is called."""
        if self._bytes:
            token = _of_bytes(token)
        if self._suffix:
            ends = token.endswith(self._suffix) and token != self._suffix
            return token.removesuffix(self._suffix) if ends else GOES_ON + token
        if not self._mark or token == self._mark:
            return token
        begins = token.startswith(self._mark)
        return ("" if begins else GOES_ON) + token.removeprefix(self._mark).replace(self._mark, " ")


def _steps(step: Any, where: str) -> Iterator[dict[str, Any]]:
    """A normalizer or pre-tokenizer, or those that it is a sequence of."""
    if step is None:
        return
    parts = mapping(step, where)
    inner = parts.get("normalizers", parts.get("pretokenizers"))
    if inner is None:
        yield parts
        return
    for each in _objects(inner, where):
        yield from _steps(each, where)


def _objects(given: Any, where: str) -> list[dict[str, Any]]:
    if not isinstance(given, list):
        raise W2VError(f"{where} is damaged: expected a list, got {given!r:.60}.")
    return [mapping(each, where) for each in given]


def _of_bytes(token: str) -> str:
    """What is meant by a token in which each letter is a byte; the token itself, where that is no UTF-8."""
    byte_of = _byte_letters()
    try:
        return bytes(byte_of[letter] for letter in token).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return token


@cache
def _byte_letters() -> dict[str, int]:
    """GPT-2's letter of each byte: itself where it can be seen in Latin-1, else the next from U+0100 on."""
    seen = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = sorted(set(range(256)) - set(seen))
    return {chr(byte): byte for byte in seen} | {chr(0x100 + place): byte for place, byte in enumerate(hidden)}
