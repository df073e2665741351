"""The catalogue in memory."""

from tests.support import catalogue_of, entry_of


def test_a_changed_catalogue_answers_as_one_made_anew():
    texts = ["Bees make honey.", "Cows make milk.", "Dogs make noise."]
    articles = [entry_of(text).article for text in texts]
    catalogue = catalogue_of(articles[:2])
    changed = catalogue.with_articles(articles[1:])
    assert [e.article for e in changed.entries] == articles[1:]
    assert changed.answer("What do dogs make?", (), ()).found
    assert not changed.answer("What do bees make?", (), ()).found
    assert catalogue.answer("What do bees make?", (), ()).found
