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

from PIL import Image, ImageCms, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
# So much larger than wanted a picture stays until it is scaled well.
GAP = 3.0


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
    return [*written, _save(image, jpeg, quality=asked["jpeg"], progressive=True)]


def _open(source: str, largest: int, least: list[int]) -> Image.Image:
    """The first picture of the file, upright, in plain sRGB, no wider or higher than `largest`."""
    try:
        with Image.open(source, formats=FORMATS) as image:
            turned = image.getexif().get(0x0112, 1) > 4  # noqa: PLR2004 - lying on its side
            size = image.size[::-1] if turned else image.size
            if size[0] < least[0] or size[1] < least[1]:
                raise Refused("small")
            smooth = _smooth(image)
            smooth.thumbnail((largest, largest), reducing_gap=GAP)
            return _plain(ImageOps.exif_transpose(smooth))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("large") from error
    except (OSError, SyntaxError, ValueError) as error:
        # What Pillow's readers raise for files that are not as they should be.
        raise Refused("unreadable") from error


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


def _save(image: Image.Image, name: str, **options: int) -> dict[str, Any]:
    image.save(name, **options)
    return {"name": name, "width": image.width, "height": image.height,
            "mime_type": f"image/{Path(name).suffix[1:].replace('jpg', 'jpeg')}"}  # fmt: skip


if __name__ == "__main__":
    main()
