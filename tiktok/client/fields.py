"""Reads single fields out of an answer: the type that the contract names, or `UnreadableAnswer`.

Tolerant where TikTok is known to vary (a number as text, an absent list), strict where a guess would be
acted on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tiktok.client.errors import UnreadableAnswer
from tiktok.client.secret import Secret


def required_text(data: Mapping[str, Any], name: str) -> str:
    """A text that may not be absent or empty."""
    value = data.get(name)
    if isinstance(value, str) and value:
        return value
    raise _missing(name, "a text")


def optional_text(data: Mapping[str, Any], name: str) -> str:
    """A text, or an empty one."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def secret(data: Mapping[str, Any], name: str) -> Secret:
    """A token or an address. It goes into a header or a URL, so it must be plain printable ASCII."""
    value = data.get(name)
    if isinstance(value, str) and value and value.isascii() and value.isprintable() and " " not in value:
        return Secret(value)
    raise _missing(name, "a printable text")


def identifier(data: Mapping[str, Any], name: str) -> str:
    """An id as exact text, whether it came as a text or as a number (`tiktok-api.md` section 17, quirk 1)."""
    value = data.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return str(value)
    return required_text(data, name)


def flag(data: Mapping[str, Any], name: str) -> bool:
    """True or false, and nothing that only looks like it."""
    value = data.get(name)
    if isinstance(value, bool):
        return value
    raise _missing(name, "true or false")


def number(data: Mapping[str, Any], name: str) -> int:
    """A whole number, as a number or as digits."""
    value = whole(data.get(name))
    if value is None:
        raise _missing(name, "a whole number")
    return value


def texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts; unknown words stay as they came."""
    value = data.get(name)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise _missing(name, "a list of texts")


def whole(value: object) -> int | None:
    """A non-negative whole number from JSON, exact at any size; None for anything else, `true` included."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 40:
        return int(value)
    return None


def _missing(name: str, kind: str) -> UnreadableAnswer:
    return UnreadableAnswer(f"The answer's {name} is not {kind}.")
