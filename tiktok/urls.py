"""Addresses of connected accounts: workspace pages, and what TikTok itself asks for or sends people to."""

from __future__ import annotations

from django.urls import path

from tiktok.views import accounts, connect, guest, links, site_verification, webhooks

WORKSPACE = "w/<slug:workspace_slug>/accounts/"
ACCOUNT = f"{WORKSPACE}<uuid:account_id>/"
GUEST = "connect/guest/<uuid:guest_id>/"
PENDING = f"{WORKSPACE}pending/<uuid:pending_id>/"

urlpatterns = [
    path("connect/callback/", connect.callback, name="connect_callback"),
    path("c/<str:connect_token>/", guest.invitation, name="connect_link"),
    path("connect/guest/done/", guest.done, name="guest_done"),
    path(GUEST, guest.confirm, name="guest_confirm"),
    path(f"{GUEST}cancel/", guest.cancel, name="guest_cancel"),
    path(f"{GUEST}picture/", guest.picture, name="guest_avatar"),
    path("webhooks/tiktok/", webhooks.receive, name="tiktok_webhook"),
    path("tiktok<slug:code>.txt", site_verification.signature_file, name="site_verification"),
    path(WORKSPACE, accounts.account_list, name="accounts"),
    path(f"{WORKSPACE}connect/", connect.begin, name="connect_begin"),
    path(f"{WORKSPACE}links/", links.make, name="connect_link_make"),
    path(f"{WORKSPACE}links/<uuid:link_id>/withdraw/", links.withdraw, name="connect_link_withdraw"),
    path(PENDING, connect.confirm, name="connect_confirm"),
    path(f"{PENDING}cancel/", connect.cancel, name="connect_cancel"),
    path(f"{PENDING}picture/", accounts.pending_picture, name="pending_avatar"),
    path(f"{ACCOUNT}disconnect/", accounts.disconnect, name="account_disconnect"),
    path(f"{ACCOUNT}picture/", accounts.account_picture, name="account_avatar"),
]
