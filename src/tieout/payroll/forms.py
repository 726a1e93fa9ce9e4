"""What people type about people and their pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from tieout.companies.models import Company
from tieout.core.money import to_decimal, to_text
from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_amount, parse_month
from tieout.payroll import hiring
from tieout.payroll.models import Employee, HiringDriver, Paid, PayBasis, Role
from tieout.payroll.person_fields import COLUMNS, LABELS, RATE_DIGITS, Context, Value, read_person, read_rate
from tieout.ui.figures import month_name
from tieout.ui.nav import url_of

_HELP = {
    "ref": "Your payroll system's own, if it has one. Pay runs find people by it.",
    "end": "The last day of work. Leave it empty while there is none.",
    "hours": "For an hourly pay.",
    "benefits": "Of the month's pay: employer taxes, insurance and the like.",
    "bonus_rate": "Of a year's pay.",
    "bonus_amount": "Instead of a percentage.",
    "commission_rate": "Of a year's pay, spread over the months.",
    "commission_amount": "Instead of a percentage.",
}
_BASES = (("Year", "a year"), ("Month", "a month"), ("Hour", "an hour"))
_NUMBER = {"inputmode": "decimal", "autocomplete": "off"}


class _TermsForm(forms.Form):
    """Somebody's terms of pay, with what else is asked of them. It reads what is typed as a row of a sheet is read."""

    keys: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any] | None = None, *, context: Context, of: Paid | None = None) -> None:
        super().__init__(data, initial=initial(of, context.digits) if of else {"bonus_month": "12"})
        self._context = context
        self.values: dict[str, Value] = {}
        self.fields.update(
            {
                key: forms.CharField(
                    label=LABELS[key],
                    required=key in self.needed,
                    help_text=_HELP.get(key, ""),
                    widget=self._widget(key),
                )
                for key in self.keys
            }
        )

    def clean(self) -> dict[str, Any]:
        """Read all fields together; each refusal stands at its field."""
        cleaned = super().clean() or {}
        read = read_person({key: str(cleaned[key]) for key in self.keys if key in cleaned}, self._context)
        for key, sentence in read.errors.items():
            self.add_error(key, sentence)
        self.values = read.values
        return cleaned

    def _widget(self, key: str) -> forms.Widget:
        if key in ("start", "end"):
            return forms.DateInput(attrs={"type": "date"})
        if key in ("ref", "name", "title"):
            return forms.TextInput()
        choices = self._choices().get(key)
        return forms.Select(choices=choices) if choices else forms.TextInput(attrs=_NUMBER)

    def _choices(self) -> dict[str, list[tuple[str, str]]]:
        departments = [it.name for it in self._context.departments if not it.hidden or self._is_in(it.name)]
        return {
            "department": [("", "No department"), *((name, name) for name in departments)],
            "role": [(label, label) for label in Role.labels],
            "basis": [*_BASES],
            "bonus_month": [(str(number), month_name(number)) for number in range(1, 13)],
        }

    def _is_in(self, department: str) -> bool:
        return bool(self.initial.get("department") == department)


class PersonForm(_TermsForm):
    """Somebody who works for the company."""

    keys = tuple(column.key for column in COLUMNS)
    needed = ("name", "start", "amount")


class HiringForm(_TermsForm):
    """Posts to be filled: how many people by a formula, from a month on, each on the same terms."""

    keys = ("title", "department", "role", *(column.key for column in COLUMNS if column.pay))
    needed = ("title", "amount")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        context: Context,
        company: Company,
        of: HiringDriver | None = None,
    ) -> None:
        super().__init__(data, context=context, of=of)
        self._company = company
        self.fields["formula"] = forms.CharField(
            label="How many people",
            max_length=2_000,
            help_text="People at work in a month, not newcomers: 2, or a formula such as Customers.Total / 50.",
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", **_bar(company)}),
        )
        self.fields["from"] = forms.CharField(label="From", widget=forms.DateInput(attrs={"type": "month"}))
        if of is not None:
            shown = {"formula": hiring.formulas().shown(company, of.formula), "from": str(Month.from_key(of.start))}
            self.initial = {**self.initial, **shown}

    def clean(self) -> dict[str, Any]:
        """Read the terms, the formula and the month."""
        cleaned = super().clean()
        if "formula" in cleaned:
            try:
                self.values["formula"] = hiring.formulas().stored(self._company, cleaned["formula"])
            except hiring.NotAFormula as refusal:
                self.add_error("formula", str(refusal))
        if "from" in cleaned:
            try:
                self.values["start"] = parse_month(cleaned["from"]).key
            except NotTyped as refusal:
                self.add_error("from", str(refusal))
        return cleaned


