"""Accessibility by axe-core, vendored under `tests/vendor/`: WCAG 2.2 AA and its best practices (ui.md section 8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SETTLED = """async () => {
    const enough = new Promise(known => setTimeout(known, 10_000));
    const frame = () => new Promise(requestAnimationFrame);
    const moving = () => document.getAnimations().filter(each => each.effect.getComputedTiming().endTime < Infinity);
    const rest = async () => {
        for (let still = 0; still < 3; still += 1) {
            await frame();
            if (moving().length) still = -1;
            await Promise.allSettled(moving().map(each => each.finished));
        }
    };
    await Promise.race([rest(), enough]);
}"""
"""Three frames in a row in which nothing moves: a colour halfway through a fade is no finding. A colour that is
inherited fades in one element after another. What is not drawn moves for ever: after ten seconds it is looked at as
it is."""
RUN = """runOnly => axe.run(document, {
    runOnly,
    resultTypes: ["violations"],
    preload: ![...document.styleSheets].some(sheet => [...sheet.cssRules].some(rule => rule instanceof CSSImportRule)),
})"""
"""For its rule on orientation axe writes imported sheets into the page, where the CSP refuses them. That rule is asked
of every page in `test_every_page.py`, whose sheets are packed and import nothing."""
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What another theme can break of a page that was asked everything in one."""


def violations(page: Page, rules: dict[str, Any] = ALL) -> list[str]:
    """One line per broken rule and element: `color-contrast: .badge > …`."""
    page.evaluate(SETTLED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)  # through the debugger, so the page's CSP does not apply to it
    found: dict[str, Any] = page.evaluate(RUN, rules)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
