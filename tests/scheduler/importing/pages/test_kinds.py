"""The pages of an import show each row the cells that its kind has, and take an export as a list."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.conf import settings

from accounts.tenancy import workspace_scope
from scheduler.content import MOST_IMAGES
from scheduler.importing import checking
from scheduler.importing.lists import MOST_ROWS
from scheduler.models import Post
from scheduler.states import MODE_LABELS
from scheduler.templatetags.library import file_limits
from tests.factories import make_image_media
from tests.people import prove
from tests.scheduler.importing.pages.page import (
    HTMX,
    agreed,
    fields,
    kept,
    listed,
    opened,
    posts,
    press,
    review,
    words,
)
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "file,photos,mode,title,caption,date,time,privacy,cover,music\n"
INBOX = "rye.mp4,,inbox,,Kept,2027-06-01,12:30,Everyone,,\n"
PHOTOS = ",crust.jpg; crumb.jpg,,Two looks,Described,2027-06-02,12:30,Everyone,2,yes\n"


@pytest.fixture
def desk(desk: SimpleNamespace) -> SimpleNamespace:
    """With two photos in the library."""
    desk.photos = [
        make_image_media(desk.workspace, original_name=name) for name in ("crust.jpg", "crumb.jpg")
    ]
    return desk


def begin(desk: SimpleNamespace, *rows: str) -> str:
    """The address of a new import."""
    answer = desk.browser.post(desk.start, listed(HEAD + "".join(rows)))
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


def row(page: str, number: int = 1) -> str:
    return page.split(f'id="row-r{number}"')[1].split("</tr>")[0]


def shown(part: str) -> set[str]:
    """The fields that a person can change there."""
    names = re.findall(r'<(?:select|textarea|input)(?![^>]*type="hidden")[^>]* name="r\d+-([^"]+)"', part)
    return {*names, *re.findall(r'<input type="checkbox" name="r\d+-([^"]+)"', part)}


def test_a_draft_for_the_app_shows_no_cell_that_the_app_asks_for(desk: SimpleNamespace) -> None:
    page = words(desk.browser.get(begin(desk, INBOX)))
    assert shown(row(page)) == {"media", "mode", "account", "date", "time"}
    assert "Audience, interactions and labels are set in the TikTok app." in row(page)
    assert "What the list says is kept here and not sent." in row(page)
    assert "1 of 1 row ready" in page


def test_photos_show_the_cells_of_photos(desk: SimpleNamespace) -> None:
    page = words(desk.browser.get(begin(desk, PHOTOS)))
    of_photos = {"images", "cover_index", "auto_add_music", "title", "caption"}
    labels = {"privacy_level", "allow_comment", "disclose", "brand_organic", "brand_content"}
    assert shown(row(page)) == of_photos | labels | {"mode", "account", "date", "time"}
    assert "Description" in row(page)
    assert 'data-max="4000"' in row(page)


def test_a_video_shows_the_moment_of_its_cover_and_no_cell_of_photos(desk: SimpleNamespace) -> None:
    page = words(desk.browser.get(begin(desk, "rye.mp4,,,,Rye,2027-06-01,12:30,Everyone,0.5,\n")))
    assert "cover_timestamp_ms" in shown(row(page))
    assert not shown(row(page)) & {"kind", "images", "which", "cover_index", "title", "auto_add_music"}


def test_a_row_without_a_file_asks_what_it_posts(desk: SimpleNamespace) -> None:
    where = begin(desk, ",,,,Rye,2027-06-01,12:30,Everyone,,\n")
    assert {"kind", "media"} <= shown(row(words(desk.browser.get(where))))
    page = words(press(desk, where, "check", **{"r1-kind": "photo"}))
    assert "images" in shown(row(page))
    assert "Name the photos, one a line." in row(page)
    page = words(press(desk, where, "check", **{"r1-images": "crust.jpg"}))
    assert "kind" not in shown(row(page))
    assert "1 of 1 row ready" in page


def test_a_page_that_changes_nothing_is_answered_nothing_whatever_the_kind(desk: SimpleNamespace) -> None:
    where = begin(desk, INBOX, PHOTOS)
    page = desk.browser.get(where).content.decode()
    sent = opened(desk, where)
    sent["r2-which"] = re.findall(r'name="r2-which" value="([^"]+)"', page)
    desk.browser.post(where, sent, headers=HTMX)
    assert desk.browser.post(where, sent, headers=HTMX).status_code == 204
    assert kept(desk).rows[0]["fields"]["caption"] == "Kept"


def test_the_largest_import_can_be_sent(desk: SimpleNamespace) -> None:
    names = [f"{number:02}.jpg" for number in range(MOST_IMAGES)]
    for name in names:
        make_image_media(desk.workspace, original_name=name)
    where = begin(desk, *[PHOTOS.replace("crust.jpg; crumb.jpg", "; ".join(names))] * MOST_ROWS)
    sent = opened(desk, where)
    assert len(sent) + len(sent["rows"]) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    assert f"{MOST_ROWS} of {MOST_ROWS} rows ready" in words(desk.browser.post(where, sent, headers=HTMX))


def test_photos_that_no_row_names_are_made_one_row(desk: SimpleNamespace) -> None:
    where = begin(desk, INBOX)
    ids = ",".join(str(photo.pk) for photo in desk.photos)
    answer = desk.browser.post(where, {"files": ids, "action": "carousel"}, follow=True)
    sent = fields(answer.content.decode())
    assert (sent["r2-images"], sent["r2-kind"]) == ("crust.jpg\ncrumb.jpg", "photo")


def test_the_last_look_shows_drafts_and_photos_as_they_will_go_out(desk: SimpleNamespace) -> None:
    where = begin(desk, INBOX, PHOTOS)
    page = review(desk, where)
    inbox, photos = page.split('name="agreed"')[1:]
    assert "TikTok inbox: the creator finishes it in the app" in inbox
    assert "Who can watch" not in inbox
    assert "Kept" not in inbox
    for said in ("Two looks", "Described", "2 photos", "crumb.jpg", "is the cover", "TikTok adds a track"):
        assert said in photos
    assert [slide.count(">Cover<") for slide in photos.split("<img")[1:]] == [0, 1]

    desk.browser.post(f"{where}review/", {"agreed": agreed(page)})
    made = {post.mode: post for post in posts(desk.workspace)}
    assert (made["inbox"].status, made["direct"].status) == ("scheduled", "scheduled")
    with workspace_scope(desk.workspace):
        images = [image.media for image in made["direct"].images.select_related("media")]
    assert images == desk.photos


def test_the_last_look_shows_the_moment_that_is_the_cover(desk: SimpleNamespace) -> None:
    row = "rye.mp4,,,,Rye,2027-06-0{},12:30,Everyone,{},\n"
    chosen, first = review(desk, begin(desk, row.format(1, "0.5"), row.format(2, ""))).split("<video")[1:]
    assert '/video/#t=0.5"' in chosen
    assert "poster=" not in chosen
    assert "#t=" not in first


def test_an_export_is_a_list_and_what_it_tells_of_posts_is_said_to_be_left_aside(
    desk: SimpleNamespace,
) -> None:
    where = begin(desk, INBOX, PHOTOS)
    press(desk, where, "drafts")
    export = prove(desk.browser).post(address(desk.workspace, "posts_export"), {"form": "posts"})
    text = b"".join(export.streaming_content).decode()

    answer = desk.browser.post(desk.start, listed(text), follow=True)

    assert "2 of 2 rows ready" in words(answer)
    told = "what the list tells of others was left aside (post, account_name, status and 18 more)"
    assert told in words(answer)
    again = desk.browser.post(where, listed(text) | {"action": "read"}, follow=True)
    assert "2 rows added. An import makes new posts: what the list tells" in words(again)
    press(desk, answer.redirect_chain[-1][0], "drafts")
    with workspace_scope(desk.workspace):
        made = Post.objects.filter(workspace=desk.workspace, kind="photo")
        assert [(post.title, post.images.count()) for post in made] == [("Two looks", 2)] * 2


def test_the_help_names_what_can_be_made(desk: SimpleNamespace) -> None:
    table = words(desk.browser.get(desk.start)).split('<table class="column-table">')[1].split("</table>")[0]
    for name in ("mode", "photos", "title", "cover", "music", "disclose"):
        assert f'<th scope="row">{name}</th>' in table


ENDLESS = "9" * 5000
"""More digits than Python reads as a number."""


@pytest.mark.parametrize(
    "crafted",
    [{"r1-cover_index": ENDLESS}, {"r1-which": f"{ENDLESS}:x"}, {"rows": f"r{ENDLESS}"}],
    ids=["cover", "which", "row"],
)
def test_a_number_without_end_breaks_no_page(desk: SimpleNamespace, crafted: dict[str, str]) -> None:
    where = begin(desk, PHOTOS)
    answer = desk.browser.post(where, opened(desk, where) | crafted, headers=HTMX)
    assert answer.status_code in {200, 204}
    assert desk.browser.get(where).status_code == 200


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize(
    ("action", "rows", "left"),
    [("rows", MOST_ROWS - 1, "1 file was left out"), ("carousel", MOST_ROWS, "2 files were left out")],
)
def test_files_for_which_an_import_has_no_row_left_are_told(
    desk: SimpleNamespace, headers: dict[str, str], action: str, rows: int, left: str
) -> None:
    where = begin(desk, *[INBOX] * rows)
    files = ",".join(str(photo.pk) for photo in desk.photos)
    sent = opened(desk, where) | {"files": files, "action": action}

    answer = desk.browser.post(where, sent, headers=headers)

    assert answer.status_code == (200 if headers else 422)
    alert = re.search(r'<div role="alert"><p>(.*?)</p>', words(answer), re.S)
    assert alert
    assert f"An import takes up to {MOST_ROWS} rows: {left}." in alert[1]
    assert len(kept(desk).rows) == MOST_ROWS


def test_files_that_all_become_rows_are_no_complaint(desk: SimpleNamespace) -> None:
    where = begin(desk, INBOX)
    files = ",".join(str(photo.pk) for photo in desk.photos)
    answer = desk.browser.post(where, opened(desk, where) | {"files": files, "action": "rows"}, headers=HTMX)
    assert "left out" not in words(answer)
    assert len(kept(desk).rows) == 3


def test_where_it_goes_is_said_in_the_same_words_on_every_page(desk: SimpleNamespace) -> None:
    said = list(MODE_LABELS.values())
    table = words(desk.browser.get(begin(desk, INBOX)))
    select = table.split('name="r1-mode"')[1].split("</select>")[0]
    assert re.findall(r"<option[^>]*>([^<]*)</option>", select) == said
    composer = words(desk.browser.get(address(desk.workspace, "post_new")))
    assert re.findall(r'name="mode" [^>]*data-label="([^"]*)"', composer) == said
    assert f'data-mirror="mode">{MODE_LABELS["direct"]}<' in composer
    assert checking.WORDS["mode"] == MODE_LABELS


def test_the_table_says_of_files_what_the_library_says(desk: SimpleNamespace) -> None:
    table = words(desk.browser.get(begin(desk, INBOX)))
    assert f"Drop them all at once: {file_limits()} Those that are in the library" in table
