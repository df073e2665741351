"""Sample questions: what is offered is answered, and well asked."""

import re
from pathlib import Path

import pytest

from bot.articles.asking import questions_about
from bot.articles.samples import MIN_CONFIDENCE, mark_of, sample_questions
from retrieval import Answerer, Article, load_article

FOLDER = Path(__file__).parents[3] / "benchmarks" / "readers"
ARTICLES = [path for path in sorted(FOLDER.iterdir()) if path.suffix in (".md", ".txt")]
LIBRARY = """해오름 도서관, 새 건물로 이사

해오름 도서관은 1987년 시민의 기부로 설립됐다. 도서관은 한빛동 언덕에 위치한다.

김민서 관장은 새 건물이 주민의 사랑방이 될 것이라고 말했다. 열람실은 300석 규모이다.

어린이 자료실은 밤나무 숲을 내다보는 열린 공간이다. 개관식은 5월 3일에 열린다."""
GRAMMATICAL = re.compile(
    r"(?:What does the article say about .+|What did [A-Z].+ say|"
    r"(?:What|Who) (?:is|was) .+|When (?:was|were|is|are) .+|When did .+|"
    r"How many .+ (?:do|does|did) .+|How (?:much|long) (?:do|does|did) .+|"
    r"How (?:long|high|tall|wide|deep|thick|old|heavy) (?:is|are|was|were) .+|"
    r"Where (?:is|are|was|were) .+ [a-z]+)\?"
)


def test_samples_of_fifty_articles_are_answered_well_and_are_grammatical():
    assert len(ARTICLES) >= 50
    offered = 0
    for path in ARTICLES:
        answerer = Answerer([load_article(path)])
        samples = sample_questions(answerer, answerer.articles)
        places = set()
        for sample in samples:
            answer = answerer.answer(sample)
            assert answer.confidence >= MIN_CONFIDENCE, (path.name, sample)
            places.add(answer.citations[0].passage.number)
            assert GRAMMATICAL.fullmatch(sample), (path.name, sample)
            assert len(sample) <= 110, (path.name, sample)
        assert len(places) == len(samples), "each is about another passage"
        offered += bool(samples)
    assert offered >= len(ARTICLES) / 2


def test_samples_are_of_different_kinds():
    article = Article.from_text(
        "The mill\n\nThe old mill was built in 1854. Rain fell on the hills.\n\n"
        '"It is a fine mill," said Ada Quill, the owner of the place.\n\n'
        "The hall of the museum seats 250 guests.\n\n"
        "Visitors come from all over the county.\n\n"
        "The tower was repaired in 1999 after a storm had blown its roof away."
    )
    samples = sample_questions(Answerer([article]), [article])
    assert len({sample.split()[0] for sample in samples}) == len(samples) == 3


def test_samples_are_in_the_articles_language():
    article = Article.from_text(LIBRARY)
    samples = sample_questions(Answerer([article]), [article])
    assert len(samples) == 3
    assert all(sample.endswith("니까?") for sample in samples)
    assert "해오름 도서관은 언제 설립됐습니까?" in samples


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "The bridge was opened in May 1931 by the mayor.",
            "When was the bridge opened?",
        ),
        ("A crossing takes 25 minutes.", "How long does a crossing take?"),
        (
            "A crossing takes two hours to book.",
            "How long does a crossing take to book?",
        ),
        ("The old ferry sank in 1911.", "When did the old ferry sink?"),
        ("The hall seats 120 people.", "How many people does the hall seat?"),
        ("The works employed 40 people.", None),
        ("The clubs have 90 members.", "How many members do the clubs have?"),
        ("A ticket costs £4.", "How much does a ticket cost?"),
        ("The repairs cost 90 pounds.", "How much do the repairs cost?"),
        ("The repair cost 90 pounds.", "How much did the repair cost?"),
        ("The crane weighs 17 tonnes.", "How much does the crane weigh?"),
        ("The quay is 90 metres long.", "How long is the quay?"),
        ("The office is open from Monday to Friday.", "When is the office open?"),
        ("The tower is located in Brae.", "Where is the tower located?"),
        ("The bell was held in March.", "When was the bell held?"),
        ("A volcano is an opening in the crust.", "What is a volcano?"),
        ("Brae Museum is a house of ships.", "What is Brae Museum?"),
        ("The Torvald C15 is a heater.", "What is the Torvald C15?"),
        ("We met Ada Quill, the owner of it.", "Who is Ada Quill?"),
        ("“Yes,” said Ada Quill.", "What did Ada Quill say?"),
        ("“Yes,” said Ada St. Quill.", None),
        ("“Yes,” said Ada Quill on Monday.", "What did Ada Quill say?"),
        # What is no fact about a noun is not asked for.
        ("It was built in 1854.", None),
        ("Ada is a teacher.", None),
        ("The main reason is a lack of money.", None),
        ("The oldest is a boat.", None),
        ("When it was closed in 1900, people wept.", None),
        ("The mill, which was shut, was sold in 1900.", None),
        ("The owner is a teacher of music.", None),
        ("We met Dr Ada Quill, the owner.", None),
        ("Ada van Quill is a captain.", None),
    ],
)
def test_a_question_is_formed_from_what_a_sentence_tells(sentence, question):
    asked = [one.question for one in questions_about(sentence, "en")]
    assert asked == [question] if question else asked == []


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("한빛교는 1968년에 개통됐다.", "한빛교는 언제 개통됐습니까?"),
        ("도서관은 언덕에 위치한다.", "도서관은 어디에 있습니까?"),
        ("이수진 교수는 늦었다고 말했다.", "이수진 교수는 무엇이라고 말했습니까?"),
        ("김민 시장은 늦었다고 밝혔다.", "김민 시장은 무엇이라고 말했습니까?"),
        ("장서는 모두 12만 권이다.", None),
        ("그래서 갔다.", None),
    ],
)
def test_korean_questions_have_the_particles_that_their_nouns_take(sentence, question):
    asked = [one.question for one in questions_about(sentence, "ko")]
    assert asked == ([question] if question else [])


def test_no_question_is_formed_in_a_language_without_rules():
    assert list(questions_about("Die Mühle wurde 1854 gebaut.", "de")) == []


def test_no_sample_question_is_longer_than_a_person_would_ask():
    article = Article.from_text(f"We saw {'Ab' * 50_000} go. It was Ann Ito’s ship.")
    for sample in sample_questions(Answerer([article]), [article]):
        assert len(sample) < 120


def test_a_mark_fits_a_button():
    assert 0 <= mark_of("Who is Ada Quill?") < 10_000
