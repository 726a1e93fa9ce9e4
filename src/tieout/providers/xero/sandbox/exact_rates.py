"""Finds the rate at which foreign amounts are worth exactly what books say that they are worth."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal

from tieout.providers.xero.sandbox.values import unit

_EXACT = Context(prec=60)
_MOST_DECIMALS = 24


def exact_rate(pairs: Iterable[tuple[Decimal, Decimal]], digits: int) -> Decimal | None:
    """Return a rate r, as short as can be, with ``foreign / r`` rounding to ``base`` for every (foreign, base).

    ``digits`` are the decimals of base currency. None where there is no such rate. No amount comes out half way
    between two roundings, so whichever way a half is rounded, it is the same.
    """
    half = unit(digits) / 2
    low, high = Decimal(0), Decimal("Infinity")
    for foreign, base in pairs:
        if not foreign or (base and (foreign > 0) != (base > 0)):
            if foreign or base:
                return None
            continue
        low = max(low, _EXACT.divide(abs(foreign), abs(base) + half))
        if abs(base) > half:
            high = min(high, _EXACT.divide(abs(foreign), abs(base) - half))
    if not low < high:
        return None
    middle = low * 2 if high.is_infinite() else _EXACT.divide(_EXACT.add(low, high), Decimal(2))
    for decimals in range(_MOST_DECIMALS + 1):
        rate = middle.quantize(unit(decimals), ROUND_HALF_EVEN, _EXACT)
        if low < rate < high:
            return rate or None
    return None
