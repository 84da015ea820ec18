"""Addresses of people and workspaces; allauth's pages one by one, so that each has its marker and our looks."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts import own_views, views
from accounts.access import public, signed_in

sign_in_page = public("Signing in, up or out, and getting back in, is for people without a session.")

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("me/", own_views.me, name="me"),
    path("me/sign-in/", own_views.sign_in, name="mfa_index"),  # where allauth leads back to
    path("me/devices/", own_views.devices, name="usersessions_list"),
    path("me/shortcuts/", own_views.shortcuts, name="my_shortcuts"),
    path("workspaces/", views.workspaces, name="workspaces"),
    path("login/", sign_in_page(allauth.login), name="account_login"),
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
]
