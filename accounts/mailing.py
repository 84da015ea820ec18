"""What a mail server's trouble is about: one mail, or all of them. Any other trouble ends a round of mails."""

from __future__ import annotations

from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

ONE_MAIL_ONLY = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
"""The server is well and refuses this mail."""
