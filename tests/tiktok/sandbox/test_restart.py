"""What survives: the state is on disk before the answer leaves, so a crash loses nothing that was said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from tests.sandbox_process import ROOT, Sandbox, start_sandbox

from .caller import VIDEO, Caller, at_once, code_of, put

CHUNK = 5_242_880


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = start_sandbox(tmp_path, redirect_uri="https://oncue.example/cb/")
    yield sandbox
    sandbox.kill()


@pytest.mark.slow
def test_a_crash_loses_no_post_no_token_no_fault_and_no_half_upload(own_sandbox: Sandbox) -> None:
    own_sandbox.control(settings={"processing_seconds": 0, "moderation_seconds": 0})
    luna = Caller(own_sandbox)
    publish_id = luna.publish()
    half = luna.begin(2 * CHUNK, CHUNK, 2, title="Half")
    put(half["upload_url"], b"a" * CHUNK, 0, 2 * CHUNK)
    own_sandbox.fault("http", "creator_info")
    own_sandbox.kill()
    own_sandbox.start()
    assert luna.status(publish_id).json()["data"]["status"] == "PUBLISH_COMPLETE"
    assert [luna.creator_info().status_code for _ in range(2)] == [503, 200]
    assert put(half["upload_url"], b"b" * CHUNK, CHUNK, 2 * CHUNK).status_code == 201
    entries = {entry["caption"]: entry for entry in own_sandbox.ledger()["publishes"]}
    assert entries["Half"]["sha256"] == sha256(b"a" * CHUNK + b"b" * CHUNK).hexdigest()
    assert own_sandbox.posts_on_page("luna.bakes") == 2
    assert "access_token" in luna.refresh().json()


@pytest.mark.slow
def test_a_crash_right_after_acceptance_keeps_the_post(own_sandbox: Sandbox) -> None:
    luna = Caller(own_sandbox)
    begun = luna.begin()
    own_sandbox.fault("hang", "commit", seconds=60)
    headers = {"Content-Type": "video/mp4", "Content-Range": "bytes 0-2999/3000"}
    with pytest.raises(requests.ReadTimeout):
        requests.put(begun["upload_url"], data=VIDEO, headers=headers, timeout=0.3)
    own_sandbox.kill()
    own_sandbox.start()
    assert own_sandbox.ledger()["creators"]["luna.bakes"]["committed"] == 1
    assert put(begun["upload_url"], VIDEO).status_code == 416


@pytest.mark.slow
def test_after_a_crash_many_senders_of_one_last_chunk_make_one_post(own_sandbox: Sandbox) -> None:
    """The digest of what is there is then read from the file, and all of them wait for it."""
    luna = Caller(own_sandbox)
    url = luna.begin(2 * CHUNK, CHUNK, 2)["upload_url"]
    put(url, b"a" * CHUNK, 0, 2 * CHUNK)
    own_sandbox.kill()
    own_sandbox.start()
    statuses = at_once(8, lambda: put(url, b"b" * CHUNK, CHUNK, 2 * CHUNK).status_code)
    assert sorted(statuses) == [201] + [416] * 7


@pytest.mark.slow
def test_a_stopped_sandbox_goes_on_where_it_was(own_sandbox: Sandbox) -> None:
    luna = Caller(own_sandbox)
    own_sandbox.stop()
    assert own_sandbox.process.returncode == 0
    own_sandbox.start()
    assert code_of(luna.creator_info()) == (200, "ok")


def test_the_state_is_readable_only_by_its_owner(own_sandbox: Sandbox) -> None:
    Caller(own_sandbox).publish()
    media = own_sandbox.state.with_name("sandbox-media")
    assert own_sandbox.state.stat().st_mode & 0o077 == 0
    assert media.stat().st_mode & 0o077 == 0


def test_only_the_registered_redirect_is_accepted(own_sandbox: Sandbox) -> None:
    query = {
        "client_key": own_sandbox.client_key,
        "response_type": "code",
        "scope": "user.info.basic",
        "redirect_uri": "https://oncue.example/cb",
        "state": "s",
    }
    url = f"{own_sandbox.base_url}/v2/auth/authorize/"
    assert requests.get(url, params=query, timeout=5).status_code == 400
    assert requests.get(url, params=query | {"redirect_uri": "https://oncue.example/cb/"}, timeout=5).ok


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a front door that is expected to end by itself."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=30)


def test_a_port_in_use_ends_with_a_sentence(own_sandbox: Sandbox, tmp_path: Path) -> None:
    port = own_sandbox.base_url.rsplit(":", 1)[1]
    ended = run("-m", "tiktok.sandbox", "--port", port, "--state", str(tmp_path / "other.json"))
    assert ended.returncode == 1
    assert f"The sandbox cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_broken_state_file_ends_with_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"client_key": ')
    ended = run("-m", "tiktok.sandbox", "--port", "0", "--state", str(broken))
    assert ended.returncode == 1
    assert "cannot read its state" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_the_django_command_is_the_same_front_door() -> None:
    shown = run("manage.py", "tiktok_sandbox", "--help").stdout
    options = ("--port", "--state", "--allow-loopback", "--client-key", "--client-secret", "--redirect-uri")
    assert [option for option in options if option not in shown] == []
