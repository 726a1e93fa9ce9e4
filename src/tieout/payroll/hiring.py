"""Posts to be filled: how many people a formula gives, and what one of them is paid.

What a formula is and what it comes to is the business of a part above; it registers here what this part asks. Until
then a formula is a plain number of people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.payroll.models import HiringDriver
from tieout.payroll.person_fields import LABELS, PAY, Value

MOST_PEOPLE = 100_000


class NotAFormula(ValueError):
    """The text is no formula; ``str()`` says why and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """How many people each driver (id) gives by month, and a sentence where its formula fails."""

    people: Mapping[int, Mapping[Month, int]] = field(default_factory=dict)
    errors: Mapping[int, str] = field(default_factory=dict)


class Formulas(Protocol):
    """What the part that knows formulas registers."""

    @property
    def script(self) -> str:
        """The static path of the formula bar's script, "" for none."""
        ...

    @property
    def style(self) -> str:
        """The static path of its style sheet, "" for none."""
        ...

    def stored(self, company: Company, text: str) -> str:
        """Return a typed formula as it is kept. Raise NotAFormula."""
        ...

    def shown(self, company: Company, stored: str) -> str:
        """Return a kept formula with the names of today."""
        ...


class _Plain:
    """Whole numbers: what there is while nobody knows more."""

    script = style = ""

    def stored(self, _company: Company, text: str) -> str:
        plain = text.strip()
        if not (plain.isascii() and plain.isdigit() and int(plain) <= MOST_PEOPLE):
            raise NotAFormula("Write how many people are hired, such as 2.")
        return str(int(plain))

    def shown(self, _company: Company, stored: str) -> str:
        return stored


HeadsTeller = Callable[[Company, Sequence[Month]], Heads]
_formulas: list[Formulas] = [_Plain()]
_tellers: list[HeadsTeller] = []


def register_checker(known: Formulas) -> None:
    """Have the part that knows formulas read and show them; the one registered last is asked."""
    _formulas[:] = [known]


def register_heads(teller: HeadsTeller) -> None:
    """Have the part that plans tell how many people the drivers give; the one registered last is asked."""
    _tellers[:] = [teller]


def formulas() -> Formulas:
    """Return who reads and shows formulas."""
    return _formulas[0]


def heads(company: Company, months: Sequence[Month]) -> Heads:
    """Return how many people the drivers give, as the part above tells, else by `plain_heads`."""
    return _tellers[0](company, months) if _tellers else plain_heads(company, months)


def plain_heads(company: Company, months: Sequence[Month]) -> Heads:
    """Return the people of drivers that are plain numbers, from their start on. One query."""
    drivers = HiringDriver.objects.filter(company=company)
    return Heads(
        people={
            it.pk: {month: int(it.formula) if month.key >= it.start else 0 for month in months}
            for it in drivers
            if it.formula.isdigit()
        }
    )


def drivers(company: Company) -> Sequence[HiringDriver]:
    """Return the posts to be filled, by title. One query."""
    return list(HiringDriver.objects.filter(company=company).select_related("department").order_by("title", "pk"))


def driver(company: Company, driver_id: int) -> HiringDriver | None:
    """Return one post of this company, or None."""
    return HiringDriver.objects.filter(company=company, pk=driver_id).select_related("department").first()


@transaction.atomic
def save_driver(
    company: Company, values: Mapping[str, Value], *, person: User, of: HiringDriver | None = None
) -> HiringDriver:
    """Return a new post, or a changed one. The audit log gets no figure of its pay."""
    saved = of or HiringDriver(company=company)
    changed = {key for key, value in values.items() if getattr(saved, key) != value}
    if of and not changed:
        return of
    before = _told(saved) if of else {}
    for key, value in values.items():
        setattr(saved, key, value)
    saved.save()
    after = _told(saved)
    for key in sorted(changed & PAY) if of else ():
        before[LABELS[key]], after[LABELS[key]] = "hidden", "changed"
    what = "changed a post to be filled" if of else "added a post to be filled"
    audit.record(company, person, what, saved, before=before, after=after)
    return saved


@transaction.atomic
def remove_driver(post: HiringDriver, *, person: User) -> None:
    """Take a post out of the plan."""
    audit.record(post.company, person, "removed a post to be filled", post, before=_told(post))
    post.delete()


def _told(post: HiringDriver) -> dict[str, audit.Value]:
    return {
        "title": post.title,
        "department": post.department.name if post.department else None,
        "role": post.get_role_display(),
        "people": formulas().shown(post.company, post.formula),
        "from": str(Month.from_key(post.start)),
    }
