"""Payment terms of a company's own: a percentage a month that sums to 100 %. Shares are hundredths of a percent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.drivers import MOST_MONTHS
from tieout.core.spreading import WHOLE
from tieout.planning.models import Options, Paid, PaymentTerm

LONGEST_NAME = 80
BUILT_IN = frozenset(choice.label.casefold() for choice in (Paid.IMMEDIATELY, Paid.NON_CASH))


class TermRefused(ValueError):
    """Nothing was written; ``str()`` is fit for the page, and ``field`` says which field it is about."""

    def __init__(self, text: str, field: str = "shares") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term as a page shows it."""

    id: int
    name: str
    shares: tuple[int, ...]
    used: int  # how many expenses are paid by it

    @property
    def words(self) -> str:
        """How it pays: "30 % in the same month, 70 % after 2 months"."""
        return in_words(self.shares)


def terms(company: Company) -> list[Term]:
    """Return the company's own terms by name, and how many expenses use each. Two queries."""
    used: dict[int, int] = {}
    for term in Options.objects.filter(company=company, paid=Paid.CUSTOM, term__isnull=False).values_list(
        "term_id", flat=True
    ):
        used[term] = used.get(term, 0) + 1
    return [
        Term(id=row.pk, name=row.name, shares=tuple(row.shares), used=used.get(row.pk, 0))
        for row in PaymentTerm.objects.filter(company=company).order_by("name", "pk")
    ]


def term_of(company: Company, term_id: int) -> Term | None:
    """Return one term of the company, or None."""
    return next((term for term in terms(company) if term.id == term_id), None)


def used_by(company: Company, term_id: int) -> list[int]:
    """Return the expenses (ids) that are paid by a term."""
    rows = Options.objects.filter(company=company, paid=Paid.CUSTOM, term=term_id).order_by("expense")
    return list(rows.values_list("expense_id", flat=True))


def read_shares(texts: Sequence[str]) -> tuple[int, ...]:
    """Return what was typed, month by month, as shares; an empty month pays nothing, trailing ones are dropped.

    ``read_shares(["30", "", "70 %"]) == (3_000, 0, 7_000)``. Raise TermRefused with a sentence.
    """
    shares = [_share(text, month) for month, text in enumerate(texts)]
    while shares and not shares[-1]:
        shares.pop()
    if not shares:
        raise TermRefused("Nothing is paid. Give at least one month a percentage; together they are 100 %.")
    if len(shares) > MOST_MONTHS:
        raise TermRefused(f"A payment term runs over at most {MOST_MONTHS} months; these are {len(shares)}.")
    if (total := sum(shares)) != WHOLE:
        short = WHOLE - total
        what = "is missing" if short > 0 else "is too much"
        raise TermRefused(f"These sum to {percent(total)}. {percent(abs(short))} {what}.")
    return tuple(shares)


@transaction.atomic
def save_term(
    *, company: Company, person: User, name: str, shares: Sequence[int], term_id: int | None = None
) -> PaymentTerm:
    """Make a term, or change one; its expenses follow from their next payment on. Only differences are written.

    Raise TermRefused for a name that is taken or empty, and for a term that is not this company's.
    """
    row = PaymentTerm(company=company, shares=[])
    if term_id is not None:
        found = PaymentTerm.objects.select_for_update().filter(company=company, pk=term_id).first()
        if found is None:
            raise TermRefused("This payment term is not there any more. Go back and reload the page.", "name")
        row = found
    name = _checked_name(company, name, but=term_id)
    before = {"name": row.name, "pays": in_words(row.shares)} if row.pk else {}
    after = {"name": name, "pays": in_words(shares)}
    if before == after:
        return row
    row.name, row.shares = name, list(shares)
    row.save()
    what = "changed a payment term" if before else "added a payment term"
    audit.record(company, person, what, row, before=before, after=after)
    return row


@transaction.atomic
def remove_term(*, company: Company, person: User, term_id: int, target: str = "") -> None:
    """Remove a term. Expenses that use it move to ``target``: another term's id, or a built-in's value.

    Raise TermRefused where it is in use and the target is none of these.
    """
    row = PaymentTerm.objects.select_for_update().filter(company=company, pk=term_id).first()
    if row is None:
        raise TermRefused("This payment term is not there any more. Go back and reload the page.", "target")
    using = Options.objects.filter(company=company, term=row)
    moved: dict[str, audit.Value] = {}
    if using.exists():
        paid, term, called = _target(company, row, target)
        if used := used_by(company, term_id):
            moved = {"expenses": len(used), "paid instead": called}
        using.filter(paid=Paid.CUSTOM).update(paid=paid, term=term)
        using.update(term=None)
    before = {"name": row.name, "pays": in_words(row.shares)}
    audit.record(company, person, "removed a payment term", row, before=before, after=moved)
    row.delete()


def in_words(shares: Sequence[int]) -> str:
    """Return how shares pay: "50 % in the same month, 50 % after 1 month"."""
    told = (f"{percent(share)} {_when(month)}" for month, share in enumerate(shares) if share)
    return ", ".join(told)


def percent(share: int) -> str:
    """Return hundredths of a percent as people write it: "12.5 %"."""
    return f"{Decimal(share).scaleb(-2).normalize():f} %"


def _when(month: int) -> str:
    return f"after {month} month{'s' if month > 1 else ''}" if month else "in the same month"


def _share(text: str, month: int) -> int:
    text = text.replace("%", "").strip()
    if not text:
        return 0
    try:
        hundredths = Decimal(text.replace(",", ".")) * 100
        share = int(hundredths)
    except (InvalidOperation, ValueError, OverflowError):
        raise TermRefused(
            f"“{text[:20]}”, in month {month + 1}, is not a percentage. Write a number such as 30."
        ) from None
    if share != hundredths:
        raise TermRefused(f"“{text[:20]}”, in month {month + 1}, has more than two decimals.")
    if not 0 <= share <= WHOLE:
        raise TermRefused(f"“{text[:20]}”, in month {month + 1}, is not between 0 and 100.")
    return share


def _checked_name(company: Company, name: str, *, but: int | None) -> str:
    name = " ".join(name.split())
    if not name:
        raise TermRefused("Give the payment term a name, such as “30 days”.", "name")
    if len(name) > LONGEST_NAME:
        raise TermRefused(f"The name has {len(name)} letters; at most {LONGEST_NAME} fit.", "name")
    others = PaymentTerm.objects.filter(company=company).exclude(pk=but or 0)
    if name.casefold() in BUILT_IN | {other.casefold() for other in others.values_list("name", flat=True)}:
        raise TermRefused(f"There is a payment term {name} already. Choose another name.", "name")
    return name


def _target(company: Company, row: PaymentTerm, target: str) -> tuple[Paid, PaymentTerm | None, str]:
    if target in (Paid.IMMEDIATELY, Paid.NON_CASH):
        return Paid(target), None, Paid(target).label
    others = PaymentTerm.objects.filter(company=company).exclude(pk=row.pk)
    if (term := others.filter(pk=int(target)).first() if target.isdecimal() else None) is None:
        raise TermRefused(f"{row.name} is in use. Choose the term that takes over its expenses.", "target")
    return Paid.CUSTOM, term, term.name
