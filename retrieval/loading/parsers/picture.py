"""Pictures of text to content: a photo, a scan, a screenshot.

The text itself is recognised in `recognition`.
"""

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import ErrorCode
from retrieval.loading.content import (
    PICTURE_OF_TEXT,
    Content,
    PagePicture,
    UnreadableError,
)

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
MAX_PAGES = 50
MAX_MEGAPIXELS = 40  # of a picture as it is stored; A3 at 400 dpi has 31
MAX_READ_PIXELS = 9_000_000  # of a picture as it is read; A4 at 300 dpi has 8.7 million
DAMAGED = "this picture is damaged or cut short; fetch it again"


def parse(data: bytes, _: str = "") -> Content:
    """Find the pages of a picture; only TIFF has several.

    Raises:
        UnreadableError: The file is damaged, has too many pages or too large ones, or
            no library is installed that reads it.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise UnreadableError(PICTURE_OF_TEXT, ErrorCode.PARSER_MISSING) from error
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            pages = list(_pages(image))
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableError(DAMAGED) from error
    render = [PagePicture(n, partial(_render, data, n)) for n in pages]
    if len(render) == 1:
        render = [PagePicture(None, render[0].render)]
    return Content(pictures=render)


def _pages(image: "Image") -> Iterator[int]:
    """Yield the numbers of a picture's pages, from 1."""
    for number in range(1, MAX_PAGES + 2):
        try:
            image.seek(number - 1)
        except EOFError:
            return
        if number > MAX_PAGES:
            raise UnreadableError(f"it has over {MAX_PAGES} pages; split it")
        if image.width * image.height > MAX_MEGAPIXELS * 1e6:
            raise _too_large()
        yield number
        if image.format != "TIFF":  # the others are animations
            return


def _too_large() -> UnreadableError:
    return UnreadableError(
        f"it has over {MAX_MEGAPIXELS} megapixels; save it with half the width"
    )


def _render(data: bytes, number: int) -> "Image":
    """Return a page upright, in shades of grey on white.

    Raises:
        UnreadableError: The page is damaged.
    """
    from PIL import Image, ImageOps

    with Image.open(BytesIO(data), formats=FORMATS) as image:
        try:
            image.seek(number - 1)
            image.draft("L", image.size)  # a JPEG is decoded without its colours
            page = _on_white(image)
            ImageOps.exif_transpose(page, in_place=True)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UnreadableError(DAMAGED) from error
    factor = (page.width * page.height / MAX_READ_PIXELS) ** 0.5
    if factor > 1:
        size = int(page.width / factor) or 1, int(page.height / factor) or 1
        page = page.resize(size)
    return page


def _on_white(image: "Image") -> "Image":
    """Return a picture in shades of grey, white where it is transparent."""
    from PIL import Image

    if image.has_transparency_data:
        layer = image.convert("LA")
        page = Image.new("L", layer.size, "white")
        page.paste(layer.getchannel("L"), mask=layer.getchannel("A"))
    elif image.mode.startswith("I"):  # of 16 bits
        page = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    else:
        page = image.convert("L")
    page.info = image.info
    return page
