"""The child process in which pictures are decoded: what somebody has sent may be anything.

Started by stills.py as a program of its own, boxed in, with limits; it imports nothing of ours.
It is asked by one JSON argument and answers with one line of JSON.
"""

import contextlib
import io
import json
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
# So much larger than wanted a picture stays until it is scaled well.
GAP = 3.0
# The orientations in which cameras write the columns of a picture as rows.
LYING = (5, 6, 7, 8)


class Refused(Exception):  # noqa: N818 - no error of ours
    """The picture can't be used; says why in one word."""


def main() -> None:
    """Write the sizes of each picture that is named, and say what was written."""
    asked = json.loads(sys.argv[1])
    Image.MAX_IMAGE_PIXELS = asked["max_points"]
    # Left to itself Pillow only warns until a picture is twice as large.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        answer: dict[str, Any] = {"stills": [_write(source, asked) for source in asked["sources"]]}
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer) + "\n")


def _write(source: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    largest = max(asked["widths"])
    image = _open(source, largest, asked["least"])
    widths = [*(width for width in asked["widths"] if width < image.width), image.width]
    written = [
        _save(_scaled(image, width), f"{source}-{width}.webp", quality=asked["webp"])
        for width in widths
    ]
    jpeg = f"{source}-{image.width}.jpg"
    return [*written, _save(image, jpeg, quality=asked["jpeg"])]


def _open(source: str, largest: int, least: list[int]) -> Image.Image:
    """The first picture of the file, upright, in plain sRGB, no wider or higher than `largest`."""
    try:
        with Image.open(source, formats=FORMATS) as image:
            _refuse_small(image, least)
            smooth = _smooth(image)
            smooth.thumbnail((largest, largest), reducing_gap=GAP)
            return _plain(ImageOps.exif_transpose(smooth))
    except Refused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise Refused("large") from error
    except Exception as error:  # each of Pillow's readers fails in ways of its own
        raise Refused("unreadable") from error


def _refuse_small(image: Image.Image, least: list[int]) -> None:
    lies = image.getexif().get(ExifTags.Base.Orientation, 1) in LYING
    width, height = image.size[::-1] if lies else image.size
    if width < least[0] or height < least[1]:
        raise Refused("small")


def _smooth(image: Image.Image) -> Image.Image:
    """The picture with colours that can be mixed, which those of a palette can't."""
    if image.mode.startswith("I"):
        return image.point(lambda level: level / 256).convert("L")
    return image.convert("RGBA") if image.mode in {"1", "P", "PA", "LA"} else image


def _plain(image: Image.Image) -> Image.Image:
    """A new picture of these points and nothing else: no place, no time, no camera, no comment."""
    plain = Image.new("RGB", image.size, "white")
    image = _in_srgb(image)
    has_holes = image.has_transparency_data
    plain.paste(image.convert("RGB"), mask=image.convert("RGBA") if has_holes else None)
    return plain


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        mode = "RGB" if image.mode == "CMYK" else image.mode
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            found = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode
            )
            return found or image
    return image


def _scaled(image: Image.Image, width: int) -> Image.Image:
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=GAP)


def _save(image: Image.Image, name: str, *, quality: int) -> dict[str, Any]:
    kind = Image.registered_extensions()[Path(name).suffix]
    image.save(name, kind, quality=quality, progressive=True)
    size = {"width": image.width, "height": image.height}
    return {"name": name, **size, "mime_type": Image.MIME[kind]}


if __name__ == "__main__":
    main()
