"""Which zone files this process reads: the system's, and those of the package `tzdata` for names that it lacks.

What a zone's clocks do is `times`. Two hosts of one installation may have files of another day, as they have while a
release is rolled out; so what they are has an order, and whoever has the older ones follows nobody.
"""

from __future__ import annotations

import re
import zoneinfo
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from zoneinfo import available_timezones

SAID = re.compile(r"# version (\d{4}[a-z]{1,2})$", re.MULTILINE)
VERSIONS = re.compile(r"\d{4}[a-z]{1,2} \d{4}[a-z]{1,2}")


@cache
def rules() -> str:
    """IANA's versions, the system's and that of the package: "2025b 2026f"; without files of a system the latter twice.

    Of a system that does not say its version, a digest of all files.
    """
    package = resources.files("tzdata").joinpath("zoneinfo")
    system = next((Path(each) for each in zoneinfo.TZPATH if Path(each, "UTC").is_file()), package)
    versions = [_version_in(folder) for folder in (system, package)]
    return " ".join(versions) if all(versions) else _digest(package)


def are_older(ours: str, theirs: str) -> bool:
    """Whether the `rules()` of one process came before those of another; False where that can't be told."""
    return all(VERSIONS.fullmatch(each) for each in (ours, theirs)) and ours < theirs


def _version_in(folder: Traversable) -> str:
    source = folder.joinpath("tzdata.zi")
    said = SAID.search(source.read_text(encoding="utf-8")) if source.is_file() else None
    return said[1] if said else ""


def _digest(package: Traversable) -> str:
    digest = sha256()
    for name in sorted(available_timezones()):
        system = (Path(folder, name) for folder in zoneinfo.TZPATH)
        path = next((each for each in system if each.is_file()), package.joinpath(name))
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
