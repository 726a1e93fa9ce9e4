"""Formulas as text: what is read, what is refused and where, and that nothing is lost between the two forms."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.formula_trees import SHOWN, Known, shown_name, trees, written

from tieout.core.formulas.errors import FormulaError
from tieout.core.formulas.lexer import LONGEST, name_of, parts_of
from tieout.core.formulas.parser import DEEPEST, parse, parse_stored
from tieout.core.formulas.texts import keys_of, shown_place, to_shown, to_stored, tree_of
from tieout.core.formulas.tree import Call, Chain, Minus, Name, Number, Tree

KNOWN = Known()


def number(text: str) -> Number:
    return Number(Decimal(text))


class Everything:
    """Knows every name: its key is the name itself."""

    def find(self, parts: tuple[str, ...]) -> str:
        return name_of(parts)

    def close_to(self, parts: tuple[str, ...]) -> str:
        return ""


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("12%", number("0.12")),
        ("= 2", number("2")),
        (".5", number("0.5")),
        ("Headcount.New * 1000", Chain(Name("Headcount.New"), (("*", number("1000")),))),
        ("Revenue.Total[-1]", Name("Revenue.Total", -1)),
        ("X[+2]", Name("X", 2)),
        ("Account.5010", Name("Account.5010")),
        ("Department.'Human resources'", Name("Department.'Human resources'")),
        ("'Women''s wear'[-12]", Name("'Women''s wear'", -12)),
        ("a - b - c", Chain(Name("a"), (("-", Name("b")), ("-", Name("c"))))),
        ("a + b * c", Chain(Name("a"), (("+", Chain(Name("b"), (("*", Name("c")),))),))),
        ("−a × (b ÷ 2)", Chain(Minus(Name("a")), (("*", Chain(Name("b"), (("/", number("2")),))),))),
        ("--a", Minus(Minus(Name("a")))),
        ("ROUND(a, -3)", Call("round", (Name("a"), Minus(number("3"))))),
        ("sum", Name("sum")),
    ],
)  # fmt: skip
def test_a_text_is_read(text: str, tree: Tree) -> None:
    assert parse(text, Everything()) == tree


def test_the_average_of_three_months_is_read_as_the_specification_writes_it() -> None:
    tree = parse("(X[-1]+X[-2]+X[-3])/3", Everything())
    months = Chain(Name("X", -1), (("+", Name("X", -2)), ("+", Name("X", -3))))
    assert tree == Chain(months, (("/", number("3")),))


@pytest.mark.parametrize(
    ("text", "marked", "says"),
    [
        ("", "", "empty"),
        ("=", "=", "empty"),
        ("2 +", "+", "ends too early"),
        ("2 + * 3", "*", "not expected"),
        ("2 * (2 + 3", "(", "not closed"),
        ("2 + 3)", ")", "never opened"),
        ("sum(1, 2", "(", "not closed"),
        ("a b", "b", "operator is missing"),
        ("1,000 * 2", ",", "without separators"),
        ("a > b", ">", "first part of if"),
        ("if(a, b, c)", ",", "if(a > b, x, y)"),
        ("if(a > b, c)", ")", "three parts"),
        ("5 * %", "%", "behind a number"),
        ("Nope.Total", "Nope.Total", "no variable Nope.Total"),
        ("Account.5010[-61]", "[-61]", "at most 60 months"),
        ("Account.5010[1.5]", "1.5", "whole number of months"),
        ("Account.5010[v]", "v", "whole number of months"),
        ("sin(2)", "sin", "no function sin"),
        ("floor(1, 2)", "floor(1, 2)", "written floor(x)"),
        ("max()", "max()", "written max(a, b, …)"),
        ("round(1, 0.5)", "0.5", "whole number from -6 to 12"),
        ("round(1, Account.5010)", "Account.5010", "whole number from -6 to 12"),
        ("'Human resources", "'Human resources", "not closed"),
        ("“Human” * 2", "“", "single quotes"),
        ("a; b", ";", "no meaning"),
        ("{a60} * 2", "{a60}", "not expected"),
        ("2 * {", "{", "Braces"),
        ("1" * 31, "1" * 31, "30 digits"),
        ("__import__('os')", "__import__", "no function __import__"),
    ],
)
def test_what_is_no_formula_is_told_with_the_place(text: str, marked: str, says: str) -> None:
    class Some(Everything):
        def find(self, parts: tuple[str, ...]) -> str:
            return "" if parts == () else None if parts[0] == "Nope" else name_of(parts)  # type: ignore[return-value]

    with pytest.raises(FormulaError) as refused:
        parse(text, Some())
    assert says in str(refused.value)
    assert text[refused.value.start : refused.value.end] == marked


def test_a_name_that_is_close_is_suggested() -> None:
    class Close(Known):
        def close_to(self, parts: tuple[str, ...]) -> str:
            return "Account.5010"

    with pytest.raises(FormulaError, match=r"There is no variable Acount\.5010\. Did you mean Account\.5010\?"):
        parse("Acount.5010 * 2", Close())


def test_length_and_depth_are_bounded_and_a_long_chain_is_not_deep() -> None:
    with pytest.raises(FormulaError, match="longer than 2,000"):
        parse("1" + "+1" * LONGEST, KNOWN)
    parse("+".join("1" * (LONGEST // 2)), KNOWN)
    for opened, closed in (("(", ")"), ("-", ""), ("max(", ")")):
        parse(opened * DEEPEST + "1" + closed * DEEPEST, KNOWN)
        with pytest.raises(FormulaError, match="More than 50 levels"):
            parse(opened * (DEEPEST + 1) + "1" + closed * (DEEPEST + 1), KNOWN)


@given(trees(), st.sampled_from(["", " ", "\t ", "  \n"]))
def test_whatever_is_written_is_read_as_what_was_meant(tree: Tree, space: str) -> None:
    assert parse(written(tree, shown_name, space), KNOWN) == tree


@given(trees())
def test_a_text_that_is_kept_comes_back_as_it_was(tree: Tree) -> None:
    text = written(tree, shown_name)
    stored = to_stored(text, KNOWN)
    assert parse_stored(stored) == tree
    assert to_shown(stored, shown_name) == text
    assert keys_of(stored) == {key for key in SHOWN if shown_name(key) in text}


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple))
def test_any_name_can_be_written(parts: tuple[str, ...]) -> None:
    assert parts_of(name_of(parts)) == parts
    assert parse(f"-{name_of(parts)}*2", Everything()) == Chain(Minus(Name(name_of(parts))), (("*", number("2")),))


@given(st.text() | st.text(alphabet="aX.'[]{}()+-*/%,<>=0159 _é", max_size=60))
def test_no_text_raises_anything_but_the_formulas_error(text: str) -> None:
    readers: list[Callable[[], Tree]] = [
        lambda: parse(text, Everything()), lambda: parse(text, KNOWN), lambda: parse_stored(text)
    ]  # fmt: skip
    for read in readers:
        try:
            read()
        except FormulaError as error:
            assert 0 <= error.start <= error.end <= max(len(text), 1)  # noqa: PT017 - both outcomes are right
            assert str(error).endswith((".", "?"))  # noqa: PT017


def test_a_rename_changes_what_is_shown_and_where_a_place_is_but_nothing_that_is_kept() -> None:
    stored = to_stored("Account.5010 / Account.'Rent & rates'", KNOWN)
    assert stored == "{a1} / {a2}"
    names = {"a1": "Account.'Cloud hosting'", "a2": "Account.Rent"}
    assert to_shown(stored, names.__getitem__) == "Account.'Cloud hosting' / Account.Rent"
    start, end = shown_place(stored, names.__getitem__, (7, 11))
    assert to_shown(stored, names.__getitem__)[start:end] == "Account.Rent"


def test_kept_text_that_is_no_formula_fails_alone() -> None:
    assert tree_of("Headcount.Total *") == Name("")
    assert to_shown("Headcount.Total *", shown_name) == "Headcount.Total *"
    assert keys_of("{a1} +") == frozenset()
