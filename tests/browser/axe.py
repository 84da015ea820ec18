"""Accessibility by axe-core, vendored under `tests/vendor/`: WCAG 2.2 AA and its best practices (ui.md section 8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SETTLED = """new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => Promise.allSettled(
    document.getAnimations().filter(each => each.effect.getComputedTiming().endTime < Infinity)
        .map(each => each.finished)).then(done))))"""
"""The next two frames are drawn and what moved has come to rest: a colour halfway through a fade is no finding."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """One line per broken rule and element: `color-contrast: .badge > …`."""
    page.evaluate(SETTLED)
    page.evaluate(AXE)  # through the debugger, so the page's CSP does not apply to it
    found: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", TAGS
    )
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
