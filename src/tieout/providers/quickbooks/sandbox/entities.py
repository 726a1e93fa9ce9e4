"""Lists and documents as the API shows them: by id, by query, by change (quickbooks.md §2.2 to §2.5, §5)."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tieout.core.money import to_decimal
from tieout.providers.quickbooks.sandbox.answers import Refusal, invalid, invalid_query, not_found
from tieout.providers.quickbooks.sandbox.chart import is_profit_and_loss
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.journal import Txn
from tieout.providers.quickbooks.sandbox.lists import NAME_FIELD, POINTS_TO
from tieout.providers.quickbooks.sandbox.posting import RULES, entity_of
from tieout.providers.quickbooks.sandbox.query_language import Condition, Query, parse
from tieout.providers.quickbooks.sandbox.wire import Json, decoder, references, stamp

# Entities that exist on the platform and of which the sandbox's companies have none.
_EMPTY = (
    "Attachable",
    "Budget",
    "CompanyCurrency",
    "CustomerType",
    "Estimate",
    "ExchangeRate",
    "JournalCode",
    "PaymentMethod",
    "PurchaseOrder",
    "RecurringTransaction",
    "ReimburseCharge",
    "TaxAgency",
    "TaxCode",
    "TaxPayment",
    "TaxRate",
    "Term",
    "TimeActivity",
)
_BY_LOWER = {name.lower(): name for name in (*NAME_FIELD, *RULES, *_EMPTY, "CompanyInfo", "Preferences")}
_NOT_IN_CDC = frozenset({"JournalCode", "TaxAgency", "TimeActivity", "TaxCode", "TaxRate"})
_CDC_REACH = timedelta(days=30)
CDC_MOST = 1000


def entity_named(text: str) -> str | None:
    """Return the platform's spelling of an entity, whatever the case, or None."""
    if text.lower() == "creditcardpaymenttxn":
        return "CreditCardPayment"
    return _BY_LOWER.get(text.lower())


def json_key(entity: str) -> str:
    """Return the key under which objects stand in answers: for one entity it is not its name."""
    return "CreditCardPaymentTxn" if entity == "CreditCardPayment" else entity


def by_id(engine: Engine, entity: str, entry: str) -> Json:
    """Return one object. Raise a Refusal (610) if there is none."""
    if entity == "CompanyInfo":
        return company_info(engine)
    if entity == "Preferences":
        return preferences(engine)
    if engine.lists.has(entity, entry):
        return list_entry(engine, entity, engine.lists.get(entity, entry))
    txn = engine.journal.txns.get(entry)
    if txn is None or txn.entity != entity:
        raise not_found(entity, entry)
    return document(engine, txn)


def query(engine: Engine, text: str) -> Json:
    """Return the ``QueryResponse`` for a query."""
    asked = parse(text)
    entity = entity_named(asked.entity)
    if entity is None:
        raise invalid_query(f"{asked.entity} is not an entity")
    found = _matching(engine, entity, asked)
    if asked.count:
        return {"totalCount": len(found)}
    page = asked.page(found)
    if not page:
        return {}
    return {json_key(entity): page, "startPosition": asked.start, "maxResults": len(page)}


def _matching(engine: Engine, entity: str, asked: Query) -> list[Json]:
    if entity in NAME_FIELD and not any(condition.field.lower() == "active" for condition in asked.conditions):
        active = Condition("Active", "=", ("true",))
        found = [entry for entry in _all(engine, entity) if asked.accepts(entry) and active.holds(entry["Active"])]
    else:
        found = [entry for entry in _all(engine, entity) if asked.accepts(entry)]
    return asked.sort(found)


def _all(engine: Engine, entity: str) -> Iterator[Json]:
    if entity == "CompanyInfo":
        yield company_info(engine)
    elif entity == "Preferences":
        yield preferences(engine)
    elif entity in NAME_FIELD:
        for entry in engine.lists.all(entity):
            yield list_entry(engine, entity, entry)
    else:
        for txn in engine.journal.txns.values():
            if txn.entity == entity:
                yield document(engine, txn)


def changes(engine: Engine, entities: str, since: str, *, most: int = CDC_MOST) -> Json:
    """Return the change feed: whole objects, stubs for deleted ones, at most ``most``, no further back than 30 days."""
    try:
        moment = datetime.fromisoformat(since.replace(" ", "+"))  # a plus sign that was not escaped
    except ValueError as error:
        raise invalid(f"changedSince: {since!r} is not a time") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if engine.clock.now() - moment > _CDC_REACH:
        raise invalid("changedSince must be within the last 30 days")
    left, answers = most, []
    for name in entities.split(","):
        entity = entity_named(name.strip())
        if entity is None or entity in _NOT_IN_CDC:
            raise invalid(f"{name} is not supported by change data capture")
        found = list(_changed(engine, entity, int(moment.timestamp())))[:left]
        left -= len(found)
        size = {"startPosition": 1, "maxResults": len(found), "totalCount": len(found)}
        answers.append({json_key(entity): found, **size} if found else {})
    return {"CDCResponse": [{"QueryResponse": answers}]}


