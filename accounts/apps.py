"""The accounts app: people, workspaces, and which workspace the code is in."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
