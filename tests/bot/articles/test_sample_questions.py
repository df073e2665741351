"""Sample questions are answered, and grammatical."""

import re

from bot.articles.sample_questions import MIN_CONFIDENCE, sample_id, sample_questions
from retrieval import Answerer, Article, load_article
from tests.support import DOCUMENTS

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
    assert len(DOCUMENTS) >= 50
    offered = 0
    for path in DOCUMENTS:
        answerer = Answerer([load_article(path)])
        samples = sample_questions(answerer, answerer.articles)
        places = set()
        for sample in samples:
            answer = answerer.answer(sample)
            assert answer.confidence >= MIN_CONFIDENCE, (path.name, sample)
            places.add(answer.citations[0].passage.number)
            own = sample in " ".join(answerer.articles[0].text.split())
            assert own or GRAMMATICAL.fullmatch(sample), (path.name, sample)
            assert len(sample) <= 110, (path.name, sample)
        assert len(places) == len(samples), "each is about another passage"
        offered += bool(samples)
    assert offered >= len(DOCUMENTS) / 2


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


def test_no_sample_question_is_longer_than_a_person_would_ask():
    article = Article.from_text(f"We saw {'Ab' * 50_000} go. It was Ann Ito’s ship.")
    for sample in sample_questions(Answerer([article]), [article]):
        assert len(sample) < 120


def test_a_mark_fits_a_button():
    assert 0 <= sample_id("Who is Ada Quill?") < 10_000


def test_the_articles_own_questions_come_first():
    article = Article.from_text(
        "Questions about the mill\n\n"
        "Where do visitors leave their bicycles? Visitors leave their bicycles in the "
        "yard behind the barn.\n\n"
        "What does the mill grind in autumn? The mill grinds oats and rye in "
        "autumn.\n\n"
        "The old mill was built in 1854. Rain fell on the hills."
    )
    samples = sample_questions(Answerer([article], reader=None), [article])
    assert "What does the mill grind in autumn?" in samples


def test_words_that_are_no_names_get_no_sample():
    article = Article.from_text(
        "We met in Room 4 at noon. The room was cold. Go around it, and write often."
    )
    samples = sample_questions(Answerer([article], reader=None), [article])
    assert not [one for one in samples if "Room" in one or "around" in one]
