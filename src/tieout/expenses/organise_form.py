"""What a person sent from the Organise page, as choices; each row has ``was-ID``, ``department-ID``, ``payroll-ID``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from tieout.core.month import Month
from tieout.expenses.organise_page import OrganisePage, OrganiseRow
from tieout.expenses.organising import KEEP, Choice

_WAS = "was-"


class Unreadable(ValueError):
    """The form holds something that the page never sends; ``str()`` is fit for the page."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The choices, and from which month on they hold (None: from the beginning)."""

    choices: tuple[Choice, ...]
    since: Month | None


def read(data: QueryDict, page: OrganisePage) -> Sent:
    """Return the differences between what the person saw and what they sent.

    A row's ``was`` says what they saw, so that a page left open overwrites nothing that others changed meanwhile.
    The buttons: ``save``; ``accept=ID`` or ``accept=all``; ``assign`` and ``mark``, of the rows ``selected``.
    """
    rows = {row.id: row for row in page.rows}
    selected = {_number(value) for value in data.getlist("selected")}
    choices = [_choice(data, rows, id_, selected) for id_ in _sent_rows(data)]
    return Sent(tuple(choice for choice in choices if choice is not None), _since(data))


def _sent_rows(data: Mapping[str, object]) -> Iterator[int]:
    for name in data:
        if name.startswith(_WAS):
            yield _number(name.removeprefix(_WAS))


def _choice(data: QueryDict, rows: Mapping[int, OrganiseRow], id_: int, selected: set[int]) -> Choice | None:
    was_department, _, was_payroll = data.get(f"{_WAS}{id_}", "").partition(":")
    department = data.get(f"department-{id_}", was_department)
    payroll = f"payroll-{id_}" in data
    row = rows.get(id_)
    if data.get("accept") in {"all", str(id_)} and row and row.suggested and department == "":
        department = str(row.suggested.pk)
    if id_ in selected and "assign" in data:
        department = data.get("bulk", department)
    if id_ in selected and "mark" in data:
        payroll = True
    moved = department != was_department
    marked = payroll != (was_payroll == "1")
    # Saving decides on the marks that were only suggested so far; accepting one department does not.
    saving = "save" in data or data.get("accept") == "all"
    decides = marked or (saving and row is not None and not row.decided)
    if not (moved or decides):
        return None
    return Choice(
        expense=id_,
        department=(_number(department) if department else None) if moved else KEEP,
        payroll=payroll if decides else None,
    )


def _since(data: QueryDict) -> Month | None:
    text = data.get("since", "")
    try:
        return Month.parse(text) if text else None
    except ValueError as error:
        raise Unreadable(f"“{text}” is not a month. Write it like 2026-01.") from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Unreadable("The page sent something that is not an account or a department. Reload it and try again.")
    return int(text)
