"""One step on a chunk for a head that scores every word: a pass over the output table, block after block.

Each block of BLOCK rows is copied, multiplied with all hidden vectors of the chunk, and changed before the next one. So
scores are held for some blocks of words at a time, in a buffer of fixed size, never for the vocabulary.

    collect          the chunk's hidden vectors H [M, D]; in Skip-gram a word is one of them, wherever it stands
    score            S = O_block H^T, words by hidden vectors: the lanes of a vector register are hidden vectors
    kept_scores      where scores are kept for a second pass, as many as KEPT bytes hold
    add_at_targets   the scores of the block's words that are targets
    apply_steps      with steps G in place of S:  change of H += G^T O_block,  O_block += G H
    hand_back        the change of H, where `chunk.change_places` expects it

A step's cost goes with M V, and in Skip-gram each of the M hidden vectors serves several examples.
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit, part
from w2v.kernels.chunk import Chunk, on_lines, table
from w2v.kernels.logistic import padded
from w2v.kernels.simd.products import multiply, transpose
from w2v.kernels.simd.tiles import set_row

BLOCK = 192  # words; a block's scores, its rows and its changes stay in a core's own cache
KEPT = 8 << 20  # bytes of scores that a thread may keep between two passes: what the shared cache bears
NOWHERE = -1


class Sweep(NamedTuple):
    """Buffers for a chunk's hidden vectors and one block of words; H places, T targets, at most M hidden vectors."""

    hidden: np.ndarray  # [M, D'] different from each other in Skip-gram, one a place in CBOW
    change: np.ndarray  # [M, D'] what is to be added to them
    part: np.ndarray  # [M, D'] what one block adds to that
    transposed: np.ndarray  # [D', M'] the hidden vectors
    n_examples: np.ndarray  # [M'] examples that each hidden vector serves; 0 beyond M
    slot: np.ndarray  # int32 [H] which hidden vector stands for each of the chunk's; NOWHERE: no example has it
    of_word: np.ndarray  # int32 [V] the same for each word; NOWHERE between chunks
    latest: np.ndarray  # int32 [blocks] lists of the targets in a block that have examples: the last one
    earlier: np.ndarray  # int32 [T] and the one before each; NOWHERE ends a list
    rows: np.ndarray  # [BLOCK, D'] the block's output rows
    rows_change: np.ndarray  # [BLOCK, D']
    scores: np.ndarray  # [BLOCK, M'] then steps


@njit(inline="always")
def narrowed(numbers, columns):
    """The beginning of a table's memory as a table with as many rows and fewer columns."""
    rows = len(numbers)
    return numbers.reshape(numbers.size)[: rows * columns].reshape(rows, columns)


