"""Amounts cut into parts that lose no cent. Amounts are minor units; parts have the amount's sign or are zero."""

from __future__ import annotations

from collections.abc import Sequence

WHOLE = 10_000  # shares are hundredths of a percent


def split_evenly(amount: int, parts: int) -> tuple[int, ...]:
    """Return ``amount`` in equal parts, the remainder in the last: ``split_evenly(1000, 3) == (333, 333, 334)``."""
    if parts < 1:
        raise ValueError("an amount has at least one part")
    each = -(-amount // parts) if amount < 0 else amount // parts
    return (*(each,) * (parts - 1), amount - each * (parts - 1))


def split_by_shares(amount: int, shares: Sequence[int]) -> tuple[int, ...]:
    """Return ``amount`` by ``shares``, hundredths of a percent that sum to 10,000.

    The remainder is in the last share that is not zero: ``split_by_shares(101, (5_000, 5_000, 0)) == (50, 51, 0)``.
    """
    if sum(shares) != WHOLE or min(shares) < 0:
        raise ValueError("shares are not negative and sum to 10,000")
    sign, whole = (-1, -amount) if amount < 0 else (1, amount)
    cut = [sign * (whole * share // WHOLE) for share in shares]
    last = max(at for at, share in enumerate(shares) if share)
    cut[last] += amount - sum(cut)
    return tuple(cut)


def round_half_away(numerator: int, denominator: int) -> int:
    """Return the quotient as a whole number, halves away from zero: ``round_half_away(-5, 2) == -3``."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded
