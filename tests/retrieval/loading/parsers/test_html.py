"""HTML: the text that a person reads on a page, and its metadata."""

import json

import pytest

from retrieval import ArticleError
from retrieval.loading.content import UnreadableError
from retrieval.loading.load import read_article
from retrieval.loading.parsers.html.parser import parse
from tests.retrieval.loading.sample_files import FILES, HONEY, shown

FILLER = (
    "<p>The council met on Tuesday to talk about the old bridge over the marsh, and "
    "what it will cost the town to keep it open.</p>"
)


def read(body, head="<title>Marsh Bridge news</title>"):
    page = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return read_article(page.encode(), "a.html", language="en")


def text_of(body, **more):
    return read(
        f"<article><h1>Marsh Bridge news</h1>{FILLER}{body}</article>", **more
    ).text


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>SECRET</p>",
        "<p style='color: red; display : none'>SECRET</p>",
        "<div style='display:none'><p>SECRET</p></div>",
        "<template><p>SECRET</p></template>",
        "<p>Toll <span style='display:none'>SECRET</span>5.</p>",
        "<p>Toll 5<span class='sr-only'> SECRET</span>.</p>",
        "<div aria-hidden='true'><p>SECRET</p></div>",
        "<style>.gone, p.x {display:none}</style><p class='gone'>SECRET</p>",
        "<p>It is <del>SECRET</del> <ins>five</ins>.</p>",
        "<p>It is <s>SECRET</s> five.</p>",
        "<!-- SECRET --><script>let x = 'SECRET'</script>",
        "<noscript>SECRET</noscript><dialog open>SECRET</dialog>",
    ],
)
def test_what_nobody_sees_is_not_there(hidden):
    assert "SECRET" not in text_of(f"{hidden}<p>The bell is old.</p>")


@pytest.mark.parametrize(
    "said", ["style='visibility: hidden'", "style='display:none'", "aria-hidden='true'"]
)
def test_what_hides_the_whole_page_until_a_script_runs_hides_nothing(said):
    article = read(f"<div id='app' {said}><h1>Bridge</h1>{FILLER}</div><p>Menu</p>")
    assert "The council met on Tuesday" in article.text
    page = f"<html><body {said}><h1>Bridge</h1>{FILLER}</body></html>"
    assert "The council met" in read_article(page.encode(), "a.html").text