class RaiseForm(forms.Form):
    """Other pay from a month on: a new figure or a percentage."""

    month = forms.CharField(label="From", widget=forms.DateInput(attrs={"type": "month"}))
    amount = forms.CharField(label="New pay", required=False, widget=forms.TextInput(attrs=_NUMBER))
    rate = forms.CharField(label="or change in %", required=False, widget=forms.TextInput(attrs=_NUMBER))

    def __init__(self, data: Mapping[str, Any] | None = None, *, digits: int, currency: str) -> None:
        super().__init__(data, auto_id="raise_%s")
        self._money = (digits, currency)

    def clean_month(self) -> Month:
        """Return the month."""
        return _month(self.cleaned_data["month"])

    def clean_amount(self) -> int | None:
        """Return the new pay in minor units, or None."""
        return _amount(self.cleaned_data["amount"], *self._money)

    def clean_rate(self) -> int:
        """Return the change as a rate, 0 for none."""
        try:
            return read_rate(self.cleaned_data["rate"])
        except NotTyped as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or {}
        if {"amount", "rate"} <= cleaned.keys() and (cleaned["amount"] is None) == (cleaned["rate"] == 0):
            raise forms.ValidationError("Write either the new pay or a change in percent.")
        return cleaned


class PayForm(forms.Form):
    """What a person cost in a month. Empty takes it back."""

    month = forms.CharField(label="Month", widget=forms.DateInput(attrs={"type": "month"}))
    amount = forms.CharField(
        label="Cost of the month", required=False,
        widget=forms.TextInput(attrs=_NUMBER),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, digits: int, currency: str) -> None:
        super().__init__(data, auto_id="pay_%s")
        self._money = (digits, currency)

    def clean_month(self) -> Month:
        """Return the month."""
        return _month(self.cleaned_data["month"])

    def clean_amount(self) -> int | None:
        """Return the cost in minor units, or None."""
        return _amount(self.cleaned_data["amount"], *self._money)


def initial(of: Paid, digits: int) -> dict[str, str]:
    """Return what a form of a person or a post shows at first."""
    per = {PayBasis.ANNUAL: "Year", PayBasis.MONTHLY: "Month", PayBasis.HOURLY: "Hour"}
    shown = {
        "amount": to_text(of.amount, digits),
        "basis": per[PayBasis(of.basis)],
        "hours": _plain(of.hours, 2),
        "benefits": _plain(of.benefits, RATE_DIGITS),
        "bonus_rate": _plain(of.bonus_rate, RATE_DIGITS),
        "bonus_amount": to_text(of.bonus_amount, digits) if of.bonus_amount else "",
        "bonus_month": str(of.bonus_month),
        "commission_rate": _plain(of.commission_rate, RATE_DIGITS),
        "commission_amount": to_text(of.commission_amount, digits) if of.commission_amount else "",
    }
    if isinstance(of, (Employee, HiringDriver)):
        shown |= {
            "department": of.department.name if of.department else "",
            "title": of.title,
            "role": of.get_role_display(),
        }
    if isinstance(of, Employee):
        shown |= {
            "ref": of.ref,
            "name": of.name,
            "start": str(of.start),
            "end": str(of.end) if of.end else "",
        }
    return shown


def _bar(company: Company) -> dict[str, str]:
    """Return what makes an input a formula bar, where a part has pages for it."""
    names, check = (url_of(f"planning:formula-{name}", company.slug) for name in ("names", "check"))
    return (
        {"data-formula": "", "data-names-url": names, "data-check-url": check, "data-kind": "number"} if check else {}
    )


def _plain(value: int, digits: int) -> str:
    return f"{to_decimal(value, digits).normalize():f}" if value else ""


def _month(text: str) -> Month:
    try:
        return parse_month(text)
    except NotTyped as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


def _amount(text: str, digits: int, currency: str) -> int | None:
    if not text.strip():
        return None
    try:
        return parse_amount(text, digits, currency=currency)
    except NotTyped as refusal:
        raise forms.ValidationError(str(refusal)) from refusal
