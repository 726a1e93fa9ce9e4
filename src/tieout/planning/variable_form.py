"""The form of a variable: name, kind, formula, and a row of months to type in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.safestring import SafeString

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.core.typed import NotTyped
from tieout.ledger.models import Book
from tieout.planning.formula_bar import FormulaRefused, check, marked, read_formula
from tieout.planning.inputs import inputs
from tieout.planning.models import Variable, VariableKind
from tieout.planning.names import OWN, REVENUE
from tieout.planning.variable_words import read_value, value_text, value_words
from tieout.planning.variables import ITSELF, Wished, typed_months, unsaved
from tieout.planning.workings import workings
from tieout.ui.figures import short_month

SHOWN_MONTHS = 18


@dataclass(slots=True)
class MonthField:
    """A month to type in."""

    month: Month
    value: str
    usual: str = ""  # what counts while nothing is typed
    error: str = ""

    @property
    def name(self) -> str:
        """The field's name in the form."""
        return f"m-{self.month}"

    @property
    def label(self) -> str:
        """The month's name."""
        return short_month(self.month)


@dataclass(slots=True, kw_only=True)
class VariableForm:
    """What is in the form, and what is wrong with it."""

    company: Company
    book: Book
    row: Variable
    through: Month
    first: Month
    data: Mapping[str, str] | None = None
    name: str = ""
    kind: VariableKind = VariableKind.NUMBER
    formula: str = ""
    months: list[MonthField] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    marked: SafeString | None = None

    @property
    def key(self) -> str:
        """The key in formulas; "" for a new one."""
        return REVENUE if self.row.system else f"{OWN}{self.row.pk}" if self.row.pk else ""

    @property
    def last(self) -> Month:
        """The last month that is shown."""
        return self.first + (SHOWN_MONTHS - 1)

    def fill(self, shown_formula: str) -> VariableForm:
        """Fill in what was sent, or what is saved."""
        data, row = self.data, self.row
        typed = typed_months(row)
        self.name = row.name if data is None else data.get("name", "")
        kind = row.kind if data is None else data.get("kind", "")
        self.kind = VariableKind(kind) if kind in VariableKind.values else VariableKind(row.kind)
        self.formula = shown_formula if data is None else data.get("formula", "").strip()
        for month in self.first.until(self.last + 1):
            saved = value_text(typed[month], self.kind) if month in typed else ""
            value = saved if data is None else data.get(f"m-{month}", saved)
            self.months.append(MonthField(month, value.strip()))
        if self.key:
            self._show_usual(set(typed))
        return self

    def _show_usual(self, typed: set[Month]) -> None:
        """Show what counts in the months that nobody typed."""
        found = inputs(self.company, self.book, through=self.through, last=max(self.last, self.through), instead=None)
        values = workings(found).values(self.key, self.first, self.last)
        for it, value in zip(self.months, values, strict=True):
            if value and it.month not in typed:
                it.usual = value_words(value, self.kind, self.book.digits).removesuffix(" %")

    def read(self) -> Wished | None:
        """Return what the form wishes, or None: then ``errors`` says why."""
        stored = self._read_formula()
        values: dict[Month, Decimal | None] = {}
        for it in self.months:
            try:
                values[it.month] = read_value(it.value, self.kind, self.book.digits, self.book.currency)
            except NotTyped as error:
                it.error = str(error)
                self.errors.setdefault("months", f"{it.label}: {error}")
        if self.errors:
            return None
        return Wished(name=self.name, kind=self.kind, formula=stored, values=values)

    def _read_formula(self) -> str:
        if not self.formula:
            return ""
        more = [] if self.key else unsaved(self.name)
        try:
            stored = read_formula(self.company, self.book, self.formula, *more)
        except FormulaRefused as refusal:
            self._refuse(str(refusal), refusal.marked)
            return ""
        outcome = check(
            self.company, self.book, self.formula, *more,
            through=self.through, first=self.through + 1, own=self.key or ITSELF,
        )  # fmt: skip
        if outcome.circle:
            self._refuse(outcome.sentence, marked(self.formula, outcome.start, outcome.end))
        return stored

    def _refuse(self, sentence: str, place: SafeString) -> None:
        self.errors["formula"] = sentence
        self.marked = place
