"""How files are damaged: a function each, of a random generator and the bytes."""

import json
import random
from collections.abc import Callable

Mutation = Callable[[random.Random, bytes], bytes]
LONGEST = 300_000  # bytes of a damaged file

TOKENS = [
    *(b"0", b"-1", b"1", b"2147483647", b"2147483648", b"4294967295", b"9223372036854775807", b"18446744073709551616"),
    *(b"1" * 19, b"9" * 400, b"1e999", b"-1e999", b"nan", b"inf", b"NaN", b"1_0", b"0x10", b"1e-400", b"3.5", b"-0.0"),
    *("\u0663".encode(), b"\xff", b"\x00", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\r", b"\r\n", b"\n\n"),
    *(b" ", b"\t", b",", b'"', b"#", b": ", b"=", b"\x1b[2J", b"\x85", b"</s>", b"<unk>", b"x" * 5000, b"", b"a b c d"),
]
VALUES = [
    *(None, True, False, 0, 1, -1, 2, 7, 0.5, -0.5, 1e308, -1e308, 1e-308, 2**31, 2**63, 2**64, -(2**63), 10**30),
    *(float("nan"), float("inf"), float("-inf"), "", "a", "ns", "pmi", "cbow", "nowhere:Head", "x" * 5000, "\ud800"),
    *("\x1b[31m", "../../etc", "1", "nan", [], {}, [[]], [1], [None], {"a": 1}, {"": []}, [0] * 1000, ["a", "b"]),
]
RAW = [b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5000, b"1e999", b"NaN", b"-Infinity", b'"\\ud800"', b"", b"\xff"]


def flip(r: random.Random, data: bytes) -> bytes:
    """One bit."""
    if not data:
        return b"\x01"
    at = r.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << r.randrange(8)]) + data[at + 1 :]


def put_byte(r: random.Random, data: bytes) -> bytes:
    """A byte that means something."""
    at = r.randrange(len(data) + 1)
    return data[:at] + bytes([r.choice([0, 9, 10, 13, 32, 34, 127, 128, 194, 226, 255])]) + data[at + 1 :]


def cut(r: random.Random, data: bytes) -> bytes:
    """The end is missing."""
    return data[: r.randrange(len(data) + 1)]


def drop(r: random.Random, data: bytes) -> bytes:
    """A part is missing."""
    start, stop = _span(r, data)
    return data[:start] + data[stop:]


def double(r: random.Random, data: bytes) -> bytes:
    """A part is there twice, or many times."""
    start, stop = _span(r, data)
    return data[:stop] + data[start:stop] * r.choice([1, 1, 1, 2, 50]) + data[stop:]


def blank(r: random.Random, data: bytes) -> bytes:
    """A part is zeros, as where a disk lost a page."""
    start, stop = _span(r, data)
    return data[:start] + bytes(stop - start) + data[stop:]


def swap(r: random.Random, data: bytes) -> bytes:
    """Two parts changed places."""
    (a, b), (c, d) = sorted([_span(r, data), _span(r, data)])
    return data if b > c else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def put_token(r: random.Random, data: bytes) -> bytes:
    """Something that means much to some reader, in place of some bytes or between them."""
    at = r.randrange(len(data) + 1)
    return data[:at] + r.choice(TOKENS) + data[at + r.choice([0, 0, 1, 5]) :]


def change_number(r: random.Random, data: bytes) -> bytes:
    """Another number, or none, in place of a number."""
    fields = data.split(b" ")
    places = [i for i, field in enumerate(fields) if field.strip().strip(b"-.").isdigit() or b"." in field]
    if not places:
        return put_token(r, data)
    at = r.choice(places[:2] if r.random() < 0.3 else places)
    ending = b"\n" if fields[at].endswith(b"\n") else b""
    fields[at] = r.choice(TOKENS) + ending
    return b" ".join(fields)


def change_lines(r: random.Random, data: bytes) -> bytes:
    """A line is missing, there again, elsewhere, or a part of another."""
    lines = data.split(b"\n")
    at, other = r.randrange(len(lines)), r.randrange(len(lines))
    kind = r.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        lines[at] = r.choice(TOKENS)
    else:
        fields = lines[at].split()
        r.shuffle(fields)
        lines[at] = b" ".join(fields[: r.randrange(len(fields) + 1)])
    return b"\n".join(lines)


