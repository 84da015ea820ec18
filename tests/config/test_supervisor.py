"""The rules of the supervisor that need no process: ports, the lock, back-off, whose TikTok it is."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from config.supervisor import AlreadyRunning, PartFailed, environment, parts, ports, static_files
from config.supervisor.child import Child, Crashes, describe_end, pause_after
from config.supervisor.single import only_one, tell_address
from tiktok.sandbox.endpoints import SCOPES

HOST = "127.0.0.1"


class TestPorts:
    def test_a_free_port_is_taken_as_wished(self) -> None:
        free = ports.free_port(HOST, 0)
        assert ports.free_port(HOST, free) == free

    def test_a_port_in_use_gives_way_to_the_next(self) -> None:
        with socket.create_server((HOST, 0)) as taken:
            port = taken.getsockname()[1]
            assert ports.free_port(HOST, port) > port

    def test_a_port_in_use_is_not_free(self) -> None:
        with socket.create_server((HOST, 0)) as taken:
            assert not ports.is_free(HOST, taken.getsockname()[1])

    def test_no_port_at_all_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ports, "is_free", lambda host, port: False)
        with pytest.raises(OSError, match=r"Ports 8000 to 8049 on 127\.0\.0\.1 are all in use"):
            ports.free_port(HOST, 8000)

    def test_the_sandbox_keeps_its_port_between_starts(self, tmp_path: Path) -> None:
        assert ports.remembered_port(tmp_path, "sandbox", 8010) == 8010
        ports.remember_port(tmp_path, "sandbox", 8011)
        assert ports.remembered_port(tmp_path, "sandbox", 8010) == 8011


class TestOnlyOne:
    def test_a_second_stack_is_told_where_the_first_one_is(self, tmp_path: Path) -> None:
        with only_one(tmp_path) as lock:
            tell_address(lock, "http://127.0.0.1:8000")
            with (
                pytest.raises(
                    AlreadyRunning,
                    match=r"already running from .* at http://127\.0\.0\.1:8000 \(process \d+\)",
                ),
                only_one(tmp_path),
            ):
                pass

    def test_the_folder_is_free_again_afterwards(self, tmp_path: Path) -> None:
        for _ in range(2):
            with only_one(tmp_path):
                pass

    def test_another_folder_is_another_stack(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        with only_one(tmp_path / "a"), only_one(tmp_path / "b"):
            pass


class TestBackOff:
    def test_pauses_grow_and_stop_growing(self) -> None:
        assert [pause_after(count) for count in range(1, 7)] == [0.5, 1, 2, 4, 8, 8]

    def test_only_deaths_of_the_last_minute_count(self) -> None:
        crashes = Crashes()
        assert [crashes.count(now) for now in (0, 10, 20, 61, 75)] == [1, 2, 3, 3, 3]

    def test_an_end_is_told_in_words(self) -> None:
        assert describe_end(3) == "ended with exit code 3"
        assert describe_end(-9) == "was killed by SIGKILL"

    def test_a_part_that_keeps_dying_is_given_up_by_name_with_its_log(self, tmp_path: Path) -> None:
        child = Child(parts.Part("worker", ["false"], {}), tmp_path)
        reports = [child.note_crash(1) for _ in range(4)]
        assert reports[0] == (
            f"worker ended with exit code 1. Its log: {tmp_path}/worker.log. Starting it again in 0.5 s."
        )
        with pytest.raises(
            PartFailed, match=r"worker .*worker\.log\. It ended 5 times within a minute: giving up"
        ):
            child.note_crash(1)


class TestWhoseTikTok:
    @pytest.fixture(autouse=True)
    def _nothing_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("TIKTOK_API_BASE_URL", "TIKTOK_AUTH_BASE_URL", "TIKTOK_CLIENT_KEY"):
            monkeypatch.delenv(name, raising=False)

    def test_ours_where_nothing_is_said(self) -> None:
        assert environment.wants_sandbox()

    @pytest.mark.parametrize("name", ["TIKTOK_API_BASE_URL", "TIKTOK_AUTH_BASE_URL", "TIKTOK_CLIENT_KEY"])
    def test_somebody_elses_where_one_is_named(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(name, "set")
        assert not environment.wants_sandbox()

    def test_an_empty_value_names_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TIKTOK_API_BASE_URL", "")
        assert environment.wants_sandbox()

    def test_every_part_is_led_to_our_sandbox_with_made_up_credentials(self, tmp_path: Path) -> None:
        told = environment.for_parts(tmp_path, "http://127.0.0.1:8000", "http://127.0.0.1:8010")
        assert told["TIKTOK_API_BASE_URL"] == told["TIKTOK_AUTH_BASE_URL"] == "http://127.0.0.1:8010"
        assert told["TIKTOK_CLIENT_KEY"].startswith("sandbox")
        assert set(told["TIKTOK_SCOPES"].split(",")) == set(SCOPES)
        again = environment.for_parts(tmp_path, "http://127.0.0.1:8000", "http://127.0.0.1:8010")
        assert again["TIKTOK_CLIENT_SECRET"] == told["TIKTOK_CLIENT_SECRET"]

    def test_a_named_server_is_left_as_the_environment_has_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TIKTOK_API_BASE_URL", "https://double.example")
        told = environment.for_parts(tmp_path, "http://127.0.0.1:8000", None)
        assert told["TIKTOK_API_BASE_URL"] == "https://double.example"
        assert "TIKTOK_CLIENT_KEY" not in told


class TestStaticFiles:
    def test_they_are_collected_again_only_when_a_source_changed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = tmp_path / "static"
        source.mkdir()
        monkeypatch.setattr(static_files.env, "BASE_DIR", tmp_path)
        assert not static_files.are_collected(tmp_path)
        static_files.note_collected(tmp_path)
        assert static_files.are_collected(tmp_path)
        (source / "new.css").write_text("body {}")
        assert not static_files.are_collected(tmp_path)
