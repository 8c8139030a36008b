"""Ranks over torch.distributed, with its gloo.

A rank waits for the others as long as they live: it may take one of them hours to read its share. Whether they live is
looked at beside: two threads of each rank

- send pulses, in a group of their own, and hear that a process has ended, that a machine is gone, or a cable cut;
- look into the store of torchrun for what a rank has told that cannot go on.
"""

import atexit
import ctypes
import json
import math
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn

import numpy as np
import torch
import torch.distributed as dist
from torch.distributed import distributed_c10d
from torch.distributed.rendezvous import rendezvous

from w2v.base.meeting import meet
from w2v.base.threads import OverdueError, beside
from w2v.errors import W2VError

FOR_EVER = timedelta(days=365)  # of what is waited for beside the pulses
LOOK = timedelta(seconds=0.2)  # between two looks at whether the others live
ENDING = 10.0  # seconds, at most, that a process waits for both threads: one in torch when Python ends would abort it
HEARING = 0.5  # seconds that a rank which finds another one gone waits for what that has told
TELLING = 5.0  # seconds that a rank waits, at most, for the store to take what it tells
SHORT = 1024  # bytes, at most, that are gathered in one step, their length included
PIECE = 1 << 26  # bytes that one sends to another at a time
_TOLD = "w2v-told"  # a key of the store
_JSON, _BYTES = b"j", b"b"


@dataclass
class _Run:
    """What is another one in each run, if one has failed before: store and group, and what a rank has told."""

    store: dist.Store
    group: dist.ProcessGroup
    told: str = ""


