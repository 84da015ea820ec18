"""`manage.py check --deploy` says in a sentence why a bucket would not keep media, before anything is uploaded."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from tests.s3_process import SECRET, S3Server

pytestmark = pytest.mark.slow


def check() -> str:
    out = io.StringIO()
    call_command("check", "--deploy", "--tag", "storage", stdout=out, stderr=out)
    return out.getvalue()


def use(settings: Settings, s3: S3Server, **options: Any) -> None:
    media = s3.storages | {"OPTIONS": s3.storages["OPTIONS"] | options}
    settings.STORAGES = settings.STORAGES | {"default": media}


def test_a_bucket_that_keeps_files_passes_and_keeps_nothing_of_it(s3: S3Server) -> None:
    assert "no issues" in check()
    assert s3.keys() == []


def test_a_folder_needs_no_bucket() -> None:
    assert "no issues" in check()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"bucket_name": "elsewhere"},
            "names a bucket that does not exist: the bucket “elsewhere” at http://",
        ),
        ({"endpoint_url": "http://127.0.0.1:9"}, "at http://127.0.0.1:9 does not answer"),
    ],
    ids=["no-such-bucket", "no-such-server"],
)
def test_a_wrong_bucket_is_told_without_the_secret(
    s3: S3Server, settings: Settings, options: dict[str, str], sentence: str
) -> None:
    use(settings, s3, **options)
    with pytest.raises(SystemCheckError) as told:
        check()
    assert sentence in str(told.value)
    assert SECRET not in str(told.value)


def test_a_key_that_may_not_write_is_told(
    s3: S3Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    from scheduler import storage_trial

    def refused(_: object) -> bytes:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")

    monkeypatch.setattr(storage_trial, "_try", refused)
    with pytest.raises(SystemCheckError, match=r"may not write, read and delete in the bucket “oncue-media”"):
        check()
