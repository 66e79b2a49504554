"""Photos from phones: made smaller, turned upright, freed of everything but the picture."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.errors import Invalid

LONGEST_SIDE = 1600
QUALITY = 82
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP")


def clean_photo(content: bytes) -> bytes:
    """Return the picture as JPEG of at most 1,600 pixels a side, without place, device or other details.

    Source: 위치정보법 제15조 (no location is kept without consent).

    Raises:
        Invalid: It is no picture of a known kind, broken, or unreasonably large.
    """
    wrong = Invalid.of("photo", "This is not a photo the portal can read. Send a JPEG, PNG or WebP picture.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise wrong
                picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
    ) as error:
        raise wrong from error
    except Image.DecompressionBombError as error:
        raise wrong from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    packed = io.BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(packed, "JPEG", quality=QUALITY)
    return packed.getvalue()
