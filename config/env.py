"""The one place that reads the environment.

Everything else asks this module or `django.conf.settings`. A variable that is missing where it is required,
or that cannot be read, stops the start with a sentence that names it; `.env.example` documents them all.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config import storage_url

BASE_DIR = Path(__file__).resolve().parent.parent
_env = environ.Env()
if (BASE_DIR / ".env").exists():
    _env.read_env(str(BASE_DIR / ".env"))


def _read(name: str, read: Callable[..., Any], **default: Any) -> Any:
    try:
        return read(name, **default)
    except (ImproperlyConfigured, ValueError) as error:
        raise ImproperlyConfigured(f"{name} is missing or malformed ({error}). See .env.example.") from error


def is_set(name: str) -> bool:
    """Whether the variable holds anything; an empty value counts as unset."""
    return bool(os.environ.get(name, "").strip())


def text(name: str, default: str | None = None) -> str:
    """A string; with no default, the variable is required."""
    if is_set(name):
        return cast(str, _read(name, _env.str)).strip()
    if default is None:
        raise ImproperlyConfigured(f"{name} is required. See .env.example.")
    return default


def flag(name: str, *, default: bool) -> bool:
    """true or false."""
    value = text(name, str(default)).lower()
    if value not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}. See .env.example.")
    return value in {"true", "1", "yes", "on"}


def count(name: str, *, default: int) -> int:
    """A whole number, 0 or more."""
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}. See .env.example.")
    return int(value)


def one_of(name: str, first: str, *others: str) -> str:
    """One of these words; the first is the default."""
    value = text(name, first).lower()
    if value not in (first, *others):
        allowed = ", ".join((first, *others))
        raise ImproperlyConfigured(f"{name} must be one of {allowed}, not {value!r}. See .env.example.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated values, trimmed, empty ones dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


SITE_FILE = re.compile(r"tiktok[A-Za-z0-9_-]{1,64}\.txt")


def site_files(name: str) -> dict[str, str]:
    """`tiktokCODE.txt=content` pairs, comma-separated: the files that show TikTok who owns the site."""
    files = {}
    for pair in words(name):
        file_name, _, content = (part.strip() for part in pair.partition("="))
        if not SITE_FILE.fullmatch(file_name) or not content or file_name in files:
            raise ImproperlyConfigured(
                f"{name} must hold pairs of a file name and its content, each name once, such as "
                f"tiktokCODE.txt=tiktok-developers-site-verification=CODE; {pair!r} is none. See .env.example."
            )
        files[file_name] = content
    return files


def url(name: str, default: str | None = None) -> str:
    """An http(s) base URL without its trailing slash."""
    value = text(name, default).rstrip("/")
    if value and not value.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"{name} must start with https:// (or http://), not {value!r}.")
    return value


def database(default: dict[str, Any]) -> dict[str, Any]:
    """Django's DATABASES entry: DATABASE_URL where set, else the given embedded server."""
    if not is_set("DATABASE_URL"):
        return default
    parsed = dict(_read("DATABASE_URL", _env.db_url))
    host = parsed.get("OPTIONS", {}).pop("host", None)  # postgres://user:@/name?host=/socket/folder
    return parsed | ({"HOST": host} if host else {})


def media(name: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    """The folder for media on this machine, and Django's STORAGES entry: that folder, or the bucket it names."""
    try:
        return storage_url.read(text(name, ""), folder)
    except ValueError as error:  # never with the value: it may hold a secret
        raise ImproperlyConfigured(f"{name} cannot be read: {error}. See .env.example.") from None


def data_dir() -> Path:
    """Where a one-machine install keeps its state: databases, media, mail, logs, generated secrets."""
    return Path(text("ONCUE_DATA_DIR", str(BASE_DIR / ".data"))).resolve()


MADE_SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "TOKEN_ENCRYPTION_KEYS": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "SANDBOX_CLIENT_KEY": lambda: f"sandbox{secrets.token_hex(8)}",
    "SANDBOX_CLIENT_SECRET": lambda: secrets.token_urlsafe(32),
    "DEMO_PASSWORD": lambda: secrets.token_urlsafe(12),
}


def local_secrets(folder: Path) -> dict[str, str]:
    """Secrets of a one-machine install, generated once and kept readable by their owner only.

    A file from before one of them existed gets it now. Of two processes at once, the second finds what the first
    made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secrets.json"
    with _alone_in(folder):
        kept = cast(dict[str, str], json.loads(path.read_text())) if path.exists() else {}
        missing = {name: make() for name, make in MADE_SECRETS.items() if name not in kept}
        if missing:
            draft = folder / f"secrets.{os.getpid()}.tmp"
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(kept | missing))
            draft.replace(path)
    return kept | missing


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; it ends with the process that holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def mail(name: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from one smtp URL."""
    text(name)
    return dict(_read(name, _env.email_url))


def port_of(name: str) -> int:
    """The port in a URL that somebody fixed, such as a redirect registered elsewhere; 0, any free one, otherwise."""
    return (urlsplit(url(name, "")).port or 0) if is_set(name) else 0
