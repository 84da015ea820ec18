"""Word to whoever runs this installation, about what no workspace can mend: once each, in the log and by mail."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings
from django.core.mail import mail_admins
from django.db import transaction

from accounts.tasks import Queue, SweepTask

logger = logging.getLogger(__name__)


def tell_operator(subject: str, text: str) -> None:
    """Log it now, and mail it once the change is true; without a broker or a mail server the log has to do."""
    logger.error("%s: %s", subject, text)
    transaction.on_commit(lambda: mail_operator.delay(subject=subject, text=text), robust=True)


@shared_task(base=SweepTask, waits_in=Queue.UPKEEP, name="accounts.mail_operator")
def mail_operator(*, subject: str, text: str) -> None:
    """Mail those in OPERATOR_EMAIL."""
    mail_admins(subject, f"{text}\n\n{settings.PUBLIC_BASE_URL}/admin/\n")
