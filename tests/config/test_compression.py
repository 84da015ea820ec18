"""Pages are compressed on their way; files, and visitors who do not ask for it, get what there is."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.compression import CompressPages

GZIP = {"accept-encoding": "gzip"}


@pytest.mark.django_db
def test_a_page_travels_compressed_to_whoever_asks(client: Client) -> None:
    plain = client.get("/")
    small = client.get("/", headers=GZIP)
    assert small["Content-Encoding"] == "gzip"
    assert len(small.content) < len(plain.content) / 2
    assert b"<h1" in gzip.decompress(small.content)
    assert "Content-Encoding" not in plain


def test_a_file_keeps_its_own_bytes() -> None:
    clip = HttpResponse(b"0" * 5000, content_type="video/mp4", headers={"Content-Range": "bytes 0-4999/9000"})
    request = RequestFactory().get("/", headers=GZIP)
    CompressPages(lambda _: clip)(request)
    assert (clip.content, clip.get("Content-Encoding")) == (b"0" * 5000, None)
