import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from investcrm.local.places import CHECKOUT, places
from investcrm.local.processes import command_of, wait_until
from investcrm.local.servers import Servers
from investcrm.local.supervisor import is_demonstration


class Run:
    """One `make run` on its own data, without the demonstration."""

    def __init__(self, var: Path, port: int | str) -> None:
        environ = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        environ |= {"INVESTCRM_VAR": str(var), "PORT": str(port), "SECRET_KEY": "for this test"}
        self.text = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "investcrm.local"],
            cwd=CHECKOUT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.text += line

    def says(self, pattern: str, seconds: float = 60) -> bool:
        found = wait_until(lambda: re.search(pattern, self.text) is not None or not self.reader.is_alive(), seconds)
        return found and re.search(pattern, self.text) is not None

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self.reader.join(timeout=5)
        return code


@pytest.fixture
def var() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="investcrm-local-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory / "var"
    Servers(places({"INVESTCRM_VAR": str(directory / "var")})).stop()
    shutil.rmtree(directory)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(var: Path) -> list[str]:
    """The command lines that carry this test's directory (servers, beat)."""
    commands = (command_of(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [command for command in commands if command and str(var) in command]


def worker_of(run: Run) -> int:
    """The process number of the run's Celery worker."""
    children = Path(f"/proc/{run.process.pid}/task/{run.process.pid}/children").read_text().split()
    return next(int(pid) for pid in children if " worker " in (command_of(int(pid)) or ""))


def test_a_run_is_stopped_cleanly_mended_and_recovered_after_a_hard_kill(var: Path, port: int) -> None:
    run = Run(var, port)
    assert run.says(f"runs at http://localhost:{port}"), run.text
    assert run.says(r"worker .* ready"), run.text

    os.kill(worker_of(run), signal.SIGKILL)
    assert run.says("The worker ended unexpectedly"), run.text
    run.end(signal.SIGKILL)
    assert processes_of(var)

    again = Run(var, port)
    assert again.says(f"runs at http://localhost:{port}"), again.text
    assert "that an earlier run left behind" in again.text
    third = Run(var, port)
    assert third.process.wait(timeout=30) == 1
    assert third.says("runs already from this directory"), third.text

    assert again.end(signal.SIGINT) == 0
    assert again.says("Stopped"), again.text
    assert processes_of(var) == []


def test_a_taken_port_is_said_before_anything_is_started(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]

        run = Run(var, number)

        assert run.process.wait(timeout=30) == 1
    assert run.says(f"Port {number} on 127.0.0.1 cannot be used .*make run PORT=")
    assert "Traceback" not in run.text
    assert not places({"INVESTCRM_VAR": str(var)}).postgres.exists()


@pytest.mark.parametrize("port", ["0", "web", "70000", "８０００"])
def test_a_port_that_is_none_is_said(var: Path, port: str) -> None:
    run = Run(var, port)

    assert run.process.wait(timeout=30) == 1
    assert run.says("PORT is .* write a whole number between 1 and 65535")
    assert "Traceback" not in run.text


@pytest.mark.parametrize(
    "environ",
    [
        {"DATABASE_URL": "postgresql://db/investcrm"},
        {"DATABASE_URL_FILE": "/run/secrets/database"},
        {"SECRET_KEY": "secret"},
        {"DEBUG": "False"},
        {"HTTPS": "True"},
    ],
)
def test_demonstration_logins_exist_only_without_any_sign_of_production(environ: dict[str, str]) -> None:
    assert is_demonstration({})
    assert not is_demonstration(environ)
