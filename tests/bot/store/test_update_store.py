"""Updates are stored until this process or another has dealt with them."""

from bot.store.clock import DAY
from bot.store.store import Store
from bot.store.update_store import LEASE_SECONDS


async def test_an_update_is_received_once(store, replica):
    assert await store.updates.receive(1, "one")
    assert not await store.updates.receive(1, "one")
    assert not await replica.updates.receive(1, "one")
    await store.updates.finish(1)
    assert not await store.updates.receive(1, "one"), "nor once it is dealt with"
    assert not await replica.updates.receive(1, "one")
    assert await replica.updates.take_over(starting=True) == []


async def test_updates_of_a_silent_process_are_taken_over_in_order(
    store, replica, clock
):
    for n in (2, 1, 3):
        await store.updates.receive(n, str(n))
    await store.updates.finish(2)
    assert await replica.updates.take_over() == []
    clock.now += LEASE_SECONDS + 1
    assert [update.body for update in await replica.updates.take_over()] == ["1", "3"]
    assert await store.updates.take_over() == []


async def test_updates_of_a_process_that_is_alive_are_left_to_it(store, replica, clock):
    await store.updates.receive(1, "one")
    for _ in range(5):
        clock.now += LEASE_SECONDS / 2
        assert await store.updates.take_over() == []
        assert await replica.updates.take_over() == []


async def test_a_start_takes_over_at_once_what_a_sqlite_file_holds(tmp_path):
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    killed = Store(url)
    await killed.updates.receive(1, "one")
    await killed.close()
    started = Store(url)
    (left,) = await started.updates.take_over(starting=True)
    assert left.body == "one"
    await started.close()


async def test_updates_that_nobody_took_are_pruned_after_a_day(store, clock):
    await store.updates.receive(1, "one")
    clock.now += DAY + 1
    await store.prune(30, 24)
    assert await store.updates.receive(1, "one")
