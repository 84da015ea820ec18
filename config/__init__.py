"""Wiring: settings, URLs, the Celery application, the embedded servers. No product rule lives here."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
