"""The general ledger as a workbook: every line with its balance as a formula, and each account's closing balance."""

from __future__ import annotations

import io
from dataclasses import replace

from tieout.core.money import to_decimal
from tieout.kit.sheet_writing import Cell, Day, Formula, Look, Number, Page, Text, amount_format, quoted, reference
from tieout.kit.sheet_writing import workbook as workbook_in
from tieout.reports.exports import MARKS
from tieout.reports.general_ledger import AccountLedger, GeneralLedger
from tieout.reports.general_ledger_files import told
from tieout.reports.general_ledger_rows import Part, every_part
from tieout.reports.queries import NoReport

MOST = 100_000
"""Rows of a workbook."""
_HEAD = ("Account", "Date", "Type", "Number", "Party", "Item", "Description", "Dimensions", "Debit", "Credit",
         "Balance", "Tie-out")  # fmt: skip
_WIDTHS = (30, 11, 14, 12, 26, 20, 40, 24, 15, 15, 16, 26)
_DEBIT, _CREDIT, _BALANCE, _TIE = 8, 9, 10, 11
_SUMMARY = ("Account", "Opening balance", "Debit", "Credit", "Closing balance", "Books", "Difference", "Tie-out")
_NAME = Look(bold=True, below="single", fill=True)
_GREY = Look(tone="grey")


def general_ledger_xlsx(found: GeneralLedger) -> bytes:
    """Return the ledger as XLSX; raise NoReport where it has more rows than a workbook is good for."""
    if found.rows > MOST:
        raise NoReport(
            f"a workbook holds {MOST:,} lines and this ledger has {found.rows:,}: ask for fewer months or accounts, "
            "or save it as CSV"
        )
    file = io.BytesIO()
    day = found.at.publication.at.date()
    with workbook_in(file, title="General ledger", company=found.at.company.name, made=day) as book:
        summary, page = book.page("Accounts"), book.page("General ledger")
        writer = _Writer(found, page)
        for part in every_part(found):
            writer.part(part)
        page.filter(3, page.next - 1, len(_HEAD) - 1)
        _summary(summary, found, writer)
    return file.getvalue()


class _Writer:
    """Writes the sheet of lines from the top down, and keeps where each account's closing row stands."""

    def __init__(self, found: GeneralLedger, page: Page) -> None:
        self.found, self.page = found, page
        self.closings: dict[int, int] = {}
        self._first = 0  # the row number of the account's opening balance
        self._amount = Look(number=amount_format(found.at.book.digits))
        _head(page, found, _HEAD, _WIDTHS, right=(_DEBIT, _CREDIT, _BALANCE))

    def part(self, part: Part) -> None:
        """Write some rows of an account, with its opening and closing balance where they are among them."""
        ledger = part.ledger
        sign = ledger.account.type.normal_sign
        if part.begins:
            cells: dict[int, Cell] = {0: Text(ledger.account.label, Look(bold=True))}
            if self.found.whole:
                cells |= {6: Text("Opening balance", _GREY), _BALANCE: self._number(ledger.opening * sign)}
            self._first = self.page.row(cells)
        for row in part.postings:
            line = row.line
            texts = {0: ledger.account.label, 6: row.text}
            if line:
                texts |= {2: line.type, 3: line.number, 4: line.party, 5: line.item, 7: line.dimensions}
            cells = {place: Text(text) for place, text in texts.items() if text}
            cells |= {1: Day(row.date), _DEBIT: self._number(row.debit), _CREDIT: self._number(row.credit)}
            cells = {place: it for place, it in cells.items() if not isinstance(it, Number) or it.value}
            if self.found.whole:
                cells[_BALANCE] = self._balance(row.balance * sign, sign)
            self.page.row(cells)
        if part.ends:
            self._closing(ledger, sign)

    def _closing(self, ledger: AccountLedger, sign: int) -> None:
        here, digits = self.page.next, self.found.at.book.digits
        look = replace(self._amount, bold=True, above="single")
        cells: dict[int, Cell] = {0: Text(f"Total {ledger.account.label}", Look(bold=True))}
        for column, amount in ((_DEBIT, ledger.debit), (_CREDIT, ledger.credit)):
            area = f"{reference(self._first, column)}:{reference(here - 1, column)}"
            cells[column] = Formula(f"SUM({area})", to_decimal(amount, digits), look)
        if self.found.whole:
            debit, credit = reference(here, _DEBIT), reference(here, _CREDIT)
            up, down = (debit, credit) if sign == 1 else (credit, debit)
            text = f"{reference(self._first, _BALANCE)}+{up}-{down}"
            cells[_BALANCE] = Formula(text, to_decimal(ledger.closing * sign, digits), look)
            cells[_TIE] = _mark(ledger)
        self.closings[ledger.account.row] = self.page.row(cells)

    def _balance(self, balance: int, sign: int) -> Formula:
        here = self.page.next
        debit, credit = reference(here, _DEBIT), reference(here, _CREDIT)
        up, down = (debit, credit) if sign == 1 else (credit, debit)
        text = f"{reference(here - 1, _BALANCE)}+{up}-{down}"
        return Formula(text, to_decimal(balance, self.found.at.book.digits), self._amount)

    def _number(self, amount: int) -> Number:
        return Number(to_decimal(amount, self.found.at.book.digits), self._amount)