def _changed(engine: Engine, entity: str, since: int) -> Iterator[Json]:
    if entity in NAME_FIELD:
        for entry in engine.lists.all(entity):
            if engine.lists.stamps[entity, entry["Id"]].modified >= since:
                yield list_entry(engine, entity, entry)
    else:
        for txn in engine.journal.txns.values():
            # Also one that was given as mere postings: on the platform its kind has an entity.
            if (txn.entity or entity_of(txn.label)) == entity and txn.modified >= since:
                yield document(engine, txn)
    for gone, entry_id, when in engine.deleted:
        if gone == entity and when >= since:
            changed = {"LastUpdatedTime": stamp(when, engine.timezone)}
            yield {"domain": "QBO", "status": "Deleted", "Id": entry_id, "MetaData": changed}


def list_entry(engine: Engine, entity: str, entry: Json) -> Json:
    """Return a list entry with what the platform derives: full names, balances, times."""
    answer = dict(entry)
    name = NAME_FIELD[entity]
    answer[name] = engine.lists.leaf(entity, entry["Id"])
    if entity not in ("Vendor", "Employee"):
        answer["FullyQualifiedName"] = engine.lists.full(entity, entry["Id"])
    if entity == "Account":
        balance = 0
        if not is_profit_and_loss(entry["AccountType"]):
            balance = engine.journal.balance(entry["Id"], datetime.max.replace(tzinfo=UTC).date())
        answer["CurrentBalance"] = answer["CurrentBalanceWithSubAccounts"] = to_decimal(balance, engine.digits)
    if entity == "Item" and entry.get("Type") == "Inventory":
        answer["QtyOnHand"] = engine.inventory.on_hand(entry["Id"])
    _name_references(engine, answer)
    made = engine.lists.stamps[entity, entry["Id"]]
    return {**answer, **_common(engine, entry["Id"], made.version, made.created, made.modified)}


def document(engine: Engine, txn: Txn) -> Json:
    """Return a document as the API shows it: what was posted, with names, line ids and times."""
    answer: Json = decoder.decode(txn.source)
    for number, line in enumerate(answer.get("Line", ()), start=1):
        if line.get("DetailType") and "Id" not in line:
            line["Id"] = str(number)
    answer.setdefault("CurrencyRef", {"value": engine.currency})
    _name_references(engine, answer)
    return {**answer, **_common(engine, txn.id, txn.version, txn.created, txn.modified)}


def _common(engine: Engine, entry: str, version: int, created: int, modified: int) -> Json:
    times = {"CreateTime": stamp(created, engine.timezone), "LastUpdatedTime": stamp(modified, engine.timezone)}
    return {"domain": "QBO", "sparse": False, "Id": entry, "SyncToken": str(version), "MetaData": times}


def _name_references(engine: Engine, answer: Json) -> None:
    for key, reference in references(answer):
        entity = POINTS_TO.get(key)
        if entity and engine.lists.has(entity, str(reference["value"])):
            reference["name"] = engine.lists.full(entity, str(reference["value"]))


def company_info(engine: Engine) -> Json:
    """Return ``CompanyInfo``."""
    opened = engine.journal.first_day() or engine.today
    times = int(datetime(opened.year, opened.month, opened.day, 17, tzinfo=UTC).timestamp())
    return {
        "CompanyName": engine.name,
        "LegalName": engine.name,
        "CompanyStartDate": opened.isoformat(),
        "FiscalYearStartMonth": month_name[engine.fiscal_year_first_month],
        "Country": "US",
        "SupportedLanguages": "en",
        "DefaultTimeZone": engine.timezone,
        "NameValue": [{"Name": "NeoEnabled", "Value": "true"}, {"Name": "SubscriptionStatus", "Value": "PAID"}],
        **_common(engine, "1", 4, times, times),
    }


def preferences(engine: Engine) -> Json:
    """Return ``Preferences``."""
    accounting: Json = {
        "FirstMonthOfFiscalYear": month_name[engine.fiscal_year_first_month],
        "TaxYearMonth": "January",
        "UseAccountNumbers": engine.account_numbers,
        "TrackDepartments": engine.locations,
        "DepartmentTerminology": "Location",
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": engine.classes,
        "CustomerTerminology": "Customers",
    }
    if engine.book_close_date:
        accounting["BookCloseDate"] = engine.book_close_date.isoformat()
    info = company_info(engine)
    return {
        "AccountingInfoPrefs": accounting,
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "CurrencyPrefs": {"MultiCurrencyEnabled": engine.multicurrency, "HomeCurrency": {"value": engine.currency}},
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": True},
        **{key: info[key] for key in ("domain", "sparse", "Id", "SyncToken", "MetaData")},
    }


def batch(engine: Engine, items: list[Json]) -> Json:
    """Return the answers to a batch of queries; one that is refused carries its fault in its place."""
    answers: list[Json] = []
    for item in items:
        bid = {"bId": item.get("bId", "")}
        try:
            answers.append({**bid, "QueryResponse": query(engine, str(item["Query"]))})
        except Refusal as refusal:
            answers.append({**bid, **refusal.as_json()})
    return {"BatchItemResponse": answers}
