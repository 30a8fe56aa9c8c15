"""Runs web, worker and beat in the foreground with one log, on the private servers or on those the environment names.

A part that ends by itself is started again, up to a limit; a server that ends is mended. Ctrl-C and SIGTERM stop the
parts first and the servers after them. What a killed supervisor left behind is ended by the next one.
"""

import contextlib
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import FrameType

from investcrm.local.binaries import LocalError
from investcrm.local.places import CHECKOUT, places
from investcrm.local.processes import end_process, is_running, wait_until
from investcrm.local.servers import Servers, own_directory, replaced

EVERYWHERE = "0.0.0.0"  # noqa: S104 - only when HOST says so
LOOK = 0.3  # seconds between two looks at the parts
WEB_SECONDS = 90  # until the web must have answered
STOP_SECONDS = 15  # for a part to end by itself
RESTARTS = 5  # of one part within RESTART_WINDOW, then everything stops
RESTART_WINDOW = 300.0  # seconds
COLOURS = {"web": "36", "worker": "33", "beat": "35", "setup": "34", "run": "1"}
PRODUCTION = ("DATABASE_URL", "DATABASE_URL_FILE", "SECRET_KEY", "SECRET_KEY_FILE", "HTTPS")
SERVER_NAMES = {"postgres": "PostgreSQL", "valkey": "Valkey"}
WEB = [
    *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--timeout", "60", "--graceful-timeout", "5"),
    *("--no-control-socket", "--log-level", "warning"),
    *("--access-logfile", "-", "--access-logformat", "%(m)s %(U)s %(s)s %(M)s ms"),
]
WORKER = ["--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
BEAT = ["--loglevel", "WARNING", "--pidfile", ""]


class Ended(Exception):  # noqa: N818 - not an error
    """Somebody asked us to stop."""


class Log:
    """One stream of lines for everybody, each with the name of who said it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, text: str) -> None:
        """Write one line; a terminal that is gone is no reason to fail."""
        label = f"{name:<7}|"
        if self.coloured:
            label = f"\033[{COLOURS.get(name, '0')}m{label}\033[0m"
        with self.lock, contextlib.suppress(OSError, ValueError):
            sys.stdout.write(f"{label} {text}\n")
            sys.stdout.flush()

    def say(self, text: str) -> None:
        """What the supervisor itself has to say."""
        for line in text.splitlines():
            self.line("run", line)

    def follow(self, name: str, process: "subprocess.Popen[str]") -> None:
        """Pass on what a process says, on a thread of its own, until it ends."""

        def read() -> None:
            assert process.stdout is not None  # noqa: S101 - opened with a pipe below
            for line in process.stdout:
                if not is_noise(line):
                    self.line(name, line.rstrip())

        threading.Thread(target=read, daemon=True).start()


def is_noise(line: str) -> bool:
    """Empty lines, and static files that were served as they should be."""
    return not line.strip() or ("GET /static/" in line and (" 200 " in line or " 304 " in line))


@dataclass
class Part:
    """One program that is kept running."""

    name: str
    arguments: list[str]
    process: "subprocess.Popen[str] | None" = None
    restarts: deque[float] = field(default_factory=deque)

    @property
    def command(self) -> list[str]:
        """The command line; it begins with this checkout's Python, by which its process is known again."""
        return [sys.executable, "-m", *self.arguments]

    @property
    def mark(self) -> str:
        """The part of the command line by which its process is known."""
        return f"{sys.executable} -m {self.arguments[0]}"


class Supervisor:
    """Everything of one `make run`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.where = places(environ)
        self.log = Log()
        self.host = environ.get("HOST") or "127.0.0.1"
        self.port = port_number(environ.get("PORT") or "8000")
        self.demo = is_demonstration(environ)
        local = self.host in {"127.0.0.1", EVERYWHERE}
        self.address = f"http://{'localhost' if local else self.host}:{self.port}"
        self.environ = {
            **environ,
            "DJANGO_SETTINGS_MODULE": "investcrm.settings",
            "INVESTCRM_DEMO": str(self.demo),
            "PYTHONUNBUFFERED": "1",
            # Celery's advice not to run as root, for machines that are all root's (containers).
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
            "PYTHONPATH": str(CHECKOUT),
        }
        self.environ.setdefault("SITE_URL", self.address)
        self.servers = Servers(self.where, needs=frozenset({"postgres", "valkey"}) - replaced(environ))
        var = self.where.var
        self.parts = [
            Part("web", ["gunicorn", "investcrm.wsgi", "--bind", f"{self.host}:{self.port}", *WEB]),
            Part("worker", ["celery", "-q", "-A", "investcrm", "worker", *WORKER]),
            Part("beat", ["celery", "-q", "-A", "investcrm", "beat", *BEAT, "--schedule", str(var / "beat-schedule")]),
        ]
        self.logins: subprocess.Popen[str] | None = None
        self.record = var / "parts.json"
        self.stops = 0  # how often we were asked to stop
        self.busy = False

    # -- the whole

    def run(self) -> int:
        """From the first check to the last process; returns the exit code."""
        own_directory(self.where.var, 0o711 if self.servers.as_nobody else 0o700)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.asked_to_stop)
        with self.only_one():
            self.end_leftovers()
            self.check_port()
            failed = False
            try:
                self.start()
                self.watch()
            except Ended:
                self.log.say("Stopping …")
            except LocalError as error:
                failed = True
                self.log.say(f"{error}\nStopping …")
            finally:
                self.busy = True  # from here on nothing may break off the stopping
                self.stop()
            self.log.say("Stopped after an error." if failed else "Stopped.")
            return 1 if failed else 0

    def asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """The first signal ends the work in order; later ones only shorten the waiting."""
        self.stops += 1
        if self.stops == 1 and not self.busy:
            raise Ended

    @contextlib.contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Something that must not be left half done (a process started but not noted) ends before we stop."""
        self.busy = True
        try:
            yield
        finally:
            self.busy = False
        if self.stops:
            raise Ended

    def start(self) -> None:
        """Servers, preparations, parts; returns when the web answers."""
        if self.servers.needs:
            names = " and ".join(SERVER_NAMES[name] for name in sorted(self.servers.needs))
            self.log.say(f"Starting the private {names}; data in {self.where.data}")
            with self.undisturbed():
                self.servers.acquire()
        self.log.say("Preparing the database")
        self.prepare()
        for part in self.parts:
            self.launch(part)
        self.begin_logins()
        self.await_web()
        self.greet()

    def watch(self) -> None:
        """Keep everything running; raises LocalError when something does not stay up."""
        while True:
            time.sleep(LOOK)
            for name in self.servers.down() if self.servers.needs else []:
                log = self.servers.log_path(name)
                self.log.say(f"{SERVER_NAMES[name]} ended unexpectedly; starting it again. Its log: {log}")
                with self.undisturbed():
                    self.servers.mend()
            for part in self.parts:
                if part.process is not None and part.process.poll() is not None:
                    self.restart(part, part.process.returncode)

    def stop(self) -> None:
        """Stop the parts, then the servers; nothing of ours stays."""
        processes = [*(part.process for part in self.parts), self.logins]
        running = [process for process in processes if process is not None and process.poll() is None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        asked = self.stops
        wait_until(
            lambda: all(process.poll() is not None for process in running) or self.stops > max(asked, 1), STOP_SECONDS
        )
        for part in self.parts:
            if part.process is not None:
                if part.process.poll() is None:
                    self.log.say(f"The {part.name} did not end in time and is killed; its unfinished tasks come back.")
                end_group(part.process.pid)
                part.process.wait()
        self.record.unlink(missing_ok=True)
        if self.servers.use is not None and not self.servers.release():
            self.log.say("Another command still uses the private servers; they stop when it ends.")

    # -- before anything is started

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        """Hold the lock of this checkout's `make run`; raises LocalError if another one has it."""
        with (self.where.var / "run.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise LocalError(
                    f"investcrm runs already from this directory, at {file.read().strip()}."
                    " Stop that one with Ctrl-C first."
                ) from None
            file.truncate(0)
            file.write(self.address)
            file.flush()
            yield

    def end_leftovers(self) -> None:
        """End what a killed supervisor left running."""
        try:
            left = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return
        for entry in left:
            if is_running(entry["pid"], entry["mark"]):
                self.log.say(f"Ending the {entry['name']} that an earlier run left behind")
                end_process(entry["pid"], entry["mark"], first=signal.SIGTERM, patience=STOP_SECONDS)
                end_group(entry["pid"])
        self.record.unlink(missing_ok=True)

    def check_port(self) -> None:
        """Raise LocalError if something listens at our address."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except PermissionError:
                raise LocalError(
                    f"Port {self.port} needs rights you do not have. Choose another: make run PORT=8000"
                ) from None
            except OSError as error:
                other = self.port + 1 if self.port < 65535 else 8000
                raise LocalError(
                    f"Port {self.port} on {self.host} cannot be used ({error.strerror})."
                    f" Choose another: make run PORT={other}"
                ) from None

    # -- parts

    def spawn(self, name: str, command: list[str]) -> "subprocess.Popen[str]":
        """Start a program and follow what it says; Ctrl-C is ours to pass on."""
        process = self.open_process(command)
        self.log.follow(name, process)
        return process

    def open_process(self, command: list[str]) -> "subprocess.Popen[str]":
        """A process in a session of its own whose words can be read."""
        return subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def prepare(self) -> None:
        """Migrate, gather static files, load the demonstration; raises LocalError if that fails."""
        step = Part("setup", ["investcrm.local.steps", *(["demo"] if self.demo else [])])
        self.parts.append(step)
        process = self.launch(step)
        code = process.wait()
        self.parts.remove(step)
        if code != 0:
            raise LocalError("The database could not be prepared; the reason is in the lines above.")

    def launch(self, part: Part) -> "subprocess.Popen[str]":
        """Start a part and note its process for whoever comes after us."""
        with self.undisturbed():
            part.process = self.spawn(part.name, part.command)
            self.write_record()
        return part.process

    def write_record(self) -> None:
        """Note the processes, so that the next run can end them if we are killed."""
        entries = [
            {"name": part.name, "pid": part.process.pid, "mark": part.mark}
            for part in self.parts
            if part.process is not None
        ]
        draft = self.record.with_suffix(".new")
        draft.write_text(json.dumps(entries))
        draft.replace(self.record)

    def restart(self, part: Part, code: int) -> None:
        """Start a part again; raises LocalError when it ended too often."""
        if part.process is not None:
            end_group(part.process.pid)
        now = time.monotonic()
        part.restarts.append(now)
        while part.restarts[0] < now - RESTART_WINDOW:
            part.restarts.popleft()
        how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        if len(part.restarts) > RESTARTS:
            raise LocalError(f"The {part.name} ended unexpectedly ({how}), too often to be started again.")
        self.log.say(
            f"The {part.name} ended unexpectedly ({how}); starting it again ({len(part.restarts)} of {RESTARTS})."
        )
        time.sleep(min(2 ** (len(part.restarts) - 1) / 2, 8))
        self.launch(part)

    # -- the web

    def await_web(self) -> None:
        """Return when the web answers; raises LocalError when it ends or stays silent."""
        end = time.monotonic() + WEB_SECONDS
        while not self.web_answers():
            for part in self.parts:
                if part.process is not None and part.process.poll() is not None:
                    raise LocalError(f"The {part.name} did not start; the reason is in the lines above.")
            if time.monotonic() > end:
                raise LocalError(f"The web did not answer within {WEB_SECONDS} s.")
            time.sleep(LOOK)

    def web_answers(self) -> bool:
        """Does it serve its first page? An answer that something is broken is an answer too: the log says what."""
        target = "127.0.0.1" if self.host == EVERYWHERE else self.host
        connection = http.client.HTTPConnection(target, self.port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{self.port}", "User-Agent": "make run"})
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        else:
            return True
        finally:
            connection.close()

    def begin_logins(self) -> None:
        """Ask for the demonstration logins while the web starts."""
        if self.demo:
            with self.undisturbed():
                self.logins = self.open_process([sys.executable, "manage.py", "demo_logins"])

    def greet(self) -> None:
        """Say where it runs and how to sign in."""
        self.log.say(f"\n  investcrm runs at {self.address}\n")
        if self.logins is not None:
            for line in self.logins.communicate()[0].splitlines():
                self.log.say(f"  {line}")
            if self.host not in {"127.0.0.1", "localhost", "::1"}:
                self.log.say("  Others in this network can sign in with these logins.")
        else:
            self.log.say(
                "  Sign in with your own account; the first is made by: .venv/bin/python manage.py createsuperuser"
            )
        self.log.say("  Stop with Ctrl-C.\n ")


def end_group(leader: int) -> None:
    """Kill what is left of a part's process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def port_number(text: str) -> int:
    """The port; raises LocalError unless it is a whole number between 1 and 65535."""
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 65536:
        raise LocalError(f"PORT is {text!r}; write a whole number between 1 and 65535.")
    return int(text)


def is_demonstration(environ: Mapping[str, str]) -> bool:
    """Demonstration data and logins are for the private database without any sign of production in the environment."""
    return not any(environ.get(name) for name in PRODUCTION) and environ.get("DEBUG", "") in {"", "True"}


def main() -> int:
    """Run until stopped; 0 after an orderly stop, 1 after a failure."""
    try:
        return Supervisor(os.environ).run()
    except LocalError as error:
        print(f"make run: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except Ended:
        return 0
