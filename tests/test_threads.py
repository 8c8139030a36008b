"""Work on threads that is broken off ends soon, and what has not begun does not begin."""

import time
from collections import deque
from concurrent.futures import Future

import pytest

from w2v.base.threads import InterruptiblePool, OverdueError, _take_back


def test_results_come_in_order():
    with InterruptiblePool(3) as pool:
        assert list(pool.map(lambda a, b: a - b, range(50), range(0, 100, 2))) == [-n for n in range(50)]
    assert pool.interrupted[0] == 0


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_exception_raises_the_flag_and_drops_what_has_not_begun(error):
    began, pool = [], InterruptiblePool(2)

    def work(number):
        began.append(number)
        while number and not pool.interrupted[0]:
            time.sleep(0.001)
        return number

    def broken_off():
        with pool:
            results = pool.map(
                work, range(100)
            )  # held, as a run does; dropped, it would itself cancel what has not begun
            for _ in results:
                raise error

    with pytest.raises(error):
        broken_off()
    assert len(began) < 6


def test_a_pause_finishes_what_has_begun_and_begins_nothing_else():
    began = []

    def work(number):
        began.append(number)
        time.sleep(0.002)
        return number

    with InterruptiblePool(2) as pool:
        results = pool.map(work, range(1000))
        first = [next(results) for _ in range(5)]
        pool.pause()
        done = first + list(results)
        assert done == list(range(len(done))) == sorted(began)
        assert len(done) < 50
        assert list(pool.map(work, range(3))) == [0, 1, 2], "and the next work begins anew"


def test_nothing_is_taken_back_before_something_that_has_begun():
    """Threads may take work in another order than it was given in; what is done is to be the first so many."""

    class Given:
        def __init__(self, begun):
            self.begun = begun

        def cancel(self):
            return not self.begun

    waiting = deque(map(Given, (False, True, False, False)))
    _take_back(waiting)
    assert [given.begun for given in waiting] == [False, True]


def test_a_pause_waits_no_longer_than_it_may():
    def pause_and_go_on():
        with InterruptiblePool(1) as pool:
            results = pool.map(lambda number: number and time.sleep(0.3), range(3))
            next(results)
            time.sleep(0.01)  # the next has begun
            pool.pause(0.0)
            list(results)

    with pytest.raises(OverdueError):
        pause_and_go_on()


def test_work_that_ends_between_two_looks_gives_its_result(monkeypatch):
    """The wait for it has timed out, and yet it is done."""

    class Late(Future):
        def result(self, timeout=None):
            if timeout is not None and not self.looked:
                self.looked = True
                raise TimeoutError
            return super().result(timeout)

    def late(outcome):
        made = Late()
        made.looked = False
        if isinstance(outcome, Exception):
            made.set_exception(outcome)
        else:
            made.set_result(outcome)
        return made

    with InterruptiblePool(1) as pool:
        monkeypatch.setattr(pool._pool, "submit", lambda _, outcome: late(outcome))
        assert list(pool.map(None, [1, 2, 3])) == [1, 2, 3]
        for error in (TimeoutError("its own"), ValueError("another")):
            with pytest.raises(type(error), match=str(error)):
                list(pool.map(None, [error]))
