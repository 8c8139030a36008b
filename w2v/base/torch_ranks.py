"""Ranks over torch.distributed, with its gloo.

A rank waits for the others as long as they live: it may take one of them hours to read its share. Whether they live is
looked at beside: two threads of each rank

- send pulses, in a group of their own, and hear that a process has ended, that a machine is gone, or a cable cut;
- look into the store of torchrun for what a rank has told that cannot go on.
"""

import atexit
import json
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch.distributed import distributed_c10d
from torch.distributed.rendezvous import rendezvous

from w2v.errors import W2VError, brief

FOR_EVER = timedelta(days=365)  # of what is waited for beside the pulses
LOOK = timedelta(seconds=0.2)  # between two looks at whether the others live
ENDING = 10.0  # seconds, at most, that a process waits for both threads: one in torch when Python ends would abort it
HEARING = 0.5  # seconds that a rank which finds another one gone waits for what that has told
SHORT = 1024  # bytes, at most, that are gathered in one step, their length included
PIECE = 1 << 26  # bytes that one sends to another at a time
_TOLD = "w2v-told"
_JSON, _BYTES = b"j", b"b"


class TorchRanks:
    """The ranks of this environment (a `ranks.Ranks`). patience: seconds without a pulse.

    Raises:
        W2VError: the others cannot be reached.
    """

    def __init__(self, patience: float) -> None:
        self._patience, self._told, self._lost = patience, "", False
        try:
            if not dist.is_initialized():  # else the user's script has done so
                limit = timedelta(seconds=patience)
                store, rank, size = next(rendezvous("env://", timeout=limit))
                begun = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
                store = dist.PrefixStore(f"w2v-{begun}", store)  # it still has the addresses of those that have failed
                dist.init_process_group("gloo", store=store, rank=rank, world_size=size, timeout=limit)
            self.rank, self.size = dist.get_rank(), dist.get_world_size()
            self._group = dist.new_group(backend="gloo", timeout=FOR_EVER)
            self._pulses = dist.new_group(backend="gloo", timeout=timedelta(seconds=patience))
        except (RuntimeError, ValueError) as error:
            raise W2VError(
                f"The other ranks cannot be reached within {patience:g} s: {brief(str(error))} Look at torchrun's "
                "options nnodes and rdzv-endpoint, at firewalls, and at GLOO_SOCKET_IFNAME, which names the network "
                "interface."
            ) from error
        self._store = dist.PrefixStore(_TOLD, distributed_c10d._get_default_store())
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._pulse, self._listen)]
        for thread in self._threads:
            thread.start()
        atexit.register(self._end)

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
            self._wait(dist.all_reduce(torch.from_numpy(array), group=self._group, async_op=True))

    def exchange(self, parts: Sequence[np.ndarray], lengths: np.ndarray | None = None) -> list[np.ndarray]:
        dtype = parts[0].dtype
        if lengths is None:
            lengths = np.array(self.gather([len(part) for part in parts]))
        came = [np.empty(length, dtype) for length in lengths[:, self.rank]]
        longest = int(lengths.max())
        for first in range(0, longest, PIECE // dtype.itemsize):
            some = slice(first, first + PIECE // dtype.itemsize)
            sent = [np.ascontiguousarray(part[some]).view(np.uint8) for part in parts]
            heard = [len(each[some]) * dtype.itemsize for each in came]
            into = torch.empty(sum(heard), dtype=torch.uint8)
            sizes = [len(part) for part in sent]
            self._wait(
                dist.all_to_all_single(
                    into, torch.from_numpy(np.concatenate(sent)), heard, sizes, self._group, async_op=True
                )
            )
            for each, piece in zip(came, into.split(heard), strict=True):
                each[some] = piece.numpy().view(dtype)
        return came

    def tell(self, sentence: str) -> None:
        if self._told or self._lost:  # it only repeats what others told
            return
        with suppress(RuntimeError):
            self._store.set("sentence", f"Rank {self.rank} of {self.size} failed: {sentence}")

    def _gathered(self, array: np.ndarray) -> list[np.ndarray]:
        mine = torch.from_numpy(array)
        found = [torch.empty_like(mine) for _ in range(self.size)]
        self._wait(dist.all_gather(found, mine, group=self._group, async_op=True))
        return [each.numpy() for each in found]

    def _wait(self, work: Any) -> None:
        """Wait until it is done; of a collective, for sends and receives never are. Signals are handled meanwhile.

        Raises:
            W2VError: a rank has told that it cannot go on, has ended, or cannot be reached any more.
        """
        while not work.is_completed():
            with suppress(RuntimeError):  # time is up, or it has failed, or both at nearly the same moment
                work.wait(LOOK)
            if (self._told or self._lost) and not work.is_completed():
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
            while not self._told and time.monotonic() < until:
                time.sleep(0.02)
        if self._told:
            raise W2VError(self._told) from error
        raise W2VError(
            f"Rank {self.rank} of {self.size} has lost another one: its process has ended, or there was no sign of it "
            f"for {self._patience:g} s. What was kept of the run is whole: go on with resume=True."
        ) from error

    def _pulse(self) -> None:
        """Show the others that this rank lives, and find out whether they do."""
        while not self._ending.wait(min(self._patience / 10, 5.0)):
            try:
                work = dist.all_reduce(torch.zeros(1), group=self._pulses, async_op=True)
                while not work.is_completed():
                    if self._ending.wait(LOOK.total_seconds()):
                        return
                work.wait()
            except (RuntimeError, ValueError):
                self._lost = True
                return

    def _listen(self) -> None:
        """Hear what a rank has told."""
        while not self._ending.wait(LOOK.total_seconds()):
            try:
                if self._store.check(["sentence"]):
                    self._told = self._store.get("sentence").decode()
                    return
            except RuntimeError:  # torchrun has ended
                return

    def _end(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(ENDING)


def _read(text: bytes) -> Any:
    return text[1:] if text[:1] == _BYTES else json.loads(text[1:])
