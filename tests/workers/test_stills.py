"""Pictures that people send: read with care, and nothing but what is seen goes on."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageStat, PngImagePlugin

from mediashare.config import Settings
from mediashare.media import forms as media_forms
from mediashare.media.errors import PictureRefusedError
from workers.tools import sandbox, stills
from workers.tools.process import Bench

pytestmark = pytest.mark.slow

ORIENTATION, MAKER, PLACE = 0x0112, 0x010F, 0x8825
ON_ITS_SIDE = 6
LEAST = (media_forms.LEAST_WIDTH, media_forms.LEAST_HEIGHT)
SECRETS = (b"Kantstrasse 17", b"Exif", b"ICC_PROFILE", b"GPS", b"xmp")


@pytest.fixture
def table(bench: Bench, settings: Settings) -> Bench:
    """A bench whose box shows the interpreter."""
    box = sandbox.prefix(settings.sandbox, bench.folder, stills.READABLE)
    return Bench(bench.folder, box, bench.cancelled)


def photo(width: int, height: int) -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), "blue")
    ImageDraw.Draw(image).rectangle((0, 0, width, height // 2), fill="red")
    return image


def tagged() -> Image.Exif:
    """What a phone writes into its pictures; held sideways, at a place that is nobody's matter."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = ON_ITS_SIDE, "Kantstrasse 17"
    exif.get_ifd(PLACE).update({1: "N", 2: (52.0, 31.0, 12.0)})
    return exif


def made(table: Bench, name: str, **options: tuple[int, int]) -> list[stills.Still]:
    [found] = stills.make_sizes(table, [name], **options)
    return list(found)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1500, 1000), [(320, 213), (640, 426), (1280, 853), (1280, 853)]),
        ((640, 480), [(320, 240), (640, 480), (640, 480)]),
        ((200, 100), [(200, 100), (200, 100)]),
        ((900, 1600), [(320, 569), (640, 1138), (720, 1280), (720, 1280)]),
    ],
)
def test_sizes_are_those_of_lists_and_pages_and_nothing_is_enlarged(
    table: Bench, size: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    photo(*size).save(table.folder / "sent", "PNG")

    found = made(table, "sent")

    assert [(still.width, still.height) for still in found] == expected
    assert [still.mime_type for still in found[:-1]] == ["image/webp"] * (len(found) - 1)
    assert found[-1].mime_type == "image/jpeg"
    for still in found:
        with Image.open(table.folder / still.name) as image:
            assert image.size == (still.width, still.height)
            assert Image.MIME[image.format or ""] == still.mime_type


def test_pictures_stand_upright_and_tell_nothing_of_place_camera_and_owner(table: Bench) -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "Kantstrasse 17")
    photo(800, 600).save(
        table.folder / "photo", "JPEG", exif=tagged(), comment=b"Kantstrasse 17", xmp=b"<x>xmp</x>"
    )
    photo(800, 600).save(table.folder / "shot", "PNG", pnginfo=note, exif=tagged())
    photo(800, 600).save(table.folder / "web", "WEBP", exif=tagged(), xmp=b"<x>xmp</x>")
    assert b"Kantstrasse 17" in (table.folder / "photo").read_bytes()

    found = stills.make_sizes(table, ["photo", "shot", "web"])

    for still in (still for sizes in found for still in sizes):
        data = (table.folder / still.name).read_bytes()
        assert [secret for secret in SECRETS if secret in data] == []
        with Image.open(table.folder / still.name) as image:
            assert dict(image.getexif()) == {}
            right, left = (image.convert("RGB").getpixel((at, 100)) for at in (still.width - 9, 9))
        # What was above is at the right, once the picture stands.
        assert still.height > still.width
        assert isinstance(right, tuple)
        assert isinstance(left, tuple)
        assert (right[0] > 200, left[2] > 200) == (True, True)


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image.quantize(8),
        lambda image: image.convert("CMYK"),
        lambda image: image.convert("RGBA"),
        lambda image: image.convert("LA"),
        lambda image: image.convert("1"),
        lambda image: image.convert("L").convert("I").point(lambda v: v * 257).convert("I;16"),
    ],
    ids=["palette", "print", "transparent", "grey", "bits", "deep"],
)
def test_every_way_of_coding_colours_is_shown_as_it_looks(
    table: Bench, change: Callable[[Image.Image], Image.Image]
) -> None:
    source = change(photo(400, 300))
    source.save(table.folder / "sent", "JPEG" if source.mode == "CMYK" else "PNG", quality=95)
    expected = photo(400, 300).convert("L")

    jpeg = made(table, "sent")[-1]

    with Image.open(table.folder / jpeg.name) as image:
        found = image.convert("L")
    # Of an area, because in bits grey is a pattern of black and white.
    for area in ((50, 20, 350, 120), (50, 180, 350, 280)):
        assert brightness(found.crop(area)) == pytest.approx(
            brightness(expected.crop(area)), abs=20
        )


def brightness(image: Image.Image) -> float:
    return float(ImageStat.Stat(image).mean[0])


def test_what_shines_through_is_white_behind(table: Bench) -> None:
    Image.new("RGBA", (400, 300), (255, 0, 0, 0)).save(table.folder / "sent", "PNG")

    with Image.open(table.folder / made(table, "sent")[-1].name) as image:
        assert image.getpixel((200, 150)) == (255, 255, 255)


def bomb() -> bytes:
    """Forty thousand bytes that become four hundred million points."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    row, pack = bytes(1 + 20_000 // 8), zlib.compressobj(9)
    rows = b"".join(pack.compress(row) for _ in range(20_000)) + pack.flush()
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def picture(kind: str, size: tuple[int, int] = (800, 600)) -> bytes:
    data = io.BytesIO()
    photo(*size).save(data, kind)
    return data.getvalue()


REFUSED = {
    "a bomb": (bomb(), media_forms.TOO_MANY_POINTS),
    "half a JPEG": (picture("JPEG")[:3000], media_forms.DAMAGED),
    "half a PNG": (picture("PNG")[:600], media_forms.DAMAGED),
    "half a WebP": (picture("WEBP")[:120], media_forms.DAMAGED),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", media_forms.DAMAGED),
    "a GIF": (picture("GIF"), media_forms.DAMAGED),
    "a TIFF": (picture("TIFF"), media_forms.DAMAGED),
    "a line": (picture("PNG", (4000, 20)), media_forms.TOO_FEW_POINTS),
    "nothing": (b"", media_forms.DAMAGED),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_or_too_much_of_one_is_refused_in_words(table: Bench, name: str) -> None:
    data, sentence = REFUSED[name]
    (table.folder / "sent").write_bytes(data)

    with pytest.raises(PictureRefusedError) as refused:
        made(table, "sent", least=LEAST)

    assert str(refused.value) == sentence


def test_decoding_sees_no_files_but_its_own(table: Bench, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    photo(400, 300).save(secret)
    (table.folder / "sent").symlink_to(secret)
    if not table.prefix:
        pytest.skip("bubblewrap does not start on this machine")

    with pytest.raises(PictureRefusedError):
        made(table, "sent")
