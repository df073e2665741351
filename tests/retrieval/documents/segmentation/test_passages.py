import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Article
from retrieval.documents.segmentation.blocks import split_blocks
from retrieval.documents.segmentation.passages import (
    MAX_PASSAGE_CHARACTERS,
    split_layout,
)
from retrieval.documents.segmentation.sentences import (
    MAX_SENTENCE_CHARACTERS,
    split_sentences,
)
from tests.strategies import texts


def sentences(text, language="en"):
    spans = split_sentences(text, (0, len(text)), language)
    return [text[start:end] for start, end in spans]


def passages(text, language="en"):
    return [text[s:e] for (s, e), _ in split_layout(text, language).passages]


def part(text, span):
    return span and text[slice(*span)]


@pytest.mark.parametrize(
    "marked",
    [
        "Dr. Smith left.| |He returned.",
        "J. K. Rowling wrote it.| |It sold.",
        'A U.S.-based Korean said "Go."| |Then he left.',
        '"Special treatment," he said, adding more.| |She agreed.',
        "It fell 3.5 percent.| |No. 5 won.",
        "What?| |No!| |Yes.",
        "He came from Washington, D.C. and stayed.| |It rained.",
        "She said “Yes.”| |He wept.",
        "A hard\nwrapped sentence.| |And another\none.",
        "It costs 5 dollars.\r\n| |See e.g. the list.",
        "Section 2. It is free.| |Article IV.\nIt is not; see Section 2.| |It rains.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(marked):
    expected = [piece.strip() for piece in marked.split("| |")]
    assert sentences(marked.replace("| |", " ")) == expected


def test_the_number_of_a_section_joins_the_section():
    text = "Rink rules\n\nSection 1.\n\nSkating is free.\n\nSection 2.\n\nIce is thin."
    layout = split_layout(text, "en")
    assert part(text, layout.title) == "Rink rules"
    assert passages(text) == [
        "Section 1.\n\nSkating is free.",
        "Section 2.\n\nIce is thin.",
    ]


def test_the_fields_of_minutes_are_no_title():
    head = "Meeting of the board\nDate: 4 May at the rink\nPresent: Ann Ito (chair)"
    text = f"{head}\n\nThe board met at the rink on 4 May. Ann Ito was there."
    layout = split_layout(text, "en")
    assert part(text, layout.title) == "Meeting of the board"
    assert "Present: Ann Ito (chair)" in passages(text)[0]


def test_a_single_line_with_a_colon_may_be_the_title():
    text = "Today\nIce: the rink opens\n\nThe rink opens its ice."
    assert part(text, split_layout(text, "en").title) == "Ice: the rink opens"


def test_a_german_ordinal_does_not_end_a_sentence():
    text = "Im 19. Jahrhundert kam er. Er blieb."
    assert sentences(text, "de") == ["Im 19. Jahrhundert kam er.", "Er blieb."]


def test_chinese_sentences_end_without_a_space():
    assert sentences("你好。我走了！", "zh") == ["你好。", "我走了！"]


def test_a_stray_closing_mark_stays_with_its_sentence():
    assert sentences("He left. )") == ["He left. )"]


def test_a_number_cut_by_the_library_is_joined_again():
    assert sentences("It is at example.com.:8080 now.") == [
        "It is at example.com.:8080 now."
    ]


def test_overlong_quoted_speech_is_split_at_its_full_stops():
    speech = '"' + " ".join(f"Sentence number {n} is said." for n in range(40)) + '"'
    assert max(map(len, sentences(speech))) < MAX_SENTENCE_CHARACTERS
    assert sentences(speech)[1] == "Sentence number 1 is said."


def test_every_sentence_of_a_very_long_paragraph_stays_whole():
    expected = [f"Sentence number {n} stands in a long line." for n in range(1_500)]
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize("word", ["ไทย ", "word ", "x"])
def test_text_without_full_stops_is_cut_to_readable_pieces(word):
    text = word * 2_000
    pieces = sentences(text, "th")
    assert all(len(piece) <= MAX_SENTENCE_CHARACTERS for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_an_unpunctuated_run_inside_overlong_speech_is_cut_too():
    text = f'"Go. {"x" * 2_000} Stop."'
    assert max(map(len, sentences(text))) <= MAX_SENTENCE_CHARACTERS


def test_title_is_the_headline_and_navigation_is_dropped():
    text = "Back To Top\n\nBees love clover\n\nBees love the clover. It is sweet."
    layout = split_layout(text, "en")
    assert part(text, layout.title) == "Bees love clover"
    assert passages(text) == ["Bees love the clover. It is sweet."]


def test_without_a_matching_headline_the_closest_line_is_the_title():
    text = "Menu\n\nSome words apart\n\nBees love the clover apart."
    assert part(text, split_layout(text, "en").title) == "Some words apart"


def test_a_text_that_starts_with_prose_has_no_title():
    assert split_layout("Bees fly.\n\nThey sting.", "en").title is None


PROSE = (
    "The board voted to deepen the north channel. It costs 92 million.\n\nBoats wait."
)


@pytest.mark.parametrize(
    ("head", "title", "first"),
    [
        ("FOR RELEASE\n2 May\n\nBoard to deepen it", "Board to deepen it", "The"),
        ("Board to deepen channel\nBy Ann Ito, 3 May", "Board to deepen channel", "By"),
        ("Board votes for\nnorth channel", "Board votes for\nnorth channel", "The"),
        ("Who pays for the channel?", "Who pays for the channel?", "The"),
        ("North channel\n=============", "North channel", "The"),
    ],
)
def test_a_headline_may_share_its_block_and_may_ask(head, title, first):
    text = f"{head}\n\n{PROSE}"
    assert part(text, split_layout(text, "en").title) == title
    assert passages(text)[0].startswith(first)


def test_questions_with_answers_have_no_headline_and_stay_together():
    text = "Who pays?\n\nThe town pays.\n\nWho works?\n\nThe board works."
    assert split_layout(text, "en").title is None
    assert passages(text) == ["Who pays?\n\nThe town pays.", text[-28:]]


def test_a_text_of_fragments_alone_is_all_body():
    assert split_layout("just one line", "en").title is None
    assert passages("just one line") == ["just one line"]
    assert passages("milk\n\neggs") == ["milk\n\neggs"]


def test_fragments_join_their_neighbours():
    text = "T one\n\nOne is here.\n\nHistory\n\nIt began.\n\nSee also"
    assert passages(text) == ["One is here.", "History\n\nIt began.\n\nSee also"]


@pytest.mark.parametrize(
    ("text", "publisher", "last"),
    [
        ("It rained. (Yonhap)", "Yonhap", "It rained."),
        ('"It rained," he added. (AP)\n', "AP", '"It rained," he added.'),
        ("It rained.\n\n(Kyodo News)", "Kyodo News", "It rained."),
        ("下雨了。（新华社）", "新华社", "下雨了。"),
        ("SEOUL, Nov. 3 (Yonhap) -- It rained.", "Yonhap", None),
        ("It rained (again).", None, "It rained (again)."),
        ("It rained. (see page 5)", None, None),
        ("(Yonhap)", None, "(Yonhap)"),
    ],
)
def test_a_credit_names_the_publisher_and_is_not_quoted(text, publisher, last):
    assert part(text, split_layout(text, "en").publisher) == publisher
    if last:
        assert passages(text)[-1] == last


def test_lines_are_paragraphs_where_a_text_has_no_blank_ones():
    assert len(split_blocks("One is here.\nTwo is there.\nThree.")) == 3


def test_a_hard_wrapped_text_is_one_paragraph():
    assert len(split_blocks("One is\nhere and two\nis there.\nThree.")) == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_ending_separates_paragraphs(newline):
    text = f"One is here.{newline}{newline}Two is there."
    assert passages(text) == ["One is here.", "Two is there."]


def test_a_giant_paragraph_becomes_several_passages_of_like_length():
    text = " ".join(f"Sentence number {n} stands here." for n in range(200))
    parts = passages(text)
    assert " ".join(parts) == text
    assert all(len(p) <= MAX_PASSAGE_CHARACTERS + 40 for p in parts)
    assert min(map(len, parts)) > max(map(len, parts)) / 2


def test_lone_surrogates_do_not_stop_the_splitter():
    assert sentences("One \ud800 here. Two.") == ["One \ud800 here.", "Two."]


@given(texts(), st.sampled_from(["en", "zh", "th", "de", "und"]))
def test_spans_are_in_order_and_inside_their_passages(text, language):
    past = 0
    for (start, end), inner in split_layout(text, language).passages:
        assert past <= start < end <= len(text)
        assert (start, end) == (inner[0][0], inner[-1][1])
        for left, right in inner:
            assert past <= left < right <= len(text)
            assert text[left:right] == text[left:right].strip("\n ")
            past = right


@given(st.lists(st.sampled_from(["Ann ran. ", "Why? ", '"No." ', "B. ", "\n"])))
def test_no_word_of_a_block_is_lost(pieces):
    text = "".join(pieces)
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_a_closing_remark_in_brackets_goes_with_the_sentence_before_it():
    text = "Cows eat grass.\n\nBees make honey. [citation needed]\n\nRain fell."
    article = Article.from_text(text, language="en")
    assert [s.text for p in article.passages for s in p.sentences] == [
        "Cows eat grass.",
        "Bees make honey. [citation needed]",
        "Rain fell.",
    ]


def test_thai_which_writes_no_full_stops_is_cut_between_clauses():
    clause = "ผึ้งทำน้ำผึ้งในรังไม้ที่ตั้งอยู่บนเนินเขาสีเขียวใกล้แม่น้ำสายใหญ่ของหมู่บ้าน"
    text = f"{clause} และ{clause} {clause} และ{clause} {clause} และ{clause} {clause}"
    article = Article.from_text(text, language="th")
    sentences = [s.text for p in article.passages for s in p.sentences]
    assert len(sentences) > 1
    assert all(len(sentence) <= 400 for sentence in sentences)
    assert all(sentence.startswith("และ") for sentence in sentences[1:])
    assert "".join(sentences).replace(" ", "") == text.replace(" ", "")
