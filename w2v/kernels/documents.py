"""The document's part of hidden vectors, and of the way back: what PV-DM and PV-DBOW add to cbow's chunk (`chunk.py`).

The mean over n words and t tags is n / (n + t) of the words' mean and 1 / (n + t) of each tag's row; without words, as
in PV-DBOW always, the tags' mean alone. The way back has the same factors.

In PV-DBOW all places of a document have the same hidden vector, so each run of them in a chunk shares one.
"""

from w2v.base.compiled import part
from w2v.kernels.chunk import Span
from w2v.kernels.simd.tiles import set_row


@part
def join_documents(inputs, input_rows, windows, span, reduction, chunk):
    """Join hidden vectors with the rows of their documents.

    Returns the span, with the number of hidden vectors, and how many examples there are beside those of words.
    """
    of_place, offsets, rows = input_rows.documents
    hidden, one = chunk.hidden, chunk.hidden.dtype.type(1)
    more = m = 0
    for centre in range(span.begin, span.end):
        begin, end = offsets[of_place[centre]], offsets[of_place[centre] + 1]
        n = windows.stop[centre] - windows.start[centre] - 1
        more += n == 0
        if not _shared(of_place, centre, span, reduction):
            m += 1
            parts = n + end - begin
            share = hidden.dtype.type(1.0 / parts if reduction.mean else 1.0)
            if n > 0:
                kept = hidden.dtype.type(n / parts if reduction.mean else 1.0)
                set_row(hidden, m - 1, (hidden, inputs), (m - 1, rows[begin]), (kept, share))
            else:
                set_row(hidden, m - 1, (inputs,), (rows[begin],), (share,))
            for k in range(begin + 1, end):
                set_row(hidden, m - 1, (hidden, inputs), (m - 1, rows[k]), (one, share))
        i = centre - span.begin
        chunk.first[i], chunk.last[i], chunk.skip[i] = m - 1, m, -1
    return Span(span.number, span.begin, span.end, span.low, span.high, span.first, span.last, m), more


@part
def hand_to_documents(inputs, input_rows, windows, span, reduction, chunk):
    """Give the rows of documents their part of the changes, and leave what is the words' (`change_places`)."""
    of_place, offsets, rows = input_rows.documents
    factors, change = input_rows.factors, chunk.change
    one, none = change.dtype.type(1), change.dtype.type(0)
    m = 0
    for centre in range(span.begin, span.end):
        if _shared(of_place, centre, span, reduction):
            continue
        begin, end = offsets[of_place[centre]], offsets[of_place[centre] + 1]
        n = windows.stop[centre] - windows.start[centre] - 1
        share = change.dtype.type(1.0 / (n + end - begin) if reduction.divide else 1.0)
        for k in range(begin, end):
            factor = one if factors.size == 0 else change.dtype.type(factors[rows[k]])
            if factor != none:
                set_row(inputs, rows[k], (inputs, change), (rows[k], m), (one, share * factor))
        kept = change.dtype.type(n / (n + end - begin) if reduction.divide and n > 0 else 1.0)
        set_row(change, m, (change,), (m,), (kept if n > 0 else none,))
        m += 1


@part
def _shared(of_place, centre, span, reduction):
    """Whether a place has the hidden vector of the place before."""
    return not reduction.words and centre > span.begin and of_place[centre] == of_place[centre - 1]
