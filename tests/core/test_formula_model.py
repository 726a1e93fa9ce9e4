"""Variables over months: values, circles, what is computed anew, and what is told when something fails."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.core.formula_trees import KEYS, NoValue, trees, value

from tieout.core.formulas.faults import Reason, told
from tieout.core.formulas.model import Model
from tieout.core.formulas.nodes import Formula, Given, Node, Part, Total
from tieout.core.formulas.parser import parse
from tieout.core.formulas.tree import Chain, If, Name, Number, Tree, names, parts
from tieout.core.month import Month

JANUARY = Month(2026, 1)
COUNT = 6


class Plain:
    """A name is its own key."""

    def find(self, parts: tuple[str, ...]) -> str:
        return ".".join(parts)

    def close_to(self, parts: tuple[str, ...]) -> str:
        return ""


def formula(text: str, known: tuple[int, ...] = (), typed: Mapping[int, int] | None = None) -> Formula:
    return Formula(
        parse(text, Plain()), [Decimal(it) for it in known], {at: Decimal(it) for at, it in (typed or {}).items()}
    )


def given_values(*values: int) -> Given:
    return Given([Decimal(it) for it in (*values, *[0] * (COUNT - len(values)))])


def model(**nodes: Node) -> Model:
    return Model(JANUARY, COUNT, nodes)


def values(made: Model, key: str) -> list[Decimal | Reason]:
    row = made.row(key)
    return [row.faults[at].reason if at in row.faults else found for at, found in enumerate(row.values)]


def tell(made: Model, key: str, at: int) -> str:
    return told(made.row(key).faults[at], (key, at), month_of=made.month, name_of=lambda name: name)


def test_the_examples_of_the_specification() -> None:
    made = Model(
        JANUARY,
        COUNT,
        {
            "Headcount.New": given_values(2, 0, 1),
            "Revenue.Total": given_values(100, 200, 300, 400, 500, 600),
            "X": given_values(3, 6, 9, 12),
            "laptops": formula("Headcount.New * 1000"),
            "last": formula("Revenue.Total[-1]"),
            "average": formula("(X[-1]+X[-2]+X[-3])/3"),
        },
    )
    assert values(made, "laptops") == [2000, 0, 1000, 0, 0, 0]
    assert values(made, "last") == [0, 100, 200, 300, 400, 500]
    assert values(made, "average") == [0, 1, 3, 6, 9, 7]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("floor(-2.5)", "-3"),
        ("ceiling(-2.5)", "-2"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(1.005, 2)", "1.01"),
        ("round(1250, -2)", "1300"),
        ("min(3, 1, 2)", "1"),
        ("max(3, 1, 2)", "3"),
        ("sum(3, 1, 2)", "6"),
        ("avg(3, 1, 2)", "2"),
        ("if(2 >= 2, 1, 0)", "1"),
        ("if(2 <> 2, 1, 0)", "0"),
        ("2 + 3 * 4 - 10 / 4", "11.5"),
        ("-2 - -3", "1"),
        ("12% * 50", "6"),
        ("0.1 + 0.2", "0.3"),
    ],
)
def test_each_function_and_operation(text: str, result: str) -> None:
    made = model(x=formula(text))
    assert values(made, "x") == [Decimal(result)] * COUNT


def test_growth_from_the_month_before_is_no_circle() -> None:
    made = model(X=formula("X[-1] * 1.02", typed={0: 100}), Y=formula("Z[-1] + 1"), Z=formula("Y * 2"))
    assert values(made, "X")[:3] == [100, 102, Decimal("104.04")]
    assert values(made, "Y") == [1, 3, 7, 15, 31, 63]


def test_a_circle_is_told_with_its_chain_and_months_and_stops_nothing_else() -> None:
    made = model(
        a=formula("b + 1"),
        b=formula("c[-1] + c[1]"),
        c=formula("a[-1]"),
        other=formula("5"),
        looks=formula("other + b"),
    )
    assert values(made, "other") == [5] * COUNT
    assert values(made, "a")[1] is Reason.CIRCLE
    assert tell(made, "a", 1) == (
        "This goes round in a circle: a (Feb 2026) → b (Feb 2026) → c (Mar 2026) → a (Feb 2026)."
    )
    assert tell(made, "looks", 1) == (
        "b cannot be computed: it goes round in a circle: a (Feb 2026) → b (Feb 2026) → c (Mar 2026) → a (Feb 2026)."
    )


def test_a_cell_that_is_its_own_is_the_smallest_circle() -> None:
    made = model(x=formula("x + 1", known=(7,)))
    assert values(made, "x") == [7, *[Reason.CIRCLE] * 5]
    assert tell(made, "x", 2) == "This goes round in a circle: x (Mar 2026) → x (Mar 2026)."


def test_division_by_zero_names_the_month_and_the_place_and_what_depends_on_it_names_it() -> None:
    made = model(heads=given_values(1, 0, 2), cost=formula("10 / heads"), total=formula("1 + cost[-1]"))
    assert values(made, "cost")[:3] == [10, Reason.DIVISION, 5]
    fault = made.row("cost").faults[1]
    assert (fault.start, fault.end) == (5, 10)
    assert tell(made, "cost", 1) == "Division by zero in Feb 2026."
    assert values(made, "total") == [1, 11, Reason.DIVISION, 6, *[Reason.DIVISION] * 2]
    assert tell(made, "total", 2) == "cost cannot be computed: division by zero in Feb 2026."
    assert (made.row("total").faults[2].start, made.row("total").faults[2].end) == (4, 8)


def test_what_an_if_does_not_take_cannot_fail() -> None:
    made = model(heads=given_values(1, 0, 2), cost=formula("if(heads = 0, 0, 10 / heads)"))
    assert values(made, "cost")[:3] == [10, 0, 5]


def test_what_is_too_large_too_late_or_gone_is_told() -> None:
    made = model(
        big=formula("10000000000 * 10000000000"), late=formula("big0[3]"), big0=given_values(), gone=formula("no")
    )
    assert tell(made, "big", 0) == "The result is too large in Jan 2026."
    assert tell(made, "late", 3) == "In Apr 2026 it looks past the last month that is planned."
    assert tell(made, "gone", 0) == "It names a variable that is no more."
    assert values(made, "late")[:3] == [0, 0, 0]


def test_a_chain_longer_than_python_can_recurse_is_followed() -> None:
    nodes: dict[str, Node] = {f"n{number}": formula(f"n{number + 1} + n{number}[-1]") for number in range(5_000)}
    made = Model(JANUARY, 2, nodes | {"n5000": formula("n0[-1] + 1")})
    assert values(made, "n0") == [1, 2 + 5_000]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_values_are_those_of_a_tiny_interpreter(data: st.DataObject) -> None:
    """On trees over given values: the fast way, the way cell by cell and the tests' own fractions agree."""
    tree = data.draw(trees())
    rows = {key: data.draw(st.lists(st.integers(-50, 50), min_size=COUNT, max_size=COUNT)) for key in KEYS}
    made = Model(JANUARY, COUNT, {key: given_values(*row) for key, row in rows.items()} | {"x": Formula(tree)})
    slow = Model(
        JANUARY,
        COUNT,
        {key: given_values(*row) for key, row in rows.items()} | {"x": Formula(_looking_at_itself(tree))},
    )
    assert made.row("x").values == slow.row("x").values
    assert made.row("x").faults == slow.row("x").faults
    for at, found in enumerate(values(made, "x")):
        try:
            expected = value(tree, lambda key, at: Fraction(rows[key][at] if at >= 0 else 0), at)
        except NoValue:
            assert found is Reason.DIVISION
        else:
            if found is Reason.TOO_LARGE:
                assert _signs(tree) & {"*", "/"}
            else:
                assert isinstance(found, Decimal)
                _assert_close(found, expected, tree)


