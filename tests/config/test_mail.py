"""Mail on one machine lands in a file and in the log, and the terminal shows its link."""

from __future__ import annotations

import email
import email.policy
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection

from config.supervisor.mailbox import Mailbox

BACKEND = "config.mail.ConsoleAndFileBackend"


def send(subject: str, to: list[str], body: str = "Open https://oncue.example/confirm/abc/ now.") -> int:
    message = EmailMessage(subject, body, "oncue@localhost", to)
    return get_connection(BACKEND).send_messages([message])


def test_a_message_is_written_whole(settings: Any) -> None:
    assert send("Confirm your address – today", ["ann@example.com"]) == 1
    (path,) = Path(settings.EMAIL_FILE_PATH).iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "Confirm your address – today"
    assert "https://oncue.example/confirm/abc/" in message.get_content()


def test_the_log_names_reader_subject_and_file(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        send("Welcome", ["ann@example.com"])
    assert "ann@example.com" in caplog.text
    assert "Welcome" in caplog.text
    assert settings.EMAIL_FILE_PATH in caplog.text


def test_files_sort_by_the_time_of_sending(settings: Any) -> None:
    for number in range(5):
        send(f"Number {number}", ["ann@example.com"])
    paths = sorted(Path(settings.EMAIL_FILE_PATH).iterdir())
    subjects = [email.message_from_bytes(path.read_bytes())["Subject"] for path in paths]
    assert subjects == [f"Number {number}" for number in range(5)]


def test_a_message_without_reader_is_not_written(settings: Any) -> None:
    assert send("Nobody", []) == 0
    assert not Path(settings.EMAIL_FILE_PATH).exists()


def test_the_terminal_shows_new_mail_once_with_its_link(settings: Any) -> None:
    send("Old", ["ann@example.com"])
    mailbox = Mailbox(Path(settings.EMAIL_FILE_PATH))
    send("Confirm", ["ann@example.com"])
    (line,) = mailbox.new_lines()
    assert "ann@example.com" in line
    assert "Confirm" in line
    assert line.endswith("https://oncue.example/confirm/abc/")
    assert mailbox.new_lines() == []
