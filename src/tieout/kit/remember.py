"""Reads that are asked many times while one page is made, and answered once.

Outside `remembering` a remembered function is the function itself: a job or a command that runs for long sees what is
there. What is remembered belongs to all who ask for it, so nobody may change it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_kept: ContextVar[dict[Hashable, object] | None] = ContextVar("kept", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember reads until the end of the block, in this thread. A block within another one remembers with it."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def remembered(read: Callable[P, T]) -> Callable[P, T]:
    """Return the read, which is made once for the same arguments within `remembering`. They must be hashable."""

    @wraps(read)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = _kept.get()
        if kept is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = read(*args, **kwargs)
        return kept[key]  # type: ignore[return-value]

    return asked
