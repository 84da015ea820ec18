"""Lists as spreadsheets of many countries write them, and those that must be refused whole."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.importing.columns import COLUMNS, template
from scheduler.importing.lists import MOST_BYTES, MOST_ROWS, ListRefused, read_list

ROW = {"file": "rye.mp4", "caption": "Rye; slowly, #bread"}


def refusal(body: str | bytes) -> str:
    with pytest.raises(ListRefused) as refused:
        read_list(body if isinstance(body, bytes) else body.encode())
    return str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        'file,caption\nrye.mp4,"Rye; slowly, #bread"\n',
        'file;caption\r\nrye.mp4;"Rye; slowly, #bread"\r\n',
        'sep=;\r\nfile;caption\r\nrye.mp4;"Rye; slowly, #bread"',
        "file\tcaption\nrye.mp4\tRye; slowly, #bread\n\n\n",
        '"File";"Caption"\n"rye.mp4";"Rye; slowly, #bread"\n;\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_every_common_way_to_write_a_list_says_the_same(text: str, encoding: str) -> None:
    assert read_list(text.encode(encoding)) == ([ROW], [])


def test_a_text_keeps_its_lines_quotes_and_letters() -> None:
    [row], _ = read_list('file,caption\npão.mp4,"First line\nsecond ""line"" 🍂"\n'.encode())
    assert row == {"file": "pão.mp4", "caption": 'First line\nsecond "line" 🍂'}


def test_a_formula_is_a_text_like_any_other() -> None:
    [row], _ = read_list(b'file,caption\nrye.mp4,"=HYPERLINK(""http://x"")"\n')
    assert row["caption"] == '=HYPERLINK("http://x")'


def test_the_template_names_every_column_and_takes_rows() -> None:
    line = ",".join(["rye.mp4", *("" for _ in COLUMNS[1:])])
    [row], _ = read_list((template(date(2026, 11, 22)) + line).encode())
    assert list(row) == [column.name for column in COLUMNS]


def test_an_example_row_is_left_out_however_a_spreadsheet_writes_its_day() -> None:
    sheet = template(date(2026, 11, 22)).replace("2026-11-29", "29/11/2026").replace("12:30", "12:30:00")
    assert read_list((sheet + "rye.mp4\n").encode()).rows == [{"file": "rye.mp4"}]
    assert "only the template's example rows" in refusal(sheet)


def test_an_example_row_that_somebody_wrote_over_is_a_row() -> None:
    sheet = template(date(2026, 11, 22)).replace("EXAMPLE: replace this row. ", "")
    assert [row["file"] for row in read_list(sheet.encode()).rows] == ["EXAMPLE-1.mp4"]


def test_columns_may_stand_in_any_order_and_be_named_by_hand() -> None:
    assert read_list(b"Brand-Organic , FILE,\nyes,rye.mp4,\n").rows == [
        {"brand_organic": "yes", "file": "rye.mp4"}
    ]


def test_too_few_cells_are_empty_ones() -> None:
    assert read_list(b"file,caption,date\nrye.mp4\n").rows == [{"file": "rye.mp4"}]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "is empty"),
        ("file,caption\n\n", "has no rows"),
        ("caption,date\nRye,2026-11-20\n", "no column “file”"),
        ("file,file\na,b\n", "“file” twice"),
        ("file,price\na,b\n", "don't know the column “price”"),
        ('file,caption\nrye.mp4,"Rye\n', "line 2"),
        ("file,caption\nrye.mp4,Rye, slowly\n", "Line 2 has 3 cells, the first line has 2"),
        ("file,caption\nbroa.mp4,Pão".encode("cp1252"), "CSV UTF-8"),
        ("file,caption\nrye.mp4,Rye".encode("utf-16"), "CSV UTF-8"),
        (b"file\nrye\0.mp4", "no CSV"),
        ("file\n" + "rye.mp4\n" * (MOST_ROWS + 1), f"has {MOST_ROWS + 1} rows"),
        (b"file\n" + b"x" * MOST_BYTES, "larger than 1 MB"),
        ("file,caption\nrye.mp4," + "x" * 200_000, "line 2"),
    ],
)
def test_what_cannot_be_read_is_refused_whole_and_says_where(body: str | bytes, said: str) -> None:
    assert said in refusal(body)


def test_as_many_rows_as_an_import_takes_are_read() -> None:
    assert len(read_list(b"file\n" + b"rye.mp4\n" * MOST_ROWS).rows) == MOST_ROWS


def test_a_list_of_photos_alone_needs_no_column_of_videos() -> None:
    assert read_list(b"photos,title\ncrust.jpg; crumb.jpg,Two\n").rows == [
        {"photos": "crust.jpg; crumb.jpg", "title": "Two"}
    ]


def test_what_an_export_tells_of_posts_is_left_aside_and_named() -> None:
    assert read_list(b"post,file,status\n1,rye.mp4,published\n") == (
        [{"file": "rye.mp4"}],
        ["post", "status"],
    )


def test_only_an_export_is_freed_of_the_apostrophes_of_an_export() -> None:
    cell = "'@luna.bakes, thank you"
    assert read_list(f'file,caption\nrye.mp4,"{cell}"\n'.encode()).rows[0]["caption"] == cell
    assert read_list(f'post,file,caption\n1,rye.mp4,"{cell}"\n'.encode()).rows[0]["caption"] == cell[1:]
