"""Two-step verification as it is here: allauth's, with our names and a QR code that our pages may show (R-03).

What it keeps at rest is sealed by `tiktok.second_step`, beside the vault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import qrcode
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.devices import words_for
from accounts.forms import PlainWords
from accounts.models import User

QUIET_ZONE = 4
"""Light modules around the code, which readers need."""


class SecondStepAdapter(DefaultMFAAdapter):
    """The hooks of allauth that differ from its defaults."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This is not the code that counts now. Write the newest one of your app.",
        "cannot_generate_recovery_codes": "Set up two-step verification first.",
    }

    def build_totp_svg(self, url: str) -> SafeString:
        return qr_code(url)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """`Chrome on Linux`: where it was made is what tells one passkey from another."""
        return words_for(get_account_adapter().get_http_user_agent(context.request))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Oncue"}


def qr_code(text: str) -> SafeString:
    """An SVG without a style or an address, so that no rule of the page has to be loosened; dark on light always."""
    code = qrcode.QRCode(border=QUIET_ZONE)
    code.add_data(text)
    rows = code.get_matrix()
    dots = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="QR code for your authenticator app">'
        '<rect width="{0}" height="{0}" fill="white"/><path fill="black" d="{1}"/></svg>',
        len(rows),
        dots,
    )


@dataclass(frozen=True)
class Ways:
    """What a person has beside their password."""

    app: Authenticator | None
    codes: Authenticator | None
    passkeys: list[Authenticator]

    @classmethod
    def of(cls, person: User) -> Ways:
        rows = list(Authenticator.objects.filter(user=person).order_by("created_at"))
        by_type = {row.type: row for row in rows}
        return cls(
            app=by_type.get(Authenticator.Type.TOTP),
            codes=by_type.get(Authenticator.Type.RECOVERY_CODES),
            passkeys=[row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        )

    @property
    def codes_left(self) -> int:
        return len(self.codes.wrap().get_unused_codes()) if self.codes else 0


class AuthenticateForm(PlainWords, base_forms.AuthenticateForm):
    labels = {"code": "Code of your app, or a recovery code"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class ReauthenticateForm(PlainWords, base_forms.ReauthenticateForm):
    labels = {"code": "Code of your app, or a recovery code"}


class ActivateTOTPForm(PlainWords, totp_forms.ActivateTOTPForm):
    labels = {"code": "The six digits that the app shows"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PlainPasskey:
    """Says of a passkey what allauth says of codes, and of an answer that lacks a part, which it reads unchecked."""

    REFUSED = "This passkey was refused. Try again, or go another way."

    def clean_credential(self) -> Authenticator:
        try:
            passkey: Authenticator = super().clean_credential()  # type: ignore[misc]
        except KeyError as lacking:
            raise forms.ValidationError(self.REFUSED) from lacking
        except forms.ValidationError as refusal:
            if refusal.code != "incorrect_code":
                raise
            raise forms.ValidationError(self.REFUSED) from refusal
        return passkey


class AuthenticatePasskeyForm(PlainPasskey, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(PlainPasskey, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(PlainPasskey, webauthn_forms.LoginWebAuthnForm):
    pass


class AddPasskeyForm(PlainWords, webauthn_forms.AddWebAuthnForm):
    """A passkey signs in by itself, so it always knows whose it is and asks for a finger, a face or a PIN."""

    name = forms.CharField(
        label="Name", required=False, max_length=60, help_text="To tell it from your others."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except KeyError as lacking:
            raise forms.ValidationError("No passkey was made. Try again.") from lacking
        return cleaned
