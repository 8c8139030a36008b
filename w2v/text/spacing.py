"""Any text to text whose words are parted by white space, as `words` cuts and lower-cases it: compiled.

`words` of `tokenize.py` is the definition: a regular expression, which makes a string of each token. Here each
character is looked up in a table that is made of the definition's own parts, and what `words` would find is written as
bytes, for `scan.py` to number.

The table holds what can be said of a character alone: what it is in lower case, and whether normalising leaves it as it
is. For what may depend on the character before it, bits say which characters follow, and which lead. A line is read by
the table where none that follows is behind one that leads.

- Order: marks that have a place in an order (a combining class) follow and lead. So there is none to be put in order.
- Composition: whatever NFC joins to the character before it follows; what others are joined to leads, and so does what
  is composed. So nothing is joined, for what does not stand behind a starter is blocked by the mark between them. With
  the order, and since no character changes by itself, such a line is in NFC (Unicode, section 3.11: D115 to D118).
- Case: capital sigma follows, and what may make it a final one leads: a letter, or what is passed over, an apostrophe.
- Points: a letter that is two characters in lower case, a letter and a mark (İ), follows, and a point leads.

These are most lines of most languages. Others are folded by the definition's first half, and then cut by the same code.
"""

import re
import unicodedata
from functools import cache

import numpy as np

from w2v.base.compiled import njit
from w2v.text.tokenize import DIGIT, HAN, JOINERS, LETTER, PUNCTUATION, folded, marks

# What a character is to `words`. From _JOINER on it stands within words, from _UNDERSCORE on it is a \w, from _LETTER
# on it begins them.
_OTHER, _PUNCTUATION, _HAN, _JOINER, _MARK, _UNDERSCORE, _LETTER, _DIGIT, _MARKED = range(1, 10)
_KIND = 15
_ORDER, _COMPOSITION, _CASE, _POINT = 16, 32, 64, 128  # set for those that follow; for those that lead, higher by:
_FOLLOWS, _LEADS = 16 | 32 | 64 | 128, 4
_STABLE = 4096  # set where nothing else can happen to a character alone than that it is lower-cased
_LOWER, _LOWER_MARK = 13, 34  # from these bits on: the character in lower case, and what mark it has then
_CHARACTER = (1 << 21) - 1
_PAGE = 256  # characters that are described at a time

_is_letter, _is_digit = re.compile(LETTER).match, re.compile(DIGIT).match
_ENTRIES = np.zeros(0x110000, np.int64)  # of each character, 0 where its page has not been described yet


def spaced(text: bytes, keep_punctuation: bool = False, interrupted: np.ndarray | None = None) -> bytes:
    """The tokens that `words` finds in each line, a space after each. The end of a line stays a line feed.

    text: valid UTF-8, lines ending in line feeds.
    interrupted: uint8 [1], a flag that ends the work within a fraction of a second; what is returned then is not whole.
    """
    data = np.frombuffer(text, np.uint8)
    room = np.empty(2 * len(text), np.uint8)
    place = at = 0
    while True:
        place, at, unknown = _space(data, place, room, at, _ENTRIES, bool(keep_punctuation), False)
        if place == len(text) or (interrupted is not None and interrupted[0]):
            return room[:at].tobytes()
        stop = text.find(b"\n", place) + 1 or len(text)
        line = text[place:stop].decode("utf-8")
        if not unknown:
            line = folded(line)
            line_data = np.frombuffer(line.encode("utf-8"), np.uint8)
            needed = at + 2 * (len(line_data) + len(text) - stop)
            if needed > len(room):  # folding may make a line longer
                room = np.concatenate([room[:at], np.empty(2 * needed - at, np.uint8)])
            _, end, unknown = _space(line_data, 0, room, at, _ENTRIES, bool(keep_punctuation), True)
            if not unknown:
                place, at = stop, end
                continue
        _describe(line)


@njit(nogil=True, _nrt=False)
def _space(text, place, room, at, entries, keep_punctuation, is_folded):
    """Write the tokens of text[place:] from room[at] on; returns (place, at, unknown).

    It stops before a line that has to be folded, or that has a character which is unknown, in that it has no entry yet;
    else at the end of the text. is_folded: it has been folded.

    room: at least twice as long as what is left, which is enough: each token has a space after it, and no character
    becomes twice as long (`_described`).
    """
    line, line_at = place, at  # where the line begins
    before = 0  # the entry of the character before
    while place < text.size:
        entry, after = _entry(text, place, entries)
        kind = entry & _KIND
        if entry == 0 or not (is_folded or _is_plain(entry, before)):
            return line, line_at, entry == 0
        if kind < _LETTER:
            before = entry
            if kind == _HAN or (kind == _PUNCTUATION and keep_punctuation):
                at = _write(room, at, entry >> _LOWER & _CHARACTER)
                room[at] = 32
                at += 1
            elif text[place] == 10:
                room[at] = 10
                at += 1
                line, line_at = after, at
            place = after
            continue
        stop, end = 0 if kind == _MARKED else _pointed(text, place, kind, entries), at
        while place < text.size:
            entry, after = _entry(text, place, entries)
            kind = entry & _KIND
            if (place == stop) if stop > 0 else (kind < _JOINER):
                break
            if not (is_folded or _is_plain(entry, before)):
                return line, line_at, False
            before = entry
            at = _write(room, at, entry >> _LOWER & _CHARACTER)
            if kind == _MARKED:
                at = _write(room, at, entry >> _LOWER_MARK)
            if kind != _JOINER and kind != _UNDERSCORE:  # around a word, they are not of it
                end = at
            place = after
        room[end] = 32
        at = end + 1
    return place, at, False


