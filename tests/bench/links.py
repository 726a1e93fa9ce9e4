"""What rules cost on a large book: previews and saved links. ``python -m tests.bench.links``; RULE_LINES (1000000)."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.ground import median, prepared, say
from tieout.core.rules import Criterion, Field, Rule, Term, Verb

if TYPE_CHECKING:
    from tieout.companies.models import Company
    from tieout.ledger.models import Book

LINES = int(os.environ.get("RULE_LINES", "1000000"))


def measure(company: Company, book: Book) -> None:
    """Say what each kind of rule costs: to preview it, and to save it."""
    from tieout.expenses.link_preview import Asked, preview
    from tieout.expenses.relinking import pending, work_off
    from tieout.expenses.services import Draft, NewExpense, remove_link, save_link

    def rule(*criteria: Criterion) -> Rule:
        return Rule(criteria)

    def typed(field: Field, verb: Verb, text: str) -> Criterion:
        return Criterion(field=field, verb=verb, terms=(Term(text),))

    rules = {
        "a rare vendor": rule(typed(Field.VENDOR, Verb.IS, "Cloud & 703 Ltd")),
        "the largest vendor": rule(typed(Field.VENDOR, Verb.IS, "Licence & 0 Ltd")),
        "vendor contains “cloud”": rule(typed(Field.VENDOR, Verb.CONTAINS, "cloud")),
        "text contains “audit design”": rule(typed(Field.TEXT, Verb.CONTAINS, "audit design")),
        "text contains “audit”": rule(typed(Field.TEXT, Verb.CONTAINS, "audit")),
        "vendor and text": rule(
            typed(Field.VENDOR, Verb.CONTAINS, "cloud"), typed(Field.TEXT, Verb.CONTAINS, "storage")
        ),
        "an account's text": rule(
            typed(Field.ACCOUNT, Verb.CONTAINS, "6005"), typed(Field.TEXT, Verb.NOT_CONTAINS, "audit")
        ),
        "everything (text contains “e”)": rule(typed(Field.TEXT, Verb.CONTAINS, "e")),
    }
    for name, made in rules.items():
        seen = preview(company, book, Asked(rule=made))
        took = median(partial(preview, company, book, Asked(rule=made)), 7)
        say(f"preview: {name:34} {took * 1000:8.1f} ms   {seen.matched:9,} lines match")
    person = company.memberships.select_related("person").get().person
    for name in ("a rare vendor", "text contains “audit design”", "the largest vendor"):
        began = time.perf_counter()
        saved = save_link(
            company=company, person=person, book=book, expense=NewExpense(name), draft=Draft(rule=rules[name])
        )
        middle = time.perf_counter()
        work_off(company, lambda: None)
        end = time.perf_counter()
        assert not pending(company)
        how = "at once" if saved.done else f"by a job in {end - middle:.2f} s"
        say(f"save:    {name:34} {(middle - began) * 1000:8.1f} ms   {how}")
        remove_link(company=company, person=person, book=book, link=saved.link)
        work_off(company, lambda: None)


def main() -> None:
    """Print the table."""
    from django.contrib.auth.models import User
    from django.db import connection

    from tests.bench.million import million
    from tieout.companies.services import create_company

    person = User.objects.create_user("rules", "rules@example.com", "rules")
    company = create_company(name="Many lines", person=person)
    book = million(company, LINES)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    say(f"{LINES:,} lines, {connection.vendor}, medians of 7; saving once")
    measure(company, book)


if __name__ == "__main__":
    with prepared():
        main()
