"""A seeded killer against a whole engine: `make faults SEED=7 KILLS=40`, or many seeds, `SEED=1..20`.

One installation with servers of its own; posts of every kind over many creators in three workspaces; TikTok loses
answers and breaks down now and then. Meanwhile any process may be killed at any moment, the broker with its data, or
PostgreSQL stopped without a word; each is started again at once. Then everything has to settle, and I1 to I8 hold.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAD = (
    "seed",
    "kills",
    "posts",
    "published",
    "in inbox",
    "other",
    "lost",
    "doubled",
    "stuck",
    "p99",
    "seconds",
)
FAILED = {"lost": "?", "doubled": "?", "stuck": "?"}


def main() -> int:
    options = _options()
    if options.alone:
        return _run(options)
    rows = [in_a_process_of_its_own(seed, options) for seed in options.seeds]
    say(table(rows))
    return 0 if all(row["holds"] for row in rows) else 1


def table(rows: list[dict[str, object]]) -> str:
    """One line a seed."""
    cells = [HEAD, *(tuple(str(row.get(name, FAILED.get(name, ""))) for name in HEAD) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    return "\n".join("  ".join(map(str.rjust, line, widths)) for line in cells)


def say(line: str) -> None:
    """A line for whoever watches, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--seeds", type=_seeds, required=True, metavar="N or N..M")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--victims", default="", help="only these: names of parts and servers, with commas")
    parser.add_argument("--down", type=float, default=0.0, help="seconds that a server stays away")
    parser.add_argument(
        "--alone", action="store_true", help="in this process; the caller reads the last line"
    )
    return parser.parse_args()


def _seeds(words: str) -> range:
    first, _, last = words.partition("..")
    return range(int(first), int(last or first) + 1)


def in_a_process_of_its_own(seed: int, options: argparse.Namespace) -> dict[str, object]:
    """The row of one seed; what it says on the way is passed on."""
    command = [sys.executable, "-m", "tests.faults.campaign", "--alone", "--seeds", str(seed)]
    for name in ("kills", "posts", "victims", "down"):
        command += [f"--{name}", str(getattr(options, name))]
    row: dict[str, object] = {"seed": seed, "holds": False}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith("row: "):
                row = json.loads(line.removeprefix("row: "))
            else:
                say(line.rstrip("\n"))
    return row


def _run(options: argparse.Namespace) -> int:
    """One campaign on temporary state, kept where it did not hold."""
    from config.supervisor import temporary_state

    began = time.monotonic()
    with temporary_state() as state:
        os.environ |= _environment(state)
        from tests.faults.havoc import havoc

        victims = [name for name in options.victims.split(",") if name]
        row = havoc(
            seed=options.seeds[0],
            kills=options.kills,
            posts=options.posts,
            state=state,
            victims=victims,
            down=options.down,
        )
    row["seconds"] = round(time.monotonic() - began)
    say(f"row: {json.dumps(row)}")
    return 0 if row["holds"] else 1


def _environment(state: Path) -> dict[str, str]:
    """Nothing of the caller's: no server, no folder, no app. Must stand before any module reads the settings."""
    from config import embedded
    from config.embedded.paths import socket_dir
    from tests.sandbox_process import free_port

    loopback = ROOT / "tests" / "loopback"
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "ONCUE_EMBEDDED": "",
        "ONCUE_DATA_DIR": str(state),
        "DATABASE_URL": f"postgres://oncue:@/oncue?host={socket_dir(state, 'pg')}",
        "REDIS_URL": embedded.redis_url(state).replace("-test", ""),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "TOKEN_ENCRYPTION_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
        "TIKTOK_CLIENT_KEY": "sb-campaign",
        "TIKTOK_CLIENT_SECRET": secrets.token_urlsafe(32),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{free_port()}",
        "PYTHONPATH": f"{loopback}{os.pathsep}{ROOT}",
        "PYTHONUNBUFFERED": "1",
    } | _tiktok(free_port())


def _tiktok(port: int) -> dict[str, str]:
    return dict.fromkeys(("TIKTOK_API_BASE_URL", "TIKTOK_AUTH_BASE_URL"), f"http://127.0.0.1:{port}")


if __name__ == "__main__":
    sys.exit(main())
