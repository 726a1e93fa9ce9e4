"""A company's variables: made, changed, removed, each with its audit row. Formulas name them by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.formulas.functions import FUNCTIONS
from tieout.core.formulas.texts import keys_of, to_shown
from tieout.core.month import Month
from tieout.ledger.models import Book
from tieout.payroll.queries import hiring_drivers
from tieout.planning.expense_names import names_of
from tieout.planning.models import Driver, Options, Variable, VariableKind, VariableMonth
from tieout.planning.names import OWN, catalogue, folded
from tieout.planning.stream_nodes import REVENUE_SYSTEM
from tieout.planning.variable_words import value_text

ITSELF = f"{OWN}0"
"""The key that a variable's own name has in its formula until it is saved and has an id."""
LONGEST_NAME = 80
REVENUE_NAME = "Revenue.Total"  # no own variable can have it: their names hold no point
_NOT_IN_NAMES = ".'{}[]\"<>=*/+,;:%"
_TOLD = 6  # names that a sentence has room for


class VariableRefused(ValueError):
    """Nothing was written; ``str()`` is fit for the page, and ``field`` says which field it is about."""

    def __init__(self, text: str, field_name: str = "name") -> None:
        super().__init__(text)
        self.field = field_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What somebody wants of a variable. ``formula`` is in stored form; ``values`` None empties a month."""

    name: str = ""
    kind: VariableKind = VariableKind.NUMBER
    formula: str = ""
    values: Mapping[Month, Decimal | None] = field(default_factory=dict)


def variable_of(company: Company, variable_id: int) -> Variable | None:
    """Return one of the company's own variables, or None."""
    return Variable.objects.filter(company=company, system="", pk=variable_id).first()


def unsaved(name: str) -> list[Variable]:
    """Return a variable that is being made, so that its own formula can name it; nothing while it has no name."""
    name = " ".join(name.split())
    return [Variable(pk=0, name=name)] if name else []


def revenue_plan(company: Company) -> Variable:
    """Return what is planned of all revenue; unsaved where nothing is."""
    found = Variable.objects.filter(company=company, system=REVENUE_SYSTEM).first()
    return found or Variable(
        company=company, name=REVENUE_NAME, system=REVENUE_SYSTEM, kind=VariableKind.MONEY
    )  # fmt: skip


def typed_months(variable: Variable) -> dict[Month, Decimal]:
    """Return what is typed of a variable."""
    rows = VariableMonth.objects.filter(variable=variable.pk).order_by("month") if variable.pk else ()
    return {Month.from_key(row.month): Decimal(row.value) for row in rows}


@transaction.atomic
def save_variable(*, company: Company, person: User, book: Book, row: Variable, wished: Wished) -> bool:
    """Give a variable (a new one is unsaved) what is wished; return whether that changed anything.

    Only differences are written and audited. Raise VariableRefused for a name that is taken or cannot be.
    """
    if not row.system:
        row.name, row.kind = _checked_name(company, wished.name, but=row.pk), wished.kind
    new = row.pk is None
    before = {} if new else _words(Variable.objects.get(pk=row.pk), book)
    row.company, row.formula = company, wished.formula
    if new:
        row.save()  # for the id that its formula may name
        row.formula = row.formula.replace(f"{{{ITSELF}}}", f"{{{OWN}{row.pk}}}")
    typed = typed_months(row)
    changed = {month: value for month, value in wished.values.items() if value != typed.get(month)}
    after = _words(row, book)
    if not new and before == after and not changed:
        return False
    row.save()
    _write(row, changed)
    if new and row.system and not (row.formula or changed):
        row.delete()
        return False
    told_before, told_after = _months(row, {month: typed.get(month) for month in changed}), _months(row, changed)
    what = "added a variable" if new and not row.system else "changed a variable"
    audit.record(company, person, what, row, before=before | told_before, after=after | told_after)
    return True


@transaction.atomic
def remove_variable(*, company: Company, person: User, book: Book, row: Variable) -> None:
    """Remove an own variable. Refuse one that a formula names, and say which."""
    if users := used_by(company, f"{OWN}{row.pk}"):
        more = f" and {len(users) - _TOLD} more" if len(users) > _TOLD else ""
        named = ", ".join(users[:_TOLD])
        raise VariableRefused(
            f"{row.name} is used by the formula of {named}{more}. Change the formula first, then remove the variable."
        )
    audit.record(company, person, "removed a variable", row, before=_words(row, book))
    row.delete()


def used_by(company: Company, key: str) -> list[str]:
    """Return what each formula that names a key belongs to: expenses, variables, posts to be filled."""
    options = Options.objects.filter(company=company, driver=Driver.FORMULA, formula__contains=f"{{{key}}}")
    expenses = names_of(company, list(options.values_list("expense_id", flat=True)))
    others = Variable.objects.filter(company=company).exclude(formula="").order_by("name")
    variables = [it.name for it in others if key in keys_of(it.formula) and f"{OWN}{it.pk}" != key]
    posts = [it.title for it in hiring_drivers(company) if key in keys_of(it.formula)]
    return [*expenses, *variables, *posts]


def _checked_name(company: Company, name: str, *, but: int | None) -> str:
    name = " ".join(name.split())
    if not name:
        raise VariableRefused("Give the variable a name, such as “Price per seat”.")
    if len(name) > LONGEST_NAME:
        raise VariableRefused(f"The name has {len(name)} letters; at most {LONGEST_NAME} fit.")
    if found := next((letter for letter in name if letter in _NOT_IN_NAMES or not letter.isprintable()), ""):
        raise VariableRefused(f"“{found}” cannot be in a name: it means something in formulas. Leave it out.")
    if not any(map(str.isalpha, name)):
        raise VariableRefused("A name has at least one letter: 12 alone would be a number.")
    if name.casefold() in (*FUNCTIONS, "if"):
        raise VariableRefused(f"{name} is a function of formulas. Choose another name.")
    others = Variable.objects.filter(company=company).exclude(pk=but or 0).values_list("name", flat=True)
    if folded((name,)) in {folded((other,)) for other in others}:
        raise VariableRefused(f"There is a variable {name} already. Choose another name.")
    return name


def _write(row: Variable, changed: Mapping[Month, Decimal | None]) -> None:
    emptied = [month.key for month, value in changed.items() if value is None]
    VariableMonth.objects.filter(variable=row, month__in=emptied).delete()
    VariableMonth.objects.bulk_create(
        (
            VariableMonth(company_id=row.company_id, variable=row, month=month.key, value=f"{value.normalize():f}")
            for month, value in changed.items()
            if value is not None
        ),
        update_conflicts=True,
        unique_fields=["variable", "month"],
        update_fields=["value"],
    )


def _words(row: Variable, book: Book) -> dict[str, audit.Value]:
    """Return a variable in words, for the audit log."""
    shown = to_shown(row.formula, catalogue(row.company, book).shown) if row.formula else ""
    return {"variable": row.name, "kind": VariableKind(row.kind).label, "formula": shown}


def _months(row: Variable, values: Mapping[Month, Decimal | None]) -> dict[str, audit.Value]:
    kind = VariableKind(row.kind)
    return {str(month): "" if value is None else value_text(value, kind) for month, value in sorted(values.items())}
