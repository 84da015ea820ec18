"""Every page a person can look at, by name: what `make screenshots` photographs and `test_every_page.py` sweeps.

A page is a route of the URL walk (`tests.architecture.routes`) in one state; a route may have several. What is no
page, or none that an address alone leads to, stands in `NO_PAGE` with the reason. `tests/architecture/test_pages.py`
holds both lists to the walk, so a new route has to be in one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Where(Enum):
    """Who looks, and into which workspace."""

    OUTSIDE = auto()  # nobody is signed in
    FULL = auto()  # Inês, in a workspace where everything has happened once
    EMPTY = auto()  # Inês, in a workspace that she has just named
    SECURED = auto()  # Tomás, who has a second step and no workspace


@dataclass(frozen=True)
class Shown:
    """One page. `post` names a post of `tests.browser.cast`; `{name}` in `query` becomes that post's id."""

    name: str
    route: str
    query: str = ""
    post: str = ""
    where: Where = Where.FULL
    status: int = 200


def _outside(name: str, route: str, **state: int) -> Shown:
    return Shown(name, route, where=Where.OUTSIDE, **state)


def _empty(name: str, route: str) -> Shown:
    return Shown(name, route, where=Where.EMPTY)


NOT_FOUND = "no route"
"""Stands for an address that leads nowhere: the one page that is no route's."""

POSTS = (
    *("scheduled", "held", "draft", "photos", "published", "failed"),
    *("needs_check", "missed", "in_inbox", "cancelled"),
)
"""The posts whose own page is shown, by what became of them."""

PAGES = (
    _outside("landing", "home"),
    _outside("sign-up", "account_signup"),
    _outside("sign-in", "account_login"),
    _outside("confirm-sent", "account_email_verification_sent"),
    _outside("confirm-bad-link", "account_confirm_email"),
    _outside("inactive", "account_inactive"),
    _outside("reset", "account_reset_password"),
    _outside("reset-sent", "account_reset_password_done"),
    _outside("reset-bad-link", "account_reset_password_from_key"),
    _outside("reset-done", "account_reset_password_from_key_done"),
    _outside("connect-refused", "connect_callback", status=400),
    _outside("invitation", "connect_link"),
    _outside("invitation-gone", "connect_link", status=404),
    Shown("start", "start"),
    Shown("workspaces", "workspaces"),
    Shown("me", "me"),
    Shown("me-sign-in", "mfa_index"),
    Shown("me-devices", "usersessions_list"),
    Shown("app-add", "mfa_activate_totp"),
    Shown("app-remove", "mfa_deactivate_totp", where=Where.SECURED),
    Shown("codes", "mfa_view_recovery_codes", where=Where.SECURED),
    Shown("codes-new", "mfa_generate_recovery_codes", where=Where.SECURED),
    Shown("passkey-add", "mfa_add_webauthn"),
    Shown("me-secured", "mfa_index", where=Where.SECURED),
    Shown("reauthenticate-code", "mfa_reauthenticate", where=Where.SECURED),
    Shown("sign-out", "account_logout"),
    Shown("password", "account_change_password"),
    Shown("email", "account_email"),
    Shown("reauthenticate", "account_reauthenticate"),
    Shown("service-status", "service_status"),
    Shown("all-calendars", "all_calendars"),
    Shown("calendar", "calendar"),
    Shown("calendar-by-time", "calendar", "group=time"),
    Shown("calendar-month", "calendar", "view=month"),
    Shown("calendar-list", "calendar", "view=list"),
    Shown("calendar-filtered-empty", "calendar", "status=publishing"),
    _empty("calendar-empty", "calendar"),
    Shown("calendar-fill", "calendar_fill"),
    Shown("move", "post_move", post="scheduled"),
    Shown("posts", "posts"),
    Shown("posts-attention", "posts", "status=attention"),
    Shown("posts-no-match", "posts", "text=pangolin"),
    _empty("posts-empty", "posts"),
    Shown("history", "post_history"),
    Shown("export", "posts_export"),
    Shown("bulk-move", "posts_bulk", "act=reschedule&posts={scheduled}&posts={draft}&posts={published}"),
    Shown("bulk-cancel", "posts_bulk", "act=cancel&posts={scheduled}&posts={held}"),
    Shown("import", "import_begin"),
    Shown("import-table", "import_table"),
    Shown("import-review", "import_review"),
    Shown("composer", "post_new"),
    Shown("composer-photos", "post_edit", post="photos"),
    Shown("composer-edit", "post_edit", post="draft"),
    _empty("composer-empty", "post_new"),
    Shown("media", "library"),
    Shown("media-file", "library_file"),
    _empty("media-empty", "library"),
    Shown("media-pick", "media_pick"),
    _empty("media-pick-empty", "media_pick"),
    Shown("snippets", "snippets"),
    Shown("snippet", "snippet_edit"),
    *(Shown(f"post-{name.replace('_', '-')}", "post_detail", post=name) for name in POSTS),
    Shown("repeats", "repeat_list"),
    _empty("repeats-empty", "repeat_list"),
    Shown("repeat-begin", "post_repeat", post="scheduled"),
    Shown("repeat", "post_repeat", post="repeated"),
    Shown("analytics", "analytics"),
    Shown("analytics-followers", "analytics", "chart=followers&days=90"),
    _empty("analytics-empty", "analytics"),
    Shown("accounts", "accounts"),
    _empty("accounts-empty", "accounts"),
    Shown("connect-confirm", "connect_confirm"),
    Shown("connect-take-over", "connect_confirm", where=Where.EMPTY),
    Shown("disconnect", "account_disconnect"),
    Shown("slots", "account_slots"),
    Shown("notifications", "notifications"),
    _empty("notifications-empty", "notifications"),
    Shown("settings", "workspace_settings"),
    Shown("publishing", "publishing_settings"),
    Shown("not-found", NOT_FOUND, status=404),
)

