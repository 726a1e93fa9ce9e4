"""Each report as a text table. Figures are natural: positive in the account's normal direction (spec §12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tieout.core.accounts import AccountType
from tieout.reports.balance_sheet import SIDES, BalanceSheet, SheetRow, SheetSection, rolled_up
from tieout.reports.beside import PART_WORDS, State, overall
from tieout.reports.expense_report import ExpenseReport, ExpenseRow, row_state
from tieout.reports.expense_report import state as expense_state
from tieout.reports.queries import LedgerAt
from tieout.reports.text_table import Rule, TextRow, TextTable
from tieout.reports.trial_balance import TrialBalance
from tieout.ui.figures import difference, exact

_WORDS = {State.TIES: "ties", State.DIFFERS: "UNVERIFIED", State.NOT_COMPARED: "not compared"}
_SENTENCES = {
    State.TIES: "Ties out to the books.",
    State.DIFFERS: "UNVERIFIED: differs from the books.",
    State.NOT_COMPARED: "Not compared with the books.",
}


def _words(state: State, part: int, digits: int) -> str:
    return f"ties, {exact(part, digits)} {PART_WORDS[state]}" if state in PART_WORDS else _WORDS[state]


def _sentence(state: State, part: int, digits: int) -> str:
    if state in PART_WORDS:
        return f"Ties out to the books, {exact(part, digits)} of it {PART_WORDS[state]}."
    return _SENTENCES[state]


def trial_balance_table(at: LedgerAt, report: TrialBalance) -> TextTable:
    """Return debit and credit columns, the books' figure (debit positive) and the difference."""
    digits = at.book.digits
    rows = [
        TextRow(
            _indented(row.account.label, row.depth),
            (
                exact(row.debit, digits) if row.debit else "",
                exact(row.credit, digits) if row.credit else "",
                exact(row.figure.theirs, digits),
                exact(row.figure.difference, digits),
            ),
            _words(row.figure.state, row.figure.part, digits),
        )
        for row in report.rows
    ]
    foot = (report.debit, report.credit, report.foot.theirs, report.foot.difference)
    total = TextRow(
        "Total",
        tuple("" if amount is None else difference(amount, digits) for amount in foot),
        above=Rule.SINGLE,
        below=_below(report.state),
    )
    return TextTable(
        _head(at, f"Trial balance, end of {report.month}"),
        ("Debit", "Credit", "Books", "Difference"),
        (*rows, total),
        (_sentence(report.state, report.part, digits),),
    )


def balance_sheet_table(at: LedgerAt, sheet: BalanceSheet) -> TextTable:
    """Return the sections with their totals, a column a month end."""
    rows: list[TextRow] = []
    for side, word in SIDES.items():
        within = [it for it in sheet.sections if it.section.side is side]
        for section in within:
            rows += _section_rows(sheet, section, at.book.digits, alone=len(within) == 1)
        rows.append(_total(sheet, at.book.digits, f"Total {word}", (side,), last=side is AccountType.ASSET))
    both = (AccountType.LIABILITY, AccountType.EQUITY)
    rows.append(_total(sheet, at.book.digits, "Total liabilities and equity", both, last=True))
    digits = at.book.digits
    feet = [f"{month}: {_sentence(sheet.state(month), sheet.part(month), digits)}" for month in sheet.months]
    columns = tuple(str(month) for month in sheet.months)
    return TextTable(_head(at, "Balance sheet"), columns, tuple(rows), tuple(feet))


def expense_table(at: LedgerAt, report: ExpenseReport) -> TextTable:
    """Return a column a month and their total."""
    digits = at.book.digits

    def cells(amounts: Sequence[int]) -> tuple[str, ...]:
        return tuple(exact(amount, digits) for amount in (*amounts, sum(amounts)))

    rows = [
        TextRow(
            _indented(f"{row.account.label} › {row.linked}" if row.linked else row.account.label, row.depth),
            cells([row.amounts[month] for month in report.months]),
            (row.department or "Unassigned") + _marked(report, row, digits),
        )
        for row in report.rows
    ]
    state = expense_state(report)
    total = TextRow(
        "Total", cells([report.total(month) for month in report.months]), above=Rule.SINGLE, below=_below(state)
    )
    columns = (*(str(month) for month in report.months), "Total")
    mapping = "mapping as then" if at.as_then else "today's mapping"
    return TextTable(
        _head(at, f"Expenses, {mapping}"), columns, (*rows, total), (_sentence(state, report.part, digits),)
    )


def _marked(report: ExpenseReport, row: ExpenseRow, digits: int) -> str:
    if row.differing:
        return " UNVERIFIED"
    state = row_state(report, row)
    return f", {_words(state, row.part, digits)}" if state in PART_WORDS else ""


def _head(at: LedgerAt, title: str) -> tuple[str, ...]:
    book = at.book
    return (f"{at.company.name}: {title}", f"{book.basis} basis, {book.currency}, sync {at.publication.number}")


def _section_rows(sheet: BalanceSheet, section: SheetSection, digits: int, *, alone: bool) -> Iterator[TextRow]:
    """Yield a section; its own total only where it is not ``alone`` on its side of the sheet."""
    word, side = section.section.word, section.section.side

    def cells(rows: Sequence[SheetRow]) -> tuple[str, ...]:
        return tuple(exact(sheet.sum(month, rows).natural(side).ours, digits) for month in sheet.months)

    yield TextRow(word)
    for group in section.groups:
        if group.word:
            yield TextRow(f"  {group.word}")
        for row, family in rolled_up(group.rows):
            name = f"Total {row.account.label}" if family else row.account.label
            yield TextRow(_indented(name, row.depth + (2 if group.word else 1)), cells(family or [row]))
    if not alone:
        name = f"Total {word[0].lower()}{word[1:]}"
        yield TextRow(name, cells(section.rows), above=Rule.SINGLE)


def _total(sheet: BalanceSheet, digits: int, name: str, sides: tuple[AccountType, ...], *, last: bool) -> TextRow:
    """Return a total; the last one of each half of the sheet carries the rule that it has earned."""
    amounts = [sheet.total(month, *sides).natural(sides[0]).ours for month in sheet.months]
    below = _below(overall(sheet.state(month) for month in sheet.months)) if last else Rule.NONE
    return TextRow(name, tuple(difference(it, digits) for it in amounts), above=Rule.SINGLE, below=below)


def _below(state: State) -> Rule:
    if state.ties:
        return Rule.DOUBLE
    return Rule.BROKEN if state is State.DIFFERS else Rule.SINGLE


def _indented(label: str, depth: int) -> str:
    return f"{'  ' * depth}{label}"
