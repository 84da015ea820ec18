"""No test reaches beyond this machine: any connection or look-up that is not loopback raises.

Python imports a module of this name at start, so a child process with this folder on its PYTHONPATH is guarded like
the test that started it. An audit hook sees every Python socket, asyncio's included, and cannot be taken out.

Two faults of a machine that a child can be given here too: a name that no resolver knows (`….invalid`), and a wrong
clock (`ONCUE_TEST_CLOCK_OFF`, seconds), before anything else reads the time.
"""

from __future__ import annotations

import os
import socket
import sys
import time

NETWORKED = {socket.AF_INET, socket.AF_INET6}
SENDING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
LOOKING_UP = {"socket.getaddrinfo", "socket.gethostbyname"}


class NetworkIsOff(RuntimeError):
    """A test, or what it started, tried to leave the machine. Not an OSError: product code must not handle it."""


def is_local(host: object) -> bool:
    """Loopback by number or name; no host at all means this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or not isinstance(name, str):
        return True
    return name in {"", "localhost", "::1", "0.0.0.0"} or name.startswith("127.")


def refuse(event: str, args: tuple[object, ...]) -> None:
    """The audit hook."""
    if event in SENDING:
        link, address = args[0], args[1]
        networked = isinstance(link, socket.socket) and link.family in NETWORKED
        if networked and isinstance(address, tuple) and not is_local(address[0]):
            raise NetworkIsOff(f"{event} {address[0]}")
    elif event in LOOKING_UP and str(args[0]).endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")  # as RFC 6761 has it
    elif event in LOOKING_UP and not is_local(args[0]):
        raise NetworkIsOff(f"{event} {args[0]!r}")


def turn_clock(seconds: float) -> None:
    """Make `time.time` of this process wrong by so much; `datetime.now` and the monotonic clock stay right."""
    right = time.time
    time.time = lambda: right() + seconds


sys.addaudithook(refuse)
if off := float(os.environ.get("ONCUE_TEST_CLOCK_OFF") or 0):
    turn_clock(off)