def _looking_at_itself(tree: Tree) -> Tree:
    """Return the same formula, made a row that looks at itself without ever needing itself."""
    return If("<", Number(Decimal(0)), Number(Decimal(1)), tree, Name("x"))


def _assert_close(found: Decimal, expected: Fraction, tree: Tree) -> None:
    """34 digits: exact unless something was divided; a cut quotient may fall on the other side of a step."""
    if "/" not in _signs(tree) and "avg" not in str(tree):
        assert abs(Fraction(found) - expected) <= abs(expected) / 10**30
    elif not any(step in str(tree) for step in ("floor", "ceiling", "round", "If")):
        assert abs(Fraction(found) - expected) <= abs(expected) / 10**12 + Fraction(1, 10**12)


def _signs(tree: Tree) -> set[str]:
    own = {sign for sign, _ in tree.rest} if isinstance(tree, Chain) else set()
    return own.union(*(_signs(part) for part in parts(tree)))


graphs = st.fixed_dictionaries({key: trees(farthest=2) for key in KEYS})


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(graphs, st.lists(st.tuples(st.sampled_from(KEYS), trees(farthest=2)), min_size=1, max_size=4))
def test_computing_anew_what_changed_is_computing_everything(
    graph: dict[str, Tree], changes: list[tuple[str, Tree]]
) -> None:
    nodes: dict[str, Node] = {key: Formula(tree) for key, tree in graph.items()}
    made = Model(JANUARY, COUNT, nodes)
    for key, tree in changes:
        nodes[key] = Formula(tree)
        made.replace({key: nodes[key]})
        whole = Model(JANUARY, COUNT, nodes)
        assert {key: made.row(key) for key in nodes} == {key: whole.row(key) for key in nodes}


