"""The expense form as people fill it in: texts, what they mean, and a sentence at each field that means nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from django.http import QueryDict
from django.utils.safestring import SafeString

from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_amount, parse_decimal, parse_month
from tieout.planning.expense_facts import Facts
from tieout.planning.formula_bar import FormulaRefused, read_formula, show_formula
from tieout.planning.models import RATE, Driver, Every, Frequency, Growth, Options, Paid
from tieout.planning.options import Wanted
from tieout.ui.figures import short_month

_MOST_TEXT = 2_000  # letters of a field that are looked at
_NAMES = (
    "name", "department", "since", "payroll", "driver", "frequency", "start", "end", "amount", "heads", "contractors",
    "rate", "stream", "formula", "change", "averaged", "growth", "growth_rate", "growth_amount", "growth_every", "paid",
)  # fmt: skip
_MAPPING = ("department", "since", "payroll")
LONGEST_NAME = 200
E = TypeVar("E", bound=Enum)
T = TypeVar("T")


@dataclass(slots=True)
class Field:
    """A field: its text, and what is wrong with it."""

    name: str
    value: str = ""
    error: str = ""

    @property
    def number(self) -> int:
        """The id that a choice holds, 0 for none: what a template compares with."""
        return int(self.value) if self.value.isdecimal() and len(self.value) < 19 else 0


@dataclass(slots=True)
class MonthField(Field):
    """A typed month."""

    label: str = ""
    month: Month = field(default_factory=lambda: Month(1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form means. ``name`` "" follows the books; ``typed`` None gives a month back to its driver."""

    name: str
    department: int | None
    since: Month | None
    payroll: bool
    wanted: Wanted
    typed: Mapping[Month, int | None]


class ExpenseForm:
    """Texts of one expense's form; ``fields`` by name, ``months`` in order."""

    def __init__(self, facts: Facts, texts: Mapping[str, str]) -> None:
        self._facts = facts
        self._digits = facts.book.digits
        self.formula_marked = SafeString()  # the formula with the place that is wrong
        self.fields = {name: Field(name, texts.get(name, "")[:_MOST_TEXT].strip()) for name in _NAMES}
        self.months = [
            MonthField(f"m-{month}", texts.get(f"m-{month}", "")[:_MOST_TEXT].strip(), "", short_month(month), month)
            for month in facts.months
        ]

    @classmethod
    def saved(cls, facts: Facts) -> ExpenseForm:
        """Return the form of what is saved."""
        return cls(facts, _texts(facts))

    @classmethod
    def typed(cls, facts: Facts, data: QueryDict, *, maps: bool) -> ExpenseForm:
        """Return the form as somebody sent it. Who does not map leaves what is mapped as it is saved."""
        texts = {name: data.get(name, "") for name in data}
        if facts.mapped and not maps:
            saved = _texts(facts)
            texts |= {name: saved.get(name, "") for name in _MAPPING}
        return cls(facts, texts)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by field."""
        return {it.name: it.error for it in (*self.fields.values(), *self.months) if it.error}

    @property
    def typed_count(self) -> int:
        """How many months hold a text."""
        return sum(bool(it.value) for it in self.months)

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Show errors at their fields; one about no field stands at the driver."""
        for name, told in errors.items():
            shown = {"rate": "change"} if self.fields["driver"].value == Driver.LAST_YEAR else {}
            self.fields[shown.get(name, name) if name in self.fields else "driver"].error = told

    def read(self) -> Asked | None:
        """Return what the form means, or None: then ``errors`` says why."""
        name = " ".join(self.fields["name"].value.split())
        if not name and not self._facts.books_name:
            side = self._facts.side
            self.fields["name"].error = f"The {side.one} needs a name. Write one, such as “{side.example}”."
        elif len(name) > LONGEST_NAME:
            self.fields["name"].error = f"The name has {len(name)} letters; at most {LONGEST_NAME} fit."
        asked = Asked(
            name=name,
            department=self.fields["department"].number or None,
            since=self._month("since"),
            payroll=bool(self.fields["payroll"].value),
            wanted=self._wanted(),
            typed={it.month: self._at(it, self._amount) for it in self.months},
        )
        return None if self.errors else asked

    def _wanted(self) -> Wanted:
        driver = self._choice("driver", Driver, Driver.NONE)
        paid = self.fields["paid"]
        return Wanted(
            driver=driver,
            frequency=self._choice("frequency", Frequency, Frequency.MONTHLY),
            start=self._month("start"),
            end=self._month("end"),
            amount=self._of("amount", self._amount, driver in (Driver.AMOUNT, Driver.PER_EMPLOYEE)),
            rate=self._rates(driver),
            department=self.fields["heads"].number or None,
            contractors=bool(self.fields["contractors"].value),
            stream=self.fields["stream"].number or None,
            formula=self._formula(driver),
            averaged=self._of("averaged", _count, driver is Driver.AVERAGE),
            growth=(growth := self._choice("growth", Growth, Growth.NONE)),
            growth_rate=self._of("growth_rate", read_rate, growth is Growth.PERCENT),
            growth_amount=self._of("growth_amount", self._amount, growth is Growth.AMOUNT),
            growth_every=self._choice("growth_every", Every, Every.YEAR),
            paid=Paid(paid.value)
            if paid.value in (Paid.IMMEDIATELY, Paid.NON_CASH, "") and paid.value
            else _paid(paid),
            term=paid.number or None,
        )

    def _formula(self, driver: Driver) -> str:
        """Return the formula as it is kept."""
        field = self.fields["formula"]
        if driver is not Driver.FORMULA or not field.value:
            return ""
        try:
            return read_formula(self._facts.company, self._facts.book, field.value)
        except FormulaRefused as refusal:
            field.error, self.formula_marked = str(refusal), refusal.marked
            return ""

    def _rates(self, driver: Driver) -> int | None:
        if driver is Driver.LAST_YEAR:
            return self._of("change", read_rate, wanted=True) or 0
        return self._of("rate", read_rate, driver is Driver.PERCENT_OF_REVENUE)

    def _choice(self, name: str, kind: type[E], default: E) -> E:
        value = self.fields[name].value
        try:
            return kind(value) if value else default
        except ValueError:
            self.fields[name].error = "This is none of the choices. Choose one of the list."
            return default

    def _month(self, name: str) -> Month | None:
        return self._of(name, parse_month, wanted=True)

    def _of(self, name: str, read: Callable[[str], T], wanted: bool) -> T | None:
        """Return what a field means. One that nobody asked for is not looked at: it may hold anything."""
        return self._at(self.fields[name], read) if wanted else None

    def _at(self, field: Field, read: Callable[[str], T]) -> T | None:
        if not field.value:
            return None
        try:
            return read(field.value)
        except NotTyped as error:
            field.error = str(error)
            return None

    def _amount(self, text: str) -> int:
        if text in ("-", "–", "—"):  # how a spreadsheet and our own pages write zero
            return 0
        return parse_amount(text, self._digits, currency=self._facts.book.currency)


