import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from investcrm.local.binaries import LocalError
from investcrm.local.places import Places, places
from investcrm.local.processes import command_of, wait_until
from investcrm.local.servers import Servers

HOLD = """
import signal, sys
from investcrm.local.places import places
from investcrm.local.servers import Servers
Servers(places(), durable=False).acquire()
print("ready", flush=True)
signal.pause()
"""


@pytest.fixture
def var() -> Iterator[Path]:
    """A short directory that `nobody` can enter, as pytest's own is closed and its name long."""
    directory = Path(tempfile.mkdtemp(prefix="investcrm-local-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory / "var"
    Servers(places_of(directory / "var")).stop()
    shutil.rmtree(directory)


def places_of(var: Path) -> Places:
    return places({"INVESTCRM_VAR": str(var)})


def servers_of(var: Path) -> Servers:
    return Servers(places_of(var), durable=False)


def test_the_last_one_to_leave_stops_the_servers(var: Path) -> None:
    first, second = servers_of(var), servers_of(var)
    first.acquire()
    pids = first.postgres_pid(), first.valkey_pid()
    second.acquire()

    assert (second.postgres_pid(), second.valkey_pid()) == pids
    assert not first.release()
    assert second.postgres_answers()
    assert second.valkey_answers()
    assert second.release()
    assert second.down() == ["postgres", "valkey"]


def test_servers_of_a_killed_user_are_used_and_then_stopped(var: Path) -> None:
    environ = {**os.environ, "INVESTCRM_VAR": str(var)}
    with subprocess.Popen([sys.executable, "-c", HOLD], env=environ, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        holder.kill()
    left = servers_of(var).postgres_pid()
    assert left is not None

    with servers_of(var) as servers:
        assert servers.postgres_pid() == left

    assert wait_until(lambda: command_of(left) is None, 5)


def test_killed_servers_are_started_again_with_their_data(var: Path) -> None:
    with Servers(places_of(var)) as servers:
        with servers.connect("investcrm") as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('苏州')")
        connection.close()
        pid = servers.postgres_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: servers.down() == ["postgres"], 10)

        assert servers.mend() == ["postgres"]

        connection = servers.connect("investcrm")
        with connection.cursor() as cursor:
            cursor.execute("SELECT word FROM kept")
            assert cursor.fetchone() == ("苏州",)
        connection.close()


def test_queued_work_survives_a_hard_kill_of_valkey(var: Path) -> None:
    with Servers(places_of(var), needs={"valkey"}) as servers:
        servers.valkey_client().lpush("queue", "task")
        pid = servers.valkey_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: servers.down() == ["valkey"], 10)

        servers.mend()

        assert servers.valkey_client().lrange("queue", 0, -1) == [b"task"]


def test_a_stale_number_that_is_now_another_process_does_not_hinder_the_start(var: Path) -> None:
    with servers_of(var) as servers:
        number = servers.where.postgres / "postmaster.pid"
        lines = number.read_text().split("\n")
    number.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    (servers.where.valkey / "valkey.pid").write_text(str(os.getpid()))

    with servers_of(var) as servers:
        assert servers.postgres_answers()
        assert servers.valkey_answers()


def test_an_interrupted_first_start_is_made_anew(var: Path) -> None:
    half = places_of(var).data / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with servers_of(var) as servers:
        assert servers.postgres_answers()


def test_a_long_path_still_starts(var: Path) -> None:
    long = var / ("a-long-directory-name/" * 6)
    with servers_of(long) as servers:
        assert servers.postgres_answers()
        assert servers.valkey_answers()
    shutil.rmtree(servers.where.sockets)


def test_data_of_another_version_are_left_alone_with_a_sentence(var: Path) -> None:
    with servers_of(var) as servers:
        version = servers.where.postgres / "PG_VERSION"
    version.write_text("9\n")

    with pytest.raises(LocalError, match="were made by PostgreSQL 9"):
        servers_of(var).acquire()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_roots_data_move_where_nobody_can_reach_them_when_the_checkout_is_closed(var: Path) -> None:
    closed = var.parent / "closed"
    closed.mkdir(mode=0o700)

    with servers_of(closed / "var") as servers:
        assert servers.where.data.parent == Path("/var/lib/investcrm")
        assert servers.postgres_answers()
        assert servers.valkey_answers()
    shutil.rmtree(servers.where.data)

    assert closed.stat().st_mode & 0o777 == 0o700
