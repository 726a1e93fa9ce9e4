"""How a provider's calls are spaced."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol


class Waits(Protocol):
    """Something that returns when one more call is allowed."""

    def wait(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """When calls may go, and how one waits between attempts. Tests hand in one that does not sleep."""

    limit: Waits
    sleep: Callable[[float], None] = time.sleep  # seconds, as for the next
    jitter: Callable[[float], float] = lambda most: random.uniform(0, most)  # noqa: S311 - it spreads load, no secret
    gate: AbstractContextManager[object] = field(default_factory=nullcontext)  # lets so many through at once
