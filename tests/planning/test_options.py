"""Options of an expense: what is refused and in which words, what is written, and what the audit log tells."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from tests.expenses.small_ledger import expense
from tieout.companies import services as companies
from tieout.companies.models import AuditEvent
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.ledger.models import Book
from tieout.planning.models import Driver, Every, Frequency, Growth, Options, Paid
from tieout.planning.options import OptionsRefused, Wanted, all_options, as_options, options_of, save_options
from tieout.planning.options_words import Names, dates_words, driver_words
from tieout.planning.terms import save_term

pytestmark = pytest.mark.django_db
THROUGH = Month(2026, 4)
JUNE = Month(2026, 6)
YEARLY = Wanted(driver=Driver.AMOUNT, amount=1_200_00, frequency=Frequency.ANNUAL, start=JUNE)


def save(book: Book, person: User, wanted: Wanted, number: str = "5010") -> bool:
    return save_options(
        company=book.company, person=person, book=book, expense_id=expense(book, number).pk, wanted=wanted,
        through=THROUGH,
    )  # fmt: skip


def refused(book: Book, person: User, wanted: Wanted) -> dict[str, str]:
    with pytest.raises(OptionsRefused) as refusal:
        save(book, person, wanted)
    assert not Options.objects.exists()
    return dict(refusal.value.errors)


def events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(what="planned an expense").order_by("pk"))


def test_options_are_written_and_told(book: Book, alice: User) -> None:
    assert save(book, alice, YEARLY)
    row = options_of(book.company, expense(book, "5010").pk)
    assert (row.driver, row.amount, row.frequency, row.start, row.end) == ("amount", 1_200_00, "annual", 202606, None)
    (event,) = events()
    assert event.before == {"expense": "5010 Hosting"}
    assert event.after == {
        "expense": "5010 Hosting", "forecast": "1,200 a year", "frequency": "Annual", "months": "from Jun 26",
        "paid": "Immediately",
    }  # fmt: skip


def test_only_differences_are_written_and_told(book: Book, alice: User) -> None:
    save(book, alice, YEARLY)
    assert not save(book, alice, YEARLY)
    assert save(book, alice, replace(YEARLY, amount=1_500_00))
    assert len(events()) == 2
    assert events()[-1].before == {"expense": "5010 Hosting", "forecast": "1,200 a year"}
    assert events()[-1].after == {"expense": "5010 Hosting", "forecast": "1,500 a year"}
    assert Options.objects.count() == 1


def test_wanting_nothing_where_there_is_nothing_writes_nothing(book: Book, alice: User) -> None:
    assert not save(book, alice, Wanted())
    assert not Options.objects.exists()


def test_what_the_driver_does_not_ask_for_takes_no_effect(book: Book, alice: User) -> None:
    wanted = Wanted(
        driver=Driver.LAST_YEAR, rate=30_000, amount=5_00, frequency=Frequency.ANNUAL, growth=Growth.PERCENT,
        growth_rate=10_000, contractors=True, formula="1", stream=1, department=2,
    )  # fmt: skip
    save(book, alice, wanted)
    row = options_of(book.company, expense(book, "5010").pk)
    assert (row.amount, row.frequency, row.growth, row.contractors, row.formula, row.stream_id, row.department_id) == (
        0, "monthly", "none", False, "", None, None,
    )  # fmt: skip


def test_a_period_or_growth_without_a_start_starts_with_the_forecast(book: Book, alice: User) -> None:
    save(book, alice, replace(YEARLY, start=None))
    assert options_of(book.company, expense(book, "5010").pk).start == 202605
    save(book, alice, Wanted(driver=Driver.AMOUNT, amount=5_00), "6200")
    assert options_of(book.company, expense(book, "6200").pk).start is None


@pytest.mark.parametrize(
    ("wanted", "field", "told"),
    [
        (Wanted(driver=Driver.AMOUNT), "amount", "The amount is missing."),
        (Wanted(driver=Driver.PER_EMPLOYEE), "amount", "The amount is missing."),
        (Wanted(driver=Driver.AMOUNT, amount=10**15 + 1), "amount", "larger than any"),
        (Wanted(driver=Driver.PERCENT_OF_REVENUE), "rate", "The percentage is missing."),
        (Wanted(driver=Driver.LAST_YEAR, rate=10_000_001), "rate", "beyond 1,000 %"),
        (Wanted(driver=Driver.AVERAGE, averaged=0), "averaged", "1 to 36 months"),
        (Wanted(driver=Driver.AVERAGE, averaged=37), "averaged", "1 to 36 months"),
        (Wanted(driver=Driver.AVERAGE, averaged=None), "averaged", "1 to 36 months"),
        (Wanted(driver=Driver.FORMULA), "formula", "The formula is empty."),
        (replace(YEARLY, end=Month(2026, 5)), "end", "It ends in May 26, before it starts in Jun 26."),
        (replace(YEARLY, frequency=Frequency.ONE_TIME, start=None), "start", "needs its month"),
        (replace(YEARLY, growth=Growth.PERCENT), "growth_rate", "The growth is missing."),
        (replace(YEARLY, growth=Growth.PERCENT, growth_rate=-1_000_001), "growth_rate", "between −100 %"),
        (replace(YEARLY, growth=Growth.AMOUNT), "growth_amount", "The growth is missing."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(book: Book, alice: User, wanted: Wanted, field: str, told: str) -> None:
    errors = refused(book, alice, wanted)
    assert list(errors) == [field]
    assert told in errors[field]


def test_what_is_another_company_s_is_refused(book: Book, alice: User, charlie: User) -> None:
    other = companies.create_company(name="Other", person=charlie)
    term = save_term(company=other, person=charlie, name="30 days", shares=(0, 10_000))
    theirs = departments.system(other, "design").pk
    per_head = Wanted(driver=Driver.PER_EMPLOYEE, amount=1_00, department=theirs)
    assert list(refused(book, alice, per_head)) == ["heads"]
    assert list(refused(book, alice, replace(YEARLY, paid=Paid.CUSTOM, term=term.pk))) == ["paid"]
    assert list(refused(book, alice, replace(YEARLY, paid=Paid.CUSTOM))) == ["paid"]
    revenue = Wanted(driver=Driver.PERCENT_OF_REVENUE, rate=50_000)
    assert list(refused(book, alice, replace(revenue, stream=expense(book, "5010").pk))) == ["stream"]
    assert list(refused(book, alice, replace(revenue, stream=10**9))) == ["stream"]
    assert save(book, alice, replace(revenue, stream=expense(book, "4000").pk))


def test_an_expense_of_another_company_is_not_there(book: Book, alice: User, charlie: User) -> None:
    other = companies.create_company(name="Other", person=charlie)
    with pytest.raises(OptionsRefused, match="not there any more"):
        save_options(
            company=other, person=charlie, book=book, expense_id=expense(book, "5010").pk, wanted=YEARLY,
            through=THROUGH,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (YEARLY, "1,200 a year"),
        (Wanted(driver=Driver.AMOUNT, amount=99_50), "99.50 a month"),
        (replace(YEARLY, frequency=Frequency.ONE_TIME), "1,200 once"),
        (replace(YEARLY, growth=Growth.PERCENT, growth_rate=25_000), "1,200 a year, +2.5 % a year"),
        (
            replace(YEARLY, growth=Growth.AMOUNT, growth_amount=-50_00, growth_every=Every.QUARTER),
            "1,200 a year, −50 a quarter",
        ),
        (Wanted(driver=Driver.PER_EMPLOYEE, amount=50_00), "50 a month per employee"),
        (Wanted(driver=Driver.PERCENT_OF_REVENUE, rate=50_000), "5 % of revenue"),
        (Wanted(driver=Driver.LAST_YEAR, rate=0), "same as last year"),
        (Wanted(driver=Driver.LAST_YEAR, rate=-30_000), "last year −3 %"),
        (Wanted(driver=Driver.AVERAGE, averaged=3), "average of 3 months"),
        (Wanted(driver=Driver.AVERAGE, averaged=1), "as last month"),
        (Wanted(driver=Driver.TYPED), "typed"),
        (Wanted(), ""),
    ],
)
def test_a_driver_in_few_words(book: Book, wanted: Wanted, words: str) -> None:
    assert driver_words(as_options(book.company, 0, wanted), Names.of(book.company, book)) == words


def test_months_in_few_words(book: Book) -> None:
    def told(wanted: Wanted) -> str:
        return dates_words(as_options(book.company, 0, wanted))

    assert told(YEARLY) == "from Jun 26"
    assert told(replace(YEARLY, end=Month(2027, 5))) == "Jun 26 – May 27"
    assert told(replace(YEARLY, start=None, end=JUNE)) == "until Jun 26"
    assert told(replace(YEARLY, frequency=Frequency.ONE_TIME)) == "Jun 26"


def test_all_options_of_a_company(book: Book, alice: User) -> None:
    save(book, alice, YEARLY)
    assert list(all_options(book.company)) == [expense(book, "5010").pk]


def test_a_one_time_expense_in_the_books_is_refused(book: Book, alice: User) -> None:
    once = Wanted(driver=Driver.AMOUNT, amount=5_00, frequency=Frequency.ONE_TIME, start=THROUGH)
    assert refused(book, alice, once) == {
        "start": "Apr 26 is in the books already: what is posted counts. Choose May 26 or a later month."
    }
    assert save(book, alice, replace(once, start=THROUGH + 1))
