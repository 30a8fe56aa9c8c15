"""Where the private servers of this checkout keep their data and their sockets. Starts nothing."""

import hashlib
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = "investcrm"
ROLE = "investcrm"
PORT = 5432
SYSTEM_DATA = Path("/var/lib/investcrm")
SHORT_SOCKETS = Path("/tmp")  # noqa: S108 - a fixed name: two shells with different TMPDIR must meet
SOCKET_LIMIT = 100  # sun_path holds 107 bytes on Linux and 103 on macOS


@dataclass(frozen=True)
class Places:
    """The directories of one set of private servers."""

    var: Path
    data: Path
    sockets: Path

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data directory."""
        return self.data / "postgres"

    @property
    def postgres_sockets(self) -> Path:
        """The directory PostgreSQL puts its socket in."""
        return self.sockets / "pg"

    @property
    def valkey(self) -> Path:
        """Valkey's data directory (append-only file)."""
        return self.data / "valkey"

    @property
    def valkey_socket(self) -> Path:
        """Valkey's socket."""
        return self.sockets / "vk" / "s"

    @property
    def database_url(self) -> str:
        """PostgreSQL on the private socket; the host is the percent-encoded directory of the socket."""
        return f"postgresql://{ROLE}@{quote(str(self.postgres_sockets), safe='')}:{PORT}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        """Valkey on the private socket, in the form redis-py reads; see `broker_url` for Celery."""
        return f"unix://{quote(str(self.valkey_socket))}?db=0"


def is_reachable(directory: Path) -> bool:
    """Can a user without any rights enter this directory? Judged by the modes of what exists of the path."""
    for part in (directory, *directory.parents):
        try:
            mode = part.stat().st_mode
        except FileNotFoundError:
            continue
        except OSError:
            return False
        if not mode & stat.S_IXOTH:
            return False
    return True


def instance(var: Path) -> str:
    """A name for the data of this `var`, kept in it: a new clone at an old path must not meet the old clone's data."""
    name = var / "instance"
    try:
        return name.read_text().strip()
    except FileNotFoundError:
        pass
    return keep_once(name, secrets.token_hex(6), mode=0o644)


def keep_once(name: Path, content: str, *, mode: int) -> str:
    """Write a file unless another process did meanwhile; returns what it holds. Never shows a half-written file."""
    name.parent.mkdir(parents=True, exist_ok=True)
    draft = name.with_name(f"{name.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(content)
        os.link(draft, name)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return name.read_text().strip()


def places(environ: Mapping[str, str] | None = None) -> Places:
    """The places of this checkout, or of the directory that INVESTCRM_VAR names.

    Data live in `var/`. PostgreSQL refuses to run as root, so root's servers run as `nobody`; where `nobody` cannot
    enter `var/` (a checkout below a closed home), they live in /var/lib/investcrm. A socket's path is limited
    to about a hundred bytes, so a long one is replaced by a short directory in /tmp.
    """
    environ = os.environ if environ is None else environ
    given = environ.get("INVESTCRM_VAR")
    var = Path(given).resolve() if given else CHECKOUT / "var"
    data = var
    if os.geteuid() == 0 and not is_reachable(var.parent):
        data = SYSTEM_DATA / instance(var)
    sockets = data / "run"
    if len(os.fsencode(sockets / "pg" / f".s.PGSQL.{PORT}.lock")) > SOCKET_LIMIT:
        digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
        sockets = SHORT_SOCKETS / f"investcrm-{os.geteuid()}-{digest}"
    return Places(var=var, data=data, sockets=sockets)


def private_database_url() -> str:
    """The address of this checkout's private PostgreSQL, running or not."""
    return places().database_url


def private_redis_url() -> str:
    """The address of this checkout's private Valkey, running or not."""
    return places().redis_url


def broker_url(redis_url: str) -> str:
    """The same server in Celery's spelling: it calls a socket `redis+socket` and a database number `virtual_host`."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def private_secret_key() -> str:
    """The signing key of this checkout's local mode: made once, kept in `var/`, readable by its owner only."""
    name = places().var / "secret_key"
    try:
        return name.read_text().strip()
    except FileNotFoundError:
        pass
    return keep_once(name, secrets.token_urlsafe(50), mode=0o600)
