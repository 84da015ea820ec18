"""The consent page, as an HTTP client follows it and as a browser would read it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox_process import Sandbox

from .caller import post_form

CALLBACK = "https://oncue.example/connect/callback/"
ASKED = "user.info.basic,user.info.profile,video.publish"


def ask(sandbox: Sandbox, session: requests.Session | None = None, **over: str) -> requests.Response:
    """Open the authorize URL as a browser does, without following the way back to the app."""
    query = {
        "client_key": sandbox.client_key,
        "response_type": "code",
        "scope": ASKED,
        "redirect_uri": CALLBACK,
        "state": "st/1+2",
        "disable_auto_auth": "1",
    }
    return (session or requests).get(
        f"{sandbox.base_url}/v2/auth/authorize/", params=query | over, allow_redirects=False, timeout=5
    )


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def answer(
    sandbox: Sandbox,
    page: requests.Response,
    decision: str = "allow",
    session: requests.Session | None = None,
    **form: str | list[str],
) -> dict[str, str]:
    """Post the form of the page; returns the query that the app's callback gets."""
    filled = {"creator": "luna.bakes", "scopes": ASKED.split(","), "decision": decision}
    back = (session or requests).post(
        f"{sandbox.base_url}/v2/auth/authorize/",
        data=hidden_fields(page.text) | filled | form,
        allow_redirects=False,
        timeout=5,
    )
    return callback_query(back)


def callback_query(back: requests.Response) -> dict[str, str]:
    assert back.status_code == 302, back.text
    assert back.headers["Location"].startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["Location"]).query).items()}


def exchange(sandbox: Sandbox, code: str, **over: str) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return post_form(sandbox, "/v2/oauth/token/", form | over).json()


def test_the_page_offers_every_creator_and_a_box_per_scope(sandbox: Sandbox) -> None:
    page = ask(sandbox).text
    offered = re.findall(r'type="radio" name="creator" value="([^"]+)"', page)
    assert sorted(offered) == ["fernandfold", "kiln.street", "luna.bakes", "northpeak.run", "sobasunday"]
    assert re.findall(r'type="checkbox" name="scopes" value="([^"]+)" checked', page) == ASKED.split(",")
    assert "TikTok sandbox, not TikTok" in page


def test_the_page_has_no_script_and_nothing_inline(sandbox: Sandbox) -> None:
    page = ask(sandbox)
    assert not re.search(r"<script|<style|style=|\son\w+=", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://oncue.example" in policy


def test_allowing_brings_code_scopes_and_state_back(sandbox: Sandbox) -> None:
    query = answer(sandbox, ask(sandbox))
    assert set(query) == {"code", "scopes", "state"}
    assert (query["scopes"], query["state"]) == (ASKED, "st/1+2")


def test_the_code_has_characters_that_must_be_encoded_once(sandbox: Sandbox) -> None:
    code = answer(sandbox, ask(sandbox))["code"]
    assert "*" in code
    assert "!" in code
    assert exchange(sandbox, code)["scope"] == ASKED


def test_an_unticked_scope_is_not_granted(sandbox: Sandbox) -> None:
    query = answer(sandbox, ask(sandbox), scopes=["user.info.basic", "user.info.profile"])
    assert query["scopes"] == "user.info.basic,user.info.profile"
    assert exchange(sandbox, query["code"])["scope"] == "user.info.basic,user.info.profile"


def test_the_basic_scope_comes_with_login_kit(sandbox: Sandbox) -> None:
    assert answer(sandbox, ask(sandbox), scopes=[])["scopes"] == "user.info.basic"


def test_a_scope_that_was_not_asked_for_cannot_be_ticked(sandbox: Sandbox) -> None:
    assert answer(sandbox, ask(sandbox), scopes=["video.list"])["scopes"] == "user.info.basic"


def test_cancelling_is_access_denied(sandbox: Sandbox) -> None:
    query = answer(sandbox, ask(sandbox), decision="deny")
    assert (query["error"], query["state"]) == ("access_denied", "st/1+2")
    assert "code" not in query


@pytest.mark.parametrize(
    ("over", "error"),
    [
        ({"scope": "user.info.basic post.publish"}, "invalid_scope"),
        ({"scope": "user.info.basic,post.publish"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"state": ""}, "invalid_request"),
        ({"disable_auto_auth": "yes"}, "invalid_request"),
    ],
)
def test_a_wrong_question_goes_back_to_the_app(sandbox: Sandbox, over: dict[str, str], error: str) -> None:
    assert callback_query(ask(sandbox, **over))["error"] == error


@pytest.mark.parametrize(
    ("over", "error_type"),
    [
        ({"client_key": "someone-else"}, "client_key"),
        ({"redirect_uri": "https://oncue.example/cb?next=/"}, "redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1:8000/connect/callback/"}, "redirect_uri"),
    ],
)
def test_a_wrong_client_or_redirect_leads_nowhere(
    sandbox: Sandbox, over: dict[str, str], error_type: str
) -> None:
    page = ask(sandbox, **over)
    assert page.status_code == 400
    assert error_type in page.text
    assert "Location" not in page.headers


