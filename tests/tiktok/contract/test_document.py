"""The copy of the contract's tables is the contract's, wherever the document is there to compare."""

from __future__ import annotations

from .document import DOCUMENT, SECTIONS, codes_in, contract, parse, statuses_in


def test_the_copy_is_what_the_document_says() -> None:
    """If this fails, the document has changed: `python -m tests.tiktok.contract.document`, then see what else does."""
    for document in filter(lambda path: path.exists(), [DOCUMENT]):
        assert contract() == parse(document.read_text())


def test_every_section_that_is_compared_has_a_table() -> None:
    assert [section for section in SECTIONS if not contract().tables[section]] == []
    assert len(contract().routes) == 12


def test_a_table_is_read_row_by_row() -> None:
    text = "## 9. Status\n\nErrors: 400 `a`; 5xx `b`\n\n| Field | Note |\n|---|---|\n| `x` | one |\n| `y` | two |\n"
    parsed = parse(text + "\n`POST https://open.tiktokapis.com/v2/x/y/?fields=` and no more\n")
    assert parsed.tables["9"] == [[{"Field": "`x`", "Note": "one"}, {"Field": "`y`", "Note": "two"}]]
    assert parsed.routes == [["POST", "/v2/x/y/"]]
    assert statuses_in(parsed.errors) == {"a": 400, "b": 500}
    assert codes_in("either `a` or `b_c`") == ["a", "b_c"]
