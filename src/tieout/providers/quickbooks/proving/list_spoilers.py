"""Every way in which a list or the preferences of QuickBooks are spoilt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tieout.providerkit.spoiling import Damage, Ending
from tieout.providers.quickbooks.proving.damage import Spoiler, changed

Json = Any


def listed(spoiler: Spoiler) -> Iterator[Damage]:
    name = spoiler.page.which

    def entries(document: Json) -> list[Json]:
        found: list[Json] = document["QueryResponse"][name]
        return found

    used = {
        "Account": "6", "Vendor": "20", "Customer": "22", "Employee": "23", "Item": "30", "Class": "40",
        "Department": "50",
    }[name]  # fmt: skip

    def one(document: Json) -> Json:
        return next(it for it in entries(document) if it["Id"] == used)

    def told(document: Json) -> None:
        document["QueryResponse"]["maxResults"] = len(entries(document))

    def without(document: Json) -> None:
        entries(document).remove(one(document))
        told(document)

    def twice(document: Json) -> None:
        entries(document).append(one(document))
        told(document)

    label = "DisplayName" if name in ("Vendor", "Customer", "Employee") else "Name"
    yield changed(spoiler, "an entry dropped", Ending.REFUSED, lambda it: entries(it).remove(one(it)))
    yield changed(spoiler, "an entry dropped, and the count says so", Ending.REFUSED, without)
    yield changed(spoiler, "an entry twice", Ending.REFUSED, lambda it: entries(it).append(one(it)))
    yield changed(spoiler, "an entry twice, and the count says so", Ending.EITHER, twice)
    yield changed(spoiler, "another id", Ending.REFUSED, lambda it: one(it).update(Id="997"))
    yield changed(spoiler, "no id", Ending.REFUSED, lambda it: one(it).pop("Id"))
    yield changed(spoiler, "an id that is a number", Ending.REFUSED, lambda it: one(it).update(Id=5))
    yield changed(spoiler, "another name", Ending.TEXT, lambda it: one(it).update({label: "Renamed"}))
    yield changed(spoiler, "inactive", Ending.TEXT, lambda it: one(it).update(Active=False))
    yield changed(spoiler, "the order", Ending.SAME, lambda it: entries(it).reverse())
    yield changed(spoiler, "another place", Ending.REFUSED, lambda it: it["QueryResponse"].update(startPosition=1001))
    if name == "Account":
        yield changed(spoiler, "another class", Ending.REFUSED, lambda it: one(it).update(AccountType="Bank"))
        yield changed(spoiler, "an unknown type", Ending.REFUSED, lambda it: one(it).update(AccountType="Magic"))
        yield changed(spoiler, "no type", Ending.REFUSED, lambda it: one(it).pop("AccountType"))
        yield changed(
            spoiler, "an unknown parent", Ending.REFUSED, lambda it: one(it).update(ParentRef={"value": "9x"})
        )


def preferences(spoiler: Spoiler) -> Iterator[Damage]:
    def accounting(document: Json) -> Json:
        return document["Preferences"]["AccountingInfoPrefs"]

    def currency(document: Json) -> Json:
        return document["Preferences"]["CurrencyPrefs"]

    for month in ("July", "Smarch"):
        yield changed(
            spoiler, f"the year begins in {month}", Ending.REFUSED,
            lambda it, m=month: accounting(it).update(FirstMonthOfFiscalYear=m),
        )  # fmt: skip
    yield changed(
        spoiler, "the year begins never", Ending.EITHER, lambda it: accounting(it).pop("FirstMonthOfFiscalYear")
    )
    for home in ("EUR", "", "dollars"):
        yield changed(
            spoiler, f"the home currency is {home!r}", Ending.REFUSED,
            lambda it, h=home: currency(it).update(HomeCurrency={"value": h}),
        )  # fmt: skip
    yield changed(
        spoiler, "several currencies", Ending.REFUSED, lambda it: currency(it).update(MultiCurrencyEnabled=True)
    )
    yield changed(
        spoiler, "a text for a switch", Ending.REFUSED, lambda it: currency(it).update(MultiCurrencyEnabled="no")
    )
    yield changed(
        spoiler, "no classes", Ending.TEXT,
        lambda it: accounting(it).update(ClassTrackingPerTxn=False, ClassTrackingPerTxnLine=False),
    )  # fmt: skip
    for part in ("AccountingInfoPrefs", "CurrencyPrefs"):
        yield changed(spoiler, f"no {part}", Ending.REFUSED, lambda it, p=part: it["Preferences"].pop(p))
