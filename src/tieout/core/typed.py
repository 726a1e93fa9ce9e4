"""Amounts and months as people type them or paste them from a spreadsheet: taken only where they can mean one thing.

``1,234.50``, ``1.234,50``, ``1 234,50``, ``$1,200``, ``(1,200)``, ``-12`` and ``1200-`` are taken. ``1.234`` is not: it
is 1,234 in one country and 1.234 in another.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tieout.core.month import Month

LARGEST = 10**15  # minor units: far above any plan, and a million of them still add up in 64 bits
_LONGEST = 60  # characters that can still be an amount or a month
_MINUS = r"\-−–‒"
_MARKS = {"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₪": "ILS", "₫": "VND", "₽": "RUB", "₺": "TRY", "₴": "UAH"}

_CURRENCY = re.compile(r"(?P<code>[A-Z]{3})|(?:[A-Z]{1,2})?(?P<sign>[$€£¥₹₩₪₫₽₺₴₦₱฿])")
_PLAIN = re.compile(r"[0-9]+")
_BOTH = re.compile(r"[1-9][0-9]{0,2}(?P<group>[ ',.])[0-9]{3}(?:(?P=group)[0-9]{3})*(?P<point>[.,])[0-9]+")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?P<group>[ ',.])[0-9]{3}(?:(?P=group)[0-9]{3})*")
_POINT = re.compile(r"(?P<whole>[0-9]*)(?P<point>[.,])(?P<rest>[0-9]+)")

_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_BY_NAME = {name[:length]: n for n, name in enumerate(_NAMES, 1) for length in (3, len(name))} | {"sept": 9}
_ISO = re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2})(?:[ t][0-9:.]+)?)?")
_KEY = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/.](?:([0-9]{1,2})[-/.])?([0-9]{4})")
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_NAMED = re.compile(rf"(?P<name>[a-z]+)\.?[ \-/,]*(?:{_DAY}[ ,\-/]+)?'?(?P<year>[0-9]{{4}}|[0-9]{{2}})")
_DAY_NAMED = re.compile(rf"{_DAY}[ \-/.]+(?P<name>[a-z]+)\.?[ ,\-/]+'?(?P<year>[0-9]{{4}})")
_YEAR_NAMED = re.compile(r"(?P<year>[0-9]{4})[ \-/]+(?P<name>[a-z]+)\.?")
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73415  # the years 2000 to 2100 in a spreadsheet's days


class NotTyped(ValueError):
    """The text is no amount or month, or could be two; ``str()`` says so and what to write instead."""


def parse_amount(text: str, digits: int, *, currency: str = "") -> int:
    """Return a typed amount in minor units: ``parse_amount("(1,234.5)", 2) == -123450``.

    An amount in another currency than ``currency`` (ISO 4217), if that is given, is refused, and so is one that is
    finer than a minor unit: nothing is rounded here. Raise NotTyped with a sentence.
    """
    amount = parse_decimal(text, digits, currency=currency)
    if amount != round(amount, digits):
        decimals = f"{digits} decimals" if digits else "no decimals"
        raise NotTyped(f"“{_shown(text)}” is finer than this currency, which has {decimals}. Round it first.")
    return to_minor_rounded(amount, digits)


def parse_decimal(text: str, digits: int, *, currency: str = "") -> Decimal:
    """Return a typed amount as an exact Decimal of major units, however fine. ``digits`` decides what ``1,234`` is.

    Raise NotTyped with a sentence.
    """
    clean, negative = _sign(_without_currency(_folded(text), text, currency))
    plain = _point(clean, text, digits)
    amount = -Decimal(plain) if negative else Decimal(plain)
    if abs(amount.scaleb(digits)) > LARGEST:
        raise NotTyped(f"“{_shown(text)}” is larger than any amount kept here. Check the number.")
    return amount


def to_minor_rounded(amount: Decimal, digits: int) -> int:
    """Return minor units, rounded half away from zero: ``to_minor_rounded(Decimal("0.125"), 2) == 13``."""
    return int(amount.scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def parse_month(text: str, *, serials: bool = False) -> Month:
    """Return a typed month: ``2026-01``, ``01/2026``, ``Jan 2026``, ``Jan 26``, ``January 2026``, or any day of it.

    ``serials`` also takes a spreadsheet's day numbers such as 46023. Raise NotTyped with a sentence.
    """
    clean = _folded(text).casefold()
    if not clean:
        raise NotTyped("A month is missing. Write it as 2026-01 or Jan 2026.")
    month = _month(clean, text) if len(clean) <= _LONGEST else None
    if month is None and serials and _PLAIN.fullmatch(clean) and _FIRST_SERIAL <= int(clean) <= _LAST_SERIAL:
        month = Month.of(date(1899, 12, 30) + timedelta(days=int(clean)))
    if month is None:
        raise NotTyped(f"“{_shown(text)}” is not a month. Write it as 2026-01 or Jan 2026.")
    return month


def _folded(text: str) -> str:
    """Return a text with one kind of space and of digits: pasted cells hold no-break spaces and full-width digits."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split())


