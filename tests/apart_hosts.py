"""Hosts that are really apart: network namespaces, each with a cable of a limited rate to a switch. They take root."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

DEVICE = "eth0"
NETWORK = "10.213.77."


class NoHostsError(Exception):
    """Why this machine cannot have any."""


class Hosts:
    """So many hosts; host k has the address `address(k)`. rate: of each cable and direction, as `tc` takes it."""

    def __init__(self, count: int, rate: str) -> None:
        name = f"w2v-{secrets.token_hex(3)}"
        self._switch, self._names, self._rate = f"{name}-switch", [f"{name}-{k}" for k in range(count)], rate

    def begin(self) -> None:
        """Raises NoHostsError where the system refuses."""
        limit = ["root", "tbf", "rate", self._rate, "burst", "64kb", "latency", "50ms"]
        for name in (self._switch, *self._names):
            _run("ip", "netns", "add", name)
            _run("ip", "-n", name, "link", "set", "lo", "up")
        _run("ip", "-n", self._switch, "link", "add", "switch", "type", "bridge")
        _run("ip", "-n", self._switch, "link", "set", "switch", "up")
        for k, name in enumerate(self._names):
            port = f"port{k}"
            cable = ["ip", "link", "add", DEVICE, "netns", name, "type", "veth", "peer", "name", port]
            _run(*cable, "netns", self._switch)
            _run("ip", "-n", self._switch, "link", "set", port, "master", "switch", "up")
            _run("ip", "-n", name, "addr", "add", f"{self.address(k)}/24", "dev", DEVICE)
            _run("ip", "-n", name, "link", "set", DEVICE, "up")
            for where, device in ((name, DEVICE), (self._switch, port)):
                _run("tc", "-n", where, "qdisc", "add", "dev", device, *limit)

    def address(self, k: int) -> str:
        return f"{NETWORK}{k + 1}"

    def command(self, k: int, *command: object) -> list[str]:
        """What runs a command on host k."""
        return ["ip", "netns", "exec", self._names[k], *map(str, command)]

    def cut(self, k: int) -> None:
        """Pull the cable of host k."""
        _run("ip", "-n", self._switch, "link", "set", f"port{k}", "down")

    def mend(self, k: int) -> None:
        _run("ip", "-n", self._switch, "link", "set", f"port{k}", "up")

    def sent(self, k: int) -> int:
        """Bytes that host k has sent."""
        told = json.loads(_run("ip", "-n", self._names[k], "-s", "-j", "link", "show", DEVICE))
        return int(told[0]["stats64"]["tx"]["bytes"])

    def end(self) -> None:
        for name in (self._switch, *self._names):
            with suppress(NoHostsError):
                _run("ip", "netns", "del", name)


@contextmanager
def hosts(count: int, rate: str) -> Iterator[Hosts]:
    """So many `Hosts`, which are gone in the end. Raises NoHostsError where there can be none."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise NoHostsError("network namespaces take root")
    if missing := [name for name in ("ip", "tc") if not shutil.which(name)]:
        raise NoHostsError(f"there is no {' and no '.join(missing)} (Debian's package iproute2)")
    made = Hosts(count, rate)
    try:
        made.begin()
        yield made
    finally:
        made.end()


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        raise NoHostsError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
