import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.replies import (
    Attribution,
    Heading,
    Quote,
    Reply,
    ReplyText,
    Style,
    StyledText,
)
from bot.console.rendering import render_json
from bot.telegram.html import LIMIT, MAX_MESSAGES, render_telegram
from retrieval import Answerer, Article
from tests.bot.fake_bot_api import parse_html, utf16_length
from tests.support import console_text

REPLY = Reply(
    (
        Heading("Several:"),
        Quote(
            (
                (StyledText("One "), StyledText("<two>", Style.MATCH), StyledText(".")),
                (StyledText("…", Style.GAP),),
                (StyledText("Three.", Style.MARKED),),
            )
        ),
        Attribution("— T & Co, passage 1"),
        ReplyText("Mine."),
    )
)


def test_telegram_gets_escaped_html_with_a_block_quotation():
    assert render_telegram(REPLY) == [
        "<b>Several:</b>\n"
        "<blockquote>One <b>&lt;two&gt;</b>. … <b>Three.</b></blockquote>\n"
        "<i>— T &amp; Co, passage 1</i>\n\n"
        "Mine."
    ]


def test_a_pipe_gets_plain_unwrapped_lines():
    long = "word " * 40 + "end."
    reply = Reply((Quote(((StyledText(long),),)), Attribution("— T, passage 1")))
    assert console_text(reply) == f"  {long}\n  — T, passage 1\n\n"


def test_without_colours_the_marked_sentence_is_marked():
    assert "  One <two>. … »Three.«\n" in console_text(REPLY)


def test_a_terminal_gets_wrapped_and_bold_words():
    text = console_text(
        REPLY, force_terminal=True, width=10, color_system="standard", _environ={}
    )
    assert "\x1b[1m<two>\x1b[0m" in text
    assert "»" not in text


def test_long_quotations_are_split_between_sentences():
    sentences = tuple((StyledText(f"{n} " + "a" * 990 + "."),) for n in range(9))
    messages = render_telegram(Reply((Quote(sentences), Attribution("— T"))))
    assert len(messages) == 3
    for message in messages:
        text, problem = parse_html(message)
        assert not problem
        assert text.removesuffix("\n— T").endswith(".")


@given(
    st.lists(
        st.builds(
            StyledText,
            st.text(alphabet="ab <&😀é", min_size=1, max_size=9)
            .flatmap(lambda s: st.integers(1, 900).map(lambda n: s * n)),
            st.sampled_from(list(Style)),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([ReplyText, Heading, Attribution]),
)  # fmt: skip
def test_no_message_is_too_long_and_no_word_is_lost(spans, kind):
    words = "".join(span.text for span in spans)
    reply = Reply((Quote((tuple(spans), tuple(spans))), kind(words)))
    texts = []
    *messages, last = render_telegram(reply)
    rest = len(messages) == MAX_MESSAGES and last == "…"
    for message in messages if rest else [*messages, last]:
        text, problem = parse_html(message)
        assert not problem
        assert utf16_length(text) <= LIMIT
        texts.append(text)
    said, shown = "".join((words * 3).split()), "".join("".join(texts).split())
    assert said.startswith(shown) if rest else said == shown


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("a.txt", None),
        (
            "https://e.org/a",
            "https://e.org/a#:~:text=Bees%20make%20honey.",
        ),
    ],
)
def test_json_holds_what_the_design_names(source, url):
    article = Article.from_text("Bees\n\nBees make honey.", source=source)
    answer = Answerer([article]).answer("What do bees make?")
    data = json.loads(render_json(answer))
    assert set(data) == {"question", "found", "confidence", "citations"}
    (citation,) = data["citations"]
    assert citation == {
        "quote": "Bees make honey.",
        "answer": None,
        "title": "Bees",
        "source": source,
        "section": None,
        "page": None,
        "recognition": None,
        "passage": 1,
        "start": 6,
        "end": 22,
        "score": pytest.approx(answer.citations[0].probability),
        "highlights": [[0, 4]],
        "rows": [],
        "url": url,
    }
