"""Reading what the site says and mails: pages without their form tokens, and the links in the outbox."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.http import HttpResponse


def without_tokens(response: HttpResponse) -> str:
    """The page, without the form tokens that differ from one answer to the next."""
    return re.sub(r"[0-9A-Za-z]{64}", "", response.content.decode())


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def links() -> list[str]:
    """Every address in the newest message."""
    return re.findall(r"https?://\S+", str(mail.outbox[-1].body))


def only_link() -> str:
    """The path of the one link that the newest message is about; it must lead to this site."""
    [link] = [link for link in links() if link.startswith(settings.PUBLIC_BASE_URL)]
    parts = urlsplit(link)
    return parts._replace(scheme="", netloc="").geturl()
