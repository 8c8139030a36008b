"""How ranks find each other in a store that may hold what earlier ones have left."""

import threading

import pytest
from torch.distributed import HashStore

from w2v.base.meeting import meet
from w2v.errors import W2VError


def together(calls):
    """What each of some functions returns or raises, called at the same time."""
    found = [None] * len(calls)

    def call(i):
        try:
            found[i] = calls[i]()
        except Exception as error:
            found[i] = error

    threads = [threading.Thread(target=call, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def met(store, size, counted=()):
    return together([lambda r=r: meet(store, r, size, 20, restarted=r in counted) for r in range(size)])


def test_all_come_by_one_name_which_is_another_at_each_start():
    store = HashStore()
    first, *others = met(store, 4)
    assert first[1] is False
    assert others == [first] * 3
    again = met(store, 4)
    assert again == [again[0]] * 4
    assert again[0][0] != first[0]
    assert again[0][1], "there is an earlier call in the store"


@pytest.mark.parametrize("who", [0, 1, 2])
def test_a_restart_that_one_machine_has_counted_is_one_of_all(who):
    assert [anew for _, anew in met(HashStore(), 3, counted=[who])] == [True] * 3


def test_a_rank_whose_others_are_not_started_again_yet_waits_for_them():
    """torchrun starts a rank anew that has failed while those of other machines still live, or are about to end."""
    store, begun = HashStore(), threading.Event()
    met(store, 3)

    def early():
        begun.set()
        return meet(store, 2, 3, 20, restarted=True)

    def late(rank):
        begun.wait()
        assert not threading.Event().wait(0.5)
        return meet(store, rank, 3, 20)

    found = together([early, lambda: late(0), lambda: late(1)])
    assert found == [found[0]] * 3


def test_an_answer_of_a_rank_that_has_died_since_is_not_taken_for_its_successors():
    store = HashStore()
    lost = together([lambda: meet(store, 1, 3, 0.5), lambda: meet(store, 0, 3, 0.4)])
    assert all(isinstance(each, W2VError) for each in lost)
    found = together([lambda: meet(store, 2, 3, 1.0), lambda: meet(store, 0, 3, 0.8)])
    assert [type(each) for each in found] == [W2VError] * 2, "rank 1 has answered to another call"
    assert len({str(each) for each in met(store, 3)}) == 1


def test_who_is_missing_is_named():
    zero, one = together([lambda: meet(HashStore(), 0, 4, 0.3), lambda: meet(HashStore(), 1, 4, 0.3)])
    assert "Of 4 ranks these have not come within 0.3 s: 1, 2, 3." in str(zero)
    assert "Rank 1 of 4 has waited 0.3 s for rank 0 to begin." in str(one)
    store = HashStore()
    zero, _, _ = together([lambda r=r: meet(store, r, 4, 0.5) for r in (0, 1, 3)])
    assert "these have not come within 0.5 s: 2." in str(zero)
