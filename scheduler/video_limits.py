"""What TikTok takes of a video (tiktok-api.md 11)."""

from __future__ import annotations

RATES = (23, 60)
"""Frames a second."""

SIDES = (360, 4096)
"""Pixels of each side."""
