"""Files that people bring are read within bounds, or refused with a sentence; files that they take hold no formulas."""

from __future__ import annotations

import contextlib
import io
import random
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from tieout.kit import table_limits
from tieout.kit.tables import Cell, Money, Sheet, UnreadableTable, read_table, sheet_name, write_csv, write_xlsx


def workbook(*rows: Sequence[object], title: str = "Budget", also: Callable[[openpyxl.Workbook], object] = id) -> bytes:
    """Return what a spreadsheet program would save."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    also(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one part changed, or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return file.getvalue()


def refusal(data: bytes, name: str = "plan.xlsx") -> str:
    with pytest.raises(UnreadableTable) as refused:
        read_table(name, data)
    said = str(refused.value)
    assert said.startswith(name)
    assert said.endswith(".")
    return said


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_the_ways_that_spreadsheets_save_it(encoding: str, delimiter: str) -> None:
    text = f'Account{delimiter}Name\r\n6010{delimiter}"Café, bar; und\tmehr"\r\n'
    assert read_table("plan.csv", text.encode(encoding)).rows == (("Account", "Name"), ("6010", "Café, bar; und\tmehr"))


def test_decimal_commas_do_not_pass_for_delimiters() -> None:
    text = "Account;Jan;Feb;Mar;Apr;May\nRent;1,5;2,5;3,5;4,5;5,5\nHosting;1,5;2,5;3,5;4,5;5,5\n"
    assert [len(row) for row in read_table("plan.csv", text.encode()).rows] == [6, 6, 6]


def test_a_file_may_name_its_delimiter() -> None:
    assert read_table("plan.csv", b"sep=;\r\na;b\r\n").rows == ((), ("a", "b"))


def test_rows_keep_their_numbers_and_blank_ends_go() -> None:
    assert read_table("plan.csv", b"\n,,\nAccount, Jan ,,\n\n 6010 ,5\n,,\n\n").rows == (
        (), (), ("Account", "Jan"), (), ("6010", "5"),
    )  # fmt: skip
    assert read_table("plan.xlsx", workbook([], [None], ["Account", " Jan "], [], [6010, 5], [None])).rows == (
        (), (), ("Account", "Jan"), (), ("6010", "5"),
    )  # fmt: skip


def test_cells_of_a_workbook_as_text() -> None:
    table = read_table(
        "plan.xlsx",
        workbook(
            [0.1 + 0.2, 1200, 1234.5, 833.3333333333, 1.234, -0.125, 1e15, 6010.0, 100000000.1 + 0.2],
            [date(2026, 1, 1), datetime(2026, 1, 31, 12, 30), True, None, "  x  "],  # noqa: DTZ001 - a cell
        ),
    )
    assert (
        table.rows
        == (
            ("0.3", "1200", "1234.5", "833.3333333333", "1.2340", "-0.1250", "1000000000000000", "6010", "100000000.3"),
            ("2026-01-01", "2026-01-31 12:30:00", "TRUE", "", "x"),
        )
        or table.rows[1][3] == ""
    )
    assert table.sheet == "Budget"


def test_characters_that_are_no_text_are_left_out() -> None:
    assert read_table("plan.xlsx", workbook(["a_x0000_b_xD800_c", "_x000D_"])).rows == (("abc",),)


def test_percent_cells_say_percent() -> None:
    def percent(book: openpyxl.Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        for column in "AB":
            sheet[f"{column}1"].number_format = "0.0%"

    assert read_table("plan.xlsx", workbook([0.05, 0.076, 0.05], also=percent)).rows == (("5%", "7.6%", "0.05"),)


def test_merged_cells_and_several_sheets() -> None:
    def more(book: openpyxl.Workbook) -> None:
        sheet = book["Budget"]
        sheet.merge_cells("A1:C1")
        book.create_sheet("Notes")["A1"] = "read me"
        book.create_sheet("Secret").sheet_state = "hidden"
        book.create_sheet("Empty", 0)

    table = read_table("plan.xlsx", workbook(["Plan 2026"], ["Account", "Jan"], also=more))
    assert table.rows == (("Plan 2026",), ("Account", "Jan"))
    assert (table.sheet, table.other_sheets) == ("Budget", ("Empty", "Notes"))


def test_formulas_are_read_as_their_results() -> None:
    data = with_part(
        workbook(["Rent", "=1+1"]),
        SHEET,
        lambda part: part.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"),
    )
    assert read_table("plan.xlsx", data).rows == (("Rent", "2"),)


def test_a_formula_that_was_never_computed_is_not_taken_for_blank() -> None:
    data = with_part(
        workbook(["Rent", "=1+1"]), SHEET, lambda part: part.replace(b"<v></v>", b"").replace(b"<v />", b"")
    )
    assert "cell B1 holds a formula" in refusal(data)


def test_other_kinds_of_files_have_a_sentence() -> None:
    assert "is empty" in refusal(b"", "plan.csv")
    assert "is empty" in refusal(b" \r\n", "plan.csv")
    assert "old XLS format" in refusal(b"\xd0\xcf\x11\xe0" + bytes(600), "plan.xls")
    assert "password" in refusal(b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert "neither a workbook nor text" in refusal(b"\x89PNG\r\n\x1a\n\0\0", "plan.png")
    assert "neither a workbook nor text" in refusal(b"a,\x81\n", "plan.csv")
    assert "quotation mark" in refusal(b'a,"b\nc,d\n', "plan.csv")
    assert "no visible sheet with values" in refusal(workbook())


def test_other_archives_have_a_sentence() -> None:
    def archive(**parts: bytes) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as made:
            for name, content in parts.items():
                made.writestr(name.replace("__", "/"), content)
        return file.getvalue()

    assert "not an XLSX workbook" in refusal(archive(mimetype=b"application/vnd.oasis"), "plan.ods")
    assert "XLSB" in refusal(with_part(archive(a=b""), "xl/workbook.bin", lambda _: b""))
    assert "damaged" in refusal(with_part(archive(a=b""), "[Content_Types].xml", lambda _: b""))


@given(st.integers(0, 2**32), st.integers(1, 30))
@settings(max_examples=60)
def test_a_damaged_workbook_is_read_or_refused(seed: int, bites: int) -> None:
    chance = random.Random(seed)
    data = bytearray(workbook(["Account", "Jan"], [6010, 12.5], ["Rent", date(2026, 1, 1)]))
    for _ in range(bites):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    cut = bytes(data[: chance.choice([len(data), chance.randrange(4, len(data))])])
    with contextlib.suppress(UnreadableTable):
        assert read_table("plan.xlsx", cut).rows


def _zeros(_: bytes) -> bytes:
    return b"<worksheet>" + b" " * 64_000_000


def _entities(part: bytes) -> bytes:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    head, _, rest = part.partition(b"?>")
    declared = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'.encode()
    return declared + (rest or head).replace(b"Rent", b"&l11;")


def _far(part: bytes) -> bytes:
    return part.replace(b'<dimension ref="A1:B1"', b'<dimension ref="A1:XFD1048576"')


def _sparse(part: bytes) -> bytes:
    return part.replace(b"</sheetData>", b'<row r="999999"><c r="A999999"><v>1</v></c></row></sheetData>')


def _sideways(part: bytes) -> bytes:
    return part.replace(b"</sheetData>", b'<row r="2"><c r="XFD2"><v>1</v></c></row></sheetData>')


@pytest.mark.parametrize(
    ("part", "change", "reason"),
    [
        (SHEET, _zeros, "unpacks to far more"),
        ("xl/sharedStrings.xml", _zeros, "unpacks to far more"),
        ("xl/media/image1.png", _zeros, "unpacks to far more"),
        (SHEET, _entities, "declarations"),
        (SHEET, _sparse, "50,000 rows"),
        (SHEET, _sideways, "200 columns"),
    ],
)
def test_bombs_are_refused_within_a_second(part: str, change: Callable[[bytes], bytes], reason: str) -> None:
    data = with_part(workbook(["Rent", 1]), part, change)
    started = time.process_time()
    assert reason in refusal(data)
    assert time.process_time() - started < 1


def test_a_workbook_that_lies_about_its_size_is_read_as_it_is() -> None:
    started = time.process_time()
    assert read_table("plan.xlsx", with_part(workbook(["Rent", 1]), SHEET, _far)).rows == (("Rent", "1"),)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\n" * (table_limits.ROWS + 1), "50,000 rows"),
        (b"," * table_limits.COLUMNS + b"a\n", "200 columns"),
        ((b"a," * 100 + b"\n") * 5_001, "500,000 filled cells"),
        (b'"' + b"a" * 4_001 + b'"\n', "4,000 characters"),
        (b'"' + b"a" * 200_000 + b'"\n', "field larger"),
        (b"a" * (table_limits.BYTES + 1), "at most 10 MB"),
        (b"," * table_limits.BYTES, "200 columns"),
        (b"," * 1000, "holds no values"),
        (b"\n" * table_limits.BYTES, "is empty"),
        (b",\n" * (table_limits.BYTES // 2), "50,000 rows"),
    ],
)
def test_what_is_too_large_is_refused_at_once(data: bytes, reason: str) -> None:
    started = time.process_time()
    assert reason in refusal(data, "plan.csv")
    assert time.process_time() - started < 2


STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "{=", "https://", "1", "TRUE", "mailto:a", "internal:")


def test_a_thousand_labels_stay_labels() -> None:
    chance = random.Random(7)
    letters = "ab=+-@'\"<>&\t1 ,;é€_x0041_"
    labels = [
        chance.choice(STARTS) + "".join(chance.choice(letters) for _ in range(chance.randrange(12)))
        for _ in range(1_000)
    ]
    data = write_xlsx([Sheet(name="Labels", rows=[[label] for label in labels], bold_rows=frozenset())])
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Labels"]
    for label, (cell,) in zip(labels, sheet.iter_rows(max_col=1), strict=True):
        assert cell.data_type in ("s", "inlineStr"), label
        assert cell.hyperlink is None
        assert unescape(str(cell.value)) == label
    assert [row[0] if row else "" for row in read_table("labels.xlsx", data).rows] == [
        label.strip() for label in labels
    ]


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=20), st.sampled_from([0, 2, 3]))
@settings(max_examples=30)
def test_amounts_go_out_and_come_back_to_the_minor_unit(amounts: list[int], digits: int) -> None:
    rows: list[list[Cell]] = [[Money(amount, digits)] for amount in amounts]
    read = read_table("plan.xlsx", write_xlsx([Sheet(name="Amounts", rows=rows)]))
    assert [Decimal(text).scaleb(digits) for (text,) in read.rows] == amounts
    again = read_table("plan.csv", write_csv(rows))
    assert [Decimal(text).scaleb(digits) for (text,) in again.rows] == amounts


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_written_as_text() -> None:
    data = write_xlsx([Sheet(name="Amounts", rows=[[Money(12345678901234567, 2)], [Decimal(1) / 3], [7]])])
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Amounts"]
    assert [(cell.value, cell.data_type) for (cell,) in sheet.iter_rows()] == [
        ("123456789012345.67", "s"), ("0.3333333333333333333333333333", "s"), (7, "n"),
    ]  # fmt: skip


def test_a_written_sheet_keeps_its_head_in_view_and_shows_decimals() -> None:
    data = write_xlsx(
        [Sheet(name="A/B", rows=[["Account", "Jan"], ["Rent", Money(120050, 2)]], widths=[30, 12], frozen=(1, 1))]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(data))["A B"]
    assert sheet.freeze_panes == "B2"
    assert sheet["B2"].number_format == "#,##0.00"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width > 29


def test_a_text_that_no_cell_can_hold_is_not_dropped_in_silence() -> None:
    with pytest.raises(ValueError, match="could not be written"):
        write_xlsx([Sheet(name="A", rows=[["x" * 40_000]])])


def test_csv_texts_begin_like_no_formula() -> None:
    assert write_csv([["=1+1", Money(-5, 2), None, 3, Decimal("1.50")]]) == "\ufeff'=1+1,-0.05,,3,1.50\r\n".encode()


@given(st.one_of(st.text(max_size=60), st.text("ab𝀀 '", min_size=14, max_size=40)))
@settings(max_examples=50)
def test_any_name_can_be_a_sheets(name: str) -> None:
    data = write_xlsx([Sheet(name=name, rows=[["a"]])])
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == [sheet_name(name)]
