"""What accounts look like: by department words, type, name, sub-type, parent and neighbours."""

from __future__ import annotations

import pytest

from tieout.core.accounts import AccountRole
from tieout.expenses.suggestions import Subject, looks_like_payroll, suggest


def subject(number: str, name: str, *, role: str = "", subtype: str = "", parent: str | None = None) -> Subject:
    return Subject(
        id=int(number), number=number, name=name, role=AccountRole(role), subtype=subtype,
        parent=int(parent) if parent else None,
    )  # fmt: skip


def told(one: Subject, *others: Subject, **assigned: str) -> tuple[str, str] | None:
    found = suggest([one, *others], {int(number.removeprefix("a")): it for number, it in assigned.items()})
    return (found[one.id].department, found[one.id].reason) if one.id in found else None


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (subject("6010", "Salaries - Engineering"), ("engineering", "name")),
        (subject("5010", "Third-party data", role="cost_of_sales"), ("product_costs", "type Cost of goods sold")),
        (subject("5110", "Customer support desk", role="cost_of_sales"), ("customer_support", "name")),
        (subject("8010", "Depreciation", role="other_expense"), ("depreciation", "name")),
        (subject("8110", "Unrealised gain", role="other_expense"), ("other_non_operating", "type Other expense")),
        (subject("6230", "Trade shows"), ("marketing", "name")),
        (subject("6800", "Cyber cover", subtype="Expense/Insurance"), ("administration", "type Insurance")),
        (subject("6900", "Ask my accountant"), None),
        (subject("6901", "Salesforce"), None),  # whole words only: it is not "sales"
    ],
)
def test_an_account_by_itself(one: Subject, expected: tuple[str, str] | None) -> None:
    assert told(one) == expected


def test_a_child_follows_its_parent() -> None:
    people = subject("6400", "People")
    assert told(subject("6455", "Sundry", parent="6400"), people) == ("human_resources", "parent 6400 People")


def test_a_child_follows_what_its_parent_was_given() -> None:
    child = subject("6455", "Sundry", parent="6400")
    assert told(child, subject("6400", "People"), a6400="#12") == ("#12", "parent 6400 People")


def test_siblings_that_agree_tell_and_those_that_differ_do_not() -> None:
    parent, one = subject("6500", "Travel"), subject("6510", "Airfare", parent="6500")
    beside = subject("6520", "Lodging", parent="6500"), subject("6530", "Meals", parent="6500")
    assert told(one, parent, *beside, a6520="sales", a6530="sales") == ("sales", "as 6520 Lodging beside it")
    assert told(one, parent, *beside, a6520="sales", a6530="design") is None


def test_a_neighbour_that_agrees_is_named() -> None:
    near = subject("6210", "Advertising")
    assert told(subject("6299", "Sponsorships"), near, a6210="marketing") == (
        "marketing",
        "name, and 6210 next to it",
    )


def test_who_has_a_department_is_asked_nothing() -> None:
    assert told(subject("6210", "Advertising"), a6210="sales") is None


def test_parents_in_a_circle_end() -> None:
    first, second = subject("1", "Sundry", parent="2"), subject("2", "Sundry too", parent="1")
    assert told(first, second) is None


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (subject("1", "Sundry", role="payroll"), True),
        (subject("1", "Salaries and wages"), True),
        (subject("1", "Support staff", subtype="Cost of Goods Sold/CostOfLaborCos"), True),
        (subject("1", "Payroll processing fees"), False),
        (subject("1", "Subcontractors", subtype="Cost of Goods Sold/CostOfLaborCos"), False),
        (subject("1", "Salesforce"), False),
    ],
)
def test_what_looks_like_payroll(one: Subject, expected: bool) -> None:
    assert looks_like_payroll(one) is expected
