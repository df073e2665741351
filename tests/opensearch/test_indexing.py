"""`article-bot index`: the index of a cluster is synchronised with the sources."""

import json
import urllib.request

import pytest

from bot.cli import run
from retrieval import Answerer, Article
from retrieval.errors import IndexUnavailableError, IndexUrlError
from retrieval.index.memory import MemoryIndex
from retrieval.index.opensearch import client as clusters
from retrieval.index.opensearch import sync as sync_module
from retrieval.index.opensearch.client import Cluster, parse_cluster_url
from retrieval.index.opensearch.search import OpenSearchIndex
from retrieval.index.opensearch.sync import Changes, sync
from retrieval.query.query import parse_query
from retrieval.text.analysis import Analyzer
from tests.retrieval.encoder.fakes import TopicReranker


@pytest.fixture
def articles(make_article):
    return {f"a{n:02}": make_article(n) for n in range(12)}


def keys_of(cluster):
    return OpenSearchIndex(cluster).keys(0, 100)


def test_only_what_changed_is_written_and_what_is_gone_leaves(
    cluster, articles, make_article
):
    assert sync(cluster, articles.items()) == Changes(12, 0, 0)
    assert sync(cluster, articles.items()) == Changes(0, 0, 12)
    changed = articles | {"a03": make_article(77)}
    del changed["a07"]
    assert sync(cluster, changed.items()) == Changes(1, 1, 10)
    index = OpenSearchIndex(cluster)
    assert keys_of(cluster) == sorted(changed)
    assert index.articles(changed) == changed
    found = Answerer(index, reader=None)
    (passage,) = found.retrieve("What saw it in 1977?", k=1)
    assert passage.article == changed["a03"]


def test_an_article_that_became_shorter_leaves_no_passage_behind(cluster, make_article):
    long, short = make_article(3), make_article(4)
    assert len(long.passages) > len(short.passages)
    sync(cluster, [("a", long)])
    sync(cluster, [("a", short)])
    found = Answerer(OpenSearchIndex(cluster), reader=None).retrieve("Who met whom?")
    assert {passage.article for passage in found} <= {short}


def test_what_an_interrupted_run_wrote_is_not_forgotten(
    cluster, make_article, monkeypatch
):
    long, short = make_article(3), make_article(4)
    sync(cluster, [("a", short)])
    write = sync_module._write

    def interrupted(cluster, actions):
        write(cluster, actions)
        if any("#" in action["_id"] for action in actions):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sync_module, "_write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sync(cluster, [("a", long), ("b", long)])
    assert sync(cluster, [("a", short)]) == Changes(1, 1, 0)
    index = OpenSearchIndex(cluster)
    found = Answerer(index, reader=None).retrieve("Who met whom?")
    assert {passage.article for passage in found} == {short}
    query = parse_query("Who met whom?", [Analyzer("en")])
    assert index.search(query, 5).statistics.n_passages == len(short.passages)


def test_while_something_cannot_be_read_nothing_leaves(cluster, articles):
    sync(cluster, articles.items())
    left = list(articles.items())[:3]
    assert sync(cluster, left, lambda: False) == Changes(0, 0, 12)
    assert sync(cluster, left) == Changes(0, 9, 3)


def test_what_is_rare_in_an_article_and_common_elsewhere_is_found_in_it(cluster):
    about = "\n\n".join(f"Zanzibar has bay {n}." for n in range(70))
    text = f"{about}\n\nThe opening of Zanzibar was grand."
    zanzibar = Article.from_text(text, language="en")
    others = {
        f"o{n}": Article.from_text("An opening. A grand one.", language="en")
        for n in range(40)
    }
    sync(cluster, [("z", zanzibar), *others.items()])
    alone = Answerer(OpenSearchIndex(cluster), reader=None)
    memory = Answerer(MemoryIndex({"z": zanzibar, **others}), reader=None)
    question = "When was the opening of Zanzibar?"
    found = alone.retrieve(question, 3, scope="z")
    assert found == memory.retrieve(question, 3, scope="z")
    assert "opening" in found[0].passage.text


