"""Status fetch: what became of a `publish_id` (`tiktok-api.md` section 9).

A post that FAILED is a successful answer here; its `fail_reason` is read with `codes.row_for` on FAIL_REASON.
"""

from __future__ import annotations

from typing import Final

from tiktok.client import fields
from tiktok.client.codes import Surface
from tiktok.client.envelope import LONGEST_CODE, read_data, tidy
from tiktok.client.secret import Secret
from tiktok.client.types import PublishStatus
from tiktok.client.wire import Request, Response, post_json

PATH: Final = "/v2/post/publish/status/fetch/"


def build_publish_status(api_base_url: str, access_token: Secret, publish_id: str) -> Request:
    """A POST of the id alone."""
    return post_json(api_base_url + PATH, access_token=access_token, payload={"publish_id": publish_id})


def parse_publish_status(response: Response) -> PublishStatus:
    """Unknown statuses and reasons are kept; ids become texts without passing through a float."""
    answer = read_data(response, Surface.STATUS)
    data = answer.data
    return PublishStatus(
        status=tidy(fields.required_text(data, "status"), LONGEST_CODE),
        fail_reason=tidy(data.get("fail_reason"), LONGEST_CODE),
        # The name is TikTok's spelling; the list is absent or empty unless the post is public.
        post_ids=_ids(data.get("publicaly_available_post_id")),
        uploaded_bytes=fields.whole(data.get("uploaded_bytes")),
        downloaded_bytes=fields.whole(data.get("downloaded_bytes")),
        log_id=answer.log_id,
    )


def _ids(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(str(number) for item in listed if (number := fields.whole(item)))
