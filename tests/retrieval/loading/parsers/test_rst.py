"""reStructuredText, with directives and roles of Sphinx."""

import pytest

from retrieval.loading.load import read_article
from tests.retrieval.loading.sample_files import shown

RINK = """
==========
The rink
==========
:Author: Ann Ito
:Date: 2 May 2023
:Status: open

.. a comment
.. contents::
.. note:: No skating at night.

Prices
======

Ask at the ``gate`` or :ref:`the warden <warden>`, see `it <https://rink.example>`_.

+-------+------+
| Who   | Pays |
+=======+======+
| Adult | six  |
+-------+------+

Rules
-----

3. Come.
4. Pay.

   - in cash

Warden
   Opens the gate.
"""


def test_a_document_is_read_as_it_is_shown():
    article = read_article(RINK.encode(), "rink.txt")
    assert (article.title, article.author) == ("The rink", "Ann Ito")
    assert shown(article) == [
        (
            None,
            [
                "Author: Ann Ito",
                "Date: 2 May 2023",
                "Status: open",
                "No skating at night.",
            ],
        ),
        (
            "Prices",
            [
                "Ask at the gate or the warden, see it.",
                "Who | Pays",
                "Adult | six",
            ],
        ),
        (
            "Prices › Rules",
            ["3. Come.", "4. Pay.", "in cash", "Warden: Opens the gate."],
        ),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            ".. versionadded:: 2.0\n   Skates can be *hired*.",
            "2.0\n\nSkates can be hired.",
        ),
        (".. toctree::\n   :maxdepth: 2\n\n   a\n   b\n\nIce.", "Ice."),
        (".. include:: /etc/passwd\n\nIce.", "Ice."),
        (".. raw:: html\n   :file: /etc/passwd\n\nIce.", "Ice."),
        (".. code-block:: python\n\n   a = 1\n     b", "a = 1\n  b"),
        (".. admonition:: Ice\n\n   It is thin.", "Ice\n\nIt is thin."),
        (":orphan:\n\n:Who:\n  - Ann\n  - Bo\n", "Who:\n\nAnn\n\nBo"),
        ("Rink\n====\n\nIce\n---\n\nThin.", "Rink\n\nIce\n\nThin."),
        ("It is |thin| and `open", "It is |thin| and `open"),
    ],
    ids=[
        "unknown directive",
        "silent directive",
        "include",
        "raw",
        "code",
        "titled note",
        "fields",
        "lone section",
        "errors",
    ],
)
def test_directives_and_fields_are_shown_as_text(text, words):
    assert read_article(text.encode(), "rink.rst").text == words


def test_a_lone_section_is_no_title():
    article = read_article(b"Rink\n====\n\nIce\n---\n\nThin.", "rink.rst")
    assert shown(article) == [("Ice", ["Thin."])]
