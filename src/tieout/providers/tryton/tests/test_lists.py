"""The chart: what each type is without anybody having said it, heads and leaves, and who takes earlier results."""

from __future__ import annotations

import pytest

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import AccountRecord, DimensionRecord, DimensionValueRecord, PartyKind
from tieout.providers.tryton import wire
from tieout.providers.tryton.lists import CARRIED, account_records, analytic_records, party_records
from tieout.providers.tryton.natures import Natures

A, L, E, R, X = (
    AccountType.ASSET,
    AccountType.LIABILITY,
    AccountType.EQUITY,
    AccountType.INCOME,
    AccountType.EXPENSE,
)
# The tree of types of Tryton's universal chart, shortened: number, name, parent, statement, flag.
_UNIVERSAL = [
    (1, "Universal Chart of Account Types", None, None, ""),
    (2, "Assets", 1, "balance", ""),
    (3, "Liabilities", 1, "balance", ""),
    (4, "Equity / capital", 1, "balance", ""),
    (5, "Off-Balance", 1, "off-balance", ""),
    (6, "Current Assets", 2, "balance", ""),
    (8, "Accounts payable", 3, "balance", "payable"),
    (11, "Liabilities and assets for current tax", 3, "balance", ""),
    (16, "Issued capital and reserves", 4, "balance", ""),
    (18, "Current Period Profit or Lost", 4, "income", ""),
    (19, "Accounts receivable", 6, "balance", "assets receivable"),
    (20, "Cash and Cash Equivalents", 6, "balance", ""),
    (33, "Operating section", 18, "income", ""),
    (34, "Expenses", 18, "income", "expense"),
    (35, "Non-operating section", 18, "income", ""),
    (37, "Revenue", 33, "income", "revenue"),
    (38, "Cost of Sales", 34, "income", "expense"),
    (40, "Depreciation / amortisation", 34, "income", ""),
    (42, "Other revenues or gains", 35, "income", ""),
    (43, "Other expenses or losses", 35, "income", ""),
    (45, "Income tax expense", 35, "income", ""),
]


def types(rows: list[tuple[int, str, int | None, str | None, str]]) -> list[wire.Type]:
    flags = ("assets", "receivable", "stock", "payable", "debt", "revenue", "expense")
    return [
        wire.Type(id=number, name=name, parent=parent, statement=statement, **{it: it in own.split() for it in flags})
        for number, name, parent, statement, own in rows
    ]


def account(number: int, of: int | None, parent: int | None = None, **more: object) -> wire.Account:
    return wire.Account(
        id=number,
        name=str(more.get("name", f"Account {number}")),
        code=str(more.get("code", number)),
        type=of,
        parent=parent,
        closed=bool(more.get("closed", False)),
        active=bool(more.get("active", True)),
        party_required=False,
        second_currency=None,
    )


@pytest.mark.parametrize(
    ("number", "kind", "role"),
    [
        (8, L, AccountRole.PAYABLE),
        (11, L, AccountRole.NONE),  # named for both, and below liabilities
        (16, E, AccountRole.NONE),
        (19, A, AccountRole.RECEIVABLE),
        (20, A, AccountRole.BANK),
        (37, R, AccountRole.NONE),
        (38, X, AccountRole.COST_OF_SALES),
        (40, X, AccountRole.NONE),
        (42, R, AccountRole.OTHER_INCOME),
        (43, X, AccountRole.OTHER_EXPENSE),
        (45, X, AccountRole.OTHER_EXPENSE),
        (5, E, AccountRole.NONE),
    ],
)
def test_types_of_the_universal_chart_are_told_apart(number: int, kind: AccountType, role: AccountRole) -> None:
    found = Natures(types(_UNIVERSAL)).of(number)
    assert found is not None
    assert (found.type, found.role) == (kind, role)


def test_the_tree_tells_in_any_language() -> None:
    found = Natures(
        types(
            [
                (1, "Bilan", None, "balance", ""),
                (2, "Actif", 1, "balance", ""),
                (3, "Passif", 1, "balance", ""),
                (4, "Capitaux propres", 1, "balance", ""),
                (5, "Clients", 2, "balance", "assets receivable"),
                (6, "Disponibilités", 2, "balance", ""),
                (7, "Fournisseurs", 3, "balance", "payable"),
                (8, "Provisions", 3, "balance", ""),
                (9, "Report", 4, "balance", ""),
                (10, "Résultat", 4, "income", ""),
            ]
        )
    )
    kinds = {key: it.type for key in (6, 8, 9) if (it := found.of(key)) is not None}
    assert kinds == {6: A, 8: L, 9: E}