def new_sweep(chunk: Chunk, outputs: np.ndarray) -> Sweep:
    """Buffers for the largest chunk."""
    width, count = outputs.shape[1], len(chunk.hidden)
    lanes = padded(count)
    return Sweep(
        table(count, width, outputs),
        table(count, width, outputs),
        table(count, width, outputs),
        table(width, lanes, outputs),
        on_lines(np.zeros(lanes, outputs.dtype)),
        on_lines(np.empty(count, np.int32)),
        on_lines(np.full(len(outputs), NOWHERE, np.int32)),
        on_lines(np.full(len(outputs) // BLOCK + 1, NOWHERE, np.int32)),
        on_lines(np.empty(len(chunk.first), np.int32)),
        table(BLOCK, width, outputs),
        table(BLOCK, width, outputs),
        table(BLOCK, lanes, outputs),
    )


@njit(inline="always")
def _with(sweep, transposed, scores):
    """The same sweep with other buffers for the transposed hidden vectors and for scores."""
    return Sweep(
        *(sweep.hidden, sweep.change, sweep.part, transposed, sweep.n_examples, sweep.slot, sweep.of_word),
        *(sweep.latest, sweep.earlier, sweep.rows, sweep.rows_change, scores),
    )


@njit(inline="always")
def collect(chunk, windows, targets, span, reduction, sweep):
    """Take the chunk's hidden vectors, each word's only once, and list the targets.

    Returns (M, the sweep with `transposed` and `scores` as wide as M needs).
    """
    ids, begin, count = windows.ids, span.begin, 0
    one = sweep.hidden.dtype.type(1)
    for m in range(span.count):
        sweep.slot[m] = NOWHERE
    for i in range(targets.size):
        listed = False
        for m in range(chunk.first[i], chunk.last[i]):
            if m == chunk.skip[i]:
                continue
            if sweep.slot[m] == NOWHERE and not reduction.cbow:
                sweep.slot[m] = sweep.of_word[ids[begin + m]]
            if sweep.slot[m] == NOWHERE:
                set_row(sweep.hidden, count, (chunk.hidden,), (m,), (one,))
                sweep.n_examples[count] = 0
                sweep.slot[m] = count
                if not reduction.cbow:
                    sweep.of_word[ids[begin + m]] = count
                count += 1
            sweep.n_examples[sweep.slot[m]] += one
            if not listed:  # it has a hidden vector, so the pass over the table empties the list
                block = targets[i] // BLOCK
                sweep.earlier[i], sweep.latest[block], listed = sweep.latest[block], i, True
    for m in range(count, padded(count)):
        sweep.n_examples[m] = 0
    for m in range(count):
        set_row(sweep.change, m, (sweep.hidden,), (m,), (one - one,))
    transposed = narrowed(sweep.transposed, padded(count))
    transpose(sweep.hidden, count, transposed)
    return count, _with(sweep, transposed, narrowed(sweep.scores, padded(count)))


@part
def fetch_rows(outputs, first, n, sweep):
    """Copy the rows of the words first <= w < first + n."""
    one = outputs.dtype.type(1)
    for j in range(n):
        set_row(sweep.rows, j, (outputs,), (first + j,), (one,))


@part
def score(outputs, first, n, size, sweep):
    """Fetch rows; scores of their words with all hidden vectors. Rows have `size` numbers and padding."""
    fetch_rows(outputs, first, n, sweep)
    multiply(sweep.rows, sweep.transposed, sweep.scores, n, size)


def kept_scores(words: int, scores: np.ndarray) -> np.ndarray:
    """A buffer [B, ...] for the scores of as many blocks as KEPT bytes hold: at least one, at most all."""
    blocks = (words + BLOCK - 1) // BLOCK
    held = max(min(blocks, KEPT // (BLOCK * scores.shape[1] * scores.itemsize)), 1)
    room = table(held * BLOCK, scores.shape[1], scores)
    return room.reshape(-1)[: held * BLOCK * scores.shape[1]].reshape(held, -1)


@njit(inline="always")
def with_scores_in(room, sweep):
    """The sweep with its scores in one row of `kept_scores`."""
    columns = sweep.scores.shape[1]
    return _with(sweep, sweep.transposed, room[: BLOCK * columns].reshape(BLOCK, columns))


@part
def add_at_targets(chunk, targets, first, sweep, numbers, more):
    """Add `more` to numbers [BLOCK, M'] where an example has its target in this block; returns the sum before."""
    total = 0.0
    i = sweep.latest[first // BLOCK]
    while i != NOWHERE:
        for m in range(chunk.first[i], chunk.last[i]):
            if m != chunk.skip[i]:
                total += numbers[targets[i] - first, sweep.slot[m]]
                numbers[targets[i] - first, sweep.slot[m]] += more
        i = sweep.earlier[i]
    return total


@part
def apply_steps(outputs, first, n, count, sweep, frozen):
    """Take the steps: change these n output rows, unless they are `frozen`, and add to the change of the `count`
    hidden vectors.
    """
    one = outputs.dtype.type(1)
    multiply(sweep.scores.T, sweep.rows, sweep.part, count, n)
    for m in range(count):
        set_row(sweep.change, m, (sweep.change, sweep.part), (m, m), (one, one))
    sweep.latest[first // BLOCK] = NOWHERE
    if frozen:
        return
    multiply(sweep.scores, sweep.hidden, sweep.rows_change, n, count)
    for j in range(n):  # the row as it is by now: another thread may have changed it
        set_row(outputs, first + j, (outputs, sweep.rows_change), (first + j, j), (one, one))


@njit(inline="always")
def hand_back(chunk, windows, span, reduction, sweep):
    """Give each hidden vector's change to the first place that it stands for, and zeros to the others."""
    one = chunk.change.dtype.type(1)
    for m in range(span.count):
        slot = sweep.slot[m]
        here = slot != NOWHERE
        if here and not reduction.cbow:
            word = windows.ids[span.begin + m]
            here = sweep.of_word[word] != NOWHERE
            sweep.of_word[word] = NOWHERE
        set_row(chunk.change, m, (sweep.change,), (max(slot, 0),), (one if here else one - one,))