@njit
def _is_plain(entry, before):
    """Whether folding only lower-cases a character; before: the entry of the one before it."""
    return entry & _STABLE != 0 and entry & before >> _LEADS & _FOLLOWS == 0


@njit
def _pointed(text, place, kind, entries):
    """Where the word ends that begins there, if it is one like `U.S.` or `3.14`, else 0.

    Letters joined by points, or runs of digits joined by points or commas. What is joined last is left out where the
    word goes on behind it: `J.K.Rowling` begins with `j.k.`.
    """
    groups, before, end = 0, 0, 0  # where the last group ended, and the one before it
    following = 0  # the kind of what stands after the last group
    while place < text.size:
        entry, place = _entry(text, place, entries)
        if entry & _KIND != kind:
            break
        following = 0
        while place < text.size:
            entry, after = _entry(text, place, entries)
            following = entry & _KIND
            if kind == _LETTER or following != _DIGIT:
                break
            place, following = after, 0
        groups, before, end = groups + 1, end, place
        if place == text.size or not (text[place] == 46 or (text[place] == 44 and kind == _DIGIT)):
            break
        place += 1
    if following >= _UNDERSCORE:
        groups, end = groups - 1, before
    if groups < 2:
        return 0
    return end + 1 if kind == _LETTER and end < text.size and text[end] == 46 else end


@njit
def _entry(text, place, entries):
    """The entry of the character there, and where the next one begins."""
    byte = np.int64(text[place])
    if byte < 0x80:
        return entries[byte], place + 1
    code = (byte & 0x1F) << 6 | text[place + 1] & 0x3F
    if byte < 0xE0:
        return entries[code], place + 2
    code = (code & 0x3FF) << 6 | text[place + 2] & 0x3F
    if byte < 0xF0:
        return entries[code], place + 3
    return entries[(code & 0x7FFF) << 6 | text[place + 3] & 0x3F], place + 4


@njit
def _write(room, at, code):
    """Write a character; returns where the next one goes."""
    if code < 0x80:
        room[at] = code
        return at + 1
    if code < 0x800:
        room[at] = 0xC0 | code >> 6
        room[at + 1] = 0x80 | code & 0x3F
        return at + 2
    if code < 0x10000:
        room[at] = 0xE0 | code >> 12
        room[at + 1] = 0x80 | code >> 6 & 0x3F
        room[at + 2] = 0x80 | code & 0x3F
        return at + 3
    room[at] = 0xF0 | code >> 18
    room[at + 1] = 0x80 | code >> 12 & 0x3F
    room[at + 2] = 0x80 | code >> 6 & 0x3F
    room[at + 3] = 0x80 | code & 0x3F
    return at + 4


def _describe(text: str) -> None:
    """See that each character of a text has an entry. Those of a page are made together."""
    for page in {ord(character) // _PAGE for character in set(text)}:
        if not _ENTRIES[page * _PAGE]:
            _ENTRIES[page * _PAGE : (page + 1) * _PAGE] = [_described(character) for character in _page(page)]


def _described(character: str) -> int:
    if character == "’":
        return _described("'")
    small, mark = character.lower()[0], character.lower()[1:]
    marked = len(mark) == 1 and mark in marks() and _kind(small) == _LETTER
    longer = _bytes(small + mark) >= 2 * _bytes(character)  # there is none; `_space` relies on it
    if (mark and not marked) or longer or not unicodedata.is_normalized("NFC", character):
        return ord(character) << _LOWER | _kind(character)
    followers, leaders = _composing()
    first = unicodedata.normalize("NFD", character)[0]
    order = _ORDER * (unicodedata.combining(character) > 0)
    follows = order | _COMPOSITION * (first in followers) | _POINT * marked
    follows |= _CASE * (("a" + character).lower() != "a" + character.lower())
    leads = order | _COMPOSITION * (character in leaders) | _POINT * (character == ".")
    leads |= _CASE * (("a" + character + "Σ").lower()[-1] != "σ")
    entry = ord(small) << _LOWER | _STABLE | leads << _LEADS | follows
    return entry | ord(mark) << _LOWER_MARK | _MARKED if marked else entry | _kind(small)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _kind(character: str) -> int:
    if HAN.match(character):  # `words` sets them apart, even from letters
        return _HAN if character.isalnum() else _OTHER
    if character in PUNCTUATION:
        return _PUNCTUATION
    if character == "_":
        return _UNDERSCORE
    if _is_digit(character):
        return _DIGIT
    if _is_letter(character):
        return _LETTER
    if character in marks():
        return _MARK
    return _JOINER if character in JOINERS else _OTHER


@cache
def _composing() -> tuple[frozenset[str], frozenset[str]]:
    """All that NFC may join to the character before it, and all that is composed or may be joined by another: whatever
    is not the first when any character is taken apart, and what is first, and the character itself.
    """
    followers: set[str] = set()
    leaders: set[str] = set()
    for page in map(_page, range(len(_ENTRIES) // _PAGE)):
        if not unicodedata.is_normalized("NFD", page):
            for character in page:
                apart = unicodedata.normalize("NFD", character)
                if apart != character and unicodedata.is_normalized("NFC", character):
                    followers.update(apart[1:])
                    leaders.update((apart[0], character))
    return frozenset(followers), frozenset(leaders)


def _page(number: int) -> str:
    codes = np.arange(number * _PAGE, (number + 1) * _PAGE, dtype="<u4")
    return codes.tobytes().decode("utf-32-le", "surrogatepass")
