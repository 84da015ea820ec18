"""The embedded servers: where they live, that they keep data, that they leave nothing behind."""

from __future__ import annotations

import os
import pwd
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import embedded, supervisor
from config.embedded import paths


@pytest.fixture
def state() -> Iterator[Path]:
    with supervisor.temporary_state() as folder:
        yield folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[embedded.Postgres]:
    """One cluster for the file, because `initdb` takes its time."""
    with supervisor.temporary_state() as folder:
        server = embedded.Postgres(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def postgres(cluster: embedded.Postgres) -> Iterator[embedded.Postgres]:
    """The cluster, running, and made good again after a test that spoilt it."""
    good = {name: (cluster.data / name).read_text() for name in ("PG_VERSION", "postgresql.conf")}
    yield cluster.start()
    for name, text in good.items():
        (cluster.data / name).write_text(text)
    cluster.stop()


@pytest.fixture
def valkey(state: Path) -> Iterator[embedded.Valkey]:
    server = embedded.Valkey(state)
    server.start()
    yield server
    server.stop()


def count(server: embedded.Postgres) -> int:
    with server.connect("oncue") as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def fill(server: embedded.Postgres, rows: int) -> None:
    with server.connect("oncue") as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, %s) AS n", [rows])


class TestWhereThingsLive:
    def test_a_short_folder_holds_the_socket_itself(self) -> None:
        assert paths.socket_dir(Path("/srv/oncue"), "pg").name in {"run-pg"}

    def test_a_long_folder_gets_a_short_socket_folder(self, state: Path) -> None:
        deep = state / ("deep" * 30)
        folder = paths.socket_dir(deep, "pg")
        assert len(str(folder / ".s.PGSQL.5432.lock")) <= 107
        assert folder == paths.socket_dir(deep, "pg")

    def test_two_kinds_of_one_folder_never_share_a_socket(self, state: Path) -> None:
        deep = state / ("deep" * 30)
        assert paths.socket_dir(deep, "pg") != paths.socket_dir(deep, "pg-test")

    def test_root_below_a_closed_home_moves_the_data_and_opens_nothing(
        self, state: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed = state / "home"
        closed.mkdir(mode=0o700)
        monkeypatch.setattr(
            paths, "database_account", lambda: pwd.struct_passwd(("db", "x", 4321, 4321, "", "/", ""))
        )
        folder = paths.servers_dir(closed / "state")
        assert folder.parent == Path("/var/lib")
        assert closed.stat().st_mode & 0o777 == 0o700

    def test_an_ordinary_user_keeps_everything_in_the_state_folder(
        self, state: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(paths, "database_account", lambda: None)
        assert paths.servers_dir(state) == state

    def test_a_package_that_is_missing_is_named_with_the_way_out(self) -> None:
        with pytest.raises(RuntimeError, match=r"no_such_package is not installed.*DATABASE_URL"):
            paths.package_dir("no_such_package")


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("redis://host:6379/2", "redis://host:6379/2"),
            ("unix:///run/vk/valkey.sock?db=3", "redis+socket:///run/vk/valkey.sock?virtual_host=3"),
            ("unix:///run/vk/valkey.sock", "redis+socket:///run/vk/valkey.sock"),
        ],
    )
    def test_celery_reads_every_spelling_of_redis_url(self, url: str, expected: str) -> None:
        assert embedded.broker_url(url) == expected

    def test_tests_have_servers_of_their_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ONCUE_EMBEDDED", "test-3")
        assert embedded.kind("pg") == "pg-test-3"
        monkeypatch.delenv("ONCUE_EMBEDDED")
        assert embedded.kind("pg") == "pg"


@pytest.mark.slow
class TestPostgres:
    def test_rows_survive_a_stop(self, postgres: embedded.Postgres) -> None:
        fill(postgres, 1000)
        postgres.stop()
        postgres.start()
        assert count(postgres) == 1000

    def test_rows_survive_a_kill(self, postgres: embedded.Postgres) -> None:
        fill(postgres, 1000)
        assert postgres.process is not None
        os.kill(postgres.process.pid, signal.SIGKILL)
        postgres.process.wait()
        assert postgres.died
        postgres.start()
        assert count(postgres) == 1000

    def test_nobody_listens_on_the_network(self, postgres: embedded.Postgres) -> None:
        with postgres.connect() as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)

    def test_only_its_account_enters_the_socket_folder(self, postgres: embedded.Postgres) -> None:
        assert postgres.sockets.stat().st_mode & 0o777 == 0o700

    def test_a_second_starter_adopts_it_and_leaves_it_running(self, postgres: embedded.Postgres) -> None:
        second = embedded.Postgres(postgres.state)
        second.start()
        second.stop()
        assert second.process is None
        assert postgres.ready()

    def test_another_major_version_is_refused_with_the_way_out(self, postgres: embedded.Postgres) -> None:
        postgres.stop()
        (postgres.data / "PG_VERSION").write_text("17\n")
        with pytest.raises(embedded.DidNotStart, match=r"was made by PostgreSQL 17.*dump and restore"):
            postgres.start()

    def test_a_start_that_fails_names_the_log(self, postgres: embedded.Postgres) -> None:
        postgres.stop()
        (postgres.data / "postgresql.conf").write_text("nonsense = yes\n")
        with pytest.raises(embedded.DidNotStart, match=rf"PostgreSQL did not start. Its log: {postgres.log}"):
            postgres.start()

    def test_a_folder_that_is_a_trap_is_refused(self, state: Path, tmp_path: Path) -> None:
        server = embedded.Postgres(state)
        server.sockets.symlink_to(tmp_path, target_is_directory=True)
        with pytest.raises(embedded.DidNotStart, match="belongs to somebody else"):
            server.start()


@pytest.mark.slow
class TestValkey:
    def test_what_was_queued_survives_a_kill(self, valkey: embedded.Valkey) -> None:
        client = valkey.client()
        client.rpush("queue", "one", "two")
        assert client.waitaof(1, 0, 5000)[0] == 1
        assert valkey.process is not None
        valkey.process.kill()
        valkey.process.wait()
        valkey.start()
        assert client.llen("queue") == 2
        client.close()

    def test_it_refuses_rather_than_forgets_when_full(self, valkey: embedded.Valkey) -> None:
        client = valkey.client()
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.close()

    def test_stopping_twice_is_harmless(self, valkey: embedded.Valkey) -> None:
        valkey.stop()
        valkey.stop()
        assert valkey.died
