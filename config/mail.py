"""Mail on one machine: every message becomes a line in the log and a file in `DATA_DIR/mail`.

A real host sends by SMTP (`EMAIL_URL`); here nobody runs a mail server, and `make demo` reads the verification
link from the file.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger(__name__)


class ConsoleAndFileBackend(BaseEmailBackend):
    """Writes each message to `EMAIL_FILE_PATH/<time>-<id>.eml`, complete or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Deliver; returns the number of messages that have a recipient."""
        deliverable = [message for message in email_messages if message.recipients()]
        for message in deliverable:
            path = write(message, Path(settings.EMAIL_FILE_PATH))
            log.info("Mail to %s: %s (%s)", ", ".join(message.recipients()), message.subject, path)
        return len(deliverable)


def write(message: EmailMessage, folder: Path) -> Path:
    """Save one message; file names sort by time."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{time.time_ns()}-{uuid.uuid4().hex[:8]}.eml"
    draft = path.with_suffix(".tmp")
    draft.write_bytes(message.message().as_bytes())
    return draft.rename(path)
