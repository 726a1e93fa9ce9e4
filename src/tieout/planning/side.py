"""Expenses and revenue streams have the same pages: what differs is the side, its addresses and words."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of the plan as its pages need it. ``space`` is the namespace of its addresses."""

    income: bool
    space: str
    heading: str
    one: str
    several: str
    happens: str  # what a month of it is called: "Expense", "Revenue"
    cash: str
    term: str
    term_hint: str
    example: str  # of a name
    home: str  # the page that a form goes back to

    def url(self, company: str, name: str, row: int = 0) -> str:
        """Return where a page of this side is in a company (its slug); ``row`` is the expense's or stream's id."""
        return reverse(f"{self.space}:{name}", kwargs={"company": company} | ({"expense_id": row} if row else {}))


EXPENSES = Side(
    income=False,
    space="planning",
    heading="Expenses",
    one="expense",
    several="expenses",
    happens="Expense",
    cash="Cash",
    term="Payment term",
    term_hint="The whole amount of a period is paid from its first month on.",
    example="Trade fair in May",
    home="summary",
)
STREAMS = Side(
    income=True,
    space="revenue",
    heading="Revenue",
    one="stream",
    several="streams",
    happens="Revenue",
    cash="Collected",
    term="Collection term",
    term_hint="The whole amount of a period is collected from its first month on.",
    example="Subscriptions, new customers",
    home="timeline",
)


def side_of(*, income: bool) -> Side:
    """Return a side."""
    return STREAMS if income else EXPENSES
