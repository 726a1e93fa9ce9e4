"""What it costs to compute 10,000 expenses over 60 months: all of them, and those that one change reaches."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

from tests.bench.ground import median, say
from tieout.core.formulas.model import Model
from tieout.core.formulas.nodes import Formula, Given, Node, Part, Total
from tieout.core.formulas.texts import tree_of
from tieout.core.month import Month

EXPENSES, MONTHS = 10_000, 60
FIRST = Month(2026, 1)
SHAPES = (
    "{h} * 1000 + {r} * 2%",
    "{v%d} * {h}[-1] + 12.5",
    "({r}[-1] + {r}[-2] + {r}[-3]) / 3 * 1%%",
    "round({v%d} * 1.035, 2)",
    "if({h} > 40, {v%d}, {v%d} * 2)",
    "{e%d}[-1] * 1.02",
)
"""Most common kinds of formulas; the last looks at its own month before."""


def main() -> None:
    """Print the rows."""
    _model()
    _company()


def _model() -> None:
    nodes = _nodes()
    made = Model(FIRST, MONTHS, nodes)
    say(f"{EXPENSES:,} formulas over {MONTHS} months")
    say(f"all of them              {median(partial(made.recompute, list(nodes))):8.2f} s")
    again = iter([Formula(tree_of(f"{{h}} * {number}")) for number in range(100)])
    reached = len(made.replace({"e7": next(again)}))
    seconds = median(lambda: made.replace({"e7": next(again)}), 9)
    say(f"one changed              {seconds * 1000:8.2f} ms  {reached} computed: it, its department, the total")


def _nodes() -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for number in range(EXPENSES):
        shape = SHAPES[number % len(SHAPES)]
        own = number if "{e" in shape else number % 100
        nodes[f"e{number}"] = Formula(tree_of(shape.replace("%d", str(own)).replace("%%", "%")))
    for number in range(100):
        nodes[f"v{number}"] = Given([Decimal(number + month) for month in range(MONTHS)])
    nodes["h"] = Given([Decimal(20 + month) for month in range(MONTHS)])
    nodes["r"] = Given([Decimal(100_000 + 317 * month) for month in range(MONTHS)])
    zero = [Decimal(0)] * MONTHS
    for number in range(40):
        nodes[f"d{number}"] = Total(zero, tuple(Part(f"e{one}") for one in range(number, EXPENSES, 40)))
    nodes["total"] = Total(zero, tuple(Part(f"d{number}") for number in range(40)))
    return nodes


def _company() -> None:
    """Measure the forecast of a company, from its rows in the database to its months."""
    from django.contrib.auth.models import User

    from tieout.companies.services import create_company
    from tieout.expenses.models import Expense, ExpenseKind
    from tieout.ledger.models import Book, Organisation
    from tieout.planning.forecast import forecast
    from tieout.planning.models import Driver, Frequency, Growth, Options

    person = User.objects.create_user("planner", "planner@example.com", "planner")
    company = create_company(name="Planner", person=person)
    organisation = Organisation.objects.create(company=company, provider="none", external_id="1", name="Planner")
    book = Book.objects.create(
        company=company, organisation=organisation, basis="accrual", currency="USD", digits=2,
        fiscal_year_first_month=1, start=date(2023, 1, 1),
    )  # fmt: skip
    Expense.objects.bulk_create(
        (Expense(company=company, kind=ExpenseKind.ADDED, own_name=f"Expense {it}") for it in range(EXPENSES)), 500
    )
    kinds = (
        {"driver": Driver.AMOUNT, "amount": 1_000_00, "growth": Growth.PERCENT, "growth_rate": 3_0000},
        {"driver": Driver.PERCENT_OF_REVENUE, "rate": 1_0000},
        {"driver": Driver.FORMULA, "formula": "{h} * 100 + {r} * 1%"},
        {"driver": Driver.AMOUNT, "amount": 12_000_00, "frequency": Frequency.ANNUAL},
    )
    expenses = Expense.objects.filter(company=company).values_list("pk", flat=True)
    Options.objects.bulk_create(
        (
            Options(company=company, expense_id=pk, start=FIRST.key, **kinds[at % len(kinds)])
            for at, pk in enumerate(expenses)
        ),
        500,
    )
    through = FIRST - 1
    seconds = median(lambda: forecast(company, book, through=through, last=through + MONTHS))
    assert len(forecast(company, book, through=through, last=through + MONTHS).amounts) == EXPENSES
    say(f"forecast of a company    {seconds:8.2f} s   {EXPENSES:,} expenses, from its rows in the database")
