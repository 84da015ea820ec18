"""The colours keep the contrast that ui.md 5.1 and 5.2 promise, in both themes, and stand in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path("static/css")
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch)\([^)]*\)|: (?:white|black)\b")
TOKENS = {name: pair for name, *pair in TOKEN.findall((CSS / "app.css").read_text(encoding="utf-8"))}
THEMES = {"light": 0, "dark": 1}

# token, on what, ratio in light, ratio in dark: the tables of ui.md
MEASURED = [
    ("field", "surface", 3.5, 3.8),
    ("text", "surface", 16.6, 15.0),
    ("text-2", "surface", 8.0, 9.1),
    ("text-3", "surface", 5.3, 5.8),
    ("text-3", "hover", 4.6, 4.9),
    ("brand-ink", "brand", 8.0, 8.7),
    ("brand-text", "surface", 8.0, 9.9),
    ("focus", "surface", 5.5, 8.3),
    ("draft-fg", "draft-bg", 5.4, 6.6),
    ("review-fg", "review-bg", 6.4, 7.6),
    ("sched-fg", "sched-bg", 6.2, 8.4),
    ("pub-fg", "pub-bg", 5.8, 8.5),
    ("warn-fg", "warn-bg", 5.8, 8.6),
    ("fail-fg", "fail-bg", 5.8, 7.9),
]
STATUSES = ("draft", "review", "sched", "pub", "warn", "fail")
TEXT = [
    *(
        (text, ground)
        for text in ("text", "text-2")
        for ground in ("bg", "surface", "surface-2", "sunken", "hover")
    ),
    *(("text-3", ground) for ground in ("bg", "surface", "surface-2", "sunken", "hover")),
    *((f"{status}-fg", "surface") for status in STATUSES),
    *((f"{status}-fg", "bg") for status in STATUSES),
    *(("text-2", f"{status}-bg") for status in STATUSES),
    ("brand-text", "brand-soft"),
    ("brand-text", "bg"),
    ("brand-ink", "brand-hover"),
    ("text", "brand-soft"),
    ("toast-ink", "toast"),
    ("toast-link", "toast"),
]


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str, theme: str) -> float:
    lights = sorted(_luminance(TOKENS[name][THEMES[theme]]) for name in (first, second))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize(("token", "ground", "light", "dark"), MEASURED)
def test_a_pair_has_the_contrast_of_the_design(token: str, ground: str, light: float, dark: float) -> None:
    assert _contrast(token, ground, "light") == pytest.approx(light, abs=0.1)
    assert _contrast(token, ground, "dark") == pytest.approx(dark, abs=0.1)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_words_are_readable_wherever_they_may_stand(text: str, ground: str, theme: str) -> None:
    assert _contrast(text, ground, theme) >= 4.5


def test_colours_stand_in_the_tokens_layer_only() -> None:
    ground = (CSS / "app.css").read_text(encoding="utf-8")
    tokens = ground[ground.index("@layer tokens {") : ground.index("@layer base {")]
    sheets = [ground.replace(tokens, ""), *(p.read_text() for p in CSS.glob("*.css") if p.name != "app.css")]
    assert [stray for css in sheets for stray in COLOUR.findall(css)] == []


def test_every_token_that_is_used_exists() -> None:
    css = "".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))
    assert set(re.findall(r"var\(--([\w-]+)\)", css)) - set(re.findall(r"--([\w-]+):", css)) == set()


def test_no_rule_needs_an_id() -> None:
    for path in CSS.glob("*.css"):
        css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert [s for s in re.findall(r"([^{};]+)\{", css) if re.search(r"#[a-z]", s)] == [], path


def test_only_what_is_hidden_or_shown_without_scripts_and_reduced_motion_insist() -> None:
    insisting = {
        line.strip()
        for path in CSS.glob("*.css")
        for line in re.findall(r"[^{};]+!important", path.read_text(encoding="utf-8"))
    }
    assert insisting == {
        "display: none !important",
        "display: block !important",  # of what only a script would show
        "animation-duration: 0s !important",
        "animation-iteration-count: 1 !important",
        "transition-duration: 0s !important",
        "scroll-behavior: auto !important",
    }