BYTES: list[Mutation] = [flip, put_byte, cut, drop, double, blank, swap, put_token]
LINES: list[Mutation] = [*BYTES, change_number, change_number, change_lines, change_lines]


def change_json(r: random.Random, data: bytes) -> bytes:
    """Another value in place of one, or a key less, more, twice, or of another name."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return r.choice(BYTES)(r, data)
    places = list(_places(value))
    if not places:
        return r.choice(RAW)
    holder, key = r.choice(places)
    kind = r.random()
    if kind < 0.55:
        holder[key] = r.choice(VALUES)
    elif kind < 0.7:
        del holder[key]
    elif kind < 0.8 and isinstance(holder, dict):
        holder[r.choice(["a", "", "space", "geometry", "epoch", "__metadata__", "x" * 300])] = holder.pop(key)
    elif kind < 0.9:
        other, place = r.choice(places)
        holder[key] = other[place] if other is not holder or place != key else [other[place]]
        try:
            json.dumps(value)
        except ValueError:  # it holds itself now
            return data
    else:
        holder[key] = "@raw@"
        return json.dumps(value).encode().replace(b'"@raw@"', r.choice(RAW))
    text = json.dumps(value, ensure_ascii=r.random() < 0.9)
    if r.random() < 0.03:
        text = text.replace("{", '{"a": 1, "a": 2, ', 1)
    return text.encode(r.choice(["utf-8"] * 30 + ["utf-16", "utf-8-sig", "utf-32"]), "surrogatepass")


JSON: list[Mutation] = [change_json] * 6 + BYTES


def change_header(r: random.Random, data: bytes) -> bytes:
    """Another header of a safetensors file, of the length that it says or not."""
    length = int.from_bytes(data[:8], "little")
    if not 2 <= length <= len(data) - 8:
        return r.choice(BYTES)(r, data)
    header, rest = data[8 : 8 + length], data[8 + length :]
    header = _reshaped(r, header) if r.random() < 0.4 else change_json(r, header)
    told = len(header) if r.random() < 0.9 else r.choice([0, 1, length, 2**31, 2**63, len(data), 100_000_001])
    return told.to_bytes(8, "little") + header + rest


def change_numbers(r: random.Random, data: bytes) -> bytes:
    """Some numbers of the tables are what training never makes."""
    bad = r.choice([b"\xff" * 8, b"\x00\x00\x80\x7f" * 2, b"\x00" * 6 + b"\xf0\x7f", b"\xff\xff\xff\x7f" * 2, bytes(8)])
    start = len(data) - 8 * r.randrange(1, max(len(data) // 16, 2))
    return data[: max(start, 0)] + bad + data[max(start, 0) + 8 :]


TENSORS: list[Mutation] = [change_header] * 5 + [change_numbers] * 2 + BYTES


def _reshaped(r: random.Random, header: bytes) -> bytes:
    """A header in which a table has another shape or type of the same length."""
    try:
        told = json.loads(header)
        names = [name for name in told if name != "__metadata__"]
        entry = told[r.choice(names)]
        shape = entry["shape"]
        kind = r.randrange(5)
        if kind == 0:
            entry["shape"] = shape[::-1]
        elif kind == 1:
            entry["shape"] = [1, shape[0] * shape[-1]]
        elif kind == 2:
            entry["shape"] = [*shape, 1]
        elif kind == 3:
            entry["dtype"] = {"F32": "I32", "F64": "I64", "I32": "F32"}.get(entry["dtype"], "U8")
        else:
            one, other = r.choice(names), r.choice(names)
            told[one], told[other] = told[other], told[one]
        return json.dumps(told).encode()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return header


def _places(value):
    """Everything in a value of JSON, as (holder, key)."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from _places(inner)


def _span(r: random.Random, data: bytes) -> tuple[int, int]:
    start = r.randrange(len(data) + 1)
    return start, min(len(data), start + r.choice([1, 1, 4, 8, 30, 200, len(data)]))


def damaged(r: random.Random, data: bytes, kinds: list[Mutation]) -> bytes:
    """The bytes after one to four mutations."""
    for _ in range(r.choice([1, 1, 1, 2, 2, 4])):
        data = r.choice(kinds)(r, data)[:LONGEST]
    return data
