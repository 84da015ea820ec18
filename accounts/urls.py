"""Addresses of people and workspaces; allauth's pages one by one, so that each has its marker and our looks."""

from __future__ import annotations

from allauth.account import views as allauth
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as authenticator_app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path, reverse_lazy

from accounts import own_views, views
from accounts.access import public, signed_in

remove_passkey = passkeys.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))
sign_in_page = public("Signing in, up or out, and getting back in, is for people without a session.")

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("me/", own_views.me, name="me"),
    path("me/sign-in/", own_views.sign_in, name="mfa_index"),  # where allauth leads back to
    path("me/sign-in/app/", signed_in(authenticator_app.activate_totp), name="mfa_activate_totp"),
    path("me/sign-in/app/remove/", signed_in(authenticator_app.deactivate_totp), name="mfa_deactivate_totp"),
    path("me/sign-in/codes/", signed_in(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "me/sign-in/codes/new/",
        signed_in(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("me/sign-in/passkeys/add/", signed_in(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("me/sign-in/passkeys/<int:pk>/remove/", signed_in(remove_passkey), name="mfa_remove_webauthn"),
    path("me/devices/", own_views.devices, name="usersessions_list"),
    path("me/shortcuts/", own_views.shortcuts, name="my_shortcuts"),
    path("workspaces/", views.workspaces, name="workspaces"),
    path("login/", sign_in_page(allauth.login), name="account_login"),
    path("login/second-step/", sign_in_page(second_step.authenticate), name="mfa_authenticate"),
    path("login/passkey/", sign_in_page(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("logout/", sign_in_page(allauth.logout), name="account_logout"),
    path("signup/", sign_in_page(allauth.signup), name="account_signup"),
    path("inactive/", sign_in_page(allauth.account_inactive), name="account_inactive"),
    path(
        "confirm-email/",
        sign_in_page(allauth.email_verification_sent),
        name="account_email_verification_sent",
    ),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$",
        sign_in_page(allauth.confirm_email),
        name="account_confirm_email",
    ),
    path("password/reset/", sign_in_page(allauth.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/", sign_in_page(allauth.password_reset_done), name="account_reset_password_done"
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in_page(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        sign_in_page(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("password/change/", signed_in(allauth.password_change), name="account_change_password"),
    path("password/set/", signed_in(allauth.password_set), name="account_set_password"),
    path("email/", signed_in(allauth.email), name="account_email"),
    path("reauthenticate/", signed_in(allauth.reauthenticate), name="account_reauthenticate"),
    path("reauthenticate/code/", signed_in(second_step.reauthenticate), name="mfa_reauthenticate"),
    path(
        "reauthenticate/passkey/",
        signed_in(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
]
