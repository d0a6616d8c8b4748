"""Photographs as they are kept: upright, small enough for a phone, and without what the camera wrote beside the picture.

WebP, because it is a quarter to a third smaller than a JPEG that looks the same, keeps the transparency of a PNG, and every browser
since 2020 shows it. Always encoded anew: nothing of the file that was sent survives but the picture, neither place nor owner nor a
second file hidden behind it.
"""

from io import BytesIO

from core.config import MEGABYTE
from core.errors import N_, Invalid

MOST_BYTES = 20 * MEGABYTE
MOST_PIXELS = 50_000_000  # a phone's camera at its finest; more would take more memory than a server has to spare
LONG_SIDE = 1600
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
ORIENTATION = 0x0112


def shrink(body: bytes) -> bytes:
    """An uploaded photograph, JPEG, PNG or WebP by its content whatever its name says, as it is kept. Raises Invalid."""
    from PIL import Image, ImageOps  # late: 8 MB in every server process, for the few requests that send a picture

    if len(body) > MOST_BYTES:
        raise Invalid(N_("The picture is larger than %(most)s MB."), most=MOST_BYTES // MEGABYTE)
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as picture:  # the first frame, where there are several
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(N_("The picture has more than %(most)s million pixels."), most=MOST_PIXELS // 1_000_000)
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is decoded at about this size at once
            upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        plain.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
        out = BytesIO()
        plain.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(N_("This is not a whole picture of the kind JPEG, PNG or WebP, whatever its name says.")) from error
    return out.getvalue()


def size_of(body: bytes) -> tuple[int, int]:
    """Width and height of a picture as `shrink` made it, in pixels."""
    from PIL import Image

    with Image.open(BytesIO(body), formats=FORMATS) as picture:
        return picture.width, picture.height