def _shown(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _LONGEST else f"{short[:_LONGEST]}…"


def _not_an_amount(text: str) -> NotTyped:
    return NotTyped(f"“{_shown(text)}” is not an amount. Write it as 1,234.50.")


def _without_currency(clean: str, text: str, currency: str) -> str:
    if not clean:
        raise NotTyped("An amount is missing. Write it as 1,234.50.")
    words = len(clean) > _LONGEST or not any(map(str.isdigit, clean))
    found = [] if words else list(_CURRENCY.finditer(clean))
    if not found:
        return clean
    if len(found) > 1:
        raise _not_an_amount(text)
    code, sign = found[0]["code"], found[0]["sign"]
    named = code or _MARKS.get(sign, "")
    if (code and code != currency) or (named and currency and named != currency):
        raise NotTyped(f"“{_shown(text)}” names {named}. Amounts here are in {currency or 'the books’ currency'}.")
    return f"{clean[: found[0].start()].rstrip()} {clean[found[0].end() :].lstrip()}".strip()


def _sign(clean: str) -> tuple[str, bool]:
    """Return the amount without its sign, and whether it was negative. Two signs are refused."""
    inside = re.fullmatch(r"\( ?(.*?) ?\)", clean)
    before = re.fullmatch(rf"([+{_MINUS}]) ?(.*)", clean)
    after = re.fullmatch(rf"(.*?) ?[{_MINUS}]", clean)
    if inside:
        return inside[1], True
    if before:
        return before[2], before[1] != "+"
    return (after[1], True) if after else (clean, False)


def _point(clean: str, text: str, digits: int) -> str:
    """Return a plain decimal: separators of thousands out, the decimal sign a point."""
    if len(clean) > _LONGEST:
        raise _not_an_amount(text)
    if _PLAIN.fullmatch(clean):
        return clean
    both = _BOTH.fullmatch(clean)
    if both and both["group"] != both["point"]:
        whole, _, rest = clean.rpartition(both["point"])
        return f"{whole.replace(both['group'], '')}.{rest}"
    groups = _GROUPS.fullmatch(clean)
    if groups:
        _refuse_two_meanings(clean, groups["group"], text, digits)
        return clean.replace(groups["group"], "")
    point = _POINT.fullmatch(clean)
    if not point:
        raise _not_an_amount(text)
    return f"{point['whole'] or '0'}.{point['rest']}"


def _refuse_two_meanings(clean: str, group: str, text: str, digits: int) -> None:
    """Refuse one separator before three digits where it may be a decimal sign."""
    if clean.count(group) > 1 or group in " '":
        return
    if group == "," and digits != len("234"):
        return  # our own pages write thousands so
    thousands, decimal = clean.replace(group, ""), clean.replace(group, ".")
    raise NotTyped(
        f"“{_shown(text)}” could be {int(thousands):,} or {decimal}. "
        f"Write {int(thousands)} for the first, or {decimal}0 for the second."
    )


def _month(clean: str, text: str) -> Month | None:
    if found := _NUMBERS.fullmatch(clean):
        return _of_numbers(int(found[1]), found[2], int(found[3]), text)
    if found := _ISO.fullmatch(clean) or _KEY.fullmatch(clean):
        return _checked(int(found["year"]), int(found["month"]), int(found.groupdict().get("day") or 1))
    if found := _NAMED.fullmatch(clean) or _DAY_NAMED.fullmatch(clean) or _YEAR_NAMED.fullmatch(clean):
        year = int(found["year"]) if len(found["year"]) == len("2026") else 2000 + int(found["year"])
        return _checked(year, _BY_NAME.get(found["name"], 0), int(found.groupdict().get("day") or 1))
    return None


def _of_numbers(first: int, second: str | None, year: int, text: str) -> Month | None:
    """Return the month of 01/2026, or of a day such as 31/01/2026 if its order shows."""
    if second is None:
        return _checked(year, first, 1)
    as_month = _checked(year, first, int(second))
    as_day = _checked(year, int(second), first)
    if as_month and as_day and as_month != as_day:
        raise NotTyped(f"“{_shown(text)}” could be {as_month} or {as_day}. Write the month as {as_month} or {as_day}.")
    return as_month or as_day


def _checked(year: int, number: int, day: int) -> Month | None:
    """Return the month if such a day exists in the years that plans have."""
    try:
        return Month.of(date(year, number, day)) if 1900 <= year < 2200 else None
    except ValueError:
        return None