def test_a_style_for_paper_hides_nothing_on_the_screen():
    style = "<style>@media print { .x { display: none } }</style>"
    assert "The bell" in text_of(f"{style}<p class='x'>The bell is old and loud.</p>")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<dl><dt>Architect</dt><dd>Paula Wick</dd></dl>", "Architect: Paula Wick"),
        ("<dl><div><dt>Fee:</dt><dd><p>Five</p></dd></div></dl>", "Fee: Five"),
        ("<dl><dt>Fax</dt><dt>Phone</dt><dd>0555</dd></dl>", "Fax, Phone: 0555"),
        ("<p>The area is 20 m<sup>2</sup>.</p>", "The area is 20 m²."),
        ("<p>It cost 10<sup>6</sup> crowns.</p>", "It cost 10⁶ crowns."),
        ("<p>It is 2<sup>x+1</sup> long.</p>", "It is 2^(x+1) long."),
        ("<p>In 1912<sup><a href='#n3'>3</a></sup> it fell.</p>", "In 1912 it fell."),
        ("<p>The bridge<sup>[4]</sup> fell.</p>", "The bridge fell."),
        ("<p>The bridge<sup>4</sup> fell.</p>", "The bridge fell."),
        ("<p>Water is H<sub>2</sub>O.</p>", "Water is H2O."),
        ("<p>On the 19<sup>th</sup> it fell.</p>", "On the 19th it fell."),
        (
            "<p>The way is <math><mi>s</mi><mo>=</mo><mfrac><mi>v</mi><mn>2</mn>"
            "</mfrac></math>, says Ida.</p>",
            "The way is s=v/2, says Ida.",
        ),
        (
            "<p>The way is <span style='display: none'><math alttext='s'><semantics>"
            "<mrow><mi>s</mi></mrow><annotation>x</annotation></semantics></math></span>"
            "<img class='fallback' alt='{\\displaystyle s}'>, says Ida.</p>",
            "The way is s, says Ida.",
        ),
        ("<p>It is <img alt='{\\displaystyle a+b}'> long.</p>", "It is a+b long."),
        (
            "<figure><img src='a'><figcaption>Bo Lind found it in 1974.</figcaption>"
            "</figure><p>It rang.</p>",
            "Bo Lind found it in 1974.",
        ),
        ("<p>It is <center>nine</center> for all.</p>", "It is nine for all."),
        (
            "<div>Lamps were bought <div>by the trust</div> in 1999 from Harbourworks."
            "</div>",
            "Lamps were bought by the trust in 1999 from Harbourworks.",
        ),
        ("<ol start='3'><li>Knock.</li><li>Wait.</li></ol>", "4. Wait."),
        ("<ol><li value='7'><p>Knock.</p></li></ol>", "7. Knock."),
        ("<p>The main­te­nance of the en​gine.</p>", "The maintenance of the engine."),
        (
            "<table><tr><th>Who</th><th>Fee</th></tr><tr><td>Dogs<ul><li>big</li>"
            "<li>small</li></ul></td><td>2</td></tr></table>",
            "Dogs big, small | 2",
        ),
        (
            "<ul><li><a href='/x'>Apply for a permit by writing to the harbour "
            "office.</a></li></ul>",
            "Apply for a permit by writing to the harbour office.",
        ),
        (
            "<div class='teaser'><p>The pool will stay open on Sundays, the mayor said."
            "</p></div>",
            "The pool will stay open on Sundays, the mayor said.",
        ),
        ("<pre><code>gate unlock\n  --hand\n</code></pre>", "gate unlock\n  --hand"),
        (
            "<details><summary>Who lends oars?</summary><p>Nora Fisk does.</p>"
            "<ul><li>On Mondays: two.</li></ul></details>",
            "Who lends oars?",
        ),
        ("<ul><li>Boats<ul><li>in May: 4</li></ul></li></ul>", "Boats: in May: 4"),
        (
            "<ol type='A'><li><p>Boats</p><ol type='i'><li><p>Row at noon.</p></li>"
            "<li>Sail.</li></ol></li></ol>",
            "A. Boats: i. Row at noon.",
        ),
        (
            "<ul><li>Boats are let by the hour.<ul><li>Oars too.</li></ul></li></ul>",
            "Oars too.",
        ),
        (
            "<p>It fell in 1911.<span class='fn'><a href='#fn:4'>4</a></span></p>"
            "<ol><li id='fn:4'>Told by Bo Lind. <a href='#fnref:4'>↩</a></li></ol>",
            "It fell in 1911.",
        ),
        (
            "<p>It fell.<a href='#fn2'>2</a></p><section class='footnotes'>"
            "<ol start='2'><li>Told by Bo Lind, who saw it.</li></ol></section>",
            "2. Told by Bo Lind, who saw it.",
        ),
        (
            "<aside><h3>The bell</h3><ul><li>Weight: 300 kg</li></ul></aside>",
            "Weight: 300 kg",
        ),
        (
            "<footer><p>An earlier version gave the weight as 30 kg.</p></footer>",
            "An earlier version gave the weight as 30 kg.",
        ),
        (
            "<address>Bell House<br>Mill Lane 2<br>Keeper: Ida Krogh</address>",
            "Keeper: Ida Krogh",
        ),
        (
            "<p>Ida wrote: <q>It is <q>not</q> mine.</q> She left.</p>",
            "Ida wrote: “It is ‘not’ mine.” She left.",
        ),
        (
            "<p>It rang.<span class='sidenote'>Twice, says Bo.</span> It fell.</p>",
            "It rang. Twice, says Bo. It fell.",
        ),
        (
            "<div class='embed social-media'><blockquote class='post'><p>The bell is "
            "down, and the lane is shut until we know more about it all</p>"
            "</blockquote></div>",
            "The bell is down, and the lane is shut until we know more about it all",
        ),
        (
            "<table><tr><td class='linenos'>1\n2</td><td><pre>bell up\nbell ring</pre>"
            "</td></tr></table>",
            "bell up\nbell ring",
        ),
        (
            "<table><tr><td><h2>By day</h2><table><tr><td>Red flag</td><td>Low water"
            "</td></tr></table></td></tr></table>",
            "Red flag | Low water",
        ),
        (
            "<div class='post-body'><span id='cms'><p>The bell was cast for the town."
            "</p><ul><li>The county paid for the rope.</li></ul></span></div>",
            "The county paid for the rope.",
        ),
        (
            "<p>It weighs 300 kg.</p><div class='pullquote'><p>Made by two women of "
            "the lane</p></div><p>It was made by hand, and rung in May.</p>",
            "Made by two women of the lane",
        ),
    ],
)  # fmt: skip
def test_what_a_person_reads_is_there_in_its_place(body, shown):
    assert shown in text_of(body).split("\n\n")


