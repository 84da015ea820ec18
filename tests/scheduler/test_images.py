"""Real image files through the real jail: what is drawn anew, what is refused, and that nothing else gets out."""

from __future__ import annotations

import io
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from scheduler import images
from scheduler.images import Facts, refusals, sniff
from tests.clips import exif, make_clip, make_image, moving, picture, png_header

GOOD = Facts(container="jpeg", whole=True, width=1080, height=1920, picture=b"jpeg")

GREEN, RED, BLUE, WHITE = (0, 255, 0), (255, 0, 0), (0, 0, 255), (255, 255, 255)


@pytest.fixture
def drawn(tmp_path: Path):
    def do(data: bytes) -> Facts:
        path = tmp_path / "upload"
        path.write_bytes(data)
        with path.open("rb") as file:
            return images.draw_image(file)

    return do


def opened(facts: Facts) -> Image.Image:
    return Image.open(io.BytesIO(facts.picture), formats=("JPEG",))


def near(seen: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= 12 for a, b in zip(seen, wanted, strict=True))


# --- good files


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (make_image(), "jpeg"),
        (make_image(progressive=True), "jpeg"),
        (make_image(picture(mode="L")), "jpeg"),
        (make_image(picture(mode="CMYK")), "jpeg"),
        (make_image(kind="MPO", save_all=True, append_images=[picture()]), "jpeg"),
        (make_image(kind="PNG"), "png"),
        (make_image(picture(mode="P"), kind="PNG"), "png"),
        (make_image(picture(mode="1"), kind="PNG"), "png"),
        (make_image(picture(mode="LA"), kind="PNG"), "png"),
        (make_image(kind="WEBP"), "webp"),
        (make_image(kind="WEBP", lossless=True), "webp"),
        (make_image(picture(mode="RGBA"), kind="WEBP"), "webp"),
    ],
    ids=[
        "plain",
        "progressive",
        "grey",
        "cmyk",
        "two-in-one",
        "png",
        "palette",
        "bits",
        "la",
        "webp",
        "ll",
        "rgba",
    ],
)
def test_every_kind_that_is_taken_becomes_a_jpeg_of_the_same_picture(
    drawn, data: bytes, container: str
) -> None:
    facts = drawn(data)

    assert refusals(facts, name="beach") == []
    assert (facts.container, facts.width, facts.height) == (container, 400, 600)
    shown = opened(facts)
    assert (shown.mode, shown.size) == ("RGB", (400, 600))


def test_colours_stay_what_they_were(drawn) -> None:
    for data in (
        make_image(kind="PNG"),
        make_image(picture(mode="CMYK")),
        make_image(picture(mode="P"), kind="PNG"),
    ):
        shown = opened(drawn(data))
        assert near(shown.getpixel((20, 20)), GREEN)
        assert near(shown.getpixel((300, 20)), RED)
        assert near(shown.getpixel((300, 500)), BLUE)


