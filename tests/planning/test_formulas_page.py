"""docs/formulas.md is read too: its functions, names, bounds, examples and sentences are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.planning.plans import new_book
from tieout.companies.models import Company
from tieout.core.formulas.errors import FormulaError
from tieout.core.formulas.functions import FUNCTIONS, IF
from tieout.core.formulas.lexer import LONGEST, name_of
from tieout.core.formulas.parser import DEEPEST, parse
from tieout.core.formulas.tree import FARTHEST
from tieout.expenses.models import Expense, ExpenseKind
from tieout.planning.names import Group, catalogue

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formulas.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```formula\n(.*?)```", PAGE, re.DOTALL)[0].splitlines()


class Anything:
    """Knows every name."""

    def find(self, parts: tuple[str, ...]) -> str:
        return name_of(parts)

    def close_to(self, parts: tuple[str, ...]) -> str:
        return ""


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_formula(example: str) -> None:
    parse(example, Anything())


def test_every_function_has_its_line_and_no_other_has() -> None:
    told = dict(re.findall(r"^\| `(\w+\(.*?\))` \| (.+) \|$", PAGE, re.MULTILINE))
    assert told == {function.usage: function.gives for function in (*FUNCTIONS.values(), IF)}
    for name in FUNCTIONS:
        assert re.search(rf"\b{name}\(", " ".join(EXAMPLES)) or name in ("min", "sum"), name


@pytest.mark.django_db
def test_every_family_of_names_has_its_line_and_no_other_has(company: Company) -> None:
    book = new_book(company)
    Expense.objects.create(company=company, kind=ExpenseKind.ADDED, own_name="Offsite")
    told = set(re.findall(r"^\| `([A-Z]\w+\.[\w…]+)` \|", PAGE, re.MULTILINE))
    families = set()
    for named in catalogue(company, book):
        family, own = named.parts[0], named.parts[-1]
        fixed = own in ("Total", "New") and named.key.isalpha()
        families.add(f"{family}.{own}" if fixed else f"{family}.…")
    assert told == families
    assert {named.group for named in catalogue(company, book)} == set(Group) - {Group.OWN}


def test_the_bounds_are_those_of_the_code() -> None:
    for bound in (f"at most {LONGEST:,} characters", f"at most {DEEPEST} brackets", f"at most {FARTHEST} each way"):
        assert bound in PAGE


def test_the_offsets_sentence_is_the_pages() -> None:
    with pytest.raises(FormulaError) as refused:
        parse(f"X[{FARTHEST + 1}]", Anything())
    assert str(refused.value) in PAGE
