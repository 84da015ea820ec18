"""The limit of an upload: the same chunks of the same file by `socket.sendfile`, and nothing else.

`sys.argv`: the upload URL and the path. Says how many seconds all chunks but the last took; the last one posts.
"""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from tiktok.client.chunks import ChunkPlan, plan_staged

END = b"\r\n\r\n"


def put(server: socket.socket, file: BinaryIO, target: str, plan: ChunkPlan, index: int) -> None:
    """PUT one chunk and read the answer, which has no body. Raises RuntimeError where it isn't 206."""
    head = (
        f"PUT {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: video/mp4\r\n"
        f"Content-Length: {plan.length(index)}\r\nContent-Range: {plan.content_range(index)}\r\n\r\n"
    )
    server.sendall(head.encode())
    server.sendfile(file, plan.span(index)[0], plan.length(index))
    answer = b""
    while END not in answer:
        part = server.recv(65536)
        if not part:
            raise RuntimeError("The connection was closed.")
        answer += part
    if not answer.startswith(b"HTTP/1.1 206"):
        raise RuntimeError(answer.decode())


def main(url: str, path: Path) -> None:
    parts = urlsplit(url)
    target, plan = f"{parts.path}?{parts.query}", plan_staged(path.stat().st_size)
    address = (parts.hostname or "", parts.port or 80)
    with path.open("rb") as file, socket.create_connection(address) as server:
        began = time.monotonic()
        for index in range(plan.last_index):
            put(server, file, target, plan, index)
        sys.stdout.write(f"seconds {time.monotonic() - began:.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
