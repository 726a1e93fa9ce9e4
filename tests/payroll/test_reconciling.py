"""The numeric examples of total payroll and its adjustments. Figures are whole units for the reader's sake."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.golden.table import check
from tieout.core.month import Month
from tieout.payroll.reconciling import Facts, PaidLine, Part, PersonPay, Reconciled, Source, pro_rata, reconcile

JANUARY, FEBRUARY, MARCH = Month(2026, 1), Month(2026, 2), Month(2026, 3)
YEAR = [Month(2026, number) for number in range(1, 13)]
ADA, BEN, CLEO = 1, 2, 3


def run(
    paid: Month, cost: int, person: int | None = None, *, earned: Month | None = None, nobody: bool = False
) -> PaidLine:  # fmt: skip
    return PaidLine(paid=paid, earned=earned or paid, cost=cost, person=person, nobody=nobody)


def one(facts: Facts, month: Month = JANUARY) -> Reconciled:
    (found,) = reconcile(facts, [month])
    return found


def said(found: Reconciled) -> dict[Part, int]:
    return {part: amount for part, amount in found.parts.items() if amount}


def test_marked_accounts_are_the_total_if_there_are_any() -> None:
    facts = Facts(books={JANUARY: 30_000}, lines=[run(JANUARY, 10_000, ADA)], people=[PersonPay(person=ADA)])
    found = one(facts)
    assert (found.source, found.total, found.individuals, found.adjustment) == (Source.BOOKS, 30_000, 10_000, 20_000)
    assert said(found) == {Part.UNEXPLAINED: 20_000}


def test_else_the_pay_runs_are() -> None:
    lines = [run(JANUARY, 10_000, ADA), run(JANUARY, 4_000), run(JANUARY, 900, nobody=True)]
    found = one(Facts(books=None, lines=lines, people=[PersonPay(person=ADA)]))
    assert (found.source, found.total, found.individuals, found.adjustment) == (Source.PROVIDER, 14_900, 10_000, 4_900)
    assert said(found) == {Part.UNLISTED: 4_000, Part.TAXES: 900}


def test_else_the_people_are() -> None:
    ada = PersonPay(person=ADA, typed={JANUARY: 9_000}, by_terms={JANUARY: 10_000})
    found = one(Facts(books=None, lines=[], people=[ada, PersonPay(person=BEN, by_terms={JANUARY: 5_000})]))
    assert (found.source, found.total, found.individuals, found.adjustment) == (Source.PEOPLE, 14_000, 9_000, 5_000)
    assert said(found) == {Part.WITHOUT_ACTUALS: 5_000}


def test_nobody_s_actual_is_invented() -> None:
    found = one(
        Facts(books={JANUARY: 12_000}, lines=[], people=[PersonPay(person=ADA, by_terms={JANUARY: 10_000})])
    )  # fmt: skip
    assert (found.individuals, dict(found.actuals)) == (0, {})
    assert said(found) == {Part.WITHOUT_ACTUALS: 10_000, Part.UNEXPLAINED: 2_000}


def test_a_pay_run_stands_before_what_was_typed() -> None:
    ada = PersonPay(person=ADA, typed={JANUARY: 1, FEBRUARY: 7_000}, by_terms={})
    facts = Facts(books={}, lines=[run(JANUARY, 8_000, ADA), run(JANUARY, 500, ADA)], people=[ada])
    assert [dict(it.actuals) for it in reconcile(facts, [JANUARY, FEBRUARY])] == [{ADA: 8_500}, {ADA: 7_000}]


def test_typed_pay_beside_pay_runs_is_not_in_their_total() -> None:
    ben = PersonPay(person=BEN, typed={JANUARY: 3_000}, by_terms={JANUARY: 3_000})
    found = one(Facts(books=None, lines=[run(JANUARY, 10_000, ADA)], people=[PersonPay(person=ADA), ben]))
    assert (found.total, found.adjustment, said(found)) == (10_000, -3_000, {Part.TYPED: -3_000})


def test_the_estimate_explains_no_more_than_what_is_left() -> None:
    people = [
        PersonPay(person=ADA),
        PersonPay(person=BEN, by_terms={JANUARY: 5_000}),
        PersonPay(person=CLEO, by_terms={JANUARY: 10_000}),
    ]
    facts = Facts(books={JANUARY: 22_900}, lines=[run(JANUARY, 10_000, ADA), run(JANUARY, 900, nobody=True)],
                  people=people)  # fmt: skip
    found = one(facts)
    assert said(found) == {Part.TAXES: 900, Part.WITHOUT_ACTUALS: 12_000}
    assert found.shares == {BEN: 4_000, CLEO: 8_000}


def test_less_than_the_people_is_no_estimate() -> None:
    people = [PersonPay(person=ADA), PersonPay(person=BEN, by_terms={JANUARY: 5_000})]
    found = one(Facts(books={JANUARY: 9_000}, lines=[run(JANUARY, 10_000, ADA)], people=people))
    assert (said(found), found.shares) == ({Part.UNEXPLAINED: -1_000}, {})


def test_timing_where_the_books_follow_the_month_worked() -> None:
    """Two weeks' pay of 4,000, paid on the first Friday after: January's last run is paid in February."""
    lines = [run(JANUARY, 4_000, ADA), run(FEBRUARY, 4_000, ADA, earned=JANUARY), run(FEBRUARY, 4_100, ADA)]
    facts = Facts(books={JANUARY: 8_000, FEBRUARY: 4_100}, lines=lines, people=[PersonPay(person=ADA)])
    found = reconcile(facts, [JANUARY, FEBRUARY])
    assert [(it.adjustment, said(it)) for it in found] == [
        (4_000, {Part.TIMING: 4_000}),
        (-4_000, {Part.TIMING: -4_000}),
    ]


def test_no_timing_where_the_books_follow_the_check() -> None:
    lines = [run(JANUARY, 4_000, ADA), run(FEBRUARY, 4_000, ADA, earned=JANUARY)]
    facts = Facts(books={JANUARY: 4_000, FEBRUARY: 4_000}, lines=lines, people=[PersonPay(person=ADA)])
    assert [said(it) for it in reconcile(facts, [JANUARY, FEBRUARY])] == [{}, {}]


def test_no_timing_where_both_explain_as_much() -> None:
    lines = [run(JANUARY, 4_000, ADA), run(FEBRUARY, 4_000, ADA, earned=JANUARY)]
    facts = Facts(books={JANUARY: 6_000, FEBRUARY: 2_000}, lines=lines, people=[PersonPay(person=ADA)])
    found = [said(it) for it in reconcile(facts, [JANUARY, FEBRUARY])]
    assert found == [{Part.UNEXPLAINED: 2_000}, {Part.UNEXPLAINED: -2_000}]


def test_a_quarter_s_table() -> None:
    """Ada and Ben are in the pay runs, Cleo is not; one contractor is paid and not listed; February's run is late."""
    lines = [
        *(run(month, cost, who) for month in (JANUARY, FEBRUARY, MARCH) for who, cost in ((ADA, 9_200), (BEN, 6_100))),
        run(FEBRUARY, 1_500, BEN, earned=JANUARY),
        run(MARCH, 2_000),
        run(MARCH, 330, nobody=True),
    ]
    people = [
        PersonPay(person=ADA, by_terms=dict.fromkeys(YEAR, 9_000)),
        PersonPay(person=BEN, by_terms=dict.fromkeys(YEAR, 6_000)),
        PersonPay(person=CLEO, by_terms={FEBRUARY: 5_000, MARCH: 5_000}),
    ]
    books = {JANUARY: 16_800, FEBRUARY: 20_300, MARCH: 23_000}
    found = reconcile(Facts(books=books, lines=lines, people=people), [JANUARY, FEBRUARY, MARCH])
    rows = [("", *(str(it.month) for it in found))]
    rows += [(Source.BOOKS.label, *(f"{it.total:,}" for it in found))]
    rows += [("Single people", *(f"{it.individuals:,}" for it in found))]
    rows += [("Adjustments to payroll", *(f"{it.adjustment:,}" for it in found))]
    rows += [(f"  {part.label}", *(f"{it.parts[part]:,}" for it in found)) for part in Part]
    rows += [("Estimate for Cleo", *(f"{it.shares.get(CLEO, 0):,}" for it in found))]
    table = "".join(f"{head:<50}{''.join(f'{it:>10}' for it in rest)}\n" for head, *rest in rows)
    check("payroll-reconciliation", table)


