"""Which addresses of the app TikTok would take: redirect URIs (contract 2.7), and by the same rules its webhook."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

MAX_LENGTH = 511


def is_acceptable(uri: str, *, allow_loopback: bool, registered: tuple[str, ...] = ()) -> bool:
    """Absolute https on a public host, no query, no fragment; byte-equal to a registered one, where any is.

    `allow_loopback` is the one exception: http or https on this machine.
    """
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or len(uri) > MAX_LENGTH or "?" in uri or "#" in uri or parts.username is not None:
        return False
    if registered and uri not in registered:
        return False
    if is_loopback(host):
        return allow_loopback and parts.scheme in ("http", "https")
    return parts.scheme == "https" and _is_public(host)


def check_webhook_url(url: str, *, allow_loopback: bool) -> None:
    """TikTok calls https only (contract 12.1); empty is none. Raises ValueError."""
    if url and not is_acceptable(url, allow_loopback=allow_loopback):
        raise ValueError("The webhook address must be https on a public host.")


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    address = address_of(host)
    return host == "localhost" or host.endswith(".localhost") or (address is not None and address.is_loopback)


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that the host is, or None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(host: str) -> bool:
    address = address_of(host)
    return "." in host if address is None else address.is_global
