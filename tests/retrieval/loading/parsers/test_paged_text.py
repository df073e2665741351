"""Plain text in pages, as for a line printer."""

from retrieval.loading.load import read_article
from tests.retrieval.loading.sample_files import shown

TEXT = """Rink Committee                                        A. Ito
Note: 12                                          Larkey Rink


                  The Rules of the Rink

Opening

   The rink opens at six.  Skaters who come later
   wait until the ice is



Ito                        Note                     [Page 1]
\f
Note 12               Rules of the Rink             May 2024


   clean again.

1.1.  Prices

   Adults pay six crowns.



Ito                        Note                     [Page 2]
\f
Note 12               Rules of the Rink             May 2024


   Pupils pay two.
"""


def test_heads_and_feet_of_pages_do_not_cut_sentences():
    article = read_article(TEXT.encode(), "rules.txt")
    assert article.title == "The Rules of the Rink"
    assert shown(article)[1:] == [
        (
            "Opening",
            [
                "The rink opens at six.",
                "Skaters who come later wait until the ice is clean again.",
            ],
        ),
        ("Opening › 1.1. Prices", ["Adults pay six crowns."]),
        ("Opening › 1.1. Prices", ["Pupils pay two."]),
    ]
    assert [passage.page for passage in article.passages][1:] == [1, 2, 3]


def test_a_text_of_one_page_keeps_its_text():
    article = read_article(TEXT.partition("\f")[0].encode(), "rules.txt")
    assert "the ice is" in article.text
    assert "[Page 1]" not in article.text


def test_a_text_of_one_page_may_be_followed_by_empty_pages():
    first, foot = "The ice is clean.\n\nAnn", "Ito       [Page 1]\n"
    article = read_article(f"{first} {foot}\n{foot}\n{foot}".encode(), "rules.txt")
    assert article.text == "The ice is clean."