AMOUNT = st.integers(-(10**6), 10**8)
MONTHS = st.sampled_from(YEAR)
LINE = st.builds(
    PaidLine, paid=MONTHS, earned=MONTHS, cost=AMOUNT, person=st.sampled_from([None, ADA, BEN]), nobody=st.just(False)
)
NOBODY = st.builds(PaidLine, paid=MONTHS, earned=MONTHS, cost=AMOUNT, person=st.none(), nobody=st.just(True))
PAY = st.dictionaries(MONTHS, AMOUNT)
PERSON = st.sampled_from([ADA, BEN, CLEO])
PERSON_PAY = st.builds(PersonPay, person=PERSON, typed=PAY, by_terms=st.dictionaries(MONTHS, st.integers(0, 10**7)))
FACTS = st.builds(
    Facts,
    books=st.none() | PAY,
    lines=st.lists(LINE | NOBODY, max_size=12),
    people=st.lists(PERSON_PAY, max_size=3, unique_by=lambda it: it.person),
)


@given(FACTS)
def test_the_parts_sum_to_the_adjustment_and_nothing_else_is_in_the_total(facts: Facts) -> None:
    for found in reconcile(facts, YEAR):
        assert sum(found.parts.values()) == found.adjustment == found.total - sum(found.actuals.values())
        assert found.parts[Part.WITHOUT_ACTUALS] >= 0
        assert not set(found.shares) & set(found.actuals)
        if found.shares:
            left = found.parts[Part.WITHOUT_ACTUALS] + found.parts[Part.UNEXPLAINED]
            assert sum(found.shares.values()) == left


@given(FACTS)
def test_without_books_everything_is_explained(facts: Facts) -> None:
    """Pay runs and people explain themselves: only books can hold what nobody knows."""
    if facts.books is None and all(line.cost > 0 for line in facts.lines):
        for found in reconcile(facts, YEAR):
            assert found.parts[Part.UNEXPLAINED] == 0


@given(st.integers(0, 10**9), st.dictionaries(st.integers(0, 50), st.integers(1, 10**6), min_size=1))
def test_a_pro_rata_loses_nothing(amount: int, weights: dict[int, int]) -> None:
    shares = pro_rata(amount, weights)
    assert sum(shares.values()) == amount
    assert all(
        abs(shares[who] * sum(weights.values()) - amount * weights[who]) < sum(weights.values()) for who in weights
    )
