"""An app's side of the contract in a few words, for tests of the sandbox: no client of ours, only `requests`."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests

from tests.sandbox_process import Sandbox

VIDEO = b"\x00\x00\x00\x18ftypmp42" + b"v" * 2_988
PHOTO_INFO = {
    "privacy_level": "PUBLIC_TO_EVERYONE",
    "title": "Crumbs",
    "description": "Three loaves, one oven",
}
POST_INFO = {"privacy_level": "PUBLIC_TO_EVERYONE", "title": "Sourdough, day two"}
SECONDS = 10.0


class Caller:
    """One app acting for one creator. Every method returns the raw answer."""

    def __init__(
        self, sandbox: Sandbox, creator: str = "luna.bakes", scopes: list[str] | None = None
    ) -> None:
        self.sandbox = sandbox
        self.tokens = sandbox.grant(creator, scopes)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    def user_info(self, fields: str = "open_id") -> requests.Response:
        return self._send("GET", "/v2/user/info/", params={"fields": fields})

    def creator_info(self) -> requests.Response:
        return self._send("POST", "/v2/post/publish/creator_info/query/")

    def init(
        self, size: int = len(VIDEO), chunk: int | None = None, count: int = 1, **post: Any
    ) -> requests.Response:
        """Start a video. `post` goes over the plain `post_info`."""
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk or size}
        return self.init_with(
            {"post_info": POST_INFO | post, "source_info": source | {"total_chunk_count": count}}
        )

    def init_with(self, body: object) -> requests.Response:
        return self._send("POST", "/v2/post/publish/video/init/", json=body)

    def inbox(self, size: int = len(VIDEO), **more: Any) -> requests.Response:
        """Start a draft video. `more` goes over the plain body."""
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": size, "total_chunk_count": 1}
        return self._send("POST", "/v2/post/publish/inbox/video/init/", json={"source_info": source} | more)

    def draft(self, video: bytes = VIDEO) -> str:
        """A draft video that has arrived; returns the publish id."""
        begun: dict[str, str] = self.inbox(len(video)).json()["data"]
        assert put(begun["upload_url"], video).status_code == 201
        return begun["publish_id"]

    def photos(
        self, urls: list[str], mode: str = "DIRECT_POST", cover: int = 0, **post: Any
    ) -> requests.Response:
        """Start photos. `post` goes over the plain `post_info`, which for MEDIA_UPLOAD has words only."""
        words = {name: PHOTO_INFO[name] for name in ("title", "description")}
        source = {"source": "PULL_FROM_URL", "photo_images": urls, "photo_cover_index": cover}
        info = (PHOTO_INFO if mode == "DIRECT_POST" else words) | post
        return self.photos_with({"post_mode": mode, "post_info": info, "source_info": source})

    def photos_with(self, body: dict[str, Any]) -> requests.Response:
        return self._send("POST", "/v2/post/publish/content/init/", json={"media_type": "PHOTO"} | body)

    def pull(self, url: Any, **post: Any) -> requests.Response:
        """Start a direct video that TikTok fetches."""
        source = {"source": "PULL_FROM_URL", "video_url": url}
        return self.init_with({"post_info": POST_INFO | post, "source_info": source})

    def cancel(self, publish_id: str) -> requests.Response:
        return self._send("POST", "/v2/post/publish/cancel/", json={"publish_id": publish_id})

    def videos(self, call: str = "list", fields: str = "id", **body: Any) -> requests.Response:
        """`/v2/video/list/` or `/v2/video/query/`."""
        return self._send("POST", f"/v2/video/{call}/", params={"fields": fields}, json=body)

    def data(self, publish_id: str) -> dict[str, Any]:
        """The `data` of a status fetch."""
        data: dict[str, Any] = self.status(publish_id).json()["data"]
        return data

    def settled(self, publish_id: str) -> dict[str, Any]:
        """The `data` of the status once it is no longer in processing."""
        self.sandbox.control(settings={"limits": {"status": None}})
        eventually(lambda: not self.data(publish_id)["status"].startswith("PROCESSING"))
        return self.data(publish_id)

    def begin(
        self, size: int = len(VIDEO), chunk: int | None = None, count: int = 1, **post: Any
    ) -> dict[str, str]:
        """An accepted init: publish_id and upload_url."""
        answer = self.init(size, chunk, count, **post)
        assert answer.json()["error"]["code"] == "ok", answer.text
        data: dict[str, str] = answer.json()["data"]
        return data

    def publish(self, video: bytes = VIDEO, **post: Any) -> str:
        """Init and the only chunk; returns the publish id."""
        begun = self.begin(len(video), **post)
        assert put(begun["upload_url"], video).status_code == 201
        return begun["publish_id"]

    def status(self, publish_id: str) -> requests.Response:
        return self._send("POST", "/v2/post/publish/status/fetch/", json={"publish_id": publish_id})

    def token(self, **form: str) -> requests.Response:
        return post_form(self.sandbox, "/v2/oauth/token/", form)

    def refresh(self, refresh_token: str | None = None) -> requests.Response:
        return self.token(
            grant_type="refresh_token", refresh_token=refresh_token or self.tokens["refresh_token"]
        )

    def revoke(self, token: str | None = None) -> requests.Response:
        form = {"token": token or self.tokens["access_token"]}
        return post_form(self.sandbox, "/v2/oauth/revoke/", form)

    def _send(self, method: str, path: str, **parts: Any) -> requests.Response:
        url = self.sandbox.base_url + path
        return requests.request(method, url, headers=self.bearer, timeout=SECONDS, **parts)


def post_form(sandbox: Sandbox, path: str, form: dict[str, str]) -> requests.Response:
    """An OAuth call with the client's credentials, which `form` may overrule."""
    client = {"client_key": sandbox.client_key, "client_secret": sandbox.client_secret}
    return requests.post(sandbox.base_url + path, data=client | form, timeout=SECONDS)


def put(url: str, body: bytes, first: int = 0, total: int | None = None, **headers: str) -> requests.Response:
    """One chunk with the three headers of contract 7.2; `headers` (underscores for dashes) go over them."""
    total = len(body) if total is None else total
    sent = {"Content-Type": "video/mp4", "Content-Range": f"bytes {first}-{first + len(body) - 1}/{total}"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.put(url, data=body, headers=sent, timeout=SECONDS)


def id_of(answer: requests.Response) -> str:
    """The publish id of an accepted init."""
    assert code_of(answer) == (200, "ok"), answer.text
    publish_id: str = answer.json()["data"]["publish_id"]
    return publish_id


def code_of(answer: requests.Response) -> tuple[int, str]:
    """HTTP status and `error.code`."""
    return answer.status_code, answer.json()["error"]["code"]


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until it holds; the wait is for another process, so there is nothing to await."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.02)


def at_once(times: int, call: Callable[[], int]) -> list[int]:
    """What `call` gives to that many callers who start at the same moment."""
    together = Barrier(times)

    def start_together(_: int) -> int:
        together.wait()
        return call()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(start_together, range(times)))
