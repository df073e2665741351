"""Markdown: the text as it is shown, and front matters."""

from textwrap import indent

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Article
from retrieval.loading.load import read_article
from retrieval.loading.parsers.markdown.dialects import to_commonmark
from retrieval.loading.parsers.markdown.parser import parse
from tests.retrieval.loading.sample_files import FILES, HONEY, shown


def test_markdown_is_read_without_its_marks():
    article = read_article(FILES["bees.md"], "bees.md")
    assert (article.title, article.author) == ("The book of bees", "Ann Ito")
    assert article.date == "2026-03-04"
    assert shown(article) == [
        (None, ["Bees fly to the meadow in May.", "A picture"]),
        (
            "Honey",
            [HONEY, "It is sold:", "in jars", "in combs", "Month | Kilos", "July | 7"],
        ),
        ("Honey", ["Silence is golden."]),
        ("Honey", ["A note in HTML."]),
        ("Honey", ["indented code"]),
    ]


def test_markdown_is_read_as_a_reader_sees_it():
    text = (
        "<p align='center'><style>p {}</style><h1>The pool</h1>Open to all.</p>\n\n"
        "Line one<br>line two, ~~closed~~ open.[^1]\n\n"
        "| Day | Hours | Price |\n|---|---|---|\n| Monday | | 3 |\n| | | |\n\n"
        "[^1]: Since May.\n"
    )
    article = read_article(text.encode(), "pool.md")
    assert article.title == "The pool"
    assert shown(article) == [
        (None, ["Open to all."]),
        (
            None,
            [
                "Line one line two, open.",
                "Day | Hours | Price",
                "Monday | | 3",
            ],
        ),
        (None, ["Since May."]),
    ]


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        (
            "---\ntitle: >\n  The bees\n  of May  # draft\nauthors: [Ann, Bo]\n"
            "date: 2026-03-04 10:00:00\n---\n",
            ("The bees of May # draft", "Ann, Bo", "2026-03-04"),
        ),
        (
            '+++\ntitle = "The bees"\ndate = 2026-03-04\n+++\n',
            ("The bees", None, "2026-03-04"),
        ),
        ("---\ntitle: [a: {b: c\n---\n", (None, None, None)),
        ("---\ntitle: {a: b}\nauthor:\n---\n", (None, None, None)),
    ],
)  # fmt: skip
def test_front_matters_in_yaml_and_toml_are_understood(matter, said):
    article = read_article(f"{matter}\nBees fly home.\n".encode(), "a.md")
    assert (article.title, article.author, article.date) == said
    assert article.text == "Bees fly home."


def test_text_between_two_rules_is_no_front_matter():
    article = read_article(b"---\n\nBees fly home.\n\n---\n\nCows stay.\n", "a.md")
    assert article.text == "Bees fly home.\n\nCows stay."


BOMB = "---\na: &a [bees, bees, bees]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefg", "bcdefgh", strict=True)
)


def test_a_front_matter_that_grows_says_nothing_of_the_text():
    data = f"{BOMB}date: *h\ntitle: Bees\n---\n\nBees make honey.\n".encode()
    article = read_article(data, "a.md")
    assert (article.title, article.date) == (None, None)
    assert article.text == "Bees make honey."


@pytest.mark.parametrize("date", ["soon", "x" * 100_000, "2024-13-99-1", "[1, 2]"])
def test_a_date_that_is_none_is_none(date):
    data = f"---\ntitle: Bees\ndate: {date}\n---\n\nBees make honey.\n".encode()
    assert read_article(data, "a.md").date is None


def test_half_a_character_is_replaced_wherever_a_file_holds_one():
    data = b'---\ntitle: "Bees \\ud800"\n---\n\n# A &#xD800;\n\nBees make honey.\n'
    article = read_article(data, "a.md")
    for text in (article.text, article.title, article.passages[0].section or ""):
        text.encode()
    plain = Article.from_text("Bees \udfff make\ud800 honey.", title="B\ud800")
    assert plain.text == "Bees \ufffd make\ufffd honey."
    assert plain.title == "B\ufffd"


