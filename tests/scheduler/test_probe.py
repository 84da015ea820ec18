"""Real files through the real jail: what is read, what is refused, and what the jail holds."""

from __future__ import annotations

import socket
import struct
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler import probe
from scheduler.jail import run_jailed
from scheduler.probe import CUT_SHORT, UNREADABLE, Facts, refusals
from tests.clips import make_clip, truncated

GOOD = Facts(
    readable=True,
    whole=True,
    container="mp4",
    codec="h264",
    duration_ms=47_000,
    width=1080,
    height=1920,
    frame_rate=30.0,
)


def facts_of(path: Path) -> Facts:
    with path.open("rb") as file:
        return probe.probe_file(file, size=path.stat().st_size)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "codec", "container", "read_codec"),
    [
        ("loaf.mp4", "libx264", "mp4", "h264"),
        ("loaf.mov", "libx264", "mov", "h264"),
        ("loaf.mp4", "libx265", "mp4", "hevc"),
        ("loaf.webm", "libvpx", "webm", "vp8"),
        ("loaf.webm", "libvpx-vp9", "webm", "vp9"),
    ],
)
def test_every_kind_that_tiktok_takes_is_read(
    tmp_path: Path, name: str, codec: str, container: str, read_codec: str
) -> None:
    clip = make_clip(tmp_path / name, seconds=1, codec=codec)

    facts = facts_of(clip)

    assert (facts.container, facts.codec, facts.whole) == (container, read_codec, True)
    assert (facts.width, facts.height, facts.frame_rate) == (360, 640, 30.0)
    assert facts.duration_ms == pytest.approx(1000, abs=50)
    assert refusals(facts, size=clip.stat().st_size, name=name) == []


def test_the_cover_is_a_small_webp(tmp_path: Path) -> None:
    facts = facts_of(make_clip(tmp_path / "a.mp4", seconds=0.5, width=720, height=1280))

    assert facts.cover[:4] == b"RIFF"
    assert facts.cover[8:12] == b"WEBP"
    assert len(facts.cover) <= 8 * 1024


def test_a_phone_video_lying_on_its_side_is_read_upright(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", seconds=0.5, width=640, height=360)
    data = clip.read_bytes()
    upright = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    track = data.index(b"tkhd")
    at = data.index(upright, track)
    clip.write_bytes(data[:at] + quarter + data[at + len(quarter) :])

    facts = facts_of(clip)

    assert (facts.width, facts.height) == (360, 640)


# --- bad files


def test_a_truncated_mp4_is_cut_short(tmp_path: Path) -> None:
    half = truncated(make_clip(tmp_path / "a.mp4", seconds=1))

    assert refusals(facts_of(half), size=1) == [CUT_SHORT]


def test_a_truncated_webm_is_cut_short(tmp_path: Path) -> None:
    half = truncated(make_clip(tmp_path / "a.webm", seconds=3, codec="libvpx"))

    assert refusals(facts_of(half), size=1) == [CUT_SHORT]


def test_an_mp4_with_something_behind_it_is_refused(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", seconds=0.5)
    clip.write_bytes(clip.read_bytes() + b"<script>alert(1)</script>")

    assert refusals(facts_of(clip), size=1) == [CUT_SHORT]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100_000,
        b"hello, I am not a video" * 100,
        b"%PDF-1.7 ...",
        b"PK\x03\x04" + b"\x00" * 500,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x1a\x45\xdf\xa3" + b"matroska" * 10,
        b"\x00\x00\x00\x18ftypisom" + b"\xff" * 3000,
    ],
    ids=["empty", "zeros", "text", "pdf", "zip", "svg", "html", "matroska", "mp4-head-only"],
)
def test_what_is_no_video_is_refused_with_one_sentence(tmp_path: Path, data: bytes) -> None:
    facts = facts_of(written(tmp_path / "a.mp4", data))

    assert not facts.readable
    assert len(refusals(facts, size=len(data))) == 1


