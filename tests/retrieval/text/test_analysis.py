import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.analysis import Analyzer
from tests.strategies import texts


def terms(text, language="en"):
    return [term.term for term in Analyzer(language).analyze(text)]


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Invested", "investing", "en"),
        ("Pyongyang's", "Pyongyang", "en"),
        ("Koreans’", "Korean", "en"),
        ("CAFÉ", "cafe", "en"),
        ("U.S.", "US", "en"),
        ("1,000", "1000", "en"),
        ("٣", "3", "ar"),
        ("Häuser", "Haus", "de"),
        ("ёлка", "елка", "ru"),
        ("ｆｕｌｌ", "full", "en"),
        ("lost", "lose", "en"),
        ("bought", "buying", "en"),
        ("children", "child", "en"),
        ("lenses", "lens", "en"),
        ("colour", "color", "en"),
        ("theatres", "theater", "en"),
        ("organised", "organizing", "en"),
        ("tyre", "tire", "en"),
        ("O'Brien", "Obrien", "en"),
        ("Feb.", "February", "en"),
        ("12 km", "12 kilometres", "en"),
        ("12 km", "12 Kilometer", "de"),
        ("CO₂", "CO2", "en"),
        ("ﾌｪﾘｰ", "フェリー", "ja"),
        ("ﾊﾞｽ", "バス", "ja"),
        ("１２０米", "120米", "zh"),
        ("誰為新橋剪綵", "谁为新桥剪彩", "zh"),
    ],
)
def test_spellings_of_one_word_are_one_term(one, other, language):
    assert terms(one, language) == terms(other, language) != []


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("It is written in C++.", "c++"),
        ("The C# plug-in", "c#"),
        ("Runs on .NET 8", ".net"),
        ("Version 2.0.2", "2.0.2"),
        ("IPv6 and 5G", "5g"),
        ("the plug-in", "plugin"),
        ("Wi-Fi", "wifi"),
    ],
)
def test_names_with_signs_and_digits_are_terms(text, term):
    assert term in terms(text)


def test_names_of_people_are_not_written_in_one():
    assert terms("Kim Jong-un of North-South Ltd.")[:3] == ["kim", "jong", "un"]


def test_a_chinese_question_how_long_asks_for_what_says_how_long():
    asked = Analyzer("zh").analyze_question("新桥有多长？")
    assert ("桥长", 1, 5) in asked


def test_names_and_numbers_of_a_question_are_kept():
    assert terms("Who is WHO's chief No. 2 in the US?") == ["who", "chief", "2", "us"]


def test_a_question_in_capitals_loses_its_stop_words_all_the_same():
    assert terms("WHO LEADS THE OFFICE?") == terms("who leads the office?")


def test_vowel_signs_of_hindi_are_no_accents():
    assert terms("हिन्दी", "xx") == ["हिन्दी"]


def test_scripts_without_spaces_become_bigrams():
    assert terms("北京大学", "xx") == ["北京", "京大", "大学"]
    assert terms("水", "xx") == ["水"]


def test_a_chinese_name_in_an_english_text_is_found():
    assert "北京" in terms("He studied at 北京大学 in 1999.")


def test_the_frame_of_a_question_is_not_searched_for():
    analyzer = Analyzer("en")
    framed = analyzer.analyze_question("What does the article say about Joguk?")
    assert [term.term for term in framed] == ["joguk"]
    assert analyzer.analyze_question("What does the article say?")


@given(texts(), st.sampled_from(["en", "zh", "ar", "ru", "xx"]))
def test_offsets_point_into_the_text(text, language):
    for term in Analyzer(language).analyze(text):
        assert term.term
        assert 0 <= term.start < term.end <= len(text)


def test_no_term_holds_a_blank():
    """NFKC writes some letters as several words; an index separates terms by blanks."""
    assert all(" " not in t.term for t in Analyzer("ar").analyze("قال ﷺ ثم ﷻ"))
