import codecs
from pathlib import Path

import pytest

from bot.settings import SEED_ARTICLE
from retrieval import Article, ArticleError, EmptyArticleError, load_article
from retrieval.loading.parsers.text import decode
from retrieval.loading.web.page import MAX_BYTES

RUSSIAN = "Пчёлы любят клевер. Он сладкий и растёт на лугу, где пасутся коровы. " * 5


def test_the_seed_article_is_read_as_a_reader_sees_it(article):
    assert article.title == "N. Korea seeks investment from overseas Koreans"
    assert (article.publisher, article.language) == ("Yonhap", "en")
    assert len(article.passages) == 13
    assert article.passages[0].text.startswith("North Korea has been revving up")
    assert article.passages[-1].text.endswith("he added.")
    assert article.text.encode() == Path(SEED_ARTICLE).read_bytes()
    assert "passages=13" in repr(article)


@pytest.mark.parametrize(
    "data",
    [
        RUSSIAN.encode(),
        codecs.BOM_UTF8 + RUSSIAN.encode(),
        RUSSIAN.encode("cp1251"),
        RUSSIAN.encode("utf-16"),
    ],
    ids=["utf-8", "utf-8 with BOM", "cp1251", "utf-16"],
)
def test_encodings_are_told_apart(tmp_path, data):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert load_article(path).text.lstrip("\ufeff") == RUSSIAN


def test_title_and_language_can_be_given(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Bees fly.")
    article = load_article(path, title="Bees", language="de")
    assert (article.title, article.language, article.source) == (
        "Bees",
        "de",
        str(path),
    )


@pytest.mark.parametrize(
    ("name", "data", "error", "words"),
    [
        ("missing.txt", None, ArticleError, "no such file"),
        (".", None, ArticleError, "this is a folder"),
        ("empty.txt", b"", EmptyArticleError, "no text in it"),
        ("blank.txt", b" \n\t\r\n ", EmptyArticleError, "no text in it"),
        ("marks.txt", b"?! ...", EmptyArticleError, "no text in it"),
        ("image.png", b"\x89PNG\r\n\x1a\n\0\xff\xfe\x81", ArticleError, "damaged"),
        ("nul.txt", b"text\0text", ArticleError, "not text"),
        ("noise.txt", bytes(range(128, 256)) * 40, ArticleError, "not text"),
        ("big.txt", b"a" * (MAX_BYTES + 1), ArticleError, "too large"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(tmp_path, name, data, error, words):
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(error, match=words) as caught:
        load_article(path)
    assert caught.value.path == str(path)


def test_a_path_that_is_none_says_so():
    with pytest.raises(ArticleError, match="cannot be read"):
        load_article("a\0b")


def test_a_file_without_permission_says_so(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("Bees fly.")

    def refuse(_):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)  # root reads everything
    with pytest.raises(ArticleError, match="check its permissions"):
        load_article(path)


def test_a_text_without_letters_has_no_language():
    assert Article.from_text("123. 456.").language == "und"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Пчёлы любят клевер, а коровы траву.", "ru"),
        ("蜜蜂喜欢三叶草，它们在花丛中飞来飞去。", "zh"),
        ("Die Bienen lieben den Klee auf der Wiese.", "de"),
        ("벌은 토끼풀을 좋아하고 꽃밭을 날아다닌다.", "ko"),
    ],
)
def test_the_language_is_detected(text, language):
    assert Article.from_text(text).language == language


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le maire a déclaré que la bibliothèque rouvre à l’été.", "cp1252"),
        ("Die Brücke von Öhningen ist gesperrt. Fußgänger kommen durch.", "cp1252"),
        ("Mötet började klockan nio, och bron är färdig i juni.", "cp1252"),
        ("Zebranie zaczęło się o dziewiątej, most będzie gotowy w czerwcu.", "cp1250"),
        ("Toplantı başladı, köprünün açılacağını başkan söyledi.", "cp1254"),
        ("Паром до острова отходит в семь часов, дети едут бесплатно.", "koi8-r"),
    ],
)
def test_short_texts_are_decoded_as_their_language_is_usually_written(
    tmp_path, text, encoding
):
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    assert load_article(path).text == text


BRIDGE = {
    "cs": (
        "Žáci místní školy natřeli zábradlí červeně. Šest lamp darovala nadace Dlouhé "
        "pole. Most je dlouhý sto dvacet metrů a denně po něm přejde tři tisíce lidí."
    ),
    "de": (
        "Der Ingenieur Jürgen Weiß leitete die Arbeiten an der Brücke. Sie kostete "
        "vier Millionen €, und Österreich zahlte mit."
    ),
    "hu": "Az új híd őszi megnyitóján több ezer ember vett részt, írta a tűzoltó úr.",
    "ja": "港の新しい橋は金曜日に開通した。市長がリボンを切った。",
    "pl": (
        "Burmistrz Łucja Żak otworzyła most w piątek. Remont kosztował cztery miliony "
        "złotych. Inżynier Paweł Święch kierował pracami przez rok."
    ),
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("cs", "iso8859_2"),
        ("cs", "cp1250"),
        ("pl", "iso8859_2"),
        ("pl", "cp1250"),
        ("hu", "iso8859_2"),
        ("de", "mac_roman"),
        ("de", "iso8859_15"),
        ("de", "cp1252"),
        ("ja", "iso2022_jp"),
        ("ja", "shift_jis"),
        ("ja", "euc_jp"),
    ],
)
def test_neighbouring_encodings_are_told_by_what_the_text_then_looks_like(
    language, encoding
):
    text = BRIDGE[language]
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize("bad", [b"\x96", b"\xff", b"\xc3"])
def test_one_bad_byte_is_one_sign_and_spoils_nothing_else(tmp_path, name, bad):
    text = "Bürgermeisterin Judith Österreicher eröffnete die Brücke "
    data = text.encode() + bad + " am Freitag. Zöpfe gab es keine.".encode()
    if name == "a.html":
        data = b"<main><h1>Br</h1><p>" + data + b"</p></main>"
    path = tmp_path / name
    path.write_bytes(data)
    article = load_article(path, language="de")
    assert "Judith Österreicher eröffnete die Brücke \ufffd am Freitag" in article.text


def test_a_file_cut_within_its_last_letter_is_read():
    assert decode(
        "Sie eröffnete die Brücke für Fußgänger in Köln".encode()[:-3] + b"\xc3"
    )


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("iso-8859-1", "cp1252"), ("gb2312", "gb18030"), ("utf-8", "utf-8")],
)
def test_a_declared_part_of_an_encoding_is_read_as_the_whole(declared, encoding):
    text = "„Brücke“ 桥 镕" if encoding != "cp1252" else "„Brücke“ – 5 €"
    assert decode(text.encode(encoding), declared) == text


def test_a_wrong_declaration_does_not_make_utf_8_anything_else():
    assert decode("Brücke für Köln".encode(), "iso-8859-1") == "Brücke für Köln"
    assert decode("Brücke für Köln".encode("cp1252"), "no-such") == "Brücke für Köln"


def test_a_wide_text_without_its_mark_is_read_as_declared():
    text = "Bees fly home."
    assert decode(text.encode("utf-16-le"), "utf-16-le") == text
