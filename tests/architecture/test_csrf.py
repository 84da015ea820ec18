"""Which addresses take a POST without the token of our own form: the ones on the list, and no other (R-40, R-70)."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.routes import routes

ROOT = Path(__file__).resolve().parents[2]
EXEMPT = {"webhooks/tiktok/": "TikTok signs what it sends; it has no form of ours."}


def test_the_exempt_views_are_the_listed_ones() -> None:
    assert {route.template for route in routes() if getattr(route.view, "csrf_exempt", False)} == set(EXEMPT)
    assert all(EXEMPT.values())


def test_one_file_of_ours_mentions_the_exemption() -> None:
    mentions = [
        str(path.relative_to(ROOT))
        for folder in ("accounts", "config", "scheduler", "tiktok")
        for path in (ROOT / folder).rglob("*.py")
        if "csrf_exempt" in path.read_text()
    ]
    assert mentions == ["tiktok/views/webhooks.py"]