def test_an_index_of_another_name_is_left_alone(index_url, articles, make_article):
    other = Cluster(f"{index_url}-passages-backup", seconds=30)
    sync(other, [("a", make_article(1))])
    sync(Cluster(index_url, seconds=30), articles.items())
    assert keys_of(other) == ["a"]


def test_with_an_encoder_the_cluster_is_asked_by_words_and_reranked(cluster):
    text = "The guarantee lasts three years.\n\nThe café sells soup.\n\nBoats leave."
    article = Article.from_text(text, source="a.txt", language="en")
    sync(cluster, [("a", article)])
    reader = TopicReranker()
    answerer = Answerer(OpenSearchIndex(cluster), reader=reader)
    answerer.warm_up()
    for scope in (None, "a"):
        answer = answerer.answer("How long is the guarantee?", scope=scope)
        assert answer.citations[0].quote == "The guarantee lasts three years."
    assert reader.scored


def test_what_cannot_be_read_stays_as_it_was(cluster, articles):
    sync(cluster, articles.items())
    unread = [(key, None) for key in [*articles, "a99"]]
    assert sync(cluster, unread) == Changes(0, 0, 12)
    assert keys_of(cluster) == sorted(articles)


def test_interrupted_it_goes_on_where_it_was(cluster, articles, monkeypatch):
    monkeypatch.setattr(sync_module, "BATCH", 2)

    def interrupted():
        for n, item in enumerate(articles.items()):
            if n == 7:
                raise KeyboardInterrupt
            yield item

    with pytest.raises(KeyboardInterrupt):
        sync(cluster, interrupted())
    with pytest.raises(IndexUnavailableError, match="run: article-bot index"):
        keys_of(cluster)
    assert sync(cluster, articles.items()) == Changes(6, 0, 6)
    assert keys_of(cluster) == sorted(articles)


def test_another_version_has_all_indexed_anew_and_the_alias_follows(
    index_url, articles, monkeypatch
):
    old = Cluster(index_url, seconds=30)
    sync(old, articles.items())
    monkeypatch.setattr(clusters, "index_version", lambda: "0" * 8)
    new = Cluster(index_url, seconds=30)
    with pytest.raises(IndexUnavailableError, match="run: article-bot index"):
        Answerer(OpenSearchIndex(new), reader=None).answer("bee")
    assert len(keys_of(old)) == 12, "bots of before go on"
    assert sync(new, articles.items()) == Changes(12, 0, 0)
    assert len(keys_of(new)) == 12
    with pytest.raises(IndexUnavailableError):
        keys_of(old)


def test_a_listing_is_in_order_and_titles_are_found(cluster, articles):
    sync(cluster, articles.items())
    index = OpenSearchIndex(cluster)
    assert index.keys(10, 5) == ["a10", "a11"]
    words = articles["a04"].title.casefold().split()
    assert (4, "a04") in index.find_by_title(words, 5)
    assert index.find_by_title(["nothing*"], 5) == []
    assert index.n_articles == index.last_count == 12


def test_an_article_kept_here_is_not_taken_for_what_it_has_become(
    cluster, make_article
):
    index = OpenSearchIndex(cluster)
    sync(cluster, [("a", make_article(1))])
    assert index.articles(["a"]) == {"a": make_article(1)}
    sync(cluster, [("a", make_article(2))])
    assert index.articles(["a", "b"]) == {"a": make_article(2)}


def test_an_answer_takes_three_requests_and_asked_again_a_single_one(
    cluster, articles, monkeypatch
):
    sync(cluster, articles.items())
    index = OpenSearchIndex(cluster)
    assert index.n_articles == 12
    requests = []
    retry = cluster.retry

    def counted(request):
        requests.append(request)
        return retry(request)

    monkeypatch.setattr(cluster, "retry", counted)
    monkeypatch.setattr("retrieval.index.opensearch.search.CONFIRMED_SECONDS", 60)
    answerer = Answerer(index, reader=None)
    first = answerer.answer("What saw it in 1903?")
    assert first.citations
    assert len(requests) <= 3  # candidates; passages; the cited articles
    requests.clear()
    assert answerer.answer("What saw it in 1903?") == first
    assert len(requests) == 1


