"""One block of the text, chunk after chunk: the driver of all heads that learn from context windows.

    fetch_places     input rows -> input vectors of places
    make_hidden      -> hidden vectors
    join_documents   with the rows of documents, where there are any
    step             the head: the loss, the changes of hidden vectors, and of output rows
    hand_to_documents  -> rows of documents
    change_places    -> changes of the input vectors
    add_back         -> input rows

A head brings a function, and the driver is compiled with it (`driver`):

    step(head, room, chunk, outputs, windows, span, reduction, rate, place, interrupted)
        The head's part of a step, with the tables as they were: sets `chunk.change`, what is to be added to the hidden
        vectors, changes the rows of `outputs`, and returns the summed loss.

where its vectors are points of a curved space, two more:

    to_ambient(head, places, n)
        Give n input vectors [n, D'] the coordinates of the flat space around it, in which means are taken.

    from_ambient(head, places, changes, n)
        The way back: changes [n, D'] in these coordinates become changes of the input vectors.

and for the engine `prepare(config, counts)`, what it looks up (`head`), and `new_room(head, chunk, outputs, window,
reduction, thread)`, what it needs beside the chunk (`room`). Both are named tuples. Chunk and room are allocated once
for each thread and used again for each block.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from w2v.base.compiled import njit
from w2v.kernels.chunk import add_back, change_places, fetch_places, make_hidden, span_of
from w2v.kernels.documents import hand_to_documents, join_documents


def driver(step: Any, to_ambient: Any = None, from_ambient: Any = None) -> Callable[..., Any]:
    """`train_block` below, compiled with a head's functions.

    Each head has a copy of it in whose globals these names are that head's functions: numba inlines a global function,
    but not one that is passed as an argument. Each copy is named after the head's file, and so is its cache entry.

    Compiled without numba's runtime (`_nrt=False`), which would count references to arrays: an atomic increment and
    decrement whenever one is sliced or put into a tuple. So nothing may be allocated here, nor in what is inlined here.
    """
    parts = {"step": step, "to_ambient": to_ambient or _as_they_are, "from_ambient": from_ambient or _as_they_were}
    bound = FunctionType(train_block.__code__, train_block.__globals__ | parts, "train_block")
    bound.__qualname__, bound.__doc__ = f"{step.__module__}.train_block", train_block.__doc__
    return njit(nogil=True, _nrt=False)(bound)


def train_block(
    inputs, outputs, input_rows, windows, reduction, head, room, chunk, size, window, alpha, place, interrupted
):
    """Train one block in chunks of `size` hidden vectors; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [R, D'] with padded rows; changed in place.
        input_rows: the rows that each word's input vector is made of (`InputRows`).
        windows: the block's `Windows`; window: the widest on each side.
        reduction: the encoder (`chunk.WindowReduction`).
        head, room, chunk: as the head's `prepare` and `new_room`, and `chunk.new_chunk`, returned them.
        alpha: learning rate.
        place: (seed, epoch, block index), for random choices.
        interrupted: uint8 [1]; once it is not 0 the block ends, and the tables are no longer valid.
    """
    ids, rate = windows.ids, inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        if interrupted[0]:
            break
        span = span_of(windows, begin, size, window, reduction)
        if reduction.words:
            fetch_places(inputs, input_rows, ids, span, chunk.places, chunk.n_rows)
            to_ambient(head, chunk.places, span.high - span.low)  # noqa: F821  # bound by `driver`
            examples += make_hidden(windows, span, reduction, chunk)
        if reduction.documents:
            span, more = join_documents(inputs, input_rows, windows, span, reduction, chunk)
            examples += more
        loss += step(head, room, chunk, outputs, windows, span, reduction, rate, place, interrupted)  # noqa: F821
        if reduction.documents:
            hand_to_documents(inputs, input_rows, windows, span, reduction, chunk)
        if not reduction.words:
            continue
        if reduction.cbow:  # in skipgram they are the same
            change_places(windows, span, reduction, chunk)
        from_ambient(head, chunk.places, chunk.place_changes, span.high - span.low)  # noqa: F821
        add_back(inputs, input_rows, ids, span, chunk.place_changes)
    return loss, examples


@njit(inline="always")
def _as_they_are(head, places, n):
    pass


@njit(inline="always")
def _as_they_were(head, places, changes, n):
    pass
