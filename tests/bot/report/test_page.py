"""The report as a page."""

import re
from dataclasses import replace

import pytest

from bot.report.page import MAX_BARS, MAX_LISTED, chart_bars, render_page
from bot.report.summary import Outcomes, summarize
from tests.bot.report.test_summary import ASKED, asked


def page_of(questions):
    return render_page(summarize(questions, None), 0)


def test_the_page_loads_nothing_from_elsewhere():
    page = page_of(asked("Who is https://example.org/a.png for?"))
    assert not re.search(r"(?:src|href|url|import)\s*[=(]", page)
    assert "default-src 'none'" in page
    assert "<script" not in page


def test_what_people_wrote_is_text_and_no_markup():
    questions = asked("<script>alert(1)</script>?", article="<b>", answer="<i>")
    questions = [replace(one, question_before="<u>", found=True) for one in questions]
    page = page_of([*questions, *questions])
    assert not re.search("<(?:script|b>Tea|i>|u>)", page)
    assert "&lt;script&gt;" in page
    assert "after “&lt;u&gt;”" in page


def test_the_page_shows_numbers_groups_and_details():
    page = page_of([*asked("Who pours?", "Who drinks?", wrong=2), *asked("Who pours?")])
    assert re.search(r"<b>3</b>\s*questions", page)
    assert "<b>2</b> × Who pours?" in page
    assert "called wrong by 2" in page
    assert "refused, confidence 0.10" in page
    assert "1970-01-01 00:00" in page


def test_a_page_on_nothing_says_so():
    assert "Nothing was asked." in page_of([])


def test_long_lists_are_cut_and_say_so():
    many = [
        replace(one, article=f"Tea {one.turn_id}")
        for one in asked(*(f"Who is A{n}?" for n in range(MAX_LISTED + 5)))
    ]
    page = page_of(many + [replace(ASKED, turn_id=n) for n in range(1_000, 1_030)])
    assert "… and 6 more; the CSV has all of them." in page
    assert "… and 10 more." in page


@pytest.mark.parametrize("n_days", [1, MAX_BARS, MAX_BARS + 1, 500])
def test_the_bars_of_the_chart_stay_within_it_and_hold_every_day(n_days):
    days = tuple(Outcomes(f"day {n}", n, n % 7) for n in range(n_days))
    bars = chart_bars(days)
    assert len(bars) <= MAX_BARS
    assert sum(bar.outcomes.asked for bar in bars) == sum(day.asked for day in days)
    for bar in bars:
        assert 0 <= bar.x <= bar.x + bar.width <= 100.01
        assert bar.found + bar.refused <= 100.01