def test_loopback_is_accepted_only_where_the_sandbox_was_started_for_it(loopback_sandbox: Sandbox) -> None:
    page = ask(loopback_sandbox, redirect_uri="http://127.0.0.1:8000/connect/callback/")
    assert page.status_code == 200


def test_an_unknown_creator_is_refused(sandbox: Sandbox) -> None:
    form = hidden_fields(ask(sandbox).text) | {"creator": "nobody", "decision": "allow"}
    url = f"{sandbox.base_url}/v2/auth/authorize/"
    assert requests.post(url, data=form, allow_redirects=False, timeout=5).status_code == 400


def test_what_the_page_hides_is_judged_again(sandbox: Sandbox) -> None:
    form = hidden_fields(ask(sandbox).text) | {"redirect_uri": "http://evil.example/", "decision": "allow"}
    url = f"{sandbox.base_url}/v2/auth/authorize/"
    assert requests.post(url, data=form, allow_redirects=False, timeout=5).status_code == 400


def test_what_the_app_sends_is_escaped_in_the_page(sandbox: Sandbox) -> None:
    assert "<script>" not in ask(sandbox, state='"><script>').text


def test_a_second_connection_skips_the_page_unless_the_app_forbids_it(sandbox: Sandbox) -> None:
    with requests.Session() as browser:
        query = answer(sandbox, ask(sandbox, browser), session=browser)
        exchange(sandbox, query["code"])
        assert "code" in callback_query(ask(sandbox, browser, disable_auto_auth="0"))
        assert ask(sandbox, browser, disable_auto_auth="1").status_code == 200


def test_a_wider_question_shows_the_page_again(sandbox: Sandbox) -> None:
    with requests.Session() as browser:
        exchange(sandbox, answer(sandbox, ask(sandbox, browser), session=browser)["code"])
        wider = ask(sandbox, browser, disable_auto_auth="0", scope=f"{ASKED},video.list")
        assert wider.status_code == 200


def test_a_code_works_once(sandbox: Sandbox) -> None:
    code = answer(sandbox, ask(sandbox))["code"]
    assert exchange(sandbox, code)["access_token"].startswith("act.")
    assert exchange(sandbox, code)["error"] == "invalid_grant"


def test_a_code_runs_out(sandbox: Sandbox) -> None:
    sandbox.control(settings={"code_seconds": 0})
    assert exchange(sandbox, answer(sandbox, ask(sandbox))["code"])["error"] == "invalid_grant"


def test_a_code_is_bound_to_its_redirect_uri(sandbox: Sandbox) -> None:
    code = answer(sandbox, ask(sandbox))["code"]
    assert exchange(sandbox, code, redirect_uri=CALLBACK.rstrip("/"))["error"] == "invalid_request"


def test_creators_that_no_app_has_yet_are_offered_first(sandbox: Sandbox) -> None:
    sandbox.grant("kiln.street")
    offered = re.findall(r'type="radio" name="creator" value="([^"]+)"', ask(sandbox).text)
    assert offered.index("sobasunday") < offered.index("kiln.street")