@pytest.mark.parametrize(
    "around",
    [
        "<div id='cookie-consent'><h2>We value your privacy</h2><p>SECRET.</p></div>",
        "<div role='dialog'><p>SECRET</p></div>",
        "<div class='video-js'><p>SECRET</p></div>",
        "<div class='ad-slot'><p>SECRET</p></div>",
        "<aside class='related-stories'><p>SECRET</p></aside>",
        "<h2>Related stories</h2><ul><li><a href='/b'>SECRET</a></li></ul>",
        "<h3>Read more:</h3><div><p>SECRET</p></div>",
        "<p><strong>You may also like</strong></p><p><a href='/b'>SECRET</a></p>",
        "<h2>Mehr zum Thema</h2><p><a href='/b'>SECRET</a></p>",
        "<div class='author-bio'><p>SECRET has written for us for ten years.</p></div>",
        "<div class='print-only'><p>SECRET was printed as copy number 4.</p></div>",
        "<div class='staff'><h4>Editors</h4><ul><li>SECRET</li></ul></div>",
        "<div class='donate'><p>SECRET: give to us, so that we can go on.</p></div>",
        "<div class='navbox'><ul><li>SECRET</li></ul></div>",
        "<div class='subscribe-box'><p>SECRET is a paper paid by readers.</p></div>",
        "<div class='pull-quote'><p>The bell is older than the church</p>"
        "<p hidden>SECRET</p></div>",
    ],
)
def test_what_stands_around_the_text_is_left_out(around):
    text = text_of(f"<p>The bell is older than the church.</p>{around}")
    assert "The bell is older than the church." in text
    assert "SECRET" not in text


def test_what_follows_other_stories_under_its_own_heading_is_read():
    text = text_of(
        "<h2>Related stories</h2><ul><li><a href='/b'>SECRET</a></li></ul>"
        "<h2>History</h2><p>It was built in 1912 by hand.</p>"
    )
    assert "It was built in 1912 by hand." in text
    assert "SECRET" not in text


def test_a_consent_banner_that_is_longer_than_the_article_is_left_out():
    banner = f"<div class='cookie-banner'><p>{'We keep cookies. ' * 40}</p></div>"
    article = read(
        f"{banner}<div><h1>Marsh Bridge</h1><p>It reopened on Monday.</p></div>"
    )
    assert article.text == "Marsh Bridge\n\nIt reopened on Monday."


def test_a_table_that_lays_a_page_out_is_no_table():
    article = read(
        "<table><tr><td><a href='/'>Home</a></td><td><h1>Gears</h1><p>The left gear "
        "has 40 teeth, and was cut by Ida Krogh.</p><p>Bo Lind painted it green.</p>"
        "</td></tr></table>"
    )
    sentences = [s.text for p in article.passages for s in p.sentences]
    assert sentences[0] == "The left gear has 40 teeth, and was cut by Ida Krogh."


def test_headings_hold_no_word_of_the_editor():
    text = text_of(
        "<h2>History<span>[<a href='/e'>edit</a>]</span></h2><p>It fell.</p>"
    )
    assert "History\n\nIt fell." in text


def test_the_pages_title_is_preferred_to_the_sites():
    article = read(
        "<header><h1>Child Health Centre</h1></header><div><h2>Early swimmers sleep"
        f"</h2>{FILLER}<p>The study came out in March.</p></div>",
        "<title>Early swimmers sleep - Child Health Centre</title>",
    )
    assert article.title == "Early swimmers sleep"
    bare = read(
        f"<header><h1>Child Health Centre</h1></header><main>{FILLER}</main>",
        "<title>Early swimmers sleep</title>",
    )
    assert bare.title == "Early swimmers sleep"


@pytest.mark.parametrize(
    ("said", "author"),
    [
        ("Ann Ito", "Ann Ito"),
        ("By Ann Ito, Staff Writer", "Ann Ito"),
        ("Ann Ito Published 3 May", "Ann Ito"),
        ("the newsroom", None),
    ],
)
def test_authors_are_names_and_nothing_else(said, author):
    head = f"<title>T</title><meta name='author' content='{said}'>"
    assert read(f"<article>{FILLER}</article>", head).author == author


