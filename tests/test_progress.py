import asyncio

from clra.progress import counted_off


def test_what_is_done_is_told_once_the_next_is_asked_for():
    told = []
    items = counted_off("abc", told.append)
    assert (next(items), told) == ("a", [])
    assert (next(items), told) == ("b", [1])
    assert (list(items), told) == (["c"], [1, 2, 3])


def test_once_stopped_no_more_comes_and_what_was_under_way_is_told():
    told, stop = [], asyncio.Event()
    items = counted_off("abc", told.append, stop)
    assert next(items) == "a"
    stop.set()
    assert (list(items), told) == ([], [1])
    assert list(counted_off("abc", None)) == ["a", "b", "c"]
