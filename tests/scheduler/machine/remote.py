"""TikTok's side of the posting contract, in memory: what becomes of each call is the caller's choice.

What `tiktok-api.md` says of ids is all that matters here: an init by upload posts nothing and the last byte posts,
once; an init by address posts once everything was fetched; the status tells which. Everything else is the sandbox's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from scheduler import pulls
from tests.scheduler.machine.moments import Moments
from tiktok.client.errors import NoAnswer
from tiktok.client.secret import Secret
from tiktok.client.wire import Request, Response, Stream

BASE = "https://open.tiktokapis.com"
URL_LIVES = timedelta(hours=1)
OK = {"code": "ok", "message": "", "log_id": "log-ok"}
STATUSES = {"complete": "PUBLISH_COMPLETE", "inbox": "SEND_TO_USER_INBOX", "failed": "FAILED"}
PRIVACY = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


class Fate(StrEnum):
    """What becomes of one call."""

    WELL = "well"
    LOST = "lost"  # done, and the answer never came
    UNREACHED = "unreached"  # sent, and never arrived
    STRAYED = "strayed"  # no answer came, and it arrives some other time
    GARBLED = "garbled"  # done, and answered with nonsense
    BUSY = "busy"  # 503
    LIMITED = "limited"  # 429
    REFUSED = "refused"  # this creator may not post now


@dataclass
class Publish:
    """One `publish_id`. It may still become a post, or is one, while `alive`."""

    publish_id: str
    about: str  # the size of a video that was uploaded, or the path of the first address
    inbox: bool
    size: int = 0
    received: int = 0
    expires_at: datetime | None = None
    urls: list[str] = field(default_factory=list)
    state: str = "open"  # open → processing → complete | inbox → complete | failed
    fail_reason: str = ""

    @property
    def committed(self) -> bool:
        """Everything is there, so it is a post, or will be one unless TikTok says FAILED."""
        return self.state in {"processing", "complete", "inbox"}

    @property
    def status(self) -> str:
        """TikTok's word for it (section 9)."""
        on_its_way = "PROCESSING_UPLOAD" if self.size else "PROCESSING_DOWNLOAD"
        return STATUSES.get(self.state, on_its_way)


