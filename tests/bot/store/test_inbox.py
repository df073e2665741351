"""Updates wait until they are dealt with, here or in another process."""

from bot.store.database import DAY
from bot.store.inbox import LEASE_SECONDS
from bot.store.store import Store


async def test_an_update_is_received_once(store, replica):
    assert await store.inbox.receive(1, "one")
    assert not await store.inbox.receive(1, "one")
    assert not await replica.inbox.receive(1, "one")
    await store.inbox.finish(1)
    assert not await store.inbox.receive(1, "one"), "nor once it is dealt with"
    assert not await replica.inbox.receive(1, "one")
    assert await replica.inbox.take_over(starting=True) == []


async def test_updates_of_a_silent_process_are_taken_over_in_order(
    store, replica, clock
):
    for n in (2, 1, 3):
        await store.inbox.receive(n, str(n))
    await store.inbox.finish(2)
    assert await replica.inbox.take_over() == []
    clock.now += LEASE_SECONDS + 1
    assert await replica.inbox.take_over() == ["1", "3"]
    assert await store.inbox.take_over() == []


async def test_updates_of_a_process_that_is_alive_are_left_to_it(store, replica, clock):
    await store.inbox.receive(1, "one")
    for _ in range(5):
        clock.now += LEASE_SECONDS / 2
        assert await store.inbox.take_over() == []
        assert await replica.inbox.take_over() == []


async def test_a_start_takes_over_at_once_what_a_sqlite_file_holds(tmp_path):
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    killed = Store(url)
    await killed.inbox.receive(1, "one")
    await killed.close()
    started = Store(url)
    assert await started.inbox.take_over(starting=True) == ["one"]
    await started.close()


async def test_updates_that_nobody_took_are_pruned_after_a_day(store, clock):
    await store.inbox.receive(1, "one")
    clock.now += DAY + 1
    await store.prune(30, 24)
    assert await store.inbox.receive(1, "one")
