"""The state on disk: one JSON file, and beside it a folder with each publish's record and its media.

A publish has a file of its own so that accepting a post costs the same whether ten or ten thousand came before it.
Every file is replaced, never edited, and written before the answer it stands behind: a kill at any moment leaves
the old or the new, and loses nothing that was acknowledged. (Not fsynced: it guards against a dying
process, not a dying machine.)
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from .state import Publish, State


class Store:
    """Holds the live state and publishes, and saves them. `path` is the JSON file; its folder is created."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.media = path.with_name(f"{path.stem}-media")
        self.media.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.state = State.from_json(json.loads(path.read_text())) if path.exists() else State()
        self.publishes = {publish.publish_id: publish for publish in self._read_publishes()}

    def save(self) -> None:
        """Write settings, creators, grants, codes and faults."""
        _replace(self.path, json.dumps(self.state, default=vars))

    def save_publish(self, publish: Publish) -> None:
        """Write one publish, keeping it if it is new."""
        self.publishes[publish.publish_id] = publish
        _replace(self.media / f"{publish.publish_id}.json", json.dumps(vars(publish)))

    def media_file(self, publish: Publish) -> Path:
        return self.media / f"{publish.publish_id}.video"

    def clear(self, state: State) -> None:
        """Forget every publish with its media, and start over from `state`."""
        self.publishes.clear()
        shutil.rmtree(self.media)
        self.media.mkdir(mode=0o700)
        self.state = state
        self.save()

    def _read_publishes(self) -> list[Publish]:
        found = [Publish(**json.loads(file.read_text())) for file in self.media.glob("*.json")]
        return sorted(found, key=lambda publish: publish.initiated_at)


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
