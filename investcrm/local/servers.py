"""The private PostgreSQL and Valkey: started by whoever needs them first, stopped by whoever leaves last.

Each user of the servers holds a shared lock on one file for as long as it uses them. The kernel drops the lock of a
killed process, so servers it left behind are found running by the next one, used, and stopped by the last.
"""

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg2
import redis

from investcrm.local import binaries
from investcrm.local.binaries import LocalError
from investcrm.local.places import DATABASE, PORT, ROLE, SHORT_SOCKETS, SYSTEM_DATA, Places, places
from investcrm.local.processes import end_process, is_running, wait_until

ALL = frozenset({"postgres", "valkey"})
LOG_LIMIT = 5_000_000  # bytes; a longer log is started anew
START_SECONDS = 120  # recovery after a hard kill can take a while
ATTEMPTS = 5  # to start PostgreSQL while children of a killed one still end
NO_PROCESS = 2**31 - 2  # no system gives numbers this high
TEST_PREFIX = "investcrm-test-"
LOCALE = "C.UTF-8"
# Without autovacuum: it would count tables, filled in a transaction that a test takes back, as empty, and the queries
# of the next test would be planned for no rows. A table never counted is planned for by its pages.
THROWAWAY = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "2GB", "autovacuum": "off",
}  # fmt: skip


