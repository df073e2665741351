import io
import json
import struct
import sys
import zlib
from dataclasses import replace

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from retrieval import Answerer, Article, ArticleError
from retrieval.documents.json import article_from_json, article_to_json
from retrieval.errors import ErrorCode
from retrieval.index.codec import indexed_from_json, indexed_to_json
from retrieval.loading.content import Content, PagePicture, UnreadableError
from retrieval.loading.isolation import worker
from retrieval.loading.isolation.serving import serve_jobs
from retrieval.loading.load import read_article
from retrieval.loading.recognition import language_data, pages
from tests.retrieval.loading.sample_files import HONEY, make_pdf
from tests.retrieval.loading.scans import WORDS, draw, joined_pdf, saved, scanned_pdf

SECONDS = 120  # of a reading, on a machine that does much else
ASKED = "Who is the keeper of the hive?"
FIRST = "The keeper of the hive is Ida Brandt."
TEXT = " ".join(WORDS.split())


def read(data, name="scan"):
    return read_article(data, name, seconds=SECONDS)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_a_picture_of_text_is_an_article(kind):
    article = read(saved(draw(), kind))
    (passage,) = article.passages
    assert " ".join(passage.text.split()) == TEXT
    assert passage.page is None
    assert passage.recognition > 0.8
    for sentence in passage.sentences:
        assert article.text[sentence.start : sentence.end] == sentence.text


def test_each_page_of_a_tiff_is_a_page():
    second = draw("The second hive stands\nbehind the old mill.")
    data = saved(draw(), "TIFF", save_all=True, append_images=[second])
    article = read(data)
    assert [passage.page for passage in article.passages] == [1, 2]
    assert "behind the old mill" in article.passages[1].text


@pytest.mark.parametrize("degrees", [90, 180])
def test_a_picture_that_is_turned_is_read(degrees):
    article = read(saved(draw(turned=degrees)))
    assert FIRST in " ".join(article.text.split())


@pytest.mark.parametrize("degrees", [-4, 4])
def test_the_lines_of_a_skewed_page_stay_in_order(degrees):
    lines = "\n".join(
        f"Hive {number} stands in the garden behind the old mill of Oldbridge."
        for number in range(11, 29)
    )
    article = read(saved(draw(lines, (1_250, 1_100), turned=degrees)))
    assert " ".join(article.text.split()) == " ".join(lines.split())


def test_a_photo_that_a_camera_says_is_turned_is_read():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    article = read(saved(draw(turned=90), "JPEG", exif=exif))
    assert FIRST in " ".join(article.text.split())


@pytest.mark.parametrize("mode", ["RGBA", "I;16", "1", "P"])
def test_pictures_of_every_depth_and_transparent_ones_are_read(mode):
    drawn = draw()
    if mode == "RGBA":
        image = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
        image.paste((0, 0, 0, 255), mask=drawn.point(lambda value: 255 - value))
    elif mode == "I;16":
        image = Image.frombytes(
            mode, drawn.size, b"".join(bytes((n, n)) for n in drawn.tobytes())
        )
    else:
        image = drawn.convert(mode)
    assert FIRST in " ".join(read(saved(image)).text.split())


def test_a_heading_in_larger_type_is_the_title():
    image = draw("\n\n" + WORDS, (900, 500))
    title = draw("Oldbridge Bees", (500, 140)).resize((1_000, 280))
    image.paste(title.crop((60, 80, 900, 260)), (0, 0))
    assert read(saved(image)).title == "Oldbridge Bees"


def test_pages_without_text_are_recognised_among_others():
    article = read(joined_pdf(make_pdf(), scanned_pdf(draw())))
    recognised = {p.page for p in article.passages if p.recognition is not None}
    assert recognised == {max(passage.page for passage in article.passages)}
    assert HONEY in " ".join(article.text.split())
    assert FIRST in " ".join(article.text.split())


def test_a_stamp_over_a_scan_is_no_text_of_the_page():
    stream = io.BytesIO()
    canvas = Canvas(stream, (600, 220))
    canvas.drawImage(ImageReader(draw()), 0, 0, 600, 220)
    canvas.drawString(5, 5, "Scanned by Tin")
    canvas.save()
    article = read(stream.getvalue())
    assert FIRST in " ".join(article.text.split())