SHOWN = {
    "mkdocs admonition": (
        '!!! warning "Thin ice"\n    Skating is forbidden.\n\n    Ask the warden.\n',
        "Thin ice\n\nSkating is forbidden.\n\nAsk the warden.",
    ),
    "nested admonitions": (
        '??? note "Skates"\n    Rent them.\n\n    !!! tip\n        Come early.\n\nGo.',
        "Skates\n\nRent them.\n\nCome early.\n\nGo.",
    ),
    "admonition in a quotation": (
        '> !!! note "Ice"\n>     It is thin.\n',
        "Ice\n\nIt is thin.",
    ),
    "pymdown block": ("/// note | Ice\nIt is thin.\n///\n", "Ice\n\nIt is thin."),
    "docusaurus container": (
        ":::tip[Skates]\n\nRent them.\n\n:::\n\n:::danger Ice\nIt is thin.\n:::\n",
        "Skates\n\nRent them.\n\nIce\n\nIt is thin.",
    ),
    "pandoc container": (
        '::: {.callout-tip title="Skates"}\nRent them.\n:::\n',
        "Skates\n\nRent them.",
    ),
    "callouts": (
        "> [!NOTE]\n> The ice is thin.\n\n> [!tip]- Skates\n> Rent them.\n",
        "The ice is thin.\n\nSkates\n\nRent them.",
    ),
    "myst directive": (
        "```{admonition} Ice\n:class: tip\nIt is `thin`.\n```\n\n"
        ":::{note}\nAsk {ref}`the warden <warden>`.\n:::\n\n```{toctree}\na\nb\n```\n",
        "Ice\n\nIt is thin.\n\nAsk the warden.",
    ),
    "mkdocs tabs": (
        '=== "Adults"\n\n    They pay six.\n\n=== "Pupils"\n\n    They pay two.\n',
        "Adults: They pay six.\n\nPupils: They pay two.",
    ),
    "mdx": (
        "import Tabs from '@theme/Tabs';\nimport Ice from './ice.mdx';\n\n# Rink\n\n"
        "export const Red = ({children}) => (\n  <b style={{color: 'red'}} />\n);\n\n"
        "Open daily. {/* ask Bo */}\n\n<Tabs>\n<TabItem value='a' label='Adults'>\n\n"
        "They pay <Red size={2}>six</Red>.\n\n</TabItem>\n</Tabs>\n\n<Ice />\n",
        "Rink\n\nOpen daily.\n\nAdults: They pay six.",
    ),
    "wiki": (
        "See [[Rink#Prices|the prices]] and [[Rink#Hours]]. ^prices\n\n"
        "![[rink.png]]\n\n![[Rink]]\n\nSee ![[a.png|9]]too ![[Ice#Now]].\n\n"
        "The ==ice== is thin. %% ask\nBo %%\n\nWarden:: Ann Ito\n",
        "See the prices and Rink › Hours.\n\nSee too Ice › Now.\n\n"
        "The ice is thin.\n\nWarden: Ann Ito",
    ),
    "hugo": (
        "{{< toc >}}\n\n{{% notice tip %}}\nRent skates.\n{{% /notice %}}\n\n"
        '{{< figure src="a.jpg" caption="The rink in 1950." >}}\n\n'
        '{{% tab "Adults" %}}\nThey pay six.\n{{% /tab %}}\n',
        "Rent skates.\n\nThe rink in 1950.\n\nAdults: They pay six.",
    ),
    "jekyll": (
        "* TOC\n{:toc}\n\n## Ice {#ice .big}\n\n{% comment %}Ask Bo.{% endcomment %}\n"
        "Adults pay {{ site.price }} crowns.\n{: .lead}\n\n"
        "{% raw %}Write {{ name }}.{% endraw %}\n\n*[WC]: water closet\n",
        "Ice\n\nAdults pay … crowns.\n\nWrite {{ name }}.",
    ),
    "edits": (
        "It {--was--}{++is++} {~~thick~>thin~~}{>>sure?<<} {==today==}.",
        "It is thin today.",
    ),
    "tasks": ("- [ ] Clean\n- [x] Freeze\n", "☐ Clean\n\n☑ Freeze"),
    "items in items": (
        "- Skates:\n  1. hire\n     - a day: six\n"
        "- Rent sledges here.\n  - They are red.\n"
        "- Sticks\n  -\n  - two\n",
        "Skates: 1. hire: a day: six\n\nRent sledges here.\n\nThey are red.\n\n"
        "Sticks\n\ntwo",
    ),
    "definitions": ("Warden\n: Opens the gate.\n", "Warden: Opens the gate."),
    "pandoc": (
        "The rink is old [see @ito1999, p. 4].\n\nH~2~O freezes.\n\n***\n\n"
        ": Prices {#tbl:a}\n",
        "The rink is old.\n\nH2O freezes.\n\nPrices",
    ),
    "icons": (":material-snowflake: Ice{ .button } :tada:", "Ice"),
    "html": (
        "<table>\n<tr><th>Who</th><th>Pays</th></tr>\n\n"
        "  <tr><td>Pupil</td>\n\n    <td>two<br>crowns</td></tr>\n</table>\n\n"
        "<dl><dt>Warden</dt><dd>Opens the gate.</dd></dl>\n\n<p hidden>Ask.</p>\n\n"
        "<div style='display: none'>\n\nAsk **Bo**.\n\n</div>\n\n"
        "<p hidden>Ask <b>Bo\n\nIt is <del>thick</del> thin.\n\n"
        "<img src='a.png' alt='A map'> of it<hr>\n",
        "Who | Pays\n\nPupil | two crowns\n\nWarden: Opens the gate.\n\n"
        "It is thin.\n\nof it",
    ),
    "row of paragraphs": (
        "<table><tr><td>\n\n**Pupil**\n\n</td><td>two</td></tr></table>\n\n"
        "<table><tr><td>Adult</td><td>six\n\n# Hours\n\nAll day.\n",
        "Pupil | two\n\nAdult\n\nHours\n\nAll day.",
    ),
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.values(), ids=SHOWN)
def test_dialects_are_read_as_their_readers_see_them(text, shown):
    assert read_article(text.encode(), "rink.md").text == shown