def test_the_text_that_is_said_beside_a_stub_is_read():
    body = "The bridge reopened on Monday.\n\nMayor Judith Orr cut the ribbon. " * 9
    said = json.dumps({"@graph": [{"@type": "NewsArticle", "articleBody": body}]})
    head = f"<title>T</title><script type='application/ld+json'>{said}</script>"
    article = read("<main><h1>Bridge</h1><p>Read it in our app.</p></main>", head)
    assert article.title == "Bridge"
    assert article.text.startswith("Bridge\n\nThe bridge reopened on Monday.\n\nMayor")


@pytest.mark.parametrize("said", ["{", "[[[[7]]]]", '{"articleBody": 7}', "null"])
def test_what_is_said_beside_a_page_may_be_nonsense(said):
    head = f"<title>T</title><script type='application/ld+json'>{said}</script>"
    assert "The council met" in read(f"<article>{FILLER}</article>", head).text


def test_what_is_said_beside_a_page_may_not_be_deep():
    deep = '{"a":' * 5_000 + "1" + "}" * 5_000
    head = f"<title>T</title><script type='application/ld+json'>{deep}</script>"
    assert "The council met" in read(f"<article>{FILLER}</article>", head).text


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ("", "<h1>Fair of 3 May 2024</h1>", None),
        ("", "<p>The fair is on 3 May 2024.</p>", None),
        ("", "<time datetime='2024-05-03'>Friday</time>", "2024-05-03"),
        ("", "<div class='published'>3 May 2024</div>", "2024-05-03"),
        (
            "<meta property='article:published_time' content='2024-05-03'>",
            "",
            "2024-05-03",
        ),
    ],
)
def test_a_date_is_taken_only_from_where_a_page_tells_its_date(head, body, date):
    assert (
        read(f"<article>{body}{FILLER}</article>", f"<title>T</title>{head}").date
        == date
    )


def test_a_piece_of_a_page_is_read_as_a_page():
    piece = f"<article><h1>Bridge</h1><h2>Fees</h2>{FILLER}</article>"
    assert read_article(piece.encode(), "a.html").text.startswith("Bridge\n\nFees\n\n")


def test_a_page_without_text_is_refused_in_one_line():
    with pytest.raises(ArticleError, match="no main text is found"):
        read("<div id='root'></div><template><p>Nobody sees this.</p></template>")


def test_html_is_read_without_what_stands_around_the_text():
    article = read_article(FILES["bees.html"], "bees.html")
    assert (article.title, article.author, article.publisher) == (
        "Bees",
        "Ann Ito",
        "The Daily Hive",
    )
    assert (article.date, article.url) == ("2026-03-04", "https://hive.example/bees")
    assert shown(article) == [
        (None, ["Bees fly to the meadow in May.", "They love clover & thyme."]),
        ("Honey", [HONEY]),
        (
            "Honey › Kinds",
            ["There are two:", "Clover", "Thyme honey", "Month | Kilos", "July | 7"],
        ),
        ("Honey › Kinds", ["Silence is golden."]),
    ]


def test_a_page_that_names_its_main_text_is_taken_at_its_word():
    page = f"<html><body><p>Buy now.</p><main><h2>Honey</h2><p>{HONEY}</p></main>"
    article = read_article(page.encode(), "a")
    assert shown(article) == [(None, [HONEY])]
    assert article.title == "Honey"


def test_text_beside_the_paragraphs_of_a_page_is_read_too():
    page = "<html><body><div>Bees <i>fly</i> home.<br>Cows stay.</div></body></html>"
    text = read_article(page.encode(), "a").text
    assert "Bees fly home." in text
    assert "Cows stay." in text


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_a_page_is_decoded_as_it_declares(encoding):
    page = f'<html><head><meta charset="{encoding}"></head><body><p>Zoë löst es. '
    article = read_article(f"{page}{HONEY}</p>".encode(encoding), "a")
    assert "Zoë löst es." in article.text


def page(body, head=""):
    html = f"<html><head><title>T</title>{head}</head><body>{body}</body></html>"
    return read_article(html.encode(), "a.html")


def test_what_a_click_unfolds_on_a_page_is_read_and_what_pops_up_is_not():
    article = page(
        "<main><h1>Help</h1><h3><button>May I change it?</button></h3>"
        "<div hidden><p>You may change it within an hour.</p></div>"
        "<h3>Who pays?</h3><div style='display:none'><p>The buyer pays duties.</p>"
        "</div><div class='modal' style='display:none'><p>Subscribe now!</p></div>"
        "</main>"
    )
    assert shown(article) == [
        ("May I change it?", ["You may change it within an hour."]),
        ("Who pays?", ["The buyer pays duties."]),
    ]