@given(graphs)
def test_a_circle_is_found_exactly_where_there_is_one(graph: dict[str, Tree]) -> None:
    """Chains of + need every name in them, so a search by hand over cells says where the circles are."""
    sums = {key: Chain(Number(Decimal(1)), tuple(("+", name) for name in names(tree))) for key, tree in graph.items()}
    made = Model(JANUARY, COUNT, {key: Formula(tree) for key, tree in sums.items()})
    for key in sums:
        for at in range(COUNT):
            assert (at in made.row(key).faults) == _meets_a_circle(sums, key, at)


def _meets_a_circle(sums: dict[str, Chain], key: str, at: int) -> bool:
    def below(cell: tuple[str, int]) -> set[tuple[str, int]]:
        return {(name.key, cell[1] + name.offset) for name in names(sums[cell[0]]) if cell[1] + name.offset >= 0}

    reached: dict[tuple[str, int], set[tuple[str, int]]] = {}
    waiting = [(key, at)]
    while waiting:
        cell = waiting.pop()
        if cell not in reached:
            reached[cell] = below(cell)
            waiting += reached[cell]
    while leaves := {cell for cell, others in reached.items() if not others}:
        reached = {cell: others - leaves for cell, others in reached.items() if cell not in leaves}
    return bool(reached)


def test_only_what_depends_on_a_change_is_computed_anew() -> None:
    nodes: dict[str, Node] = {f"e{number}": formula("rate * 2") for number in range(50)}
    nodes |= {
        "rate": given_values(1),
        "own": given_values(3),
        "alone": formula("own + 1"),
        "same": formula("min(own, 1)"),
    }
    nodes |= {
        "total": Total([Decimal(0)] * COUNT, tuple(Part(f"e{number}") for number in range(50))),
        "share": formula("same / 2"),
    }
    made = Model(JANUARY, COUNT, nodes)
    assert made.replace({"alone": formula("own + 2")}) == {"alone"}
    assert made.replace({"e7": formula("rate * 3")}) == {"e7", "total"}
    assert made.replace({"rate": given_values(2)}) == {"rate", "total"} | {f"e{number}" for number in range(50)}
    assert values(made, "total")[0] == 49 * 4 + 6
    # The row of "same" comes out as it was, so nothing behind it is touched.
    assert made.replace({"own": given_values(4)}) == {"own", "alone", "same"}


def test_what_is_taken_out_fails_what_named_it_and_putting_it_back_heals_it() -> None:
    made = model(rate=given_values(1, 1), cost=formula("rate * 2"))
    made.replace({"rate": None})
    assert values(made, "cost")[0] is Reason.GONE
    made.replace({"rate": given_values(5)})
    assert values(made, "cost")[0] == 10


some_parts = st.builds(
    Part, st.sampled_from(["n0", "n1", "n2"]), st.integers(0, COUNT), st.none() | st.integers(0, COUNT)
)


@example([[1] * COUNT] * 3, [Part("n0"), Part("n1", 3), Part("n2", 2, 4), Part("n2", 4)])
@given(
    st.lists(st.lists(st.integers(-9, 9), min_size=COUNT, max_size=COUNT), min_size=3, max_size=3),
    st.lists(some_parts, max_size=5),
)
def test_a_total_is_the_sum_of_its_parts_in_their_months(rows: list[list[int]], some: list[Part]) -> None:
    nodes: dict[str, Node] = {f"n{number}": given_values(*row) for number, row in enumerate(rows)}
    known = [Decimal(number) for number in range(COUNT)]
    made = Model(JANUARY, COUNT, nodes | {"total": Total(known, tuple(some))})
    expected = [at + sum(rows[int(it.key[1])][at] for it in some if it.holds(at)) for at in range(COUNT)]
    assert values(made, "total") == expected
