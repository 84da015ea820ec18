"""Media in a bucket of an S3-compatible server, where MEDIA_STORAGE_URL names one instead of a folder.

It differs from django-storages in four ways. A file is read in parts, never fetched whole for a few of its bytes. One
connection serves all threads of a process; one for each would cost 13 MB. Trouble is an OSError, as with a disk. And
no file has an address of its own: members and TikTok get media from us alone.
"""

from __future__ import annotations

import errno
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from django.core.files.base import File
from storages.backends.s3 import S3Storage

PART = 16 * 1024 * 1024
"""Bytes of one part of an upload; 4 GB are 239 of them, of 10,000 allowed."""

BUFFER = 1024 * 1024
"""Bytes that are asked for where somebody reads less."""

TRIES = 3
GONE = frozenset({"404", "NoSuchKey", "NotFound"})
BROKEN_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
"""An answer that ended before its end, which boto3 itself does not ask for again."""

CLIENT = Config(
    connect_timeout=3,
    read_timeout=60,  # putting the parts of a large upload together takes a while
    retries={"mode": "standard", "max_attempts": TRIES},
    max_pool_connections=64,
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",  # others than Amazon don't know the newer checksums
    response_checksum_validation="when_required",
)


class Bucket(S3Storage):
    """The storage; its options are those that `config.storage_url` makes of the one setting."""

    def __init__(self, **options: Any) -> None:
        transfer = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=4)
        super().__init__(**{"client_config": CLIENT, "transfer_config": transfer, **options})
        self._alone = threading.Lock()
        self._of_process: tuple[int, Any] | None = None

    @property
    def connection(self) -> Any:
        """One for the process, whose client threads may share; a fork gets its own."""
        with self._alone:
            if self._of_process is None or self._of_process[0] != os.getpid():
                made = self._create_session().resource(
                    "s3",
                    region_name=self.region_name,
                    endpoint_url=self.endpoint_url,
                    config=self.client_config,
                )
                self._of_process, self._bucket = (os.getpid(), made), None
            return self._of_process[1]

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def take(self, path: Path, key: str) -> None:
        """Store the file `path` under `key`, in parts where it is large; memory stays flat, `path` stays."""
        with _as_a_disk_says_it(key):
            self.client.upload_file(str(path), self.bucket_name, key, Config=self.transfer_config)

    def span(self, key: str, first: int, length: int) -> bytes:
        """`length` bytes from `first` on, in one request. Raises OSError where they can't be had."""
        asked = f"bytes={first}-{first + length - 1}"
        with _as_a_disk_says_it(key):
            for left in reversed(range(TRIES)):
                try:
                    answer = self.client.get_object(Bucket=self.bucket_name, Key=key, Range=asked)
                    if answer["ContentLength"] != length:
                        raise OSError(errno.EIO, "The bucket gave other bytes than were asked for.", key)
                    return bytes(answer["Body"].read())
                except BROKEN_OFF:
                    if not left:
                        raise
        raise AssertionError("unreachable")

    def url(self, name: str, *_: Any, **__: Any) -> str:
        raise ValueError("Stored media has no address of its own.")

    def exists(self, name: str) -> bool:
        with _as_a_disk_says_it(name):
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with _as_a_disk_says_it(name):
            return int(super().size(name))

    def delete(self, name: str) -> None:
        with _as_a_disk_says_it(name):
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_a_disk_says_it(name):
            folders, files = super().listdir(name)
        return folders, files

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("Stored media is read here; `save` and `take` write it.")
        body = _Body(self, name, self.size(name))
        return File(io.BufferedReader(body, BUFFER), name)

    def _save(self, name: str, content: File) -> str:
        with _as_a_disk_says_it(name):
            return str(super()._save(name, content))


class _Body(io.RawIOBase):
    """An object as a file: each read is a request for exactly that part."""

    def __init__(self, bucket: Bucket, key: str, size: int) -> None:
        self._bucket, self._key, self.size = bucket, key, size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        length = min(len(buffer), self.size - self._position)
        if length <= 0:
            return 0
        buffer[:length] = self._bucket.span(self._key, self._position, length)
        self._position += length
        return length


@contextmanager
def _as_a_disk_says_it(key: str) -> Iterator[None]:
    """Trouble with the server as an OSError; a file that is not there as the FileNotFoundError that all know."""
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as trouble:
        if isinstance(trouble, ClientError) and trouble.response["Error"]["Code"] in GONE:
            raise FileNotFoundError(errno.ENOENT, "No such file in the bucket", key) from trouble
        raise OSError(errno.EIO, f"The bucket could not be used ({type(trouble).__name__})", key) from trouble