def test_several_articles_of_one_page_are_read_without_teasers_and_comments():
    story = "<article><h2>{0}</h2><p>The {0} was opened again on Monday.</p></article>"
    article = page(
        f"<main>{story.format('pier')}{story.format('hall')}"
        "<article><p>More.</p></article>"
        f"<article class='comment'><p>{'I like it very much. ' * 5}</p></article>"
        "</main>"
    )
    assert shown(article) == [
        ("pier", ["The pier was opened again on Monday."]),
        ("hall", ["The hall was opened again on Monday."]),
    ]


def test_words_of_a_page_are_neither_lost_nor_glued_nor_cut():
    article = page(
        "<article><h1>The<br>fair</h1><p>It opens on <time>5 May</time> at noon; call "
        "<code>open()</code>, or say <q>please</q>.</p><p>It is shut because a pipe in"
        "<br>the cellar burst.<br>Come later.</p><table><tr><th>Day</th><th></th>"
        "<th>Fee</th></tr><tr><td><p>one</p><p>two</p></td><td></td><td>4</td></tr>"
        "</table></article>"
    )
    assert article.title == "The fair"
    assert [sentence for _, sentences in shown(article) for sentence in sentences] == [
        "It opens on 5 May at noon; call open(), or say “please”.",
        "It is shut because a pipe in the cellar burst.",
        "Come later.",
        "Day | | Fee",
        "one two | | 4",
    ]


def test_a_year_in_the_text_of_a_page_is_no_date_of_publication():
    body = "<article><p>The hall was built in 1998, and sold in 2015.</p></article>"
    assert page(body).date is None
    said = '<meta property="article:published_time" content="2026-03-04">'
    assert page(body, said).date == "2026-03-04"


def test_a_page_that_only_asks_for_javascript_has_no_text():
    with pytest.raises(ArticleError, match="no main text"):
        page("<div id='root'></div><noscript>Please enable JavaScript.</noscript>")


def test_a_page_of_nothing_says_so():
    with pytest.raises(UnreadableError, match="no page in it"):
        parse(b"")


@pytest.mark.parametrize(
    "names",
    [
        "story category-social-media tag-share-index",
        "text-with-related-links",
        "col non-ad-column",
        "promo-free read-more-below",
    ],
)
def test_a_body_is_read_whatever_its_class_names_hold(names):
    archive = f"<div id='sidebar'>{FILLER * 6}</div>"
    body = (
        "<h1>The chapel</h1><p>The chapel roof was paid with nine thousand florins.</p>"
    )
    article = page(f"<div><div class='{names}'>{body}{FILLER}</div>{archive}</div>")
    assert "The chapel roof was paid with nine thousand florins." in article.text


@pytest.mark.parametrize("names", ["comments", "comment-list", "post-comments"])
def test_comments_of_readers_are_no_part_of_an_article(names):
    text = text_of(
        f"<div class='{names}'><h4>2 comments</h4><div><p>SECRET: I know that the "
        "chapel roof was paid with forty florins, and no more.</p></div></div>"
    )
    assert "SECRET" not in text


def test_a_live_blog_keeps_its_headline_and_its_short_posts():
    article = page(
        "<main><h1>The regatta</h1><ul><li>14:10 The gun is fired</li></ul>"
        f"<article><h3>14:10 Start</h3>{FILLER}</article>"
        "<article><h3>13:55</h3><p>Nora Fisk hoists the flag.</p></article>"
        "<article><h3><a href='/x'>Ten boats to rent this summer</a></h3></article>"
        "</main>"
    )
    assert article.title == "The regatta"
    assert "Nora Fisk hoists the flag." in article.text
    assert "14:10 The gun is fired" in article.text
    assert "boats to rent" not in article.text


def test_a_caption_is_read_once_and_a_photo_credit_is_not():
    figure = "<figure><img src='a'><figcaption>{}</figcaption></figure>"
    text = text_of(
        figure.format("The chapel has two doors.") * 2 + figure.format("Photo: A. Wu")
    )
    assert text.count("The chapel has two doors.") == 1
    assert "Photo: A. Wu" not in text


def test_a_pull_quote_that_repeats_the_text_is_left_out():
    text = text_of(
        "<p>The smith said that the bell is older than the church.</p>"
        "<div class='pullquote'><p>The bell is older than the church</p></div>"
    )
    assert text.lower().count("the bell is older than the church") == 1


