"""Cancel: asks TikTok to stop fetching media (`tiktok-api.md` section 10).

Best effort, and for PULL_FROM_URL alone: what is nearly fetched or already processed is refused with
`publish_not_cancellable`. That it worked shows in the status, as the fail reason `publish_cancelled`.
"""

from __future__ import annotations

from typing import Final

from tiktok.client.codes import Surface
from tiktok.client.envelope import read_data
from tiktok.client.secret import Secret
from tiktok.client.wire import Request, Response, post_json

PATH: Final = "/v2/post/publish/cancel/"


def build_cancel(api_base_url: str, access_token: Secret, publish_id: str) -> Request:
    """A POST of the id alone."""
    return post_json(api_base_url + PATH, access_token=access_token, payload={"publish_id": publish_id})


def parse_cancel(response: Response) -> None:
    """The answer holds an `error` and no data; `ok` means that TikTok will try."""
    read_data(response, Surface.CANCEL)
