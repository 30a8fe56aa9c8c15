"""Processes that may not be our children: who they are, and ending them."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

STEP = 0.05  # seconds between two looks


def command_of(pid: int) -> str | None:
    """The command line of a living process; None for a dead one, a zombie, or another's that cannot be read."""
    proc = Path("/proc")
    if (proc / "self" / "cmdline").exists():
        try:
            raw = (proc / str(pid) / "cmdline").read_bytes()
        except OSError:
            return None
        return raw.replace(b"\0", b" ").decode(errors="replace").strip() or None
    done = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def is_running(pid: int | None, mark: str) -> bool:
    """Is this process alive and is the mark part of its command line? (A number alone may be another's by now.)"""
    return pid is not None and mark in (command_of(pid) or "")


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look again and again until the condition holds; False when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(STEP)
    return True


def end_process(pid: int, mark: str, *, first: signal.Signals, patience: float = 30) -> None:
    """Ask a process to end, and kill it when it has not after `patience` seconds. Nothing happens if it is gone."""
    for number, seconds in ((first, patience), (signal.SIGKILL, 10.0)):
        if not is_running(pid, mark):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: not is_running(pid, mark), seconds):
            return
