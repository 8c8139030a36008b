"""Work on threads that is broken off ends soon, and what has not begun does not begin."""

import time

import pytest

from w2v.base.threads import InterruptiblePool


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
