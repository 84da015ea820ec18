"""The pages of an import as a browser has them: begun with a list, read, filled in, pressed."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.models import BulkImport, Post

HTMX = {"HX-Request": "true"}
HEAD = "file,account,caption,date,time,privacy\n"
WHOLE = "rye.mp4,@luna.bakes,Rye slowly,2027-06-01,12:30,Everyone\n"
NO_AUDIENCE = "rye.mp4,@luna.bakes,Later,2027-06-02,12:30,\n"


def listed(text: str) -> dict[str, Any]:
    return {"list": SimpleUploadedFile("posts.csv", text.encode(), "text/csv")}


def begin(desk: SimpleNamespace, *rows: str) -> str:
    """The address of a new import."""
    answer = desk.browser.post(desk.start, listed(HEAD + "".join(rows)))
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


def words(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def fields(page: str) -> dict[str, Any]:
    """What a browser would send of the table as it stands."""
    sent: dict[str, Any] = {"rows": re.findall(r'name="rows" value="(\w+)"', page)}
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        sent[name] = unescape(text)
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="(r\d[^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (" checked" in tag or not re.search("checkbox|radio", tag)):
            sent[name[1]] = unescape(value[1]) if value else "on"
    return sent


def press(desk: SimpleNamespace, where: str, action: str, **changes: str) -> HttpResponse:
    sent = fields(desk.browser.get(where).content.decode()) | changes
    return desk.browser.post(where, sent | {"action": action}, follow=True)


def posts(workspace: Workspace) -> list[Post]:
    with workspace_scope(workspace):
        return list(Post.objects.filter(workspace=workspace))


def kept(desk: SimpleNamespace) -> BulkImport:
    with workspace_scope(desk.workspace):
        return BulkImport.objects.get(workspace=desk.workspace)


def opened(desk: SimpleNamespace, where: str) -> dict[str, Any]:
    """What a page that is opened now would send."""
    page = desk.browser.get(where).content.decode()
    whole = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]
        for name in ("page", "files", "files_seen")
    }
    return fields(page) | whole


def review(desk: SimpleNamespace, where: str) -> str:
    return words(press(desk, where, "review"))


def agreed(page: str) -> list[str]:
    return re.findall(r'name="agreed" value="([^"]+)"', page)