class Servers:
    """One set of private servers, a context manager; with `durable=False`, for tests, nothing is synced to disk."""

    def __init__(self, where: Places, *, needs: Collection[str] = ALL, durable: bool = True) -> None:
        self.where = where
        self.needs = frozenset(needs)
        self.durable = durable
        self.as_nobody = os.geteuid() == 0
        self.children: list[subprocess.Popen[bytes]] = []
        self.use: IO[str] | None = None

    # -- coming and going

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> None:
        """Make sure that the servers run, and keep them; raises LocalError with what to do."""
        self.make_directories()
        with self.alone():
            self.use = (self.where.var / "servers.use").open("w")
            fcntl.flock(self.use, fcntl.LOCK_SH)
            try:
                self.ensure()
            except BaseException:
                self.leave()
                raise

    def release(self) -> bool:
        """Stop the servers unless another process uses them; returns whether they were stopped."""
        if self.use is None:
            return False
        with self.alone():
            return self.leave()

    def leave(self) -> bool:
        """As `release`, for who holds the lock already."""
        if self.use is None:
            return False
        try:
            fcntl.flock(self.use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            self.stop()
            return True
        finally:
            self.use.close()
            self.use = None

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock under which servers are started and stopped."""
        with (self.where.var / "servers.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def mend(self) -> list[str]:
        """Start again what has died; returns the names of what had to be started."""
        with self.alone():
            return self.ensure()

    def ensure(self) -> list[str]:
        """Start what is needed and does not run; returns the names of what was started."""
        started = []
        if "postgres" in self.needs and not self.postgres_runs():
            self.start_postgres()
            started.append("postgres")
        if "valkey" in self.needs and not self.valkey_runs():
            self.start_valkey()
            started.append("valkey")
        return started

    def stop(self) -> None:
        """Stop both servers, whoever started them: PostgreSQL by a fast shutdown, Valkey after writing its file."""
        valkey = self.valkey_pid()
        if valkey is not None:
            end_process(valkey, str(self.where.valkey_socket), first=signal.SIGTERM)
        postgres = self.postgres_pid()
        if postgres is not None:
            end_process(postgres, str(self.where.postgres), first=signal.SIGINT, patience=60)
        for child in self.children:
            if child.poll() is None:  # interrupted before it wrote down its number
                child.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=10)
        self.children.clear()

    def down(self) -> list[str]:
        """The names of needed servers whose process is gone."""
        for child in self.children:
            child.poll()
        pids = {"postgres": self.postgres_pid(), "valkey": self.valkey_pid()}
        return [name for name in sorted(self.needs) if pids[name] is None]

    # -- directories

    def make_directories(self) -> None:
        """Make the directories, closed to other users; raises LocalError where one belongs to somebody else."""
        passage = 0o711 if self.as_nobody else 0o700
        try:
            own_directory(self.where.var, passage)
            (self.where.var / "log").mkdir(mode=0o700, exist_ok=True)
            if self.where.data.parent == SYSTEM_DATA:
                binaries.make_open_directory(SYSTEM_DATA)
                own_directory(self.where.data, passage)
                (self.where.data / "belongs-to").write_text(f"{self.where.var}\n")
            own_directory(self.where.sockets, passage)
            for directory in (self.where.postgres_sockets, self.where.valkey_socket.parent, self.where.valkey):
                directory.mkdir(exist_ok=True)
                self.hand_over(directory)
        except OSError as error:
            raise LocalError(f"{error.filename or self.where.var} cannot be used: {error.strerror}.") from error

    def hand_over(self, directory: Path) -> None:
        """Give a directory to the user the servers run as, closed to others."""
        if self.as_nobody:
            user = nobody()
            os.chown(directory, user.pw_uid, user.pw_gid)
        directory.chmod(0o700)

    def spawn(self, command: list[str | Path], directory: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a program in its own session (Ctrl-C in the terminal is ours to pass on), as `nobody` when root."""
        environ = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": LOCALE, "TZ": "UTC"}
        user = nobody() if self.as_nobody else None
        child = subprocess.Popen(
            command,
            cwd=directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        self.children.append(child)
        return child

    def log_path(self, name: str) -> Path:
        """Where a server writes what it has to say."""
        return self.where.var / "log" / f"{name}.log"

    def open_log(self, name: str) -> IO[bytes]:
        """A server's log, for adding to its end."""
        path = self.log_path(name)
        fresh = not path.exists() or path.stat().st_size > LOG_LIMIT
        return path.open("wb" if fresh else "ab")

    def last_words(self, name: str) -> str:
        """The end of a server's log."""
        text = self.log_path(name).read_text(errors="replace")
        return "\n".join("  " + line for line in text.splitlines()[-8:])

    # -- PostgreSQL

    def postgres_pid(self) -> int | None:
        """The running postmaster of our data directory, None if there is none."""
        try:
            pid = int((self.where.postgres / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if is_running(pid, str(self.where.postgres)) else None

    def connect(self, database: str = "postgres") -> "psycopg2.extensions.connection":
        """A connection to the private PostgreSQL; raises psycopg2.OperationalError while it does not answer."""
        return psycopg2.connect(
            host=str(self.where.postgres_sockets), port=PORT, user=ROLE, dbname=database, connect_timeout=5
        )

    def postgres_answers(self) -> bool:
        """Does it take connections?"""
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def postgres_runs(self) -> bool:
        """Is it up? One that is starting, recovering or just stopping is waited for."""
        if self.postgres_pid() is None:
            return False
        wait_until(lambda: self.postgres_pid() is None or self.postgres_answers(), START_SECONDS)
        return self.postgres_pid() is not None

    def start_postgres(self) -> None:
        """Make the data directory if there is none, start the server, make the database, check the trigrams."""
        programs = binaries.postgres_directory(for_nobody=self.as_nobody)
        data = self.where.postgres
        if not (data / "PG_VERSION").exists():
            self.make_cluster(programs)
        kept = (data / "PG_VERSION").read_text().strip()
        said = re.search(r"\d+", binaries.runs(programs / "postgres") or "")
        if said is None or said.group() != kept:
            raise LocalError(
                f"The data in {data} were made by PostgreSQL {kept}, but {programs} holds version"
                f" {said.group() if said else 'unknown'}. Use version {kept}, or move the data away to start anew."
            )
        self.forget_dead_postmaster()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.where.postgres_sockets),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "max_connections": "100",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else THROWAWAY),
        }
        command: list[str | Path] = [programs / "postgres", "-D", data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        # Processes of a killed server hold its memory for a moment; until they are gone a new one does not start.
        for attempt in range(ATTEMPTS):
            child = self.try_postgres(command)
            if child.poll() is None:
                break
            if attempt + 1 == ATTEMPTS or "shared memory block" not in self.last_words("postgres"):
                raise LocalError(f"PostgreSQL did not start. It said:\n{self.last_words('postgres')}")
            time.sleep(2)
        if not self.postgres_answers():
            raise LocalError(f"PostgreSQL did not answer. It said:\n{self.last_words('postgres')}")
        self.make_database()

    def forget_dead_postmaster(self) -> None:
        """Let PostgreSQL see that the postmaster its files name is gone.

        It only asks whether a process of that number exists, and that may be another one by now (in a restarted
        container) or one nobody has taken note of the end of. The file itself stays: by what else it says PostgreSQL
        finds out whether children of the dead postmaster still use the data.
        """
        for child in self.children:
            child.poll()
        note = self.where.postgres / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError):
            lines = note.read_text().split("\n")
            note.write_text("\n".join([str(NO_PROCESS), *lines[1:]]))
        (self.where.postgres_sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def try_postgres(self, command: list[str | Path]) -> subprocess.Popen[bytes]:
        """Start it and wait until it takes connections or has ended."""
        with self.open_log("postgres") as log:
            child = self.spawn(command, self.where.postgres, log)
        wait_until(lambda: child.poll() is not None or self.postgres_answers(), START_SECONDS)
        return child

    def make_cluster(self, programs: Path) -> None:
        """Run initdb beside the final place, so that an interrupted one leaves nothing that looks finished."""
        draft = self.where.data / "postgres.new"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir()
        self.hand_over(draft)
        command: list[str | Path] = [
            programs / "initdb", "-D", draft, "-U", ROLE, "--auth=trust", "--encoding=UTF8", f"--locale={LOCALE}",
            *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        with self.open_log("postgres") as log:
            code = self.spawn(command, draft, log).wait()
        if code != 0:
            raise LocalError(
                f"The data directory of PostgreSQL could not be made. initdb said:\n{self.last_words('postgres')}"
            )
        if self.where.postgres.exists():
            self.where.postgres.rmdir()
        draft.rename(self.where.postgres)

    def make_database(self) -> None:
        """Make the database if it is missing; raises LocalError if this PostgreSQL finds nothing in Chinese."""
        connection = self.connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()
        connection = self.connect(DATABASE)
        try:
            with connection.cursor() as cursor:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute("SELECT cardinality(show_trgm('苏州'))")
                row = cursor.fetchone()
            connection.rollback()
        except psycopg2.Error as error:
            raise LocalError(f"This PostgreSQL has no trigram search (pg_trgm): {error}".strip()) from error
        finally:
            connection.close()
        if not row or not row[0]:
            raise LocalError(
                f"This PostgreSQL's locale {LOCALE} knows no Chinese letters, so search would find nothing."
            )

    # -- Valkey

    def valkey_client(self) -> redis.Redis:
        """A client of the private Valkey."""
        return redis.Redis(unix_socket_path=str(self.where.valkey_socket), socket_timeout=5)

    def valkey_pid(self) -> int | None:
        """The running Valkey of our socket, None if there is none."""
        try:
            pid = int((self.where.valkey / "valkey.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if is_running(pid, str(self.where.valkey_socket)) else None

    def valkey_answers(self) -> bool:
        """Has it read its file and does it take commands?"""
        client = self.valkey_client()
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def valkey_runs(self) -> bool:
        """Is it up? One that is reading its file is waited for."""
        if self.valkey_pid() is None:
            return False
        wait_until(lambda: self.valkey_pid() is None or self.valkey_answers(), START_SECONDS)
        return self.valkey_pid() is not None

    def start_valkey(self) -> None:
        """Start the server on its socket, with its append-only file."""
        program = binaries.valkey_program(for_nobody=self.as_nobody)
        data = self.where.valkey
        (data / "valkey.pid").unlink(missing_ok=True)
        command: list[str | Path] = [
            program, "--port", "0", "--unixsocket", self.where.valkey_socket, "--unixsocketperm", "700",
            "--dir", data, "--pidfile", data / "valkey.pid", "--databases", "32", "--save", "",
            "--loglevel", "warning",
            "--appendonly", "yes" if self.durable else "no", "--appendfsync", "everysec",
        ]  # fmt: skip
        with self.open_log("valkey") as log:
            child = self.spawn(command, data, log)
        wait_until(lambda: child.poll() is not None or self.valkey_answers(), START_SECONDS)
        if child.poll() is not None or not self.valkey_answers():
            raise LocalError(f"Valkey did not start. It said:\n{self.last_words('valkey')}")


def nobody() -> pwd.struct_passwd:
    """The user without rights that root's servers run as; raises LocalError where there is none."""
    try:
        return pwd.getpwnam("nobody")
    except KeyError as error:
        raise LocalError(
            "PostgreSQL does not run as root and this machine has no user `nobody` to run it as."
            " Run as an ordinary user, or name servers in DATABASE_URL and REDIS_URL."
        ) from error


def own_directory(directory: Path, mode: int) -> None:
    """Make a directory of ours; raises LocalError where somebody else's, or a link, is at its place."""
    directory.mkdir(parents=True, exist_ok=True)
    found = directory.lstat()
    if directory.parent == SHORT_SOCKETS and stat.S_ISLNK(found.st_mode):
        raise LocalError(f"{directory} is a link. Remove it and start again.")
    if found.st_uid != os.geteuid() and not stat.S_ISLNK(found.st_mode):
        owner = found.st_uid
        with contextlib.suppress(KeyError):
            owner = pwd.getpwuid(found.st_uid).pw_name  # type: ignore[assignment]
        raise LocalError(f"{directory} belongs to {owner}. Run as that user, or remove the directory to start anew.")
    directory.chmod(mode)


def replaced(environ: Mapping[str, str]) -> frozenset[str]:
    """The private servers that the environment names others for."""
    variables = {"postgres": ("DATABASE_URL", "DATABASE_URL_FILE"), "valkey": ("REDIS_URL", "REDIS_URL_FILE")}
    return frozenset(name for name, both in variables.items() if any(environ.get(variable) for variable in both))


def needed() -> frozenset[str]:
    """Which private servers are needed: those the environment does not name others for."""
    return ALL - replaced(os.environ)


@contextlib.contextmanager
def running(*, needs: Collection[str] | None = None) -> Iterator[Servers]:
    """This checkout's private servers for the length of a block, as far as the environment does not name others."""
    wanted = needed() if needs is None else frozenset(needs)
    servers = Servers(places(), needs=wanted)
    if not wanted:
        yield servers
        return
    with servers:
        yield servers


@contextlib.contextmanager
def throwaway(*, needs: Collection[str] = ALL) -> Iterator[Servers]:
    """Servers in a temporary directory, removed afterwards; those of killed test runs are removed on the way."""
    sweep()
    var = Path(tempfile.mkdtemp(prefix=TEST_PREFIX, dir=SHORT_SOCKETS))
    try:
        with Servers(Places(var=var, data=var, sockets=var / "run"), needs=needs, durable=False) as servers:
            yield servers
    finally:
        shutil.rmtree(var, ignore_errors=True)


def sweep() -> None:
    """Stop and remove throw-away servers whose user was killed (nobody holds their lock any more)."""
    for var in SHORT_SOCKETS.glob(f"{TEST_PREFIX}*"):
        with contextlib.suppress(OSError):
            if var.lstat().st_uid != os.geteuid():
                continue
            servers = Servers(Places(var=var, data=var, sockets=var / "run"))
            with (var / "servers.lock").open("r+") as lock, (var / "servers.use").open("r+") as use:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                servers.stop()
                shutil.rmtree(var, ignore_errors=True)
