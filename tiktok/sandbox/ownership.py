"""Which URLs TikTok would fetch: https, and under a property that is verified for the app (contract 7.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from .envelopes import Refusal
from .redirects import address_of, is_loopback


@dataclass(frozen=True)
class Ownership:
    """`verified` holds URL prefixes (`https://host/path/`) and bare domains, which cover their subdomains.

    `allow_loopback` is the one exception: http or https on this machine counts as verified.
    """

    verified: Iterable[str] = field(default_factory=tuple)
    allow_loopback: bool = False

    def check(self, url: object) -> str:
        """The URL, if TikTok would fetch it. Raises Refusal."""
        parts = _parts(url)
        host = parts.hostname or ""
        if self.allow_loopback and is_loopback(host) and parts.scheme in ("http", "https"):
            return str(url)
        if parts.scheme != "https" or not host:
            raise Refusal("invalid_param", "The media url must be an absolute https url")
        if address_of(host) is not None or not any(_covers(known, str(url), host) for known in self.verified):
            raise Refusal("url_ownership_unverified")
        return str(url)


def _parts(url: object) -> SplitResult:
    try:
        return urlsplit(url if isinstance(url, str) else "")
    except ValueError:
        raise Refusal("invalid_param", "The media url is invalid") from None


def _covers(known: str, url: str, host: str) -> bool:
    if known.startswith("https://"):
        return known.endswith("/") and url.startswith(known)
    return host == known or host.endswith(f".{known}")
