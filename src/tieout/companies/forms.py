"""What people type about companies."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms

from tieout.companies.models import Role


def _zones() -> list[tuple[str, str]]:
    # Names with a region, and UTC: what is left are aliases that nobody looks for.
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class CompanyForm(forms.Form):
    """A company's name and time zone."""

    name = forms.CharField(
        max_length=120, label="Company name", widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    timezone = forms.ChoiceField(
        choices=_zones,
        label="Time zone",
        initial="UTC",
        help_text="Days and months begin there, and times are shown in it.",
    )


class MemberForm(forms.Form):
    """What a member may do."""

    role = forms.ChoiceField(choices=Role.choices, label="Role")
    payroll_detail = forms.BooleanField(required=False, label="Sees who is paid what")


class InvitationForm(MemberForm):
    """Somebody who is to join, and as what."""

    email = forms.EmailField(label="E-mail", help_text="Whoever has this address can join, nobody else.")
    role = forms.ChoiceField(choices=Role.choices, label="Role", initial=Role.VIEWER)


class NewCompanyForm(CompanyForm):
    """A new company: the page guesses the time zone from the reader's own."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **options)
        self.fields["timezone"].widget.attrs["data-guess-zone"] = True
