"""Uploads are stored for their chat, and for a limited time."""

import dataclasses


def story(article, text):
    return dataclasses.replace(article, author=text)


async def test_uploads_are_kept_by_chat_number_and_time(store, replica, clock, article):
    numbers = [await store.uploads.save(7, story(article, t), limit=2) for t in "abc"]
    await store.uploads.save(8, article, limit=2)
    assert await replica.uploads.numbers(7, hours=1) == numbers[:0:-1]
    assert await replica.uploads.read(7, numbers[2]) == story(article, "c")
    assert await replica.uploads.read(7, numbers[0]) is None
    assert await replica.uploads.read(8, numbers[2]) is None, "it is another chat's"
    clock.now += 2 * 3_600
    assert await replica.uploads.numbers(7, hours=1) == []
    await store.prune(30, upload_hours=1)
    assert await replica.uploads.read(7, numbers[2]) is None


async def test_an_upload_is_found_by_a_message_that_brought_it(store, article):
    numbers = [await store.uploads.save(7, story(article, t), limit=2) for t in "ab"]
    await store.uploads.note_messages(numbers[0], [11, 12])
    await store.uploads.note_messages(numbers[1], [13])
    assert await store.uploads.of_messages(7, [1, 12]) == numbers[0]
    assert await store.uploads.of_messages(7, [3]) is None
    assert await store.uploads.of_messages(8, [12]) is None, "it is another chat's"


async def test_what_a_chat_sends_again_is_kept_once(store, article):
    await store.uploads.save(7, article, limit=3)
    number = await store.uploads.save(7, article, limit=3)
    assert await store.uploads.numbers(7, hours=1) == [number]
