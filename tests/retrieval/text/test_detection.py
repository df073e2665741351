"""Detection of languages, and how rarely it needs the model."""

import subprocess
import sys

import pytest

from retrieval.text import detection
from retrieval.text.detection import detect_language
from retrieval.text.language import UNDETERMINED

ENGLISH = "The bees that live in the old hive make honey, and they bring it to us."
TEXTS = {
    "en": ENGLISH,
    "de": "Wir haben die Bienen gesehen, weil sie noch nicht dort waren, wo sie jetzt "
    "sind; aber wenn es regnet, dann können wir sie nicht mehr finden.",
    "ru": "Эти пчёлы живут только здесь, потому что они уже давно были там, где мы.",
    "vi": "Những con ong này cũng không được nuôi ở đây vì chúng đã bị bắt từ trước.",
    "ko": "벌은 봄에 꿀을 만든다. BBC가 그렇게 전했다.",
    "ja": "ミツバチは春に蜂蜜を作ります。",
    "zh": "蜜蜂在春天酿蜜，茶长在山上。",
    "th": "ผึ้งทำน้ำผึ้งในฤดูใบไม้ผลิ",
}


@pytest.mark.parametrize("code", TEXTS)
def test_script_and_words_tell_most_languages_without_the_model(monkeypatch, code):
    def fail(_):
        raise AssertionError("the model is not needed")

    monkeypatch.setattr(detection, "_by_model", fail)
    assert detect_language(TEXTS[code]) == code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Bees."),
        ("fr", "Tea."),
        ("sr", "Пчеле праве мед у пролеће, а чај расте на брдима и у долинама."),
        ("ne", "मौरीहरूले वसन्तमा मह बनाउँछन् र चिया पहाडमा उम्रन्छ ।"),
    ],
)
def test_what_is_too_short_or_too_alike_is_left_to_the_model(monkeypatch, code, text):
    monkeypatch.setattr(detection, "_by_model", lambda _: code)
    assert detect_language(text) == code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Model Battery Camera\nKestrel 4200 mAh 48 MP"),
        ("en", "Menu Item Price\nSoup 4\nPie 6"),
        ("en", "Animal Legs\nCat 4\nSpider 8"),
        ("ca", "Vaixell Capità Tones\nGavina Joan 412"),
        ("nl", "Gereedschap Dagen\nLadder 2\nBoor 1"),
    ],
)
def test_few_words_that_fit_several_languages_are_in_the_most_common_one(code, text):
    assert detect_language(text) == code


def test_a_text_of_two_languages_is_that_of_most_of_its_words():
    assert detect_language(f"{ENGLISH} {TEXTS['ko']} {ENGLISH}") == "en"
    assert detect_language(f"{TEXTS['ko'] * 9} {ENGLISH}") == "ko"


@pytest.mark.parametrize("text", ["", "1854", "?! …", "👍"])
def test_a_text_without_a_letter_is_in_no_language(text):
    assert detect_language(text) == UNDETERMINED


def test_asking_the_seed_article_loads_no_model_no_telegram_and_no_database():
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from bot.cli import run; run(['ask', 'What is Joguk?']);"
            "print(*sorted(sys.modules), sep='\\n')",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "retrieval.answering" in loaded
    heavy = {"py3langid", "telegram", "tornado", "sqlalchemy", "httpx", "jinja2"}
    assert heavy.isdisjoint(loaded)


def test_two_letters_are_too_few_to_tell_a_language():
    assert detect_language("x") == detect_language("x y 7") == UNDETERMINED
    assert detect_language("안") == "ko", "its script tells"