def test_a_passage_kept_here_is_not_taken_for_what_it_has_become(cluster, make_article):
    before, after = make_article(1), make_article(5)
    answerer = Answerer(OpenSearchIndex(cluster), reader=None)
    for article in (before, after, before):
        sync(cluster, [("a", article)])
        found = answerer.answer("What saw it in the year 1901 or 1905?")
        assert {citation.article for citation in found.citations} == {article}


def test_passages_of_another_version_of_an_article_are_not_cited(
    cluster, make_article, monkeypatch
):
    sync(cluster, [("a", make_article(1))])
    index = OpenSearchIndex(cluster)
    answerer = Answerer(index, reader=None)
    assert answerer.retrieve("saw 1901")
    monkeypatch.setattr(index, "articles", lambda _: {"a": make_article(2)})
    assert answerer.retrieve("saw 1901") == []
    assert answerer.rank("saw 1901") == []
    assert answerer.answer("saw 1901").citations == ()


def test_the_command_says_what_it_did(index_url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BOT_INDEX_URL", index_url)
    bees = "Bees make honey in the old hive.\n\nThey sleep at night."
    for name in ("bees", "more-bees"):
        (tmp_path / f"{name}.txt").write_text(bees)
    (tmp_path / "cows.txt").write_text("Cows eat grass on the hill.")
    assert run(["index", "--article", str(tmp_path)]) == 0
    assert "2 articles written, 0 removed, 0 as they were" in capsys.readouterr().out
    (tmp_path / "cows.txt").write_bytes(b"\x00\xff" * 50)
    (tmp_path / "dogs.txt").write_text("Dogs bark.")
    assert run(["index", "--article", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert "1 articles written, 0 removed, 2 as they were" in told.out
    assert "It stays as it was" in told.err
    assert run(["ask", "What do bees make in the old hive?"]) == 0
    assert "Bees make honey" in capsys.readouterr().out
    assert run(["check"]) == 0
    assert "Index: works, 3 articles" in capsys.readouterr().out


def test_the_cluster_has_what_an_operator_expects(nodes, cluster, articles):
    sync(cluster, articles.items())
    url = f"http://{nodes.hosts.partition(',')[0]}/{cluster.name}-passages/_settings"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    ((name, found),) = json.load(opener.open(url)).items()
    assert name == cluster.passages
    settings = found["settings"]["index"]
    assert (settings["number_of_shards"], settings["number_of_replicas"]) == ("3", "1")


@pytest.mark.parametrize(
    "url",
    [
        "localhost:9200/name",
        "https://host:9200",
        "https://host:9200/",
        "https://host:port/name",
        "https://host:9200/Name",
        "https://host:9200/a/b",
        "ftp://host/name",
        "https:///name",
        "https://host:9200,/name",
        "https://[host/name",
        "https://ann:a,b@host/name",
    ],
)
def test_what_is_no_address_of_an_index_is_said_in_one_line(url, monkeypatch, capsys):
    with pytest.raises(IndexUrlError):
        parse_cluster_url(url)
    monkeypatch.setenv("BOT_INDEX_URL", url)
    assert run(["ask", "Who?"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "https://user:password@host:9200/name" in told


def test_an_address_names_hosts_user_and_password():
    read = parse_cluster_url("https://ann:p%40ss@one:9201,two/my-index")
    assert read.hosts == ("https://one:9201", "https://two:9200")
    assert (read.name, read.user, read.password) == ("my-index", "ann", "p@ss")
    assert parse_cluster_url("http://one/x").user is None
    assert parse_cluster_url("https://[::1]:9201/x").hosts == ("https://[::1]:9201",)


def test_without_articles_to_index_nothing_is_removed(monkeypatch, capsys):
    monkeypatch.setenv("BOT_INDEX_URL", "http://127.0.0.1:9/news")
    assert run(["index"]) == 2
    assert "neither --article nor BOT_ARTICLE is set" in capsys.readouterr().err


def test_without_an_address_there_is_nothing_to_index(monkeypatch, capsys):
    monkeypatch.setenv("BOT_ARTICLE", "a.txt")
    assert run(["index"]) == 2
    assert "BOT_INDEX_URL is not set" in capsys.readouterr().err
