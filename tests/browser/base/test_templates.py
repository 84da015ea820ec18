"""Templates hold nothing that the Content-Security-Policy forbids or that a user's words could break out of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = sorted(path for folder in ("templates",) for path in Path(folder).rglob("*.html"))
BANNED = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline handler": r"<[a-z][^>]*\son[a-z]+\s*=",
    "an inline script": r"<script\b(?![^>]*\bsrc=)",
    "a script without the static tag": r"<script\b[^>]*\bsrc=\"(?!\{% static)",
    "hx-on": r"\bhx-on\b",
    "a js: value": r"hx-(?:vals|vars|headers)[^=]*=['\"](?:js|javascript):",
    "a trigger filter": r"hx-trigger=['\"][^'\"]*\[",
    "|safe": r"\|\s*safe\b",
    "autoescape off": r"autoescape\s+off",
    "mark_safe": r"mark_safe",
    "a javascript: address": r"javascript:",
    "a picture from elsewhere": r"<(?:img|video|link|source)\b[^>]*(?:src|href)=[\"']https?:",
    "a marker for later": r"\b(?:TODO|FIXME|XXX)\b",
    "a word that ui.md 5.7 bans": r"(?i)\b(?:successfully|oops|please)\b",
}


@pytest.mark.parametrize("rule", BANNED)
def test_no_template_holds(rule: str) -> None:
    pattern = re.compile(BANNED[rule])
    found = [
        f"{path}: {match[0]}" for path in TEMPLATES for match in pattern.finditer(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("rule", BANNED)
def test_the_lint_would_notice(rule: str) -> None:
    bad = {
        "a style attribute": '<p class="x" style="color:red">',
        "a style element": "<style>",
        "an inline handler": '<button onclick="go()">',
        "an inline script": "<script>go()</script>",
        "a script without the static tag": '<script src="/x.js">',
        "hx-on": '<p hx-on:click="x">',
        "a js: value": "<p hx-vals='js:{}'>",
        "a trigger filter": '<p hx-trigger="click[ctrlKey]">',
        "|safe": "{{ caption|safe }}",
        "autoescape off": "{% autoescape off %}",
        "mark_safe": "mark_safe",
        "a javascript: address": '<a href="javascript:go()">',
        "a picture from elsewhere": '<img src="https://p16.tiktokcdn.com/x">',
        "a marker for later": "{# TODO #}",
        "a word that ui.md 5.7 bans": "Saved successfully",
    }
    assert re.search(BANNED[rule], bad[rule])
