"""A real S3 server (moto) as a process on a free loopback port, with what was asked of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import requests

from config import storage_url
from config.embedded.server import die_with_parent
from tests.sandbox_process import free_port

KEY, SECRET = "tester", "a/secret+of tests"
START_SECONDS = 60.0
BUCKET = "oncue-media"


@dataclass
class S3Server:
    """A running server. It writes a line for each request."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def address(self) -> str:
        """As an operator writes it into MEDIA_STORAGE_URL."""
        return f"s3+http://{KEY}:a%2Fsecret%2Bof%20tests@127.0.0.1:{self.port}/{BUCKET}"

    @property
    def storages(self) -> dict[str, Any]:
        """Django's STORAGES entry for media, as the settings make it of the address."""
        return storage_url.read(self.address, Path("/nowhere"))[1]

    @property
    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    def reset(self) -> None:
        """One empty bucket, and nothing that was asked before counts."""
        requests.post(f"http://127.0.0.1:{self.port}/moto-api/reset", timeout=10).raise_for_status()
        self.client.create_bucket(Bucket=BUCKET)
        self._begin = self.log.stat().st_size

    def keys(self) -> list[str]:
        return [row["Key"] for row in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def body(self, key: str) -> bytes:
        return bytes(self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def asked(self, *methods: str) -> int:
        """How many requests of these methods came since the last reset."""
        told = self.log.read_bytes()[self._begin :].decode()
        return len(re.findall(rf'"\S*(?:{"|".join(methods)}) /', told))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(START_SECONDS)


def start_s3(folder: Path) -> S3Server:
    """Returns when it answers; whoever starts it stops it."""
    port, path = free_port(), folder / "s3.log"
    with path.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            env=os.environ | {"NO_COLOR": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )
    server = S3Server(process, port, path)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"The S3 server did not start:\n{path.read_text()}")
    server.reset()
    return server


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/moto-api/", timeout=2).ok
    except requests.RequestException:
        time.sleep(0.05)  # nothing to await on a port that nobody listens on yet
        return False