@pytest.mark.parametrize(("name", "kind"), [("Share capital", E), ("Petty cash", A), ("Something", L)])
def test_words_decide_what_no_tree_tells(name: str, kind: AccountType) -> None:
    found = Natures(types([(1, name, None, "balance", "")])).of(1)
    assert found is not None
    assert found.type is kind


def test_a_ring_of_types_ends() -> None:
    found = Natures(types([(1, "One", 2, "balance", ""), (2, "Two", 1, "balance", "")]))
    assert found.of(1) is not None
    assert found.of(None) is None


def test_a_head_is_what_all_below_it_are_and_is_left_out_where_they_differ() -> None:
    chart = [
        account(1, None),
        account(2, None, 1),
        account(3, 20, 2),
        account(4, 19, 2),
        account(5, 34, 1),
        account(6, None, 1),  # a head of nothing
    ]
    found = account_records(chart, types(_UNIVERSAL))
    assert [(it.external_id, it.type, it.parent) for it in found] == [
        ("2", A, None),
        ("3", A, "2"),
        ("4", A, "2"),
        ("5", X, None),
        (CARRIED.external_id, E, None),
    ]


def test_closed_accounts_are_inactive_and_closed_heads_are_not() -> None:
    chart = [account(1, 20, closed=True), account(2, 20, 1), account(3, 20, closed=True), account(4, 20, active=False)]
    found = {it.external_id: it.active for it in account_records(chart, types(_UNIVERSAL))}
    assert (found["1"], found["2"], found["3"], found["4"]) == (True, True, False, False)


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["Share capital", "Retained Earnings"], "1"),
        (["Profit brought forward", "Share capital"], "0"),
        (["Report à nouveau", "Retained earnings"], "0"),
        (["Share capital", "Reserves"], CARRIED.external_id),
    ],
)
def test_one_account_takes_the_result_of_earlier_years(names: list[str], chosen: str) -> None:
    chart = [account(place, 16, name=name) for place, name in enumerate(names)]
    found = account_records([*chart, account(9, 34, name="Retained earnings of nobody")], types(_UNIVERSAL))
    assert [it.external_id for it in found if it.role is AccountRole.RETAINED_EARNINGS] == [chosen]


def test_an_open_account_takes_it_before_a_closed_one() -> None:
    chart = [account(1, 16, name="Retained earnings", closed=True), account(2, 16, name="Retained earnings")]
    found = account_records(chart, types(_UNIVERSAL))
    assert [it.external_id for it in found if it.role is AccountRole.RETAINED_EARNINGS] == ["2"]


def test_a_party_is_what_its_accounts_make_it() -> None:
    records = account_records([account(1, 8), account(2, 19), account(3, 20)], types(_UNIVERSAL))
    accounts: dict[str, AccountRecord] = {it.external_id: it for it in records}
    parties = [wire.Party(id=key, name=f"Party {key}", active=True) for key in (80, 81, 90)]
    pairs = [(1, 80), (2, 80), (3, 81), (1, 90), (2, 90), (77, 80)]
    found = [(it.key.kind, it.key.external_id) for it in party_records(pairs, parties, accounts, frozenset({"90"}))]
    assert found == [
        (PartyKind.CUSTOMER, "80"),
        (PartyKind.EMPLOYEE, "90"),
        (PartyKind.OTHER, "81"),
        (PartyKind.VENDOR, "80"),
    ]


def test_analytic_roots_are_dimensions_and_what_is_below_them_values() -> None:
    def own(number: int, kind: str, root: int | None = None, parent: int | None = None) -> wire.Analytic:
        return wire.Analytic(
            id=number, name=f"A{number}", code=None, type=kind, root=root, parent=parent, active=number != 4
        )

    chart = [
        own(4, "normal", 1, 3), own(3, "view", 1, 1), own(1, "root"), own(2, "root"), own(5, "distribution", 1, 1),
        own(6, "normal", 2, 2), own(7, "normal", 1, 5),
    ]  # fmt: skip
    found = list(analytic_records(chart))
    assert [it.external_id for it in found if isinstance(it, DimensionRecord)] == ["1", "2"]
    values = [it for it in found if isinstance(it, DimensionValueRecord)]
    assert sorted((it.dimension, it.external_id, it.parent or "", it.active) for it in values) == [
        ("1", "3", "", True),
        ("1", "4", "3", False),
        ("1", "7", "", True),  # below a distribution, which no line can have
        ("2", "6", "", True),
    ]
