"""What one rank raises, all raise; and the threads that stand for ranks in tests do what ranks do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from thread_ranks import errors_of, run_ranks

from w2v.base.agreeing import agreed, gathered
from w2v.base.ranks import ALONE, told_to_all
from w2v.errors import W2VError


@given(st.integers(1, 5))
def test_all_get_what_each_gives(size):
    told = run_ranks(size, lambda ranks: gathered(ranks, lambda: {"rank": ranks.rank, "word": "naïve"}))
    assert told == [[{"rank": rank, "word": "naïve"} for rank in range(size)]] * size
    told = run_ranks(size, lambda ranks: ranks.gather(bytes([ranks.rank])))
    assert told == [[bytes([rank]) for rank in range(size)]] * size
    assert run_ranks(size, lambda ranks: agreed(ranks, lambda: ranks.rank)) == list(range(size))


@given(st.integers(1, 4), st.sampled_from([np.float32, np.float64, np.int32, np.int64, np.uint8]))
def test_sums_and_exchanges(size, dtype):
    def summed(ranks):
        array = np.full((2, 3), ranks.rank + 1, dtype)
        ranks.sum(array)
        return array

    for array in run_ranks(size, summed):
        assert array.dtype == dtype
        assert (array == size * (size + 1) // 2).all()

    def exchanged(ranks):
        return [part.tolist() for part in ranks.exchange([np.full(to, ranks.rank, dtype) for to in range(size)])]

    assert run_ranks(size, exchanged) == [[[rank] * to for rank in range(size)] for to in range(size)]


def test_one_alone_gets_what_it_gives():
    array = np.arange(3.0)
    ALONE.sum(array)
    assert array.tolist() == [0, 1, 2]
    assert ALONE.gather("a") == ["a"]
    assert ALONE.exchange([array])[0] is array
    with pytest.raises(W2VError, match=r"^a sentence\.$"):
        agreed(ALONE, lambda: _raise(W2VError("a sentence.")))


def _raise(error):
    raise error


@pytest.mark.parametrize("function", [agreed, gathered])
def test_the_error_of_one_is_raised_by_all(function):
    def work(ranks):
        return function(ranks, lambda: _raise(W2VError("no room.")) if ranks.rank in (1, 2) else 1)

    errors = errors_of(4, work)
    assert {type(error) for error in errors} == {W2VError}
    assert {str(error) for error in errors} == {"Rank 1 of 4: no room."}


def test_what_all_say_names_no_rank():
    errors = errors_of(3, lambda ranks: agreed(ranks, lambda: _raise(W2VError("no such file."))))
    assert {str(error) for error in errors} == {"no such file."}


def test_a_fault_is_itself_where_it_is_and_told_elsewhere():
    def work(ranks):
        return agreed(ranks, lambda: {}["gone"] if ranks.rank == 1 else 1)

    first, second = errors_of(2, work)
    assert isinstance(second, KeyError)
    assert str(first) == "Rank 1 of 2: it failed with KeyError: 'gone'"


def test_the_threads_see_ranks_that_make_different_calls():
    def work(ranks):
        if ranks.rank:
            ranks.gather(1)
        else:
            ranks.sum(np.zeros(1))

    with pytest.raises(AssertionError, match="different calls"):
        run_ranks(2, work)


def test_the_threads_end_when_a_rank_tells_that_it_cannot_go_on():
    def work(ranks):
        with told_to_all(ranks):
            if ranks.rank == 1:
                raise W2VError("no room.")
            ranks.gather(1)

    errors = errors_of(3, work)
    assert str(errors[1]) == "no room."
    assert {str(error) for error in errors[::2]} == {"Rank 1 of 3 failed: no room."}


def test_an_interrupt_does_not_wait_for_the_others():
    def work(ranks):
        if ranks.rank == 1:
            with pytest.raises(KeyboardInterrupt), told_to_all(ranks):
                agreed(ranks, lambda: _raise(KeyboardInterrupt()))
            return "Rank 1 of 2 failed: it was interrupted."
        with pytest.raises(W2VError) as caught:
            agreed(ranks, lambda: 1)
        return str(caught.value)

    assert set(run_ranks(2, work)) == {"Rank 1 of 2 failed: it was interrupted."}
