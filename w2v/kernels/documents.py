"""The document's part of hidden vectors, and of the way back: what PV-DM and PV-DBOW add to cbow's chunk (`chunk.py`).

The mean over n words and t tags is n / (n + t) of the words' mean and 1 / (n + t) of each tag's row; without words, as
in PV-DBOW always, the tags' mean alone. The way back has the same factors.
"""

from w2v.base.compiled import part
from w2v.kernels.simd.tiles import set_row


@part
def join_documents(inputs, input_rows, windows, span, reduction, chunk):
    """Join each hidden vector with the rows of its document; returns how many examples there are more for it."""
    of_place, offsets, rows = input_rows.documents
    hidden, one = chunk.hidden, chunk.hidden.dtype.type(1)
    more = 0
    for centre in range(span.begin, span.end):
        i, begin, end = centre - span.begin, offsets[of_place[centre]], offsets[of_place[centre] + 1]
        n = windows.stop[centre] - windows.start[centre] - 1
        parts = n + end - begin
        share = hidden.dtype.type(1.0 / parts if reduction.mean else 1.0)
        if n > 0:
            kept = hidden.dtype.type(n / parts if reduction.mean else 1.0)
            set_row(hidden, i, (hidden, inputs), (i, rows[begin]), (kept, share))
        else:
            set_row(hidden, i, (inputs,), (rows[begin],), (share,))
            more += 1
        for k in range(begin + 1, end):
            set_row(hidden, i, (hidden, inputs), (i, rows[k]), (one, share))
        chunk.first[i], chunk.last[i], chunk.skip[i] = i, i + 1, -1
    return more


@part
def hand_to_documents(inputs, input_rows, windows, span, reduction, chunk):
    """Give the rows of documents their part of the changes, and leave what is the words' (`change_places`)."""
    of_place, offsets, rows = input_rows.documents
    factors, change = input_rows.factors, chunk.change
    one, none = change.dtype.type(1), change.dtype.type(0)
    for centre in range(span.begin, span.end):
        i, begin, end = centre - span.begin, offsets[of_place[centre]], offsets[of_place[centre] + 1]
        n = windows.stop[centre] - windows.start[centre] - 1
        share = change.dtype.type(1.0 / (n + end - begin) if reduction.divide else 1.0)
        for k in range(begin, end):
            factor = one if factors.size == 0 else change.dtype.type(factors[rows[k]])
            if factor != none:
                set_row(inputs, rows[k], (inputs, change), (rows[k], i), (one, share * factor))
        kept = change.dtype.type(n / (n + end - begin) if reduction.divide and n > 0 else 1.0)
        set_row(change, i, (change,), (i,), (kept if n > 0 else none,))
