"""News of a post for whatever follows it: sent inside the transaction of the change, heard by `receivers`.

What follows runs apart, after the commit, and cannot change the outcome (design 4.6).
"""

from __future__ import annotations

from django.dispatch import Signal

post_moved = Signal()
"""A status changed. Arguments: `event`, the line of the timeline that tells it."""

post_woken = Signal()
"""Its next step was brought forward to now. Arguments: `post`."""
