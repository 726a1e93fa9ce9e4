"""The scale beside a chart: few, even steps that include zero. All in minor units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STEPS = 4  # at most so many of them up, and as many down
_LEAPS = (1, 2, 5)
_SCALES = ((10**12, "tn"), (10**9, "bn"), (10**6, "m"), (10**3, "k"), (1, ""))


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high``, a tick every ``step``; ``texts`` name the ticks from the lowest on."""

    low: int
    high: int
    step: int
    texts: tuple[str, ...]


def axis(values: Iterable[int], digits: int) -> Axis:
    """Return the scale for values: zero is in it, and it ends on whole steps."""
    found = list(values)
    low, high = min([0, *found]), max([0, *found])
    unit = 10**digits
    step = _step(high - low or unit)
    bottom, top = low // step, -(-high // step)
    ticks = [at * step for at in range(bottom, max(top, bottom + 1) + 1)]
    return Axis(ticks[0], ticks[-1], step, tuple(_text(it, unit, max(-ticks[0], ticks[-1])) for it in ticks))


def _step(width: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20 … that reaches over ``width`` in few steps."""
    power = 1
    while True:
        for leap in _LEAPS:
            if leap * power * STEPS >= width:
                return leap * power
        power *= 10


def _text(minor: int, unit: int, largest: int) -> str:
    """Return a tick's name, with one word of scale for the whole axis: "0", "250k", "(1.5m)"."""
    if not minor:
        return "0"
    scale, word = next(((it, word) for it, word in _SCALES if largest >= it * unit), _SCALES[-1])
    whole, rest = divmod(abs(minor), scale * unit)
    decimals = str(rest).rjust(len(str(scale * unit)) - 1, "0").rstrip("0") if rest else ""
    text = f"{whole:,}.{decimals}{word}" if decimals else f"{whole:,}{word}"
    return f"({text})" if minor < 0 else text
