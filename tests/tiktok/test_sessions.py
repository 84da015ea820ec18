from __future__ import annotations

import pytest
from django.db import transaction

from tests.clips import make_clip
from tests.factories import make_account
from tiktok import sessions, tokens, wiring
from tiktok.client import AuthRefusal, LimitRefusal, Remedy, VideoPost, plan_upload
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)

POST = VideoPost(
    title="Autumn loaf",
    privacy_level="PUBLIC_TO_EVERYONE",
    disable_comment=False,
    disable_duet=False,
    disable_stitch=False,
    brand_content_toggle=False,
    brand_organic_toggle=False,
    is_aigc=False,
)


@pytest.fixture
def luna(harbour, tiktok, in_harbour):
    return make_account(harbour, tiktok)


def refuse_token(tiktok, endpoint: str = "creator_info", times: int = 1) -> None:
    tiktok.fault("error", endpoint=endpoint, code="access_token_invalid", http_status=401, times=times)


def test_a_session_speaks_for_its_account(luna):
    session = sessions.client_for(luna)
    assert session.creator_info().username == "luna.bakes"
    assert session.user_info().open_id == luna.open_id


def test_a_post_goes_out_through_a_session(luna, tiktok, tmp_path):
    tiktok.control(settings={"processing_seconds": 0.0, "moderation_seconds": 0.0})
    video = make_clip(tmp_path / "loaf.mp4").read_bytes()
    session, plan = sessions.client_for(luna), plan_upload(len(video))
    upload = session.start_video(POST, plan)
    assert session.send_chunk(upload.upload_url, plan, 0, [video], "video/mp4").complete
    assert session.publish_status(upload.publish_id).status == "PUBLISH_COMPLETE"
    assert tiktok.posts_on_page("luna.bakes") == 1


def test_a_token_that_tiktok_refuses_is_renewed_once_and_the_call_repeated(luna, tiktok, refresh_calls):
    refuse_token(tiktok)
    assert sessions.client_for(luna).creator_info().username == "luna.bakes"
    assert refresh_calls() == 1


def test_a_token_that_is_refused_right_after_it_was_renewed_ends_the_connection(luna, tiktok, refresh_calls):
    refuse_token(tiktok, times=2)
    with pytest.raises(tokens.NeedsReconnect) as caught:
        sessions.client_for(luna).creator_info()
    assert caught.value.code == "access_token_invalid"
    assert caught.value.log_id
    row = TikTokAccount.objects.get()
    assert (row.status, row.status_reason) == ("needs_reconnect", "token_refused")
    with pytest.raises(tokens.NeedsReconnect):
        sessions.client_for(row).creator_info()
    assert refresh_calls() == 1, "no storm"


def test_a_missing_scope_is_the_callers_to_explain(luna, tiktok):
    tiktok.fault("error", endpoint="creator_info", code="scope_not_authorized", http_status=401)
    with pytest.raises(AuthRefusal):
        sessions.client_for(luna).creator_info()
    assert TikTokAccount.objects.get().is_active


def test_a_limit_is_no_reason_to_renew(luna, tiktok, refresh_calls):
    tiktok.fault("error", endpoint="creator_info", code="rate_limit_exceeded", http_status=429)
    with pytest.raises(LimitRefusal):
        sessions.client_for(luna).creator_info()
    assert refresh_calls() == 0


@pytest.mark.parametrize("call", ["creator_info", "user_info"])
def test_no_call_runs_inside_an_open_transaction(luna, tiktok, call):
    before = len(tiktok.requests())
    with transaction.atomic(), pytest.raises(wiring.OpenTransaction):
        getattr(sessions.client_for(luna), call)()
    assert len(tiktok.requests()) == before


def test_a_renewal_refuses_to_be_part_of_another_transaction(luna, refresh_calls):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        tokens.fresh(luna, refused=luna.generation)
    assert refresh_calls() == 0


@pytest.mark.parametrize("name", ["TIKTOK_CLIENT_KEY", "TIKTOK_CLIENT_SECRET"])
def test_without_an_app_nothing_can_be_called(luna, settings, name):
    setattr(settings, name, "")
    settings.TIKTOK_API_BASE_URL = "https://open.tiktokapis.com"
    with pytest.raises(wiring.NotConfigured) as caught:
        sessions.client_for(luna)
    assert caught.value.remedy is Remedy.APP_CONFIG
    for client in (wiring.oauth_client, wiring.renewal_client, wiring.transport):
        with pytest.raises(wiring.NotConfigured):
            client()
