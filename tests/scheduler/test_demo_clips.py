from __future__ import annotations

from pathlib import Path

import av

from tests.clips import make_clip, truncated


def test_a_clip_is_a_playable_video_of_the_size_asked_for(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "loaf.mp4", seconds=1, width=360, height=640, fps=30)

    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.codec_context.name) == (360, 640, "h264")
        assert sum(1 for _ in container.decode(stream)) == 30


def test_clips_of_different_seeds_differ(tmp_path: Path) -> None:
    first = make_clip(tmp_path / "a.mp4", seconds=0.2, seed=1)
    second = make_clip(tmp_path / "b.mp4", seconds=0.2, seed=2)

    assert first.read_bytes() != second.read_bytes()


def test_a_truncated_clip_is_shorter_than_the_whole(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", seconds=0.2)

    assert truncated(clip).stat().st_size < clip.stat().st_size
