"""A value that must never be shown: an access token, a refresh token, the client secret, an upload URL.

A `Secret` is the only way such a value travels inside the program (R-25). Unlike a plain string it has one
door, `reveal()`, so that a search for that word finds every place where plain text comes out.
"""

from __future__ import annotations

import hmac
from typing import Any, Final

MASK: Final = "***"


class Secret:
    """Holds one string. Text, `repr`, `format`, pickle give `***`; the JSON encoder refuses it.

    Copies, deep copies and `dataclasses.asdict` keep the secret as it is; a pickle holds the mask alone, so
    what comes out of a cache or a queue is a string that cannot be revealed.
    """

    __slots__ = ("_value",)

    _value: str

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """The plain text. Call it at the last moment, in the expression that sends or seals it."""
        return self._value

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("A secret does not change.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("A secret does not change.")

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __json__(self) -> str:
        # kombu's encoder asks for this, so a careless task argument shows the mask.
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __getstate__(self) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> tuple[type[str], tuple[str]]:
        return str, (MASK,)
