"""One person's way through Oncue, page by page: sign up, connect, upload, schedule, look.

Every step takes the pages as they come and fails with what it saw. The journey knows the addresses a person would
click to, never a table of ours.
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.demo.browser import Browser, Page

ZONE = "Europe/Lisbon"
FINAL = {"published", "inbox", "failed", "check", "missed", "cancelled"}
"""What the page of a post shows once nothing more happens by itself; `inbox` waits for its creator."""


class JourneyFailed(Exception):
    """A step did not lead where a person would expect; the message says what the page showed."""


@dataclass(frozen=True)
class Wish:
    """One post to be made: of a video or of photos, onto the profile or into the app's inbox."""

    kind: str
    mode: str
    words: str = ""
    title: str = ""
    files: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        return f"{'photos' if self.kind == 'photo' else 'a video'}, {'inbox' if self.mode == 'inbox' else 'direct'}"


@dataclass
class Person:
    """Somebody who has never been here, with a browser and a mailbox."""

    base_url: str
    mail_dir: Path
    say: Callable[[str], None]
    clicks_consent: bool

    def __post_init__(self) -> None:
        self.browser = Browser()
        self.email = f"demo-{secrets.token_hex(4)}@oncue.example"
        self.password = secrets.token_urlsafe(18)
        self.workspace_url = ""

    def sign_up(self) -> None:
        """Sign up, confirm the address by the mail's link, name a workspace."""
        page = self.browser.get(f"{self.base_url}/signup/")
        form = page.form_with("email")
        passwords = {name: self.password for name in form.values if name.startswith("password")}
        page = self.browser.submit(page, form, name="Demo Person", email=self.email, **passwords)
        if "/confirm-email/" not in page.url:
            raise JourneyFailed(f"signing up answered {page.status} at {page.url}: {_errors(page)}")
        page = self.browser.get(self._link_in_mail("confirm-email"))
        page = self.browser.submit(page, page.form_to("confirm-email"))
        if urlsplit(page.url).path == "/login/":
            page = self.browser.submit(
                page, page.form_with("login", "password"), login=self.email, password=self.password
            )
        page = self.browser.get(f"{self.base_url}/start/")
        page = self.browser.submit(
            page, page.form_with("name", "time_zone"), name="Demo Studio", time_zone=ZONE
        )
        found = re.search(r"/w/[^/]+/", urlsplit(page.url).path)
        if found is None:
            raise JourneyFailed(f"naming the workspace led to {page.url}")
        self.workspace_url = f"{self.base_url}{found[0]}"
        self.say(f"Signed up as {self.email} and named a workspace")

    def connect(self) -> None:
        """Go to TikTok and back, and say yes to the account shown."""
        page = self.browser.get(f"{self.workspace_url}accounts/")
        page = self.browser.submit(page, page.form_to("/accounts/connect/"))
        if not page.url.startswith(self.base_url):
            if not self.clicks_consent:
                raise JourneyFailed(f"TikTok's consent needs a click at {page.url.partition('?')[0]}")
            form = page.form_with("creator")
            page = self.browser.submit(page, form, creator=form.options["creator"][0], decision="allow")
        if "/accounts/pending/" not in page.url:
            raise JourneyFailed(f"connecting led to {page.url.partition('?')[0]} ({page.status})")
        page = self._expect(self.browser.submit(page, page.forms[0]), 200)
        self.say("Connected a creator")

    def upload(self, file: Path) -> str:
        """Upload a file apart from any form, and wait until it is checked. Returns the media's id."""
        page = self.browser.get(f"{self.workspace_url}posts/new/")
        answer = self.browser.send_file(
            page,
            f"{self.workspace_url}uploads/",
            file.read_bytes(),
            name=file.name,
        )
        found = re.search(r"/media/([0-9a-f-]{36})/", answer.text)
        if found is None:
            raise JourneyFailed(f"the upload answered {answer.status}: {answer.text[:200]}")
        self._wait_for_check(found[1])
        self.say(f"Uploaded {file.name}, {file.stat().st_size:,} bytes")
        return found[1]

    def schedule(self, wish: Wish, *, ahead: timedelta) -> tuple[str, datetime]:
        """Upload, compose and schedule. Returns the post's page and its due instant."""
        media = [self.upload(file) for file in wish.files]
        page = self.browser.get(f"{self.workspace_url}posts/new/")
        form = page.form_with("caption", "privacy_level")
        account = str(form.values.get("account") or next(iter(_account_choices(page)), ""))
        if account and not form.options.get("privacy_level", [""])[1:]:
            page = self.browser.get(f"{self.workspace_url}posts/new/?account={account}")
            form = page.form_with("caption", "privacy_level")
        offered = [level for level in form.options.get("privacy_level", []) if level]
        if not offered:
            raise JourneyFailed("the composer offers no audience")
        due = datetime.now(ZoneInfo(ZONE)).replace(microsecond=0) + ahead
        page = self.browser.submit(
            page,
            form,
            account=account,
            kind=wish.kind,
            mode=wish.mode,
            media="" if wish.kind == "photo" else media[0],
            images=",".join(media) if wish.kind == "photo" else "",
            cover_index="0",
            title=wish.title,
            caption=wish.words,
            privacy_level="" if wish.mode == "inbox" else self._audience(offered),
            when="pick",
            date=f"{due:%Y-%m-%d}",
            time=f"{due:%H:%M:%S}",
            action="schedule",
        )
        if not re.search(r"/posts/[0-9a-f-]{36}/$", page.url):
            raise JourneyFailed(f"scheduling answered {page.status}: {_errors(page)}")
        self.say(f"Scheduled {wish.name}, for {due:%H:%M:%S} {ZONE}")
        return page.url, due

    def _audience(self, offered: list[str]) -> str:
        """With somebody else's TikTok nobody else should see what a demo posts."""
        return "SELF_ONLY" if "SELF_ONLY" in offered and not self.clicks_consent else offered[0]

    def wait_for_outcome(self, post_url: str, *, within: float) -> Page:
        """The post's page once it says something final."""
        deadline = monotonic() + within
        while True:
            page = self.browser.get(post_url)
            if status_on(page) in FINAL:
                return page
            if monotonic() > deadline:
                raise JourneyFailed(f"after {within:g} s the post is still {status_on(page)}")
            sleep(0.5)  # a page is asked again, as its own script would

    def _link_in_mail(self, part: str) -> str:
        """The link with `part` in the newest mail to us; mail is written before the page answers."""
        for path in sorted(self.mail_dir.iterdir(), reverse=True):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            if self.email not in str(message["To"]):
                continue
            body = message.get_body(("plain",))
            found = re.search(rf"https?://\S*{part}\S*", body.get_content() if body else "")
            if found:
                return f"{self.base_url}{urlsplit(found[0]).path}"
        raise JourneyFailed(f"no mail with a {part} link in {self.mail_dir}")

    def _wait_for_check(self, media: str) -> None:
        deadline = monotonic() + 60
        while True:
            page = self.browser.get(f"{self.workspace_url}media/{media}/")
            if 'class="checks"' in page.text:
                return
            if 'data-status="failed"' in page.text or monotonic() > deadline:
                raise JourneyFailed(f"the file was not accepted: {page.text[:300]}")
            sleep(0.3)

    def _expect(self, page: Page, status: int) -> Page:
        if page.status != status:
            raise JourneyFailed(f"{page.url} answered {page.status}: {_errors(page)}")
        return page


def status_on(page: Page) -> str:
    """The status that the post's page shows."""
    found = re.search(r'id="live".*?class="badge" data-status="([a-z_-]+)"', page.text, re.DOTALL)
    return found[1].replace("-", "_") if found else "unknown"


def timeline_on(page: Page) -> list[str]:
    """The lines of the post's timeline, as a person reads them."""
    found = re.search(r'<ol class="timeline">(.*?)</ol>', page.text, re.DOTALL)
    items = re.findall(r"<li[^>]*>(.*?)</li>", found[1], re.DOTALL) if found else []
    return [_text(re.sub(r"<details.*?</details>", " ", item, flags=re.DOTALL)) for item in items]


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def _account_choices(page: Page) -> list[str]:
    return re.findall(r'name="action" value="account:([0-9a-f-]{36})"', page.text)


def _errors(page: Page) -> str:
    found = re.findall(r'class="err"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    return " ".join(_text(item) for item in found) or _text(page.text)[:300]
