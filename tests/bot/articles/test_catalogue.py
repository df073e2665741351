"""Catalogues: scopes, sample questions, and the uploads of a chat."""

from bot.articles.entries import CatalogueEntry
from retrieval import Answerer, Article
from tests.support import catalogue_of, entry_of


def test_articles_are_named_after_their_files_and_pages():
    sources = ["a/Über uns.txt", "a/x.txt", "b/x.md", "https://e.org/p/q.html", None]
    sources += ["https://e.org/", "...", "漢字.txt", "y" * 99]
    articles = [Article.from_text("Bees fly.", source=source) for source in sources]
    names = [entry.slug for entry in catalogue_of(articles).entries]
    assert names[0] == "uber-uns"
    assert names[1].startswith("x-")
    assert names[2].startswith("x-")
    assert names[1] != names[2]
    assert names[3] == "q"
    assert names[5] == "e-org"
    assert len(set(names)) == len(names)
    assert all(len(name) <= 48 for name in names)


def test_the_documents_of_chats_asked_last_are_kept_up_to_a_size(monkeypatch):
    monkeypatch.setattr("bot.articles.catalogue.CACHED_CHARACTERS", 40)
    catalogue = catalogue_of([entry_of("Ants dig.").article])
    first, second, third = map(
        entry_of, ["Bees make honey.", "Cows make milk.", "Dogs make noise."]
    )
    for entry in (first, second, third, second):
        catalogue.index_uploads([entry])
    assert [catalogue.is_indexed([e]) for e in (first, second, third)] == [0, 1, 1]
    assert catalogue.answer("What do cows make?", (), [second]).citations


def test_one_article_alone_is_answered_as_if_there_were_no_other():
    texts = ["Bees make honey.", "Cows make milk."]
    articles = [Article.from_text(t, source=t, language="en") for t in texts]
    catalogue = catalogue_of(articles)
    question = "What do bees make?"
    alone = catalogue.answer(question, (), catalogue.entries[1:])
    assert alone == Answerer([articles[1]]).answer(question)
    assert catalogue.answer(question, (), catalogue.entries[:1]).found
    assert catalogue.answer(question, (), ()).found


def test_a_document_with_the_name_of_an_article_is_not_taken_for_it():
    catalogue = catalogue_of([entry_of("Bees make honey.").article])
    own = CatalogueEntry(catalogue.entries[0].slug, entry_of("Cows make milk.").article)
    assert catalogue.answer("What do cows make?", (), [own]).found
    asked = catalogue.answer("What do cows make?", (), catalogue.entries[:1])
    assert asked.citations[0].quote == "Bees make honey."
