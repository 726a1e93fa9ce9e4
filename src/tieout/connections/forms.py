"""What the pages of connections ask for."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from tieout.connections.choosing import Offered
from tieout.connections.connecting import Wishes
from tieout.core.month import Month
from tieout.providerkit.interface import LoginField, Provider

HISTORIES = (("default", "The fiscal year two years back"), ("everything", "Everything"))
BASES = (("accrual", "Accrual"), ("cash", "Cash"))


def ordinal(day: int) -> str:
    """Return ``"1st"``, ``"22nd"``, ``"13th"``."""
    suffix = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


_DAYS = tuple((day, f"{ordinal(day)} of the month") for day in range(1, 32))
_DAY_HELP = "From that day the month before counts as actuals. In a shorter month: its last day."


class SyncDateForm(forms.Form):
    """The day of the month from which the month before counts as actuals."""

    sync_day = forms.TypedChoiceField(label="Sync date", choices=_DAYS, coerce=int, initial=1, help_text=_DAY_HELP)


class IncludeForm(forms.Form):
    """A month that shall count as actuals before its sync date."""

    month = forms.CharField()

    def clean_month(self) -> Month:
        """Return the month; refuse what is none."""
        try:
            return Month.parse(self.cleaned_data["month"])
        except ValueError as error:
            raise forms.ValidationError("That is not a month.") from error


class ConnectForm(forms.Form):
    """Which books, and how to read them."""

    provider = forms.ChoiceField(label="Provider", widget=forms.HiddenInput)
    history = forms.ChoiceField(
        label="Start of history",
        choices=HISTORIES,
        initial="default",
        help_text="What was before comes in as opening balances. You can go further back later.",
    )
    basis = forms.ChoiceField(
        label="Accounting basis",
        choices=BASES,
        initial="accrual",
        help_text="Shown on every report. A change imports again.",
    )
    sync_day = forms.TypedChoiceField(label="Sync date", choices=_DAYS, coerce=int, initial=1, help_text=_DAY_HELP)

    def __init__(self, *args: object, chosen: Provider | None, ready: Sequence[Provider], **kwargs: object) -> None:
        """``chosen`` is whose page it is, ``ready`` those that can be connected at all."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["provider"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(it.about.key, it.about.name) for it in ready]
        field.error_messages["required"] = "Choose where your books are."
        field.error_messages["invalid_choice"] = "This installation has no keys for that provider yet."
        if chosen is not None:
            basis = self.fields["basis"]
            assert isinstance(basis, forms.ChoiceField)
            basis.choices = [choice for choice in BASES if choice[0] in chosen.about.bases]
            if any(it.capabilities.numbered for it in chosen.about.imports):
                self.fields["history"].help_text = (
                    "What was before comes in as opening balances. A source that numbers its postings is read from the "
                    "first one in any case."
                )

    @property
    def wishes(self) -> Wishes:
        """How the books shall be read; only of a valid form."""
        given = self.cleaned_data
        return Wishes(basis=given["basis"], history=given["history"], sync_day=given["sync_day"])


class LoginForm(forms.Form):
    """What a provider without a consent page wants to be given: its fields, of which secret ones never come back."""

    prefix = "login"  # a provider's field may be called as one of ours

    def __init__(self, *args: object, fields: Sequence[LoginField], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for it in fields:
            # No browser shall offer to keep a password of the books, nor fill in the reader's own for Tieout.
            off = {"autocomplete": "new-password" if it.secret else "off", "spellcheck": "false"}
            self.fields[it.name] = forms.CharField(
                label=it.label,
                help_text=it.help,
                max_length=500,
                strip=not it.secret,
                widget=forms.PasswordInput(attrs=off) if it.secret else forms.TextInput(attrs=off),
            )


class ChoiceForm(forms.Form):
    """Which of several organisations."""

    organisation = forms.ChoiceField(label="Organisation", widget=forms.RadioSelect)

    def __init__(self, *args: object, offered: Sequence[Offered], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(it.external_id, it.name) for it in offered]
        field.error_messages["required"] = "Choose one of the organisations."
        field.error_messages["invalid_choice"] = "Choose one of the organisations that are listed."