def test_text_over_a_picture_without_any_stays_as_it_is():
    stream = io.BytesIO()
    canvas = Canvas(stream, (600, 220))
    canvas.drawImage(ImageReader(Image.new("L", (60, 22), 250)), 0, 0, 600, 220)
    canvas.drawString(60, 100, "The keeper of the hive is Ida Brandt.")
    canvas.save()
    (passage,) = read(stream.getvalue()).passages
    assert (passage.text, passage.recognition) == (FIRST, None)


def png_of_size(width, height):
    """The first bytes of a PNG, and pixels that are all the same."""
    parts = b"\x89PNG\r\n\x1a\n"
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    for kind, data in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b"")):
        parts += struct.pack(">I", len(data)) + kind + data
        parts += struct.pack(">I", zlib.crc32(kind + data))
    return parts


def tiff_of(n_pages):
    tiny = Image.new("1", (8, 8), 1)
    return saved(tiny, "TIFF", save_all=True, append_images=[tiny] * (n_pages - 1))


REFUSED = {
    "a hundred megapixels": (png_of_size(10_000, 10_000), "over 40 megapixels"),
    "pixels beyond number": (png_of_size(2**31 - 1, 2**31 - 1), "over 40 megapixels"),
    "fewer pixels than it says": (png_of_size(6_000, 6_000), "cut short"),
    "a cut JPEG": (saved(draw(), "JPEG")[:4_000], "cut short"),
    "a cut TIFF": (saved(draw(), "TIFF")[:4_000], "cut short"),
    "only a signature": (b"\x89PNG\r\n\x1a\n", "cut short"),
    "a TIFF of many pages": (tiff_of(300), "over 50 pages; split it"),
    "a PDF of many scans": (
        scanned_pdf(*[Image.new("L", (9, 9))] * 60),
        "over 50 of its pages are pictures of text; split it",
    ),
    "an empty page": (saved(Image.new("L", (400, 300), 255)), "no text in this"),
    "an empty PDF": (scanned_pdf(Image.new("L", (90, 90), 255)), "no text in this"),
    "what nobody can read": (saved(draw(blurred_to=(110, 40))), "too unclear|no text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_picture_that_cannot_be_read_says_why_in_one_line(name):
    data, words = REFUSED[name]
    with pytest.raises(ArticleError, match=words) as caught:
        read(data)
    assert "\n" not in str(caught.value)


def parsed(data):
    return worker.parse_article(
        data,
        format=worker.detect_format(data, "scan"),
        charset="",
        max_characters=100_000,
        name="scan",
        title=None,
        language=None,
        url=None,
    )


@pytest.mark.parametrize("library", ["PIL", "tesserocr"])
@pytest.mark.parametrize("data", [saved(draw()), scanned_pdf(draw())])
def test_without_the_libraries_the_extra_is_named(monkeypatch, library, data):
    monkeypatch.delitem(sys.modules, pages.__name__, raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UnreadableError, match=r"install article-bot\[ocr\]") as caught:
        parsed(data)
    assert caught.value.code is ErrorCode.PARSER_MISSING


def test_without_the_library_the_pages_with_text_are_read(monkeypatch):
    monkeypatch.delitem(sys.modules, pages.__name__, raising=False)
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    article = parsed(joined_pdf(make_pdf(), scanned_pdf(draw())))
    assert HONEY in " ".join(article.text.split())


def test_without_language_data_they_are_named(monkeypatch):
    monkeypatch.setattr(pages, "installed_data", dict)
    with pytest.raises(UnreadableError, match="language data are missing") as caught:
        parsed(saved(draw()))
    assert caught.value.code is ErrorCode.PARSER_MISSING


def test_a_file_is_read_a_limited_number_of_times(monkeypatch):
    monkeypatch.setattr(pages, "MAX_READINGS", 1)
    steps = []
    sideways = PagePicture(1, lambda: draw(turned=180))
    with pytest.raises(UnreadableError):
        pages.recognise(Content(pictures=[sideways]), lambda: steps.append(1))
    assert steps == [1]


def test_each_reading_is_announced_before_the_answer():
    data = saved(draw())
    job = {
        "number": "7",
        "size": len(data),
        "seconds": 60,
        "content_type": "",
        "charset": "",
        "max_characters": 1_000,
        "name": "scan",
        "title": None,
        "language": None,
        "url": None,
    }
    jobs, results = io.BytesIO(json.dumps(job).encode() + b"\n" + data), io.BytesIO()
    serve_jobs(jobs, results, lambda: 0, worker.answer_job)
    step, answer = results.getvalue().splitlines()
    assert step == b"7 step"
    assert answer.startswith(b"7 again article")


def test_languages_are_tried_by_script():
    installed = dict.fromkeys(["deu", "eng", "osd", "rus", "kor", "jpn", "abc"])
    assert language_data.candidates(installed, "Cyrillic") == ["rus", "abc"]
    assert language_data.candidates(installed, "Japanese") == ["kor", "jpn", "abc"]
    assert language_data.candidates(installed, None) == ["eng", "rus", "kor", "deu"]
    assert language_data.candidates({"deu": None}, None) == ["deu"]
    assert language_data.candidates({"osd": None}, None) == []
    assert language_data.data_name("und") is None


class Recogniser(pages._Recogniser):
    """Reads each picture as a dictionary says, by the language's data."""

    def __init__(self, readings, turn=0, script="Latin"):
        self._installed = dict.fromkeys([*readings, "osd"])
        self._language = next(iter(readings))
        self._n_readings = 0
        self._readings = readings
        self._found = turn, script
        self.read_in = []

    def _orientation(self, _):
        return self._found

    def _reading(self, image, language):
        self.read_in.append(language)
        text, confidence = self._readings[language]
        paragraph = pages._Paragraph([text], 9, confidence)
        return pages._Reading(language, image, [paragraph])


GERMAN = "Der Imker verkauft seinen Honig jeden Samstag auf dem Markt in der Stadt."


def test_a_page_is_read_again_in_the_language_it_shows():
    recogniser = Recogniser({"eng": (GERMAN, 0.9), "deu": (GERMAN, 0.95)})
    picture_of_page = PagePicture(1, draw)
    assert recogniser.read(picture_of_page).language == "deu"
    recogniser.read(picture_of_page)
    assert recogniser.read_in == ["eng", "deu", "deu"], "the next page begins so"


def test_a_page_in_another_script_is_read_in_that():
    russian = "Пасечник продаёт мёд каждую субботу на рынке в старом городе."
    readings = {"eng": ("llace4hnk np0naet men", 0.4), "rus": (russian, 0.95)}
    recogniser = Recogniser(readings, script="Cyrillic")
    assert recogniser.read(PagePicture(1, draw)).text == russian


def test_words_that_are_unsure_lower_the_confidence_of_an_answer():
    clear = Article.from_text(f"{TEXT}\n\nThe mill is old.\n\nThe river is cold.")
    unsure = replace(
        clear, passages=tuple(replace(p, recognition=0.75) for p in clear.passages)
    )
    sure, doubted = (Answerer([a], reader=None).answer(ASKED) for a in (clear, unsure))
    assert doubted.citations[0].quote == sure.citations[0].quote
    assert doubted.confidence == pytest.approx(0.75 * sure.confidence)


def test_the_confidence_of_recognition_is_stored_with_the_passage():
    article = Article.from_text("Bees fly.\n\nBees make honey in the old hive.")
    passages = tuple(replace(p, recognition=0.9) for p in article.passages)
    article = replace(article, passages=passages)
    assert article_from_json(article_to_json(article)) == article
    before = json.loads(article_to_json(article))
    before["passages"] = [place[:3] for place in before["passages"]]
    older = article_from_json(json.dumps(before))
    assert {passage.recognition for passage in older.passages} == {None}
    index = Answerer([article], reader=None).index
    (found, *_) = index.search(
        Answerer([article], reader=None).parse("honey"), 1
    ).passages
    assert indexed_from_json(indexed_to_json(found)).passage.recognition == 0.9
