"""A read is made once while a page is made, and each time outside of that."""

from __future__ import annotations

import threading

import pytest

from tieout.kit.remember import remembered, remembering

asked: list[tuple[int, int]] = []


@remembered
def read(one: int, *, two: int = 0) -> int:
    asked.append((one, two))
    if one < 0:
        raise ValueError(one)
    return one + two


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    asked.clear()


def test_outside_each_read_is_made() -> None:
    assert (read(1), read(1)) == (1, 1)
    assert asked == [(1, 0), (1, 0)]


def test_inside_the_same_read_is_made_once_and_forgotten_after() -> None:
    with remembering():
        with remembering():
            assert (read(1), read(1, two=2), read(2)) == (1, 3, 2)
        assert (read(1), read(1, two=2)) == (1, 3)
        assert asked == [(1, 0), (1, 2), (2, 0)]
    read(1)
    assert len(asked) == 4


def test_another_thread_remembers_nothing_of_it() -> None:
    with remembering():
        read(1)
        other = threading.Thread(target=read, args=(1,))
        other.start()
        other.join()
    assert len(asked) == 2


def test_a_refusal_is_not_remembered_and_ends_the_block() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="-1"), remembering():
            read(-1)
    assert len(asked) == 2