class TorchRanks:
    """The ranks of this environment (a `ranks.Ranks`). patience: seconds without a pulse, or until all are there.

    Raises:
        W2VError: the others cannot be reached.
    """

    def __init__(self, patience: float) -> None:
        self._patience, self._lost = patience, False
        self._recent = deque[list[weakref.ref[torch.Tensor]]](maxlen=16)  # tensors that gloo may not have freed yet
        sentence = (
            f"The other ranks cannot be reached within {patience:g} s: {{}} Look at torchrun's options nnodes and "
            "rdzv-endpoint, at firewalls, and at GLOO_SOCKET_IFNAME, which names the network interface."
        )
        try:  # a store whose server does not answer would keep this rank for ever
            beside(lambda: self._connect(timedelta(seconds=patience)), 2 * patience + TELLING)
        except W2VError:
            raise
        except OverdueError:
            raise W2VError(sentence.format("what is asked does not answer.")) from None
        except (RuntimeError, ValueError) as error:
            raise W2VError(sentence.format(str(error).partition("\n")[0].rstrip(". ") + ".")) from error
        self._ending, self._threads = threading.Event(), list[threading.Thread]()
        self._start(self._pulse)
        self._start(self._listen)
        atexit.register(self._end)

    def _connect(self, limit: timedelta) -> None:
        seconds, began = limit.total_seconds(), os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
        if dist.is_initialized():  # the user's script has done so
            self.rank, self.size, store = dist.get_rank(), dist.get_world_size(), distributed_c10d._get_default_store()
        else:
            # Who is not answered tries twice; rank 0, whom the others look for, waits once.
            asked = limit if os.environ["RANK"] == "0" else limit / 2
            store, self.rank, self.size = next(rendezvous("env://", timeout=asked))
        name, self.restarted = meet(store, self.rank, self.size, seconds, restarted=began != "0")
        self._all, store = store, dist.PrefixStore(f"w2v-{name}", store)
        if not dist.is_initialized():
            dist.init_process_group("gloo", store=store, rank=self.rank, world_size=self.size, timeout=limit)
        self._run = _Run(store, _new_group(FOR_EVER))
        self._pulses = _new_group(limit)

    def _start(self, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, daemon=True))
        self._threads[-1].start()

    def begin(self) -> None:
        """Where the run before has failed, some wait in a group for what never comes: the next has one of its own."""
        if not self._run.told:
            return

        def check() -> None:
            if self._lost:
                self._raise_lost()

        name, _ = meet(self._all, self.rank, self.size, math.inf, check=check)
        self._run = _Run(dist.PrefixStore(f"w2v-{name}", self._all), _new_group(FOR_EVER))
        self._start(self._listen)

    def gather(self, thing: Any) -> list[Any]:
        given = _BYTES + thing if isinstance(thing, bytes) else _JSON + json.dumps(thing).encode()
        first = np.zeros(SHORT, np.uint8)
        first[:8] = np.array([len(given)], np.int64).view(np.uint8)
        first[8 : 8 + len(given)] = np.frombuffer(given[: SHORT - 8], np.uint8)
        found = self._gathered(first)
        lengths = [int(each[:8].view(np.int64)[0]) for each in found]
        rest = max(lengths) - (SHORT - 8)
        texts = [each[8:].tobytes() for each in found]
        if rest > 0:
            more = np.zeros(rest, np.uint8)
            further = np.frombuffer(given[SHORT - 8 :], np.uint8)
            more[: len(further)] = further
            texts = [text + each.tobytes() for text, each in zip(texts, self._gathered(more), strict=True)]
        return [_read(text[:length]) for text, length in zip(texts, lengths, strict=True)]

    def sum(self, array: np.ndarray) -> None:
        assert array.flags.c_contiguous, "or torch would sum a copy"
        if array.size:
            summed = torch.from_numpy(array)
            self._wait(dist.all_reduce(summed, group=self._run.group, async_op=True), summed)

    def exchange(self, parts: Sequence[np.ndarray], lengths: np.ndarray | None = None) -> list[np.ndarray]:
        dtype = parts[0].dtype
        if lengths is None:
            lengths = np.array(self.gather([len(part) for part in parts]))
        came: list[list[np.ndarray]] = [[] for _ in parts]
        longest = int(lengths.max())
        for first in range(0, longest, PIECE // dtype.itemsize):
            some = slice(first, first + PIECE // dtype.itemsize)
            sent = [np.ascontiguousarray(part[some]).view(np.uint8) for part in parts]
            heard = [len(range(length)[some]) * dtype.itemsize for length in lengths[:, self.rank].tolist()]
            into = torch.empty(sum(heard), dtype=torch.uint8)
            sizes = [len(part) for part in sent]
            whole = torch.from_numpy(np.concatenate(sent))
            work = dist.all_to_all_single(into, whole, heard, sizes, self._run.group, async_op=True)
            self._wait(work, into, whole)
            for pieces, piece in zip(came, into.split(heard), strict=True):
                pieces.append(piece.numpy().view(dtype))
        return [pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, dtype), *pieces]) for pieces in came]

    def tell(self, sentence: str) -> None:
        if self._run.told or self._lost:  # it only repeats what others told
            return
        store, told = self._run.store, f"Rank {self.rank} of {self.size} failed: {sentence}"
        self._run.told = told
        with suppress(RuntimeError, OverdueError):
            beside(lambda: store.set(_TOLD, told), TELLING)

    def _gathered(self, array: np.ndarray) -> list[np.ndarray]:
        mine = torch.from_numpy(array)
        found = [torch.empty_like(mine) for _ in range(self.size)]
        self._wait(dist.all_gather(found, mine, group=self._run.group, async_op=True), mine, *found)
        return [each.numpy() for each in found]

    def _wait(self, work: Any, *tensors: torch.Tensor) -> None:
        """Wait until it is done; of a collective, for sends and receives never are. Signals are handled meanwhile.

        tensors: all that it has.

        Raises:
            W2VError: a rank has told that it cannot go on, has ended, or cannot be reached any more.
        """
        self._recent.append([weakref.ref(tensor) for tensor in tensors])
        while not work.is_completed():
            with suppress(RuntimeError):  # time is up, or it has failed, or both at nearly the same moment
                work.wait(LOOK)
            if (self._run.told or self._lost) and not work.is_completed():
                _never_freed(work)
                self._raise()
        try:
            work.wait()
        except RuntimeError as error:
            self._lost = True
            self._raise(error)

    def _raise(self, error: RuntimeError | None = None) -> None:
        """The sentence of the rank that has told, where one comes soon, or one that a rank is gone."""
        until = time.monotonic() + HEARING
        with suppress(KeyboardInterrupt):  # torchrun's SIGTERM, for the same reason: the sentence says more
            while not self._run.told and time.monotonic() < until:
                time.sleep(0.02)
        if self._run.told:
            raise W2VError(self._run.told) from error
        self._raise_lost(error)

    def _raise_lost(self, error: RuntimeError | None = None) -> NoReturn:
        raise W2VError(
            f"Rank {self.rank} of {self.size} has lost another one: its process has ended, or there was no sign of it "
            f"for {self._patience:g} s. What was kept of the run is whole: go on with resume=True."
        ) from error

    def _pulse(self) -> None:
        """Show the others that this rank lives, and find out whether they do."""
        while not self._ending.wait(min(self._patience / 10, 5.0)):
            try:
                pulse = torch.zeros(1)
                self._recent.append([weakref.ref(pulse)])
                work = dist.all_reduce(pulse, group=self._pulses, async_op=True)
                while not work.is_completed():  # a thread that waits in torch when Python ends would abort the process
                    if self._ending.wait(LOOK.total_seconds()):
                        _never_freed(work)
                        return
                work.wait()
            except (RuntimeError, ValueError):
                self._lost = True
                return

    def _listen(self) -> None:
        """Hear what a rank has told in this run."""
        run = self._run
        while not (self._ending.wait(LOOK.total_seconds()) or run.told):
            try:
                if run.store.check([_TOLD]):
                    run.told = run.store.get(_TOLD).decode()
            except RuntimeError:  # torchrun has ended
                return

    def _end(self) -> None:
        """Before Python ends: gloo's threads must not be the last to free a tensor then, for it aborts the process."""
        self._ending.set()
        for thread in self._threads:
            thread.join(ENDING)
        until = time.monotonic() + 1.0
        while time.monotonic() < until and any(each() is not None for refs in self._recent for each in refs):
            time.sleep(0.01)


def _never_freed(work: Any) -> None:
    """Keep what gloo has not done, and may give up at any time later, from being freed by it."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(work))


def _new_group(limit: timedelta) -> dist.ProcessGroup:
    group = dist.new_group(backend="gloo", timeout=limit)
    assert isinstance(group, dist.ProcessGroup), "all ranks are in it"
    return group


def _read(text: bytes) -> Any:
    return text[1:] if text[:1] == _BYTES else json.loads(text[1:])