def test_a_heading_of_a_version_and_a_date_can_be_quoted():
    article = read_article(b"# Log\n\n## [1.2.0] - 2024-03-11\n\n- Skates\n", "a.md")
    assert shown(article) == [
        ("[1.2.0] - 2024-03-11", ["[1.2.0] - 2024-03-11", "Skates"])
    ]


CODE = "!!! note\n    [[a]] {{ b }} %% c %% ==d==\n::: e\n<Tab label='f'>"


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{CODE}\n```\n",
        "- Write\n\n" + indent(f"~~~ md\n{CODE}\n~~~\n", "  "),
        '=== "Code"\n\n' + indent(f"```\n{CODE}\n```\n", "    "),
    ],
    ids=["plain", "in a list", "in a tab"],
)
def test_code_keeps_the_marks_of_dialects(text):
    assert CODE in read_article(f"Look.\n\n{text}".encode(), "a.md").text


def test_spans_of_code_keep_the_marks_of_dialects():
    article = read_article(b"Write `[[a]]`, ``{{ b }}`` or `%% c %%`.", "a.md")
    assert article.text == "Write [[a]], {{ b }} or %% c %%."


@pytest.mark.parametrize(
    ("matter", "said"),
    [
        (
            "---\nauthors:\n  - name: Ann Ito\n    title: Cook\n  - bo\n---\n",
            (None, "Ann Ito, bo"),
        ),
        ('+++\n[[authors]]\nname = "Ann Ito"\n+++\n', (None, "Ann Ito")),
        ("% The rink\n% Ann Ito\n% 2 May 2023\n", ("The rink", "Ann Ito")),
        ("% The rink\n  in May\n", ("The rink in May", None)),
    ],
)
def test_authors_of_site_generators_and_title_blocks_are_found(matter, said):
    article = read_article(f"{matter}\nBees fly home.\n".encode(), "a.md")
    assert (article.title, article.author) == said
    assert article.text == "Bees fly home."


@pytest.mark.parametrize(
    "mark",
    ["{{ page.price }}", "{{< param price >}}", '{{% param "price" %}}', "{{price}}"],
)
def test_variables_show_their_values_in_the_front_matter(mark):
    matter = "---\nprice: 12\ntags: [{a: 1}]\n---\n"
    text = f"{matter}Adults pay {mark} crowns, pupils {{{{ site.other }}}}; `{mark}`."
    shown = read_article(text.encode(), "a.md").text
    assert shown == f"Adults pay 12 crowns, pupils …; {mark}."


def test_a_long_value_of_the_front_matter_is_not_repeated():
    text = f"---\nbomb: {'a' * 10_000}\n---\nIce.{' {{ bomb }}' * 9}"
    assert len(read_article(text.encode(), "a.md").text) < 99


@given(st.lists(st.text("ab .,;'\"()-%&/*~^=!?$|>", max_size=40), max_size=4))
def test_prose_without_marks_of_dialects_stays_as_it_is(lines):
    text = "\n\n".join(f"A{line}b" for line in lines)
    if not regex.search(r"[%~=|^/-]{2}|\^|~", text):
        assert to_commonmark(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"The time is $t = \frac{s}{v}$, says Ida.", "The time is t = s/v, says Ida."),
        ("$$\nE = m c\n$$", "E = m c"),
        ("```math\na \\le b\n```", "a ≤b"),
        ("\\begin{equation}\na = b\n\\end{equation}", "a = b"),
        (r"$\sum_{i=1} {{x}}$ is shown.", "∑_i=1 x is shown."),
        ("It costs $5 to $10 a day.", "It costs $5 to $10 a day."),
        ("Set `$HOME` and `$PATH` first.", "Set $HOME and $PATH first."),
        ("Set $HOME and $PATH first.", "Set $HOME and $PATH first."),
        (r"It is $\frac{$ here.", r"It is \frac{ here."),
    ],
)
def test_formulas_are_shown_without_their_marks(text, shown):
    assert [block.text for block in parse(text.encode()).blocks] == [shown]


@pytest.mark.parametrize(
    "table",
    [
        "| Key | Use |\n|---|---|\n| a\\|b | either |\n",
        "<table><tr><td>Key</td><td>Use</td></tr>"
        "<tr><td>a|b</td><td>either</td></tr></table>",
    ],
    ids=["Markdown", "HTML"],
)
def test_a_bar_in_a_cell_is_no_border(table):
    texts = [block.text for block in parse(table.encode()).blocks]
    assert texts == ["Key | Use", "a/b | either"]