_SENT = "Takes a form and leads on."
_PART = "A part of a page, or a file in it."

NO_PAGE = {
    **dict.fromkeys(
        ("calendar_undo", "filter_save", "filter_remove", "posts_bulk_undo", "post_unsaved"), _SENT
    ),
    **dict.fromkeys(
        (
            "snippet_delete",
            "post_cancel",
            "post_to_drafts",
            "post_retry",
            "post_try_again",
            "post_reschedule",
        ),
        _SENT,
    ),
    **dict.fromkeys(("post_answer", "post_mark_posted", "connect_begin", "connect_cancel"), _SENT),
    **dict.fromkeys(("repeat_start", "repeat_stop", "repeat_skip", "repeat_match", "repeat_agree"), _SENT),
    **dict.fromkeys(
        ("media_tags", "media_rename", "media_remove", "connect_link_withdraw", "guest_cancel"), _SENT
    ),
    "my_shortcuts": _SENT,
    **dict.fromkeys(("slots_add", "slots_remove", "slots_copy", "upload_discard"), _SENT),
    **dict.fromkeys(("publishing_pause", "publishing_resume"), _SENT),
    **dict.fromkeys(("upload_new", "upload", "media_fragment", "media_cover", "import_template"), _PART),
    **dict.fromkeys(("media_video", "media_image", "account_avatar", "pending_avatar"), _PART),
    **dict.fromkeys(("free_times", "service_banner", "guest_avatar"), _PART),
    "analytics_export": "A file of what the page of numbers shows.",
    "connect_link_make": "Shows the link once, to the form; tests/browser/test_first_run.py looks at it.",
    "guest_confirm": "For a browser that comes from TikTok; tests/browser/test_first_run.py looks at it.",
    "guest_done": "For a browser that comes from TikTok; tests/browser/test_first_run.py looks at it.",
    "posts_bulk_done": "Tells of this session's last act; tests/browser/test_post_table.py looks at it.",
    "mfa_authenticate": "Within a sign-in; tests/browser/test_second_step.py looks at it.",
    "mfa_login_webauthn": "Takes a passkey; tests/browser/test_second_step.py gives one.",
    "mfa_remove_webauthn": "Of a passkey; tests/browser/test_second_step.py looks at it.",
    "mfa_reauthenticate_webauthn": "By passkey; tests/browser/test_second_step.py looks at it.",
    "account_set_password": "Leads on: everybody has a password.",
    "healthz": "One word, for machines.",
    "readyz": "One word, for machines.",
    "pull": "A file, for TikTok.",
    "tiktok_webhook": "For TikTok's servers.",
    "site_verification": "A file, for TikTok.",
    "components": "Invented data, in debug only; tests/browser/base looks at it.",
    "components_sheet": "Invented data, in debug only; tests/browser/base looks at it.",
}
