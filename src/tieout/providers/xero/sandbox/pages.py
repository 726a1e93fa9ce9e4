"""What a list answers: filtered, ordered, paged or in summary (xero.md §2.1). Documents stay as the books have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from tieout.providers.xero.sandbox import fields, where
from tieout.providers.xero.sandbox.answers import invalid, not_found, unreadable_query
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.facts import Facts
from tieout.providers.xero.sandbox.fields import Listing
from tieout.providers.xero.sandbox.wire import Json, midnight

DEFAULT_SIZE, MOST_SIZE = 100, 1000
_NEVER = datetime.min.replace(tzinfo=UTC)
_GONE = {"Accounts": "DELETED", "Items": "DELETED", "TaxRates": "DELETED", "TrackingCategories": "DELETED"}
_TO_ASK = {"Contacts": ("includeArchived", "ARCHIVED"), "TrackingCategories": ("includeArchived", "ARCHIVED"),
           "BankTransfers": ("includeDeleted", "DELETED")}  # fmt: skip


class Params:
    """The parameters of an address, whose names are heard in any case."""

    def __init__(self, given: Iterable[tuple[str, str]]) -> None:
        self._given = {name.lower(): value for name, value in given}

    def text(self, name: str) -> str:
        """Return a parameter, "" where it is absent."""
        return self._given.get(name.lower(), "").strip()

    def flag(self, name: str) -> bool:
        """Return a parameter that is true or false, however it is spelt."""
        return self.text(name).lower() == "true"

    def number(self, name: str, default: int) -> int:
        """Return a whole number. Raise Refusal for text."""
        text = self.text(name) or str(default)
        try:
            return int(text)
        except ValueError:
            raise invalid(f"The value '{text}' is not valid for {name}") from None

    def spelt(self, names: Iterable[str]) -> dict[str, str]:
        """Return those of these parameters that were given, in this spelling."""
        return {name: self.text(name) for name in names if self.text(name)}

    def day(self, name: str) -> date | None:
        """Return a day; None where it is absent. Raise Refusal for text that is none."""
        text = self.text(name)
        try:
            return date.fromisoformat(text[:10]) if text else None
        except ValueError:
            raise invalid(f"The value '{text}' is not valid for {name}") from None


@dataclass(frozen=True, slots=True)
class Listed:
    """The entities of an answer, and its ``pagination`` where it is a page."""

    entities: Sequence[Json]
    pagination: Json | None = None


def since(header: str) -> datetime | None:
    """Return the moment of an If-Modified-Since, to the second; None where it cannot be read, as if it were absent."""
    try:
        given = datetime.fromisoformat(header.strip())
    except ValueError:
        try:
            given = parsedate_to_datetime(header)
        except ValueError:
            return None
    given = given if given.tzinfo else given.replace(tzinfo=UTC)
    return given.astimezone(UTC).replace(microsecond=0)


def one(organisation: Organisation, listing: Listing, ident: str) -> Json:
    """Return an entity by its id, or by what else it may be fetched by, whole. Raise Refusal."""
    documents = documents_of(organisation, listing)
    found = documents.get(ident) or documents.get(ident.lower())
    if found is None:
        found = next((it for it in documents.values() for key in listing.others if str(it.get(key)) == ident), None)
    if found is None or (listing.name != "Accounts" and _gone(listing, found)):
        raise not_found()
    return found


def listed(
    organisation: Organisation,
    listing: Listing,
    params: Params,
    modified: datetime | None,
    facts: Facts,
    *,
    moving: bool = False,
) -> Listed:
    """Return what a list answers to these parameters. Raise Refusal.

    ``moving``: somebody has changed what came first, so that it now comes last and all others moved up.
    """
    documents = documents_of(organisation, listing)
    try:
        kept, quick = _kept(listing, documents, params, modified)
        ordered, quick_order = _ordered(listing, kept, params.text("order"))
    except where.Unreadable as error:
        raise unreadable_query(str(error), facts.query_error_number) from None
    if moving and not params.text("order"):
        ordered = ordered[1:] + ordered[:1]
    paged = listing.paged and bool(params.text("page"))
    if (not paged and len(ordered) > facts.most_rows) or (
        not (quick and quick_order) and len(documents) > facts.most_rows
    ):
        raise invalid("The request would return more than 100,000 rows: use paging and optimised filters")
    if not paged:
        return Listed([_summary(listing, it) for it in ordered])
    size = min(max(params.number("pageSize", DEFAULT_SIZE), 1), MOST_SIZE) if listing.sized else DEFAULT_SIZE
    page = max(params.number("page", 1), 1)
    shown = ordered[(page - 1) * size : page * size]
    if params.flag("summaryOnly"):
        shown = [_summary(listing, it) for it in shown]
    count = len(ordered)
    pagination = {"page": page, "pageSize": size, "pageCount": -(-count // size), "itemCount": count}
    return Listed(shown, pagination)


def documents_of(organisation: Organisation, listing: Listing) -> Mapping[str, Json]:
    """Return the entities of a list by id."""
    if listing.name == "Organisation":
        own = organisation.organisation()
        return {own["OrganisationID"]: own}
    return organisation.documents.get(listing.name, {})


def budgets(organisation: Organisation, params: Params) -> Listed:
    """Return budgets with the lines of the months asked for; without a month, without lines."""
    listing = fields.LISTINGS["Budgets"]
    kept, _ = _kept(listing, documents_of(organisation, listing), params, None)
    first, last = params.day("DateFrom"), params.day("DateTo")
    if first is None and last is None:
        return Listed([_summary(listing, it) for it in kept])
    within = (f"{first or date.min:%Y-%m}", f"{last or date.max:%Y-%m}")
    return Listed([{**it, "BudgetLines": [_cut(line, *within) for line in it.get("BudgetLines", ())]} for it in kept])


def _cut(line: Json, first: str, last: str) -> Json:
    return {**line, "BudgetBalances": [it for it in line["BudgetBalances"] if first <= it["Period"] <= last]}


def _gone(listing: Listing, document: Json) -> bool:
    return str(document.get("Status", "")) == _GONE.get(listing.name, "-")


def _kept(
    listing: Listing, documents: Mapping[str, Json], params: Params, modified: datetime | None
) -> tuple[list[Json], bool]:
    """Return the entities that all filters let through, and whether the platform finds such ones quickly."""
    tests: list[Callable[[Json], bool]] = []
    if listing.name in _GONE:
        tests.append(lambda it: not _gone(listing, it))
    if listing.name in _TO_ASK and not params.flag(_TO_ASK[listing.name][0]):
        hidden = _TO_ASK[listing.name][1]
        tests.append(lambda it: hidden not in (it.get("Status"), it.get("ContactStatus")))
    if modified is not None and listing.modified:
        tests.append(_changed(listing.modified, modified))
    tests += _of_parameters(listing, params)
    quick = True
    if text := params.text("where"):
        parsed = where.parse_where(text, listing.spelt)
        quick = parsed.fields <= listing.optimised
        tests.append(parsed.holds)
    return [it for it in documents.values() if all(test(it) for test in tests)], quick


def _of_parameters(listing: Listing, params: Params) -> list[Callable[[Json], bool]]:
    tests: list[Callable[[Json], bool]] = []
    for name, path in listing.lists.items():
        if text := params.text(name):
            tests.append(_among(path, {part.strip().lower() for part in text.split(",")}))
    for name, path in listing.equals.items():
        if text := params.text(name):
            tests.append(_among(path, {text.lower()}))
    for path, (first, last) in listing.between.items():
        if start := params.day(first):
            tests.append(_compares(path, midnight(start), 1))
        if end := params.day(last):
            tests.append(_compares(path, midnight(end), -1))
    if (text := params.text("searchTerm").lower()) and listing.name in ("Contacts", "Invoices"):
        searched = ("Name", "FirstName", "LastName", "EmailAddress", "ContactNumber", "InvoiceNumber", "Reference",
                    "Contact.Name")  # fmt: skip
        tests.append(lambda it: any(text in str(where.found(it, path) or "").lower() for path in searched))
    return tests


def _changed(key: str, since: datetime) -> Callable[[Json], bool]:
    return lambda it: _moment(it.get(key)).replace(microsecond=0) >= since


def _among(path: str, values: set[str]) -> Callable[[Json], bool]:
    return lambda it: str(where.found(it, path) or "").lower() in values


def _compares(path: str, bound: datetime, sign: int) -> Callable[[Json], bool]:
    def holds(document: Json) -> bool:
        at = where.found(document, path)
        if not isinstance(at, datetime):
            return False
        return bool(at >= bound if sign > 0 else at <= bound)

    return holds


def _ordered(listing: Listing, documents: list[Json], text: str) -> tuple[list[Json], bool]:
    if not text:
        key = listing.modified or "UpdatedDateUTC"
        return sorted(documents, key=lambda it: (_moment(it.get(key)), str(it.get(listing.id, "")))), True
    orders = where.parse_order(text, listing.spelt)
    ordered = sorted(documents, key=lambda it: str(it.get(listing.id, "")))
    for order in reversed(orders):
        ordered.sort(key=lambda it: _sortable(where.found(it, order.field)), reverse=order.descending)
    return ordered, all(order.field in listing.ordered for order in orders)


def _sortable(value: where.Value) -> tuple[int, Any]:
    """What is absent comes first."""
    return (0, 0) if value is None else (1, value.lower() if isinstance(value, str) else value)


def _moment(value: object) -> datetime:
    return value if isinstance(value, datetime) else _NEVER


def _summary(listing: Listing, document: Json) -> Json:
    """Return an entity as unpaged lists show it: without its lines, whose list is empty where documents have one."""
    dropped = {key: value for key, value in document.items() if key not in listing.summary or key == "LineItems"}
    if "LineItems" in dropped:
        dropped["LineItems"] = []
    contact = dropped.get("Contact")
    if listing.summary == ("LineItems",) and isinstance(contact, dict):
        dropped["Contact"] = {key: contact[key] for key in ("ContactID", "Name") if key in contact}
    return dropped
