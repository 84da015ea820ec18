"""The staff's pages of posts: found by what a customer quotes, complete, and without content or secrets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.tenancy import workspace_scope
from scheduler import caps, restores, switches
from scheduler.clock import database_now
from scheduler.models import Post, PostEvent, PublishAttempt
from tests.people import client_of, make_person
from tests.scheduler.engine import publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(db: None) -> Client:
    return client_of(make_person("Sofia", staff=True))


@pytest.fixture
def post(studio: SimpleNamespace) -> Post:
    return publish(studio.post(caption="A caption that is nobody's business"))


def attempt_of(post: Post) -> PublishAttempt:
    with workspace_scope(post.workspace_id):
        return PublishAttempt.objects.get(post=post)


def found(staff: Client, text: str) -> int:
    page = staff.get(reverse("admin:scheduler_post_changelist"), {"q": text}).content.decode()
    return page.count('class="field-id"') or page.count("field-id")


def test_the_life_of_a_post_stands_on_one_page(staff: Client, post: Post) -> None:
    page = staff.get(reverse("admin:scheduler_post_change", args=[post.pk])).content.decode()
    attempt = attempt_of(post)

    assert attempt.publish_id in page
    assert attempt.post_ids[0] in page
    assert "PUBLISH_COMPLETE" in page
    for word in ("Created", "Attempt started", "Last byte sent", "published"):
        assert word in page


def test_content_and_secrets_are_not_on_it(staff: Client, post: Post) -> None:
    page = staff.get(reverse("admin:scheduler_post_change", args=[post.pk])).content.decode()

    assert "nobody" not in page
    assert "upload_url" not in page
    assert "Upload url" not in page


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("post id", 1),
        ("attempt id", 1),
        ("publish id", 1),
        ("id on TikTok", 1),
        ("log id of the last answer", 1),
        ("log id of an earlier answer", 1),
        ("handle", 2),
        ("@handle", 2),
        ("e-mail", 2),
    ],
)
def test_a_post_is_found_by_what_a_customer_quotes(
    staff: Client, studio: SimpleNamespace, post: Post, what: str, expected: int
) -> None:
    studio.post(account=studio.luna)
    attempt = attempt_of(post)
    with workspace_scope(post.workspace_id):
        PostEvent.objects.create(
            workspace_id=post.workspace_id, post=post, kind="answer_lost", log_id="20261122EARLIER"
        )
    texts = {
        "post id": str(post.pk),
        "attempt id": str(attempt.pk),
        "publish id": attempt.publish_id,
        "id on TikTok": attempt.post_ids[0],
        "log id of the last answer": attempt.log_id,
        "log id of an earlier answer": "20261122EARLIER",
        "handle": "luna.bakes",
        "@handle": " @luna.bakes ",
        "e-mail": studio.alice.email,
    }

    assert found(staff, texts[what]) == expected


def test_an_unknown_id_finds_nothing(staff: Client, post: Post) -> None:
    assert found(staff, "00000000-0000-4000-8000-000000000000") == 0


@pytest.mark.parametrize("model", ["post", "media", "publishattempt", "postevent"])
def test_staff_read_every_list_and_change_nothing(staff: Client, post: Post, model: str) -> None:
    changelist = reverse(f"admin:scheduler_{model}_changelist")

    assert staff.get(changelist).status_code == 200
    assert staff.get(changelist, {"q": "luna"}).status_code == 200
    assert staff.get(reverse(f"admin:scheduler_{model}_add")).status_code == 403


def test_people_who_are_not_staff_see_no_admin(studio: SimpleNamespace, post: Post) -> None:
    answer = client_of(studio.alice).get(reverse("admin:scheduler_post_change", args=[post.pk]))

    assert answer.status_code == 403


# --- the switch of the whole installation


def installation(staff: Client) -> str:
    return staff.get(reverse("admin:scheduler_installation_changelist")).content.decode()


def test_staff_stop_all_publishing_and_let_it_go_on(staff: Client, studio: SimpleNamespace) -> None:
    assert "Pause publishing everywhere" in installation(staff)
    staff.post(reverse("admin:publishing_pause_all"))
    assert switches.paused(studio.workspace.pk)
    assert "paused everywhere since" in installation(staff)

    staff.post(reverse("admin:publishing_resume_all"))
    assert switches.paused(studio.workspace.pk) is None
    with workspace_scope(studio.workspace):
        event = AuditEvent.objects.filter(action="publishing.paused_everywhere").get()
    assert event.by is not None
    assert event.by.name == "Sofia"


def test_a_restored_backup_is_not_resumed_by_a_click(staff: Client, studio: SimpleNamespace) -> None:
    restores.pause()
    staff.post(reverse("admin:publishing_resume_all"))

    assert switches.paused(studio.workspace.pk)
    assert "resume_publishing" in installation(staff)


def test_the_switch_is_for_staff_and_takes_a_post(staff: Client, studio: SimpleNamespace) -> None:
    assert staff.get(reverse("admin:publishing_pause_all")).status_code == 405
    assert client_of(studio.alice).post(reverse("admin:publishing_pause_all")).status_code == 403
    assert switches.paused(studio.workspace.pk) is None


def test_staff_see_that_tiktok_caps_the_app(staff: Client) -> None:
    assert "reached_active_user_cap" not in installation(staff)
    caps.note_app_cap(database_now())

    assert "reached_active_user_cap" in installation(staff)
