"""The state on disk: a JSON file, and beside it a folder with the media and a journal (see `journal`).

The JSON file holds the state as it was at a point of the journal that it names; grants and faults that changed since,
every publish and every webhook on its way are rows of the journal. What was answered is on disk first: a kill
at any moment loses nothing that was said.

In benchmark mode (`keep_media` off) rows wait in memory until the sandbox has been quiet for a moment, or stops.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from pathlib import Path
from typing import Any

from .deliveries import Delivery
from .faults import Fault
from .grants import Grant
from .journal import Journal, Row, read_rows
from .publishes import Publish
from .state import State

QUIET_SECONDS = 1.0


class Store:
    """Holds the live state and saves it. `path` is the JSON file; its folder is created."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.media = path.with_name(f"{path.stem}-media")
        self.media.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.publishes: dict[str, Publish] = {}
        self.by_creator: dict[str, list[Publish]] = {}
        self.deliveries: dict[int, Delivery] = {}
        self._waiting: dict[tuple[str, str], object] = {}
        self._last_row = 0.0
        raw = json.loads(path.read_text()) if path.exists() else {}
        self.state = State.from_json(raw) if raw else State()
        old = self.media / raw.get("journal", "journal-0.jsonl")
        self._replay(old, int(raw.get("journal_offset", 0)))
        self._journal = self._compacted(old)

    def save(self) -> None:
        """Write settings, creators, grants, codes and faults."""
        self.flush()
        place = {"journal": self._journal.path.name, "journal_offset": self._journal.size()}
        _replace(self.path, json.dumps({**self.state.to_json(), **place}, default=vars))

    def save_publish(self, publish: Publish) -> None:
        """Write one publish, keeping it if it is new."""
        self._keep(publish)
        self._write("publish", publish.publish_id, publish)

    def save_grant(self, grant: Grant) -> None:
        """Write one grant whose tokens are new."""
        self.state.grants.put(grant)
        self._write("grant", grant.grant_id, grant)

    def save_faults(self) -> None:
        self._write("faults", "", self.state.faults)

    def save_delivery(self, delivery: Delivery) -> None:
        self.deliveries[delivery.order] = delivery
        self._write("delivery", str(delivery.order), delivery)

    def drop_delivery(self, delivery: Delivery) -> None:
        self.deliveries.pop(delivery.order, None)
        self._write("delivery", str(delivery.order), None)

    def media_file(self, publish: Publish, index: int | None = None) -> Path:
        """The video, or the image at `index`."""
        return self.media / f"{publish.publish_id}.{'video' if index is None else index}"

    def clear(self, state: State) -> None:
        """Forget every publish with its media, and start over from `state`."""
        self._waiting.clear()
        self.publishes.clear()
        self.by_creator.clear()
        self.deliveries.clear()
        self.state = state
        number = self._next_number(self._journal.path)
        self._journal.close()
        shutil.rmtree(self.media)
        self.media.mkdir(mode=0o700)
        self._journal = Journal(self.media / f"journal-{number}.jsonl")
        self.save()

    def flush(self) -> None:
        """Write the rows that benchmark mode has put off."""
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self._journal.append((table, key, value) for (table, key), value in waiting.items())

    async def flush_when_quiet(self) -> None:
        """Runs beside the server: what was put off is written once nobody asks for anything."""
        while True:
            await asyncio.sleep(QUIET_SECONDS / 2)
            if self._waiting and time.monotonic() - self._last_row > QUIET_SECONDS:
                self.flush()

    def close(self) -> None:
        self.flush()
        self._journal.close()

    def _write(self, table: str, key: str, value: object) -> None:
        if self.state.settings.keep_media:
            self.flush()
            self._journal.append([(table, key, value)])
            return
        self._waiting[table, key] = value
        self._last_row = time.monotonic()

    def _keep(self, publish: Publish) -> None:
        if publish.publish_id not in self.publishes:
            self.publishes[publish.publish_id] = publish
            self.by_creator.setdefault(publish.creator, []).append(publish)

    def _replay(self, journal: Path, since: int) -> None:
        """Publishes and deliveries from all of the journal; grants and faults only from after the JSON file."""
        if not journal.exists():
            return
        latest: dict[tuple[str, str], tuple[int, Any]] = {}
        for offset, (table, key, value) in read_rows(journal):
            latest[table, key] = offset, value
        for (table, _), (offset, value) in latest.items():
            if value is not None:
                self._take(table, value, is_news=offset >= since)

    def _take(self, table: str, value: Any, *, is_news: bool) -> None:
        match table:
            case "publish":
                self._keep(Publish.from_json(value))
            case "delivery":
                delivery = Delivery(**value)
                self.deliveries[delivery.order] = delivery
            case "grant" if is_news:
                self.state.grants.put(Grant(**value))
            case "faults" if is_news:
                self.state.faults = [Fault(**fault) for fault in value]

    def _compacted(self, old: Path) -> Journal:
        """A journal without history. The JSON file's replacement is the moment from which it counts."""
        path = self.media / f"journal-{self._next_number(old)}.jsonl"
        path.unlink(missing_ok=True)  # what a kill in the middle of this left
        journal = Journal(path)
        journal.append(self._rows())
        self._journal = journal
        self.save()
        for other in self.media.glob("journal-*.jsonl"):
            if other != journal.path:
                other.unlink()
        return journal

    def _rows(self) -> list[Row]:
        publishes: list[Row] = [("publish", key, publish) for key, publish in self.publishes.items()]
        return publishes + [("delivery", str(key), delivery) for key, delivery in self.deliveries.items()]

    @staticmethod
    def _next_number(journal: Path) -> int:
        return int(journal.stem.rpartition("-")[2]) + 1


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
