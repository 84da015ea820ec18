from __future__ import annotations

import io
import struct
import zlib
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from tiktok import pictures


def drawn(size=(300, 200), kind: str = "PNG", **extra) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **extra)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A picture of a few bytes that would need gigabytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + header))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_any_picture_becomes_a_small_square_webp(kind):
    with Image.open(io.BytesIO(pictures.redraw(drawn(kind=kind)))) as image:
        assert (image.format, image.size) == ("WEBP", (192, 192))


def test_what_a_file_carries_besides_its_picture_is_left_behind():
    carrying = drawn(kind="JPEG", comment=b"<script>alert(1)</script>") + b"<html>trailing</html>"
    redrawn = pictures.redraw(carrying)
    assert b"script" not in redrawn
    assert b"html" not in redrawn


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(20),
        drawn()[:60],
        png_that_claims(5000, 10),
        png_that_claims(12000, 12000),
        png_that_claims(60000, 60000),
    ],
    ids=["empty", "svg", "gif", "cut off", "too wide", "bomb", "larger bomb"],
)
def test_what_is_no_fair_picture_is_refused(data):
    with pytest.raises(pictures.UNUSABLE):
        pictures.redraw(data)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://p16-sign.tiktokcdn-us.com/obj/x.jpeg?x-expires=1", True),
        ("https://p16.tiktokcdn.com/x.jpeg", True),
        ("http://p16.tiktokcdn.com/x.jpeg", False),
        ("https://p16.tiktokcdn.com:8443/x.jpeg", False),
        ("https://tiktokcdn.com.evil.example/x.jpeg", False),
        ("https://eviltiktokcdn.com/x.jpeg", False),
        ("https://user@127.0.0.1/x.jpeg", False),
        ("http://169.254.169.254/latest/meta-data/", False),
        ("file:///etc/passwd", False),
        ("//p16.tiktokcdn.com/x.jpeg", False),
        ("", False),
        ("http://sandbox.test:9000/avatar.png", True),
        ("http://sandbox.test:9001/avatar.png", False),
    ],
)
def test_only_tiktoks_hosts_and_our_base_urls_are_asked(settings, url, allowed):
    settings.TIKTOK_API_BASE_URL = "http://sandbox.test:9000"
    settings.TIKTOK_AUTH_BASE_URL = "http://sandbox.test:9000"
    assert pictures.is_allowed(url) is allowed


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_fetched_kept_and_discarded(tiktok):
    workspace_id = uuid4()
    key = pictures.fetch(f"{tiktok.base_url}/avatars/luna.bakes.png", workspace_id=workspace_id)
    assert str(workspace_id) in key
    assert default_storage.exists(key)
    pictures.discard(key)
    assert not default_storage.exists(key)
    pictures.discard("")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/no/such/picture", "/sandbox/health", "/@luna.bakes"])
def test_an_answer_that_is_no_picture_leaves_none(tiktok, path):
    assert pictures.fetch(tiktok.base_url + path, workspace_id=uuid4()) == ""
