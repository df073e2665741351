"""The article that a chat location has chosen is stored."""

from bot.store.chat_location import ChatLocation


async def test_a_place_keeps_its_choice_until_it_widens(store, replica):
    await store.choices.choose(ChatLocation(1), "bees")
    await store.choices.choose(ChatLocation(1, 5), "cows")
    await store.choices.choose(ChatLocation(1), "dogs")
    assert await replica.choices.chosen(ChatLocation(1)) == "dogs"
    assert await replica.choices.chosen(ChatLocation(1, 5)) == "cows"
    assert await replica.choices.chosen(ChatLocation(2)) is None
    await store.choices.choose(ChatLocation(1), None)
    assert await replica.choices.chosen(ChatLocation(1)) is None


async def test_a_choice_of_a_chat_that_asks_no_more_expires(store, clock):
    await store.choices.choose(ChatLocation(1), "bees")
    clock.now += 40 * 86_400
    await store.prune(30, 24)
    assert await store.choices.chosen(ChatLocation(1)) is None
