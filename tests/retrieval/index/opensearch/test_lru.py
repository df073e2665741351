"""The cache of values used last."""

from retrieval.index.opensearch.lru import LruCache


def test_what_was_used_longest_ago_leaves_first():
    cache: LruCache[str, int] = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_a_new_value_replaces_the_old_one():
    cache: LruCache[str, int] = LruCache(2)
    cache.put("a", 1)
    cache.put("a", 2)
    assert cache.get("a") == 2
