"""The navigation: one list, in the order of the page. A name that no part answers to yet is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go. ``tab`` is its word in the tab bar of a phone, "" where it has none.

    ``also`` names the pages that are reached through it, whatever their addresses.
    """

    label: str
    icon: str
    url_name: str
    group: str = ""
    tab: str = ""
    also: tuple[str, ...] = ()


_ORGANISED = (
    "expenses:links", "expenses:link", "expenses:link-new", "departments:list", "departments:remove"
)  # fmt: skip

PLACES = (
    Place("Dashboard", "home", "dashboard:page", tab="Dashboard"),
    Place("Expenses", "expenses", "planning:timeline", tab="Expenses", also=("planning:summary", "expenses:entries")),
    Place("Revenue", "revenue", "revenue:timeline"),
    Place("Actuals", "check", "planning_actuals:actuals"),
    Place("Employees & contractors", "people", "payroll:people"),
    Place("Cash", "cash", "planning_cash:page", tab="Cash"),
    Place("Budgets", "clock", "budgets:list"),
    Place("Profit and loss", "reports", "reports:profit-and-loss", "Reports"),
    Place("Budget vs actuals", "split", "reports:budget-vs-actuals", "Reports"),
    Place("Balance sheet", "balance", "reports:balance-sheet", "Reports"),
    Place("Cash-flow statement", "cash", "reports:cash-flow", "Reports"),
    Place("Vendor spend", "vendors", "reports:vendor-spend", "Reports"),
    Place("All reports", "more", "reports:all", "Reports", tab="Reports"),
    Place("Organise", "link", "expenses:organise", "Set up", also=_ORGANISED),
    Place("Closed months", "lock", "planning:closed", "Set up"),
    Place("Integrations", "plug", "connections:integrations", "Set up"),
    Place("Notices", "bell", "connections:notices", "Set up"),
    Place("Settings", "settings", "companies:settings", "Set up"),
)


_THROUGH = "tieout.reached_through"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavEntry:
    """A place with its address in one company."""

    place: Place
    url: str
    current: bool
    badge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NavGroup:
    """Entries under one heading; the first group has none."""

    label: str
    entries: tuple[NavEntry, ...]


def groups(request: HttpRequest, company: str, badges: Mapping[str, int]) -> tuple[NavGroup, ...]:
    """Return the navigation of a company (its slug), with the entry that holds the request's page marked."""
    urls = {place: url for place in PLACES if (url := url_of(place.url_name, company))}
    here = _current(request, urls)
    entries = [
        NavEntry(place=place, url=url, current=place is here, badge=badges.get(place.url_name, 0))
        for place, url in urls.items()
    ]
    labels = dict.fromkeys(entry.place.group for entry in entries)
    return tuple(
        NavGroup(label=label, entries=tuple(entry for entry in entries if entry.place.group == label))
        for label in labels
    )


def url_of(name: str, company: str) -> str:
    """Return the address of a named page in a company, or "" where no part answers to the name."""
    try:
        return reverse(name, kwargs={"company": company})
    except NoReverseMatch:
        return ""


def reached_through(request: HttpRequest, url_name: str) -> None:
    """Have a page marked under a named entry: the same page may show figures of several."""
    request.META[_THROUGH] = url_name


def _current(request: HttpRequest, urls: Mapping[Place, str]) -> Place | None:
    name = request.META.get(_THROUGH) or (request.resolver_match.view_name if request.resolver_match else "")
    named = next((place for place in urls if name in (place.url_name, *place.also)), None)
    if named:
        return named
    within = [place for place, url in urls.items() if request.path.startswith(url)]
    if within:
        return max(within, key=lambda place: len(urls[place]))
    namespace = request.resolver_match.namespace if request.resolver_match else ""
    return next((place for place in urls if namespace and place.url_name.startswith(f"{namespace}:")), None)
