"""Uploads over HTTP as tus-js-client makes them, one request after another."""

from __future__ import annotations

import base64
from typing import Any

from django.test import Client

from accounts.models import Workspace
from tests.scheduler.pages import address

PART = "application/offset+octet-stream"
VERSION = {"Tus-Resumable": "1.0.0"}


def metadata(name: str) -> str:
    return f"filename {base64.b64encode(name.encode()).decode()},filetype dmlkZW8vbXA0"


def begin(browser: Client, workspace: Workspace, length: int | str, *, name: str = "autumn loaf.mp4") -> Any:
    headers = VERSION | {"Upload-Length": str(length), "Upload-Metadata": metadata(name)}
    return browser.post(address(workspace, "upload_new"), headers=headers)


def part(browser: Client, place: str, body: bytes, *, at: int, **headers: str) -> Any:
    said = VERSION | {"Upload-Offset": str(at)} | headers
    return browser.patch(place, data=body, content_type=PART, headers=said)


def ask(browser: Client, place: str) -> Any:
    return browser.head(place, headers=VERSION)


def send(browser: Client, workspace: Workspace, body: bytes, *, name: str = "autumn loaf.mp4") -> Any:
    """A whole file in one part; the fragment of its media, or the refusal."""
    begun = begin(browser, workspace, len(body), name=name)
    if begun.status_code != 201:
        return begun
    sent = part(browser, begun["Location"], body, at=0)
    return browser.get(begun["Location"]) if sent.status_code == 204 else sent
