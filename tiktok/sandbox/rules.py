"""What every init is judged by: known fields, privacy, text lengths, kinds of values (contract 6.1, 6.4, 8), pure.

Where the contract leaves a reading open the stricter one holds: an unknown field is refused, branded content needs
public or friends. `video_rules` and `photo_rules` say which fields there are.
"""

from __future__ import annotations

from collections.abc import Iterable

from .creators import FOLLOWERS, ONLY_ME, PRIVACY_LEVELS, Creator
from .envelopes import Refusal

Section = dict[str, object]
INCORRECT_SOURCE = "The request source info is empty or incorrect"


def section(body: Section, name: str, known: frozenset[str]) -> Section:
    """The object called `name`, with no field but the known ones."""
    found = body.get(name)
    if not isinstance(found, dict):
        raise Refusal("invalid_params", f"The request {name.replace('_', ' ')} is empty or incorrect")
    refuse_unknown(found, known, where=f" in {name}")
    return found


def refuse_unknown(found: Section, known: frozenset[str], *, where: str = "") -> None:
    if extra := set(found) - known:
        raise Refusal("invalid_params", f"Unknown field{where}: {', '.join(sorted(extra))}")


def check_privacy(post: Section, creator: Creator, *, unaudited: bool) -> None:
    """The audience is one that the creator offers now, and one that the app may use."""
    level = post.get("privacy_level")
    if level not in PRIVACY_LEVELS or level not in creator.options():
        raise Refusal("privacy_level_option_mismatch")
    if unaudited and not (creator.private and level == ONLY_ME):
        raise Refusal("unaudited_client_can_only_post_to_private_accounts")
    if post.get("brand_content_toggle") is True and level in (ONLY_ME, FOLLOWERS):
        raise Refusal("invalid_param", "Branded content visibility must be public or friends")


def check_text(post: Section, name: str, most_units: int) -> None:
    """A text of at most so many UTF-16 code units."""
    text = post.get(name, "")
    if not isinstance(text, str) or len(text.encode("utf-16-le", "surrogatepass")) // 2 > most_units:
        raise Refusal("invalid_param", f"The {name} is invalid or too long")


def check_flags(post: Section, names: Iterable[str]) -> None:
    for name in names:
        if not isinstance(post.get(name, False), bool):
            raise Refusal("invalid_param", f"The {name} is invalid")


def integer(found: Section, name: str) -> int:
    value = found.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal("invalid_param", f"The {name} is invalid")
    return value