def test_colours_are_shown_as_their_profile_means_them(drawn) -> None:
    """A profile in which red and green have changed places: without it, the bare numbers would lie."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)

    for data in (make_image(icc_profile=swapped), make_image(kind="PNG", icc_profile=swapped)):
        shown = opened(drawn(data))
        assert near(shown.getpixel((300, 20)), GREEN)
        assert near(shown.getpixel((300, 500)), BLUE)
        assert "icc_profile" not in shown.info


@pytest.mark.parametrize("space", ["LAB", "nonsense"])
def test_a_profile_of_something_else_changes_nothing(drawn, space: str) -> None:
    profile = b"nonsense" * 40
    if space == "LAB":
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    assert near(opened(drawn(make_image(icc_profile=profile))).getpixel((300, 20)), RED)


@pytest.mark.parametrize(("grey", "seen"), [(0, 0), (65535, 255), (32896, 128)])
def test_sixteen_bits_become_eight_and_not_white(drawn, grey: int, seen: int) -> None:
    shown = opened(drawn(make_image(Image.new("I;16", (64, 64), grey), kind="PNG")))

    assert near(shown.getpixel((5, 5)), (seen, seen, seen))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_was_transparent_is_white(drawn, kind: str) -> None:
    clear = picture(mode="RGBA")
    clear.putalpha(0)

    assert near(opened(drawn(make_image(clear, kind=kind, lossless=True))).getpixel((300, 20)), WHITE)


def test_a_transparent_palette_is_white(drawn) -> None:
    data = make_image(Image.new("P", (64, 64), 0), kind="PNG", transparency=0)

    assert near(opened(drawn(data)).getpixel((5, 5)), WHITE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("held", range(1, 9))
def test_a_photo_stands_upright_however_the_phone_was_held(drawn, kind: str, held: int) -> None:
    undone = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = picture().transpose(undone[held]) if held > 1 else picture()

    facts = drawn(make_image(lying, kind=kind, exif=exif(orientation=held)))

    assert (facts.width, facts.height) == (400, 600)
    assert near(opened(facts).getpixel((20, 20)), GREEN)
    assert near(opened(facts).getpixel((380, 580)), BLUE)


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((4000, 3000), (1080, 810)),
        ((3000, 4000), (1080, 1440)),
        ((1000, 4000), (480, 1920)),
        ((1080, 1920), (1080, 1920)),
        ((300, 200), (300, 200)),
        ((9000, 4), (1080, 1)),
    ],
)
def test_a_picture_is_fitted_and_never_enlarged(
    drawn, size: tuple[int, int], fitted: tuple[int, int]
) -> None:
    facts = drawn(make_image(picture(*size)))

    assert (facts.width, facts.height) == opened(facts).size == fitted


def test_a_photo_lying_on_its_side_is_fitted_as_it_stands(drawn) -> None:
    facts = drawn(make_image(picture(4000, 3000), exif=exif(orientation=6)))

    assert (facts.width, facts.height) == (1080, 1440)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_place_no_phone_and_no_words_are_left(drawn, kind: str) -> None:
    data = make_image(kind=kind, exif=exif(), comment=b"SECRETWORDS", xmp=b"<x>SECRETWORDS</x>")
    assert b"SECRETPHONE" in data

    facts = drawn(data + b"<script>SECRETWORDS</script>")

    assert facts.whole
    assert b"SECRET" not in facts.picture
    assert b"Exif" not in facts.picture
    assert dict(opened(facts).getexif()) == {}


def test_damaged_notes_do_not_spoil_a_good_picture(drawn) -> None:
    facts = drawn(make_image(exif=b"Exif\0\0II*\0" + b"\xff" * 40))

    assert refusals(facts, name="a.jpg") == []


def test_the_still_is_a_small_webp(drawn) -> None:
    facts = drawn(make_image(Image.effect_noise((1080, 1920), 100)))

    assert facts.cover[8:12] == b"WEBP"
    assert len(facts.cover) <= 24 * 1024


@pytest.mark.slow
def test_21_mb_of_photo_become_a_few(drawn) -> None:
    noise = Image.effect_noise((4500, 4500), 90)
    data = make_image(Image.merge("RGB", (noise, noise.rotate(90), noise)), quality=97)
    assert len(data) > 21_000_000

    facts = drawn(data)

    assert refusals(facts, name="a.jpg") == []
    assert len(facts.picture) < images.SIZE_LIMIT


# --- bad files


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not an image we can read"),
        (bytes(100_000), "is not an image we can read"),
        (b"<!doctype html><script>alert(1)</script>", "is not an image we can read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not an image we can read"),
        (b"PK\x03\x04" + bytes(500), "is not an image we can read"),
        (make_image(kind="GIF"), "is a GIF; TikTok does not take it"),
        (make_image(kind="BMP"), "is a BMP"),
        (make_image(kind="TIFF"), "is a TIFF"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "is a HEIC photo"),
        (make_image(kind="AVIF"), "is an AVIF image"),
        (b"\xff\xd8\xff\xe0", "is cut short or damaged"),
        (b"\xff\xd8\xff" + b"<script>" * 100, "is cut short or damaged"),
        (make_image()[:-500], "is cut short or damaged"),
        (make_image(kind="PNG")[:-200], "is cut short or damaged"),
        (make_image(kind="WEBP")[:-50], "is cut short or damaged"),
        (moving("WEBP"), "is animated"),
        (moving("PNG"), "is animated"),
        (png_header(10_000, 10_000), "has more than 50 million pixels"),
        (png_header(2**31 - 1, 2**31 - 1), "has more than 50 million pixels"),
        (png_header(7_000, 7_000), "is cut short or damaged"),
    ],
    ids=[
        "empty", "zeros", "html", "svg", "zip", "gif", "bmp", "tiff", "heic", "avif", "jpeg-head", "jpeg-script",
        "half-jpeg", "half-png", "half-webp", "moving-webp", "moving-png", "bomb", "huge-bomb", "almost-a-bomb",
    ],
)  # fmt: skip
def test_a_bad_image_is_named_and_refused_with_one_sentence(drawn, data: bytes, said: str) -> None:
    facts = drawn(data)

    assert (facts.picture, facts.cover) == (b"", b"")
    [sentence] = refusals(facts, name="beach")
    assert sentence.startswith(f"“beach” {said}")
    assert sentence.endswith(".")


def test_a_bomb_is_refused_by_its_header(drawn) -> None:
    started = time.monotonic()

    facts = drawn(make_image(Image.new("1", (10_000, 10_000)), kind="PNG"))

    assert facts.too_many_pixels
    assert time.monotonic() - started < 3  # a process and its libraries; the picture alone would take 300 MB


def test_a_video_is_no_image(drawn, tmp_path: Path) -> None:
    facts = drawn(make_clip(tmp_path / "a.mp4", seconds=0.5).read_bytes())

    assert "not an image we can read" in refusals(facts, name="a.mp4")[0]


def test_no_image_reaches_a_server(drawn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/a.png"
        svg = f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{address}'/></svg>".encode()
        eps = f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({address}) run\n".encode()
        xmp = make_image(kind="PNG", xmp=f"<x href='{address}'/>".encode())
        listener.settimeout(0.2)
        for data in (svg, eps, b"\xff\xd8\xff" + svg, xmp):
            drawn(data)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_an_image_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(make_image())

    with path.open("rb") as file:
        facts = images.draw_image(file, seconds=0.001)

    assert "cut short or damaged" in refusals(facts, name="a.jpg")[0]


@pytest.mark.parametrize("answer", [b"", b"null", b"[]", b"{", b'{"surprise": 1}', b'{"cover": 7}'])
def test_an_answer_of_another_shape_is_an_unreadable_file(answer: bytes) -> None:
    assert not Facts.read(answer).whole


# --- the rules


@pytest.mark.parametrize("name", ["beach.jpg", "beach.JPEG", "beach", "a.b.jpg"])
def test_a_name_that_agrees_is_fine(name: str) -> None:
    assert refusals(GOOD, name=name) == []


@pytest.mark.parametrize(
    ("container", "name", "sentence"),
    [
        ("jpeg", "beach.png", "“beach.png” ends in .png, but is JPEG inside. Rename it to end in .jpg"),
        ("webp", "beach.jpg", "but is WebP inside. Rename it to end in .webp"),
        ("png", "beach.mp4", "but is PNG inside. Rename it to end in .png"),
    ],
)
def test_a_name_that_says_something_else_is_refused(container: str, name: str, sentence: str) -> None:
    assert sentence in refusals(replace(GOOD, container=container), name=name)[0]


def test_one_byte_over_20_mb_is_too_large() -> None:
    most = replace(GOOD, picture=bytes(images.SIZE_LIMIT))

    assert refusals(most, name="a.jpg") == []
    assert refusals(replace(most, picture=most.picture + b"x"), name="a.jpg") == [
        "“a.jpg” is larger than 20 MB. Export it smaller and upload that."
    ]


def test_one_byte_over_the_limit_of_uploads_is_named() -> None:
    assert images.upload_refusal(images.UPLOAD_LIMIT, name="a.png") == ""
    assert images.upload_refusal(images.UPLOAD_LIMIT + 1, name="a.png").startswith(
        "“a.png” is larger than 50 MB."
    )


def test_a_video_is_not_taken_for_a_photo_by_its_first_bytes(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mov"):
        assert sniff(make_clip(tmp_path / name, seconds=0.5).read_bytes()[: images.HEAD]) == ""


@pytest.mark.parametrize(
    ("name", "promised"),
    [("a.JPG", True), ("a.heic", True), ("a.svg", True), ("a.mp4", False), ("jpg", False)],
)
def test_a_name_may_promise_an_image(name: str, promised: bool) -> None:
    assert images.is_named_image(name) is promised
