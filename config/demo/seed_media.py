"""The demo's videos: drawn on the spot, then received and checked like anybody's upload."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from accounts.models import User, Workspace
from scheduler import media, uploads
from scheduler.demo_clips import make_clip
from scheduler.models import Media, MediaStatus


@dataclass(frozen=True)
class Clip:
    """What to draw; the key in `CLIPS` becomes the file's name."""

    palette: str
    seconds: float
    seed: int


CLIPS = {
    "shortbread-final": Clip("oven", 4, 1),
    "autumn-loaf-v3": Clip("kiln", 5, 20),
    "linen-cupboard": Clip("harbour", 4, 35),
    "north-light": Clip("garden", 3, 50),
    "hill-repeats": Clip("market", 3, 5),
    "route-3": Clip("garden", 4, 90),
}


def make_media(*, workspace: Workspace, by: User) -> dict[str, Media]:
    """Every clip as checked media, by its name.

    Call it inside a transaction: until it ends, no worker sees the files and takes their checks away from here.
    """
    with TemporaryDirectory() as folder, ThreadPoolExecutor(max_workers=1) as artist:
        drawn = artist.map(partial(_draw, Path(folder)), CLIPS)  # the next one while this one is probed
        return {path.stem: _upload(path, workspace=workspace, by=by) for path in drawn}


def _draw(folder: Path, name: str) -> Path:
    clip = CLIPS[name]
    return make_clip(folder / f"{name}.mp4", seconds=clip.seconds, palette=clip.palette, seed=clip.seed)


def _upload(path: Path, *, workspace: Workspace, by: User) -> Media:
    with path.open("rb") as body:
        length = path.stat().st_size
        received = uploads.bring(read=body.read, length=length, name=path.name, workspace=workspace, by=by)
    checked = media.check(received.pk) if received else None
    if checked is None or checked.status != MediaStatus.READY:
        raise RuntimeError(f"{path.name} was not accepted: {checked.refusals if checked else 'not checked'}")
    return checked
