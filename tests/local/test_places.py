from pathlib import Path

from investcrm.local.places import SOCKET_LIMIT, broker_url, places


def test_a_long_checkout_path_gets_short_sockets(tmp_path: Path) -> None:
    long = tmp_path / ("deep" * 20) / ("deeper" * 10)

    where = places({"INVESTCRM_VAR": str(long)})

    assert len(str(where.postgres_sockets / ".s.PGSQL.5432.lock")) <= SOCKET_LIMIT
    assert len(str(where.valkey_socket)) <= SOCKET_LIMIT


def test_celery_spells_a_socket_in_its_own_way() -> None:
    assert broker_url("unix:///srv/x/s?db=3") == "redis+socket:///srv/x/s?virtual_host=3"
    assert broker_url("redis://cache:6379/1") == "redis://cache:6379/1"