def test_a_playlist_in_disguise_reaches_no_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/a.mp4"
        hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n"
        concat = f"ffconcat version 1.0\nfile '{address}'\n"
        listener.settimeout(0.2)
        for text in (hls, concat):
            facts = facts_of(written(tmp_path / "a.mp4", text.encode()))
            assert refusals(facts, size=1) == [UNREADABLE]
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_movie_that_points_to_another_file_does_not_get_it(tmp_path: Path) -> None:
    """A MOV may name its samples in another file; the URL alias is neither opened nor fetched."""
    clip = make_clip(tmp_path / "a.mov", seconds=0.5)
    data = clip.read_bytes()
    own = b"url " + b"\x00\x00\x00\x01"
    assert own in data
    clip.write_bytes(data.replace(own, b"url " + b"\x00\x00\x00\x00"))

    facts = facts_of(clip)

    assert not facts.readable or facts.whole  # read from this very file, or not at all


# --- answers


def test_a_probe_that_crashes_is_an_unreadable_file(tmp_path: Path) -> None:
    script = tmp_path / "crashes.py"
    script.write_text("import os; print('{}', flush=True); os.abort()")

    with (tmp_path / "empty").open("w+b") as nothing:
        facts = Facts.read(run_jailed(script, nothing, seconds=20))

    assert refusals(facts, size=1) == [UNREADABLE]


@pytest.mark.parametrize("answer", [b"", b"null", b"[]", b"{", b'{"surprise": 1}', b'{"cover": 7}'])
def test_an_answer_of_another_shape_is_an_unreadable_file(answer: bytes) -> None:
    assert not Facts.read(answer).readable


def test_two_probes_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / f"{n}.mp4", seconds=n, width=360 + 2 * n) for n in (1, 2)]
    found: dict[Path, Facts] = {}

    def look(clip: Path) -> None:
        found[clip] = facts_of(clip)

    threads = [threading.Thread(target=look, args=(clip,)) for clip in clips]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found[clip].width for clip in clips] == [362, 364]


# --- the rules


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"codec": "mpeg4"}, "encoded as mpeg4"),
        ({"codec": "av1"}, "Export it as H.264"),
        (
            {"frame_rate": 120.0},
            "This video has 120 frames a second; TikTok takes 23 to 60. Export it at 30.",
        ),
        ({"frame_rate": 15.0}, "15 frames a second"),
        ({"frame_rate": 0.0}, "0 frames a second"),
        ({"width": 358}, "358 × 1920 pixels"),
        ({"height": 4098}, "360 to 4096"),
        ({"duration_ms": 0}, "no moving picture"),
        ({"duration_ms": 601_000}, "10:01 long"),
        ({"whole": False}, "cut short"),
    ],
)
def test_each_rule_of_tiktok_refuses_with_its_own_sentence(change: dict[str, object], sentence: str) -> None:
    said = refusals(replace(GOOD, **change), size=1)

    assert len(said) == 1
    assert sentence in said[0]


@pytest.mark.parametrize(
    "change",
    [
        {"frame_rate": 23.0},
        {"frame_rate": 23.976},
        {"frame_rate": 60.0},
        {"frame_rate": 60.02},
        {"width": 360, "height": 4096},
        {"duration_ms": 600_000},
    ],
)
def test_the_edges_of_the_rules_are_allowed(change: dict[str, object]) -> None:
    assert refusals(replace(GOOD, **change), size=4_000_000_000) == []


def test_one_byte_over_four_gigabytes_is_too_large() -> None:
    assert "4.00 GB" in refusals(GOOD, size=4_000_000_001)[0]


def test_every_fault_is_named_at_once() -> None:
    bad = replace(GOOD, codec="mpeg4", frame_rate=120.0, width=100)

    assert len(refusals(bad, size=1)) == 3


@pytest.mark.parametrize("name", ["loaf.mp4", "loaf.MOV", "loaf", "a.b.m4v"])
def test_a_name_of_the_same_family_is_fine(name: str) -> None:
    assert refusals(GOOD, size=1, name=name) == []


def test_a_name_that_says_something_else_is_refused() -> None:
    assert "Rename it to end in .mp4" in refusals(GOOD, size=1, name="loaf.webm")[0]


def test_a_real_video_of_120_frames_a_second_is_refused(tmp_path: Path) -> None:
    facts = facts_of(make_clip(tmp_path / "a.mp4", seconds=0.5, fps=120))

    assert "120 frames a second" in refusals(facts, size=1)[0]
