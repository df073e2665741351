import gzip
import json

import pytest

from benchmarks import pages

BODY = (
    "The lock keeper opened the north gate at six in the morning. Nine barges went "
    "through it before noon, and none of them waited longer than an hour."
)


def make_folder(folder):
    page = (
        "<html><head><title>The north gate</title></head><body><nav><a href='/'>Home"
        f"</a></nav><article><h1>The north gate</h1><p>{BODY}</p></article></body>"
        "</html>"
    )
    (folder / "html").mkdir()
    (folder / "html" / "gate.html.gz").write_bytes(gzip.compress(page.encode()))
    articles = {"gate": {"articleBody": BODY, "url": "http://gate.example"}}
    (folder / "ground-truth.json").write_text(json.dumps(articles))


def test_extractors_are_measured_on_the_pages_of_a_folder(tmp_path, capsys):
    make_folder(tmp_path)
    names = ["article-bot", "trafilatura"]
    saved = tmp_path / "texts"
    pages.main([str(tmp_path), "--only", *names, "--list", "--save", str(saved)])
    rows = {
        cells[1].strip(): [cell.strip() for cell in cells[2:-1]]
        for line in capsys.readouterr().out.splitlines()
        if len(cells := line.split("│")) > 3
    }
    assert list(rows) == names
    assert rows["article-bot"] == ["1.000"] * 6 + ["0"] * 3
    assert (saved / "article-bot" / "gate.txt").read_text() == BODY


def test_a_page_whose_body_is_lost_has_no_recall():
    assert pages.overlap("", BODY) == pages.Overlap(0.0, 0.0)
    assert pages.overlap("", BODY).f == 0


def test_a_page_without_an_article_wants_no_text():
    assert pages.overlap("", "").f == 1
    assert pages.overlap("Menu", "").f == 0


def test_a_folder_without_pages_is_refused_in_one_line(tmp_path, capsys):
    with pytest.raises(SystemExit):
        pages.main([str(tmp_path)])
    assert "no pages of that form are in" in capsys.readouterr().err
