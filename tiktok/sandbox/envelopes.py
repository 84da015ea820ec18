"""The three shapes an answer of TikTok can have (contract 1.3), and the refusals that travel in them."""

from __future__ import annotations

import secrets
import time

from aiohttp import web

from .endpoints import OAUTH_ENDPOINTS, UPLOAD_ENDPOINTS, Endpoint

# HTTP status by `error.code` (contract 1.4, 6.4, 9, 10).
HTTP_STATUS: dict[str, int] = {
    "ok": 200,
    "invalid_params": 400,
    "invalid_param": 400,
    "invalid_publish_id": 400,
    "token_not_authorized_for_specified_publish_id": 400,
    "invalid_file_upload": 400,
    "scope_permission_missed": 400,
    "publish_not_cancellable": 400,
    "app_version_check_failed": 400,
    "access_token_invalid": 401,
    "scope_not_authorized": 401,
    "spam_risk_too_many_posts": 403,
    "spam_risk_too_many_pending_share": 403,
    "spam_risk_user_banned_from_posting": 403,
    "reached_active_user_cap": 403,
    "unaudited_client_can_only_post_to_private_accounts": 403,
    "url_ownership_unverified": 403,
    "privacy_level_option_mismatch": 403,
    "rate_limit_exceeded": 429,
    "internal_error": 500,
}
# Creator info says these with HTTP 200, on purpose (contract 5).
POSTING_REFUSALS = frozenset(
    {"spam_risk_too_many_posts", "spam_risk_user_banned_from_posting", "reached_active_user_cap"}
)
GUIDELINES = "Please review our integration guidelines at https://developers.tiktok.com/doc/content-sharing-guidelines/"


class Refusal(Exception):
    """TikTok says no: `code`, an HTTP status (by default the code's own) and a message."""

    def __init__(self, code: str, message: str = "", *, http_status: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.http_status = HTTP_STATUS.get(code, 400) if http_status is None else http_status
        self.message = message or GUIDELINES


class OAuthRefusal(Exception):
    """The token or revoke call failed; TikTok says so with HTTP 200 (contract 2.4)."""

    def __init__(self, error: str, description: str, *, http_status: int = 200) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.http_status = http_status


class UploadRefusal(Exception):
    """A chunk was not accepted: a status of contract 7.2 and nothing more."""

    def __init__(self, http_status: int) -> None:
        super().__init__(http_status)
        self.http_status = http_status


def log_id() -> str:
    """An id in the look of TikTok's: the time, then hex."""
    return time.strftime("%Y%m%d%H%M%S", time.gmtime()) + secrets.token_hex(9).upper()


def ok(data: dict[str, object] | None) -> web.Response:
    return web.json_response(ok_body(data))


def ok_body(data: dict[str, object] | None) -> dict[str, object]:
    """The envelope with `data`, or with the error object alone (contract 10)."""
    held = {} if data is None else {"data": data}
    return {**held, "error": {"code": "ok", "message": "", "log_id": log_id()}}


def refused(refusal: Exception) -> web.Response:
    """The answer for any refusal, in the shape of the surface that raised it."""
    if isinstance(refusal, Refusal):
        return web.json_response(refused_body(refusal), status=refusal.http_status)
    if isinstance(refusal, OAuthRefusal):
        body = {"error": refusal.error, "error_description": refusal.description, "log_id": log_id()}
        return web.json_response(body, status=refusal.http_status)
    if isinstance(refusal, UploadRefusal):
        return web.Response(status=refusal.http_status)
    raise refusal


def refused_body(refusal: Refusal) -> dict[str, object]:
    return {"data": {}, "error": {"code": refusal.code, "message": refusal.message, "log_id": log_id()}}


def refusal_for(endpoint: Endpoint, code: str, message: str, http_status: int | None) -> Exception:
    """The refusal by which this endpoint would say `code`; an upload has only the status."""
    if endpoint in OAUTH_ENDPOINTS:
        return OAuthRefusal(code, message or code, http_status=http_status or 200)
    if endpoint in UPLOAD_ENDPOINTS:
        return UploadRefusal(http_status or HTTP_STATUS.get(code, 400))
    if endpoint is Endpoint.CREATOR_INFO and code in POSTING_REFUSALS:
        http_status = http_status or 200
    return Refusal(code, message, http_status=http_status)
