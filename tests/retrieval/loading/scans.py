"""Pictures of text, drawn by the tests."""

from io import BytesIO

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

SIZE = (900, 330)
WORDS = (
    "The keeper of the hive is Ida Brandt.\n"
    "She sells the honey on the market\n"
    "of Oldbridge every Saturday in June."
)


def draw(text=WORDS, size=SIZE, turned=0, blurred_to=None):
    """Draw a text, turned anticlockwise by some degrees, perhaps without detail."""
    image = Image.new("L", size, 255)
    font = ImageFont.load_default(36)
    ImageDraw.Draw(image).multiline_text((60, 60), text, font=font, fill=0, spacing=18)
    if blurred_to:
        image = image.resize(blurred_to).resize(size)
    return image.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def saved(image, kind="PNG", **options):
    """Return the file of a picture."""
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def scanned_pdf(*images):
    """Return a PDF of pages that are pictures."""
    return saved(
        images[0], "PDF", resolution=110, save_all=True, append_images=images[1:]
    )


def joined_pdf(*files):
    """Return the pages of several PDFs as one."""
    whole = pypdfium2.PdfDocument.new()
    for file in files:
        whole.import_pages(pypdfium2.PdfDocument(file))
    stream = BytesIO()
    whole.save(stream)
    return stream.getvalue()