def _paid(paid: Field) -> Paid:
    return Paid.CUSTOM if paid.number else Paid.IMMEDIATELY


def read_rate(text: str) -> int:
    """Return a typed percentage in ten-thousandths of a percent: ``read_rate("2.5 %") == 25_000``."""
    try:
        rate = parse_decimal(text.replace("%", "").strip(), 4) * RATE
    except NotTyped:
        raise NotTyped(f"“{text[:40]}” is not a percentage. Write a number such as 5 or 2.5.") from None
    if rate != int(rate):
        raise NotTyped(f"“{text[:40]}” has more than four decimals. Round it first.")
    return int(rate)


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise NotTyped(f"“{text[:40]}” is not a number of months. Write a whole number such as 3.")
    return int(text)


def _texts(facts: Facts) -> dict[str, str]:
    options, member, digits = facts.options, facts.member, facts.book.digits
    department = member.department_now if member else None
    return {
        "name": member.own_name if member else "",
        "department": str(department or ""),
        "payroll": "on" if member and member.payroll else "",
        **_option_texts(options, digits),
        "formula": show_formula(facts.company, facts.book, options.formula),
        **{f"m-{month}": to_text(amount, digits) for month, amount in facts.typed.items()},
    }


def _option_texts(options: Options, digits: int) -> dict[str, str]:
    with_amount = options.driver in (Driver.AMOUNT, Driver.PER_EMPLOYEE)
    return {
        "driver": options.driver,
        "frequency": options.frequency,
        "start": str(Month.from_key(options.start)) if options.start else "",
        "end": str(Month.from_key(options.end)) if options.end else "",
        "amount": _trimmed(to_text(options.amount, digits)) if with_amount else "",
        "heads": str(options.department_id or ""),
        "contractors": "on" if options.contractors else "",
        "rate": _rate_text(options.rate) if options.driver == Driver.PERCENT_OF_REVENUE else "",
        "stream": str(options.stream_id or ""),
        "change": _rate_text(options.rate) if options.driver == Driver.LAST_YEAR else "",
        "averaged": str(options.averaged),
        "growth": options.growth,
        "growth_rate": _rate_text(options.growth_rate) if options.growth == Growth.PERCENT else "",
        "growth_amount": _trimmed(to_text(options.growth_amount, digits)) if options.growth == Growth.AMOUNT else "",
        "growth_every": options.growth_every,
        "paid": str(options.term_id) if options.paid == Paid.CUSTOM else options.paid,
    }


def _rate_text(rate: int) -> str:
    return f"{(Decimal(rate) / RATE).normalize():f}"


def _trimmed(amount: str) -> str:
    """Return an amount without decimals that are zero: nobody types them."""
    whole, _, decimals = amount.partition(".")
    return amount if decimals.strip("0") else whole
