"""The company's rules as a whole: their version, and the links in the order in which they are asked."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import F

from tieout.expenses.matching import Identity, LinkRule, Pinned
from tieout.expenses.models import Link, Mapping, Pin, PinKind
from tieout.expenses.rule_json import from_json


def version(company: int) -> int:
    """Return the version of the rules."""
    return Mapping.objects.filter(company_id=company).values_list("version", flat=True).first() or 1


def lock(company: int) -> int:
    """Return the version, and let nobody move it before the caller's transaction ends."""
    Mapping.objects.get_or_create(company_id=company)
    return Mapping.objects.select_for_update().get(company_id=company).version


def move(company: int) -> int:
    """Return the next version, from now on the current one: a line may belong somewhere else. Within a transaction."""
    lock(company)
    Mapping.objects.filter(company_id=company).update(version=F("version") + 1)
    return version(company)


def links(company: int) -> list[LinkRule]:
    """Return the links, the first to be asked first. Two queries, one if there are none."""
    rows = list(Link.objects.select_related("expense").filter(company_id=company).order_by("position", "pk"))
    pins: defaultdict[tuple[int, str], defaultdict[str, set[Pinned]]] = defaultdict(lambda: defaultdict(set))
    for pin in Pin.objects.filter(link__in=rows) if rows else ():
        pins[pin.link_id, pin.kind][pin.entry].add(pinned(pin))
    return [
        LinkRule(
            id=row.pk,
            expense=row.expense_id,
            rule=from_json(row.rule),
            income=row.expense.income,
            payroll_too=row.payroll_too,
            only_pinned=row.only_pinned,
            left_out=dict(pins[row.pk, PinKind.EXCLUDE]),
            only=dict(pins[row.pk, PinKind.INCLUDE]),
        )
        for row in rows
    ]


def pinned(pin: Pin) -> Pinned:
    """Return which line a pin means."""
    identity = Identity(pin.account, pin.party, pin.item, pin.dimensions, pin.text)
    return Pinned(identity, pin.occurrence, pin.among)