@pytest.mark.parametrize(
    "accordion",
    [
        "<h3 role='button' aria-controls='a'>{}</h3><div id='a' hidden>{}</div>",
        "<div onclick='f()'>{}</div><div style='display:none'>{}</div>",
        "<style>.b {{display: none}} input:checked ~ .b {{display: block}}</style>"
        "<input type='checkbox' id='i'><label for='i'>{}</label>"
        "<div class='b'>{}</div>",
        "<div role='tablist'><a role='tab' aria-controls='t'>{}</a></div>"
        "<div role='tabpanel' id='t'>{}</div>",
        "<div role='tablist'><a role='tab' href='#t'>{}</a></div>"
        "<div role='tabpanel' id='t' aria-hidden='true'>{}</div>",
        "<details><summary>{}</summary>{}</details>",
    ],
    ids=["heading", "div", "checkbox", "controls", "link", "details"],
)
def test_what_an_accordion_unfolds_stands_below_its_label(accordion):
    answer = "<p>The keeper of the bell lends oars on Mondays.</p>"
    text = text_of(accordion.format("Who lends oars?", answer) + "<p>It is shut.</p>")
    assert (
        "Who lends oars?\n\nThe keeper of the bell lends oars on Mondays.\n\n"
        "It is shut." in text
    )


def test_readers_comments_that_are_longer_than_the_article_are_left_out():
    comments = "<p>SECRET: the bell was paid with forty florins, I know.</p>" * 9
    text = text_of(f"<div class='comment-list'>{comments}</div>")
    assert "The council met on Tuesday" in text
    assert "SECRET" not in text


def test_a_page_about_a_team_names_the_team():
    team = "<div class='team'><h3>Keeper</h3><p>Ida Krogh</p></div>"
    assert "Ida Krogh" in read(f"<main><h1>About us</h1>{FILLER}{team}</main>").text


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "<body class='c1 doc-content'><p class='c3 title'>"),
        ("", "<body><p class='MsoTitle'>"),
    ],
    ids=["Google Docs", "Word"],
)
def test_the_title_of_an_exported_document_is_its_title_line(head, body):
    page = f"<html><head>{head}</head>{body}Minutes of May</p>{FILLER}<h1>Votes</h1>"
    assert read_article(page.encode(), "a.html").title == "Minutes of May"


def test_editors_comments_and_struck_words_of_an_exported_document_are_left_out():
    text = text_of(
        "<style>.c7{text-decoration:line-through}</style>"
        "<p>It has <span class='c7'>SECRET</span> nine doors.<sup><a href='#cmnt1' "
        "id='cmnt_ref1'>[a]</a></sup></p><div><p>"
        "<a href='#cmnt_ref1' id='cmnt1'>[a]</a>SECRET</p></div>"
    )
    assert "It has nine doors.\n" in f"{text}\n"
    assert "SECRET" not in text


FAQ = {
    "@type": "FAQPage",
    "mainEntity": [
        {
            "@type": "Question",
            "name": "Who lends oars?",
            "acceptedAnswer": {
                "@type": "Answer",
                "text": "<p>The <b>keeper</b> does:</p>two on Mondays<br>",
            },
        },
        {
            "@type": "Question",
            "name": "Is it paid for?",
            "acceptedAnswer": [{"text": "The town pays for it &amp; the county."}],
        },
        {"@type": "Question", "name": "What is it?", "acceptedAnswer": None},
    ],
}


def test_answers_that_only_search_engines_get_are_read_with_their_questions():
    head = (
        f"<script type='application/ld+json'>{json.dumps({'@graph': [FAQ]})}</script>"
    )
    text = text_of("<p>The town pays for it &amp; the county.</p>", head=head)
    assert text.endswith("Who lends oars?\n\nThe keeper does:\n\ntwo on Mondays")
    assert text.count("The town pays for it") == 1


def test_author_date_and_publisher_are_read_from_what_search_engines_get():
    news = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Marsh Bridge news",
        "datePublished": "2024-05-06T10:00:00Z",
        "author": [{"@type": "Person", "name": "Nora Fisk"}],
        "publisher": {"@type": "Organization", "name": "Marsh Post"},
    }
    head = f"<script type='application/ld+json'>{json.dumps(news)}</script>"
    article = read(f"<h1>Marsh Bridge news</h1>{FILLER * 2}", head=head)
    said = (article.author, article.date, article.publisher)
    assert said == ("Nora Fisk", "2024-05-06", "Marsh Post")
