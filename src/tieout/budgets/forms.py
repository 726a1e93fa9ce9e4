"""What people type about budgets."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from tieout.core.month import Month
from tieout.core.typed import NotTyped, parse_decimal, parse_month
from tieout.kit.tables import BYTES
from tieout.ui.figures import short_month

EMPTY, LAST_YEAR = "empty", "last_year"
_FURTHEST = Decimal(1000)  # percent
_UNNAMED = {"required": "Give the budget a name."}


class MonthField(forms.CharField):
    """A month as people type it. Cleans to a ``Month``."""

    def clean(self, value: object) -> Month:
        """Return the month, or say how to write one."""
        try:
            return parse_month(str(value or ""))
        except NotTyped as error:
            raise forms.ValidationError(str(error)) from error


class PercentField(forms.CharField):
    """A percentage as people type it: ``5``, ``-2.5``, ``5 %``. Cleans to a Decimal; blank is 0."""

    def clean(self, value: object) -> Decimal:
        """Return the percentage, or say how to write one."""
        text = str(value or "").replace("%", "").strip() or "0"
        try:
            percent = parse_decimal(text, 2)
        except NotTyped as error:
            raise forms.ValidationError(f"“{text[:40]}” is not a percentage. Write it as 5 or -2.5.") from error
        if not -100 <= percent <= _FURTHEST:
            raise forms.ValidationError("Choose a percentage from -100 to 1,000.")
        return percent


class NewForm(forms.Form):
    """A version to be."""

    name = forms.CharField(max_length=80, label="Name", error_messages=_UNNAMED)
    start = forms.ChoiceField(label="Starts from", widget=forms.Select)
    percent = PercentField(required=False, label="Higher or lower by, in percent", initial="0")
    first = MonthField(label="First month")
    last = MonthField(label="Last month")

    def __init__(self, *args: object, starts: list[tuple[str, str]], **options: object) -> None:
        """``starts`` are the choices of what it starts from."""
        super().__init__(*args, **options)  # type: ignore[arg-type]
        field = self.fields["start"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = starts
        self.fields[
            "percent"
        ].help_text = "5 plans five percent more than what it starts from; -5 plans five percent less."


class NameForm(forms.Form):
    """The name and note of a version."""

    name = forms.CharField(max_length=80, label="Name", error_messages=_UNNAMED)
    note = forms.CharField(max_length=2000, required=False, label="Note", widget=forms.Textarea(attrs={"rows": 4}))


class CopyForm(forms.Form):
    """The name of a copy."""

    name = forms.CharField(max_length=80, label="Name of the copy", error_messages=_UNNAMED)


class UploadForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label="File",
        help_text="XLSX or CSV, up to 10 MB. Of a workbook, the first sheet that holds something is read.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,.tsv"}),
    )
    name = forms.CharField(
        max_length=80, required=False, label="Name of the budget", help_text="Left blank, the file's own name."
    )

    def clean_file(self) -> object:
        """Refuse a file by its size before any of it is read."""
        file = self.cleaned_data["file"]
        if file.size > BYTES:
            raise forms.ValidationError(
                f"{file.name} is larger than {BYTES // 1024 // 1024} MB. Take out what is not part of the table."
            )
        return file


def initial(today: Month, *, first_month: int) -> dict[str, str]:
    """Return the fiscal year after the running one, which people plan most."""
    first = today.fiscal_year_start(first_month) + 12
    return {
        "name": f"Budget {(first + 11).year}",
        "first": short_month(first),
        "last": short_month(first + 11),
        "percent": "0",
    }
