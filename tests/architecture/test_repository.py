"""What several files say of the same thing, they say alike: images, commands, variables, dependencies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from config.supervisor import parts

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {"requirements.txt": "dependencies", "requirements-dev.txt": "dev"}
VISIBLE_FOLDERS = {"accounts", "config", "scheduler", "static", "templates", "tests", "tiktok"}


def text(name: str) -> str:
    return (ROOT / name).read_text()


def images(name: str) -> set[str]:
    """The servers' images that a file names."""
    return set(re.findall(r"image: ((?:postgres|redis|valkey)\S*)", text(name)))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(group: str) -> set[str]:
    project = tomllib.loads(text("pyproject.toml"))
    lines = (
        project["project"]["dependencies"] if group == "dependencies" else project["dependency-groups"][group]
    )
    return {normal(re.match(r"[\w.-]+", line)[0]) for line in lines}  # type: ignore[index]


def test_ci_tests_on_the_images_that_compose_runs() -> None:
    assert images("docker-compose.yml") == images(".github/workflows/ci.yml") == {"postgres:18", "redis:8"}


def test_compose_publishes_the_site_alone_and_to_this_machine_alone() -> None:
    assert re.findall(r"ports: (.*)", text("docker-compose.yml")) == ['["127.0.0.1:8000:8000"]']


@pytest.mark.parametrize("queues", [parts.CLOCK_QUEUES, parts.PUBLISH_QUEUES, parts.UPLOAD_QUEUES])
def test_compose_has_a_worker_for_every_queue(queues: tuple[str, ...]) -> None:
    assert f"-Q {','.join(queues)} " in text("docker-compose.yml")


def test_the_workflow_may_only_read() -> None:
    workflow = text(".github/workflows/ci.yml")
    assert re.findall(r"permissions:\n((?:  .*\n)+)", workflow) == ["  contents: read\n"]
    assert "secrets." not in workflow


def test_ci_uses_the_verbs_that_people_use() -> None:
    verbs = set(re.findall(r"^([a-z]+):", text("Makefile"), flags=re.MULTILINE))
    assert {"run", "test", "demo", "check", "fix"} <= verbs
    assert re.search(r"for verb in check test demo;", text(".ci/run"))


@pytest.mark.parametrize(("lock", "group"), LOCKS.items())
def test_a_lock_holds_what_the_project_asks_for(lock: str, group: str) -> None:
    locked = {normal(name) for name in re.findall(r"^([\w.-]+)==", text(lock), flags=re.MULTILINE)}
    assert wanted(group) - {name.partition("[")[0] for name in locked} == set()


@pytest.mark.parametrize("lock", [*LOCKS, ".ci/uv.txt"])
def test_every_locked_package_has_a_hash_and_no_address(lock: str) -> None:
    entries = re.split(r"\n(?=[\w.-]+==)", text(lock))
    packages = [entry for entry in entries if re.match(r"[\w.-]+==", entry)]
    assert packages
    assert not [entry for entry in packages if "--hash=sha256:" not in entry]
    assert not re.search(r"https?://|file:|--index|--find-links", text(lock))


def test_the_variables_that_settings_read_are_documented() -> None:
    sources = [
        ROOT / "config/env.py",
        *(ROOT / "config/settings").glob("*.py"),
        *(ROOT / "config/embedded").glob("*.py"),
    ]
    call = re.compile(r"(?:env\.)?(?:text|flag|words|url|mail|is_set|_read)\(\s*\"([A-Z][A-Z_]+)\"")
    read = {name for path in sources for name in call.findall(path.read_text())}
    documented = set(re.findall(r"^([A-Z_]+)=", text(".env.example"), flags=re.MULTILINE))
    internal = {"ONCUE_EMBEDDED", "DEBUG"}
    assert read - documented - internal == set()


def test_no_further_folder_is_visible_at_the_root() -> None:
    ignored = set(text(".gitignore").split())
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert {name for name in folders if f"{name}/" not in ignored} == VISIBLE_FOLDERS


def test_the_tests_run_on_the_test_settings() -> None:
    assert settings.CRASHPOINTS
