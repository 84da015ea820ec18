"""One address says where media is kept; whatever is wrong with it, nothing of it is repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.storage_url import LOCAL, read

FOLDER = Path("/srv/state/media")


def options(address: str) -> dict[str, str]:
    folder, storage = read(address, FOLDER)
    assert folder == FOLDER
    assert storage["BACKEND"] == "scheduler.storage.Bucket"
    return storage["OPTIONS"]


@pytest.mark.parametrize(
    ("address", "folder"),
    [("", FOLDER), ("/mnt/media", Path("/mnt/media")), ("file:///mnt/media", Path("/mnt/media"))],
)
def test_without_a_bucket_media_lies_in_a_folder(address: str, folder: Path) -> None:
    assert read(address, FOLDER) == (folder, LOCAL)


def test_a_bucket_has_a_host_a_key_and_a_secret_with_any_marks() -> None:
    assert options("s3://key:a%2Fb%2Bc@storage.example:9000/media?region=eu-1") == {
        "bucket_name": "media",
        "endpoint_url": "https://storage.example:9000",
        "region_name": "eu-1",
        "access_key": "key",
        "secret_key": "a/b+c",
    }


def test_amazons_hosts_name_the_region() -> None:
    assert options("s3://s3.eu-central-1.amazonaws.com/media")["region_name"] == "eu-central-1"
    assert options("s3://storage.example/media")["region_name"] == "us-east-1"


def test_without_a_key_the_host_is_asked_for_one() -> None:
    assert options("s3://storage.example/media")["access_key"] is None


def test_only_a_server_that_is_told_so_is_spoken_to_without_tls() -> None:
    assert options("s3+http://127.0.0.1:9000/media")["endpoint_url"] == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    "address",
    [
        "s3://key:hushhush@storage.example",
        "s3://key:hushhush@storage.example/media/deeper",
        "s3://:hushhush@storage.example/media",
        "s3:///media",
        "ftp://key:hushhush@storage.example/media",
        "s3://key:hush/hush@storage.example/media",
        "s3://key:hush/hush@storage.example",
        "s3://key:hush/hu?sh@storage.example/media",
        "s3://key:hush/hu#sh@storage.example/media",
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(address: str) -> None:
    with pytest.raises(ValueError, match=r"KEY:SECRET|needs its secret") as refused:
        read(address, FOLDER)
    assert "hush" not in str(refused.value)
