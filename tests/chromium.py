"""The browser of the tests: found on this machine, or installed where that is ours to do.

`python -m tests.chromium` (part of `make test`) says what it finds. Without a browser the browser tests are skipped,
loudly, for a person, and fail where `CI` is set.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
USUAL_PLACES = (
    Path("/usr/bin/chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What it is started with: quiet, and alone with the site."""


def find() -> Path | None:
    """`ONCUE_CHROMIUM`, the first known name on the PATH, or a usual place."""
    named = os.environ.get("ONCUE_CHROMIUM", "").strip()
    if named:
        return Path(named) if Path(named).exists() else None
    on_path = (shutil.which(name) for name in NAMES)
    places = [*(Path(found) for found in on_path if found), *USUAL_PLACES]
    return next((place for place in places if place.exists()), None)


def can_install() -> bool:
    """Debian's or Ubuntu's package manager, and the right to use it."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and not os.environ.get("ONCUE_CHROMIUM")


def install() -> None:
    """Install Debian's package (about 360 MB)."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"} | dict(os.environ)
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "--quiet", *command], check=True, env=quiet, stdout=subprocess.DEVNULL)


def main() -> int:
    """Find or install; the exit code is 1 only where a missing browser must not pass."""
    if find() is None and can_install():
        sys.stdout.write("Chromium is missing: installing it with apt-get (about 360 MB) …\n")
        sys.stdout.flush()
        install()
    found = find()
    if found is not None:
        sys.stdout.write(f"Browser tests use {found}\n")
        return 0
    sys.stdout.write(
        "NO BROWSER: install Chromium, or name one with ONCUE_CHROMIUM. Browser tests are skipped.\n"
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
