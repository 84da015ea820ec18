"""News that travels upward: what happened to a connection. Sent inside the transaction of the change.

Every signal carries `account`, the `TikTokAccount` it is about. Listeners above connect to them; nothing here
knows who.
"""

from __future__ import annotations

from django.dispatch import Signal

account_connected = Signal()
account_needs_reconnect = Signal()
account_disconnected = Signal()