def _mark(ledger: AccountLedger) -> Text:
    word = MARKS[ledger.figure.state]
    return Text(word, Look(tone="bad" if word == "UNVERIFIED" else "grey"))


def _head(
    page: Page, found: GeneralLedger, names: tuple[str, ...], widths: tuple[int, ...], *, right: tuple[int, ...]
) -> None:
    at, asked = found.at, found.asked
    page.widths(dict(enumerate(widths)))
    page.freeze(4, 1)
    title = f"{at.company.name}: General ledger, {asked.first} to {asked.last}"
    page.for_paper(wide=True, foot=title)
    page.row({0: Text(title, Look(bold=True, large=True))}, height=22)
    books = f"{at.book.basis} basis, {at.book.currency}, as known at sync {at.publication.number}"
    page.row({0: Text(books, _GREY)})
    page.row({0: Text(told(found), Look(tone="bad" if "UNVERIFIED" in told(found) else "grey"))})
    page.row({place: Text(it, replace(_NAME, right=place in right)) for place, it in enumerate(names)})


def _summary(page: Page, found: GeneralLedger, written: _Writer) -> None:
    """Write each account's balances, taken from the sheet of lines by formulas, and what both sides add up to."""
    digits = found.at.book.digits
    look = Look(number=amount_format(digits))
    _head(page, found, _SUMMARY, (36, 16, 16, 16, 16, 16, 14, 26), right=tuple(range(1, 7)))
    lines, first = quoted(written.page.name), page.next
    for ledger in found.accounts:
        sign, here, at = ledger.account.type.normal_sign, page.next, written.closings[ledger.account.row]
        cells: dict[int, Cell] = {0: Text(ledger.account.label)}
        for place, column, amount in ((2, _DEBIT, ledger.debit), (3, _CREDIT, ledger.credit)):
            cells[place] = Formula(f"{lines}!{reference(at, column)}", to_decimal(amount, digits), look)
        if found.whole:
            cells[1] = Number(to_decimal(ledger.opening * sign, digits), look)
            closing = to_decimal(ledger.closing * sign, digits)
            cells[4] = Formula(f"{lines}!{reference(at, _BALANCE)}", closing, look)
            cells[7] = _mark(ledger)
        if (theirs := ledger.figure.theirs) is not None:
            cells[5] = Number(to_decimal(theirs * sign, digits), look)
            rest = to_decimal((ledger.closing - theirs) * sign, digits)
            cells[6] = Formula(f"{reference(here, 4)}-{reference(here, 5)}", rest, look)
        page.row(cells)
    total = replace(look, bold=True, above="single", below="double" if found.state.ties else "")
    cells = {0: Text("Total", Look(bold=True))}
    if found.accounts:
        for place, amount in ((2, found.debit), (3, found.credit)):
            area = f"{reference(first, place)}:{reference(page.next - 1, place)}"
            cells[place] = Formula(f"SUM({area})", to_decimal(amount, digits), total)
    page.row(cells)
