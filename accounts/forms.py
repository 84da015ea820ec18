"""The forms of people and workspaces. allauth's own forms, in our words and without placeholders."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from django import forms
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User, Workspace

MAIL_SENT_TO = "mail_sent_to"
"""In the session: the address that its person typed and that the page "Check your mail" names."""


class PlainWords:
    """Labels above the fields instead of placeholders inside them; `labels` renames some."""

    labels: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class LoginForm(PlainWords, allauth_forms.LoginForm):
    labels = {"login": "Email", "remember": "Stay signed in"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the page has its own link for a forgotten password

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        answer: HttpResponse = super().login(request, redirect_url)
        if answer.get("Location") == reverse("account_email_verification_sent"):
            request.session[MAIL_SENT_TO] = self.cleaned_data["login"]
        return answer


class SignupForm(PlainWords, allauth_forms.SignupForm):
    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "At least 12 characters."

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Whether there is such an account or not, the next page names the address that was typed here."""
        request.session[MAIL_SENT_TO] = self.cleaned_data["email"]
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved


class ResetPasswordForm(PlainWords, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainWords, allauth_forms.ResetPasswordKeyForm):
    labels = {"password1": "New password", "password2": "New password again"}


class ChangePasswordForm(PlainWords, allauth_forms.ChangePasswordForm):
    labels = {
        "oldpassword": "Current password",
        "password1": "New password",
        "password2": "New password again",
    }


class SetPasswordForm(PlainWords, allauth_forms.SetPasswordForm):
    labels = {"password1": "New password", "password2": "New password again"}


class ReauthenticateForm(PlainWords, allauth_forms.ReauthenticateForm):
    pass


class AddEmailForm(PlainWords, allauth_forms.AddEmailForm):
    labels = {"email": "New email"}


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every IANA zone that names a place, grouped by its region, and UTC."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        region, _, place = name.partition("/")
        if place and region not in {"Etc", "SystemV", "posix", "right"}:
            regions.setdefault(region, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return [("", [("UTC", "UTC")]), *sorted(regions.items())]


class Theme(TextChoices):
    """The page's colours; the value is that of the `theme` cookie, which a script writes too."""

    SYSTEM = "", "As this device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class MeForm(forms.ModelForm):
    """A person's name, how pages look and answer to them, and the theme of this browser."""

    theme = forms.ChoiceField(
        label="Theme", choices=Theme.choices, required=False, help_text="In this browser."
    )

    class Meta:
        model = User
        fields = ["name", "hours", "shortcuts"]
        labels = {"name": "Your name", "hours": "Times of day", "shortcuts": "Single-key shortcuts"}
        help_texts = {
            "name": "Colleagues see it beside what you do.",
            "hours": "On every page and in mails to you. Both can be typed.",
            "shortcuts": "N for a new post, C for the calendar; ? lists them all.",
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "shortcuts": forms.CheckboxInput(attrs={"role": "switch"}),
        }

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if not name:
            raise forms.ValidationError("Write your name.")
        return name


class StartForm(forms.ModelForm):
    """Names a workspace and the zone its posts are planned in; the page's script guesses the zone."""

    class Meta:
        model = Workspace
        fields = ["name", "time_zone"]
        labels = {"name": "Workspace name", "time_zone": "Time zone"}
        help_texts = {
            "name": "A brand, a client, or yourself.",
            "time_zone": "Posts are planned in this zone.",
        }

    time_zone = forms.ChoiceField(
        label="Time zone", choices=zone_choices, initial="UTC", help_text="Posts are planned in this zone."
    )