class Remote:
    """TikTok, for one creator."""

    def __init__(self, moments: Moments) -> None:
        self.moments = moments
        self.publishes: dict[str, Publish] = {}
        self.told: dict[str, set[str]] = {}
        self.strays: list[Request] = []
        self.news: list[tuple[str, str, str]] = []
        self.granted = True
        self.privacy = list(PRIVACY)
        self.tells_bytes = True

    # --- what the caller decides

    def answer(self, request: Request, fate: Fate) -> Response:
        match fate:
            case Fate.BUSY:
                return Response(503, {}, b"<html>busy</html>")
            case Fate.LIMITED:
                return _refusal("rate_limit_exceeded", 429)
            case Fate.REFUSED if "/init/" in request.label or "creator_info" in request.label:
                return _refusal("spam_risk_too_many_posts", 403)
            case Fate.UNREACHED:
                raise NoAnswer("unreached")
            case Fate.STRAYED:
                self.strays.append(replace(request, body=_whole(request)))
                raise NoAnswer("strayed")
        response, told = self._do(request)
        if fate == Fate.LOST:
            raise NoAnswer("lost")
        if fate == Fate.GARBLED and request.method == "POST":
            return Response(200, {}, b"{")
        for publish_id, status in told:
            self.told.setdefault(publish_id, set()).add(status)
        return response

    def arrive(self) -> None:
        """What strayed longest arrives; nobody hears the answer."""
        if self.strays:
            self._do(self.strays.pop(0))

    def fetch(self) -> None:
        """Fetch one file of each post that is still without some."""
        for publish in self._open_pulls():
            try:
                pulls.serve(urlsplit(publish.urls[0]).path.removeprefix("/pull/").rsplit(".", 1)[0])
            except pulls.NotServed:
                self.fail(publish, "photo_pull_failed")
                continue
            publish.urls.pop(0)
            if not publish.urls:
                publish.state = "processing"

    def process(self) -> None:
        """What is complete becomes a post, or a draft in the app."""
        for publish in self.publishes.values():
            if publish.state == "processing":
                publish.state = "inbox" if publish.inbox else "complete"
                self._tell("inbox_delivered" if publish.inbox else "complete", publish)

    def refuse(self, reason: str) -> None:
        """What is being processed fails: that is final for its id."""
        for publish in self.publishes.values():
            if publish.state == "processing":
                self.fail(publish, reason)

    def fail(self, publish: Publish, reason: str) -> None:
        publish.state, publish.fail_reason = "failed", reason
        self._tell("failed", publish)

    def finish_drafts(self) -> None:
        """The creator posts what waits in the app."""
        for publish in self.publishes.values():
            if publish.state == "inbox":
                publish.state = "complete"
                self._tell("complete", publish)

    def hide_bytes(self) -> None:
        """How much of an upload is there: told, or told no more."""
        self.tells_bytes = not self.tells_bytes

    def settle(self) -> None:
        """TikTok does everything it still has to do."""
        while self.strays:
            self.arrive()
        while self._open_pulls():
            self.fetch()
        self.process()

    # --- the contract

    def _do(self, request: Request) -> tuple[Response, list[tuple[str, str]]]:
        if request.method == "PUT":
            return self._chunk(request), []
        path = request.label
        if path == "/v2/oauth/token/":
            return Response(
                400, {}, b'{"error": "invalid_grant", "error_description": "", "log_id": "l"}'
            ), []
        if path == "/v2/oauth/revoke/":
            return Response(200), []
        if not self.granted:
            return _refusal("access_token_invalid", 401), []
        body = _payload(request)
        if path.endswith("/creator_info/query/"):
            return _data(self._creator()), []
        if path.endswith("/init/"):
            return _data(self._init(path, body)), []
        if path.endswith("/status/fetch/"):
            return self._status(body["publish_id"])
        if path.endswith("/cancel/"):
            return self._cancel(body["publish_id"]), []
        return _data({"videos": []}), []

    def _creator(self) -> dict[str, Any]:
        return {
            "creator_nickname": "Luna",
            "creator_username": "luna",
            "creator_avatar_url": "",
            "privacy_level_options": self.privacy,
            "comment_disabled": False,
            "duet_disabled": False,
            "stitch_disabled": False,
            "max_video_post_duration_sec": 600,
        }

    def _init(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        source, publish_id = body["source_info"], f"v_pub~{len(self.publishes)}-{id(self)}"
        inbox = "/inbox/" in path or body.get("post_mode") == "MEDIA_UPLOAD"
        if source["source"] == "FILE_UPLOAD":
            size = source["video_size"]
            publish = Publish(publish_id, f"{size}", inbox, size, expires_at=self.moments.now() + URL_LIVES)
        else:
            urls = source.get("photo_images") or [source["video_url"]]
            publish = Publish(publish_id, urls[0], inbox, urls=list(urls))
        self.publishes[publish_id] = publish
        return {"publish_id": publish_id, "upload_url": f"{BASE.replace('open', 'up')}/{publish_id}"}

    def _chunk(self, request: Request) -> Response:
        publish = self.publishes[_plain(request.url).rsplit("/", 1)[1]]
        assert publish.expires_at is not None
        first, last = _range(request)
        received = (
            sum(len(block) for block in request.body)
            if isinstance(request.body, Stream)
            else len(_bytes(request))
        )
        assert received == last - first + 1
        if self.moments.now() > publish.expires_at:
            return Response(403)
        if publish.state != "open" or first != publish.received:
            return Response(416)
        publish.received = last + 1
        if publish.received < publish.size:
            return Response(206, {"content-range": f"bytes 0-{last}/{publish.size}"})
        publish.state = "processing"
        return Response(201)

    def _status(self, publish_id: str) -> tuple[Response, list[tuple[str, str]]]:
        publish = self.publishes.get(publish_id)
        if publish is None:
            return _refusal("invalid_publish_id", 400), []
        data: dict[str, Any] = {"status": publish.status}
        if publish.fail_reason:
            data["fail_reason"] = publish.fail_reason
        if publish.size and self.tells_bytes:
            data["uploaded_bytes"] = publish.received
        return _data(data), [(publish_id, publish.status)]

    def _cancel(self, publish_id: str) -> Response:
        publish = self.publishes[publish_id]
        if publish.state == "open" and not publish.size:
            self.fail(publish, "publish_cancelled")
            return _data({})
        return _refusal("publish_not_cancellable", 400)

    def _open_pulls(self) -> list[Publish]:
        return [publish for publish in self.publishes.values() if publish.state == "open" and publish.urls]

    def _tell(self, event: str, publish: Publish) -> None:
        self.news.append((f"post.publish.{event}", publish.publish_id, publish.fail_reason))


def _payload(request: Request) -> dict[str, Any]:
    text = request.body.reveal() if isinstance(request.body, Secret) else _bytes(request).decode()
    return json.loads(text) if text else {}


def _bytes(request: Request) -> bytes:
    assert isinstance(request.body, bytes)
    return request.body


def _whole(request: Request) -> bytes | Secret | None:
    """The body as it left us, even if whoever sends it is gone when it arrives."""
    return b"".join(request.body) if isinstance(request.body, Stream) else request.body


def _range(request: Request) -> tuple[int, int]:
    span = _plain(request.headers["Content-Range"]).removeprefix("bytes ").split("/")[0]
    first, last = span.split("-")
    return int(first), int(last)


def _plain(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _data(data: dict[str, Any]) -> Response:
    return Response(200, {}, json.dumps({"data": data, "error": OK}).encode())


def _refusal(code: str, status: int) -> Response:
    error = {"code": code, "message": "", "log_id": "log-no"}
    return Response(status, {}, json.dumps({"data": {}, "error": error}).encode())
