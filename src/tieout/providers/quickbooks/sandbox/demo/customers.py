"""Quillbay's customers, all invented, with their plans; some have sites of their own below them."""

from __future__ import annotations

import random
from dataclasses import dataclass

_FIRST = """
Aldermoor Bexley Calloway Dunmere Eastlake Fairhaven Glenrock Holloway Irongate Juniper Kingsmead Larkfield
Millbrook Northgate Oakhurst Pinehollow Quarrystone Ravenswood Silverleaf Thornbury Underhill Vinecrest Westbrook
Yarrow Zephyr Ashgrove Birchwood Copperfield Driftwood Elmstead Foxhollow Greystone Hartwell Inverness Kestrelton
Longmeadow Marlowe Netherby Osprey Pemberton
"""
_LAST = (
    "Logistics",
    "Foods",
    "Medical Group",
    "Transit",
    "Manufacturing",
    "Water Utility",
    "Robotics",
    "Dairy Cooperative",
    "Freight",
    "Cold Storage",
    "Instruments",
)
_GROUPS = {
    "Hartmann & Veil Holdings": ("Plant Rotterdam", "Plant Ghent", "Head office"),
    "Tern Lakes School District": ("North campus", "South campus"),
    "Pelican Bay Ports": ("Terminal 1", "Terminal 2", "Dry dock"),
    "São Brás Conservas": ("Fábrica",),
}
_COUNT = 120


@dataclass(frozen=True, slots=True)
class Plan:
    """What a customer has signed. Months count from the start of history; ``ends`` is the first without it."""

    customer: str
    item: str
    cents: int  # a month
    yearly: bool
    starts: int
    ends: int
    month: int  # of the year, 1 to 12, in which a yearly plan renews
    day: int  # on which the invoice is written
    terms: int  # days until it is paid
    usage: bool
    office: str


def top_names() -> list[str]:
    """Return the names of the customers that stand below no other."""
    first = _FIRST.split()
    names = [f"{first[place % len(first)]} {_LAST[place * 7 % len(_LAST)]}" for place in range(_COUNT)]
    below = sum(len(sites) for sites in _GROUPS.values())
    return [*_GROUPS, *list(dict.fromkeys(names))[: _COUNT - len(_GROUPS) - below]]


def sites() -> list[tuple[str, str]]:
    """Return (parent, site) of the sub-customers."""
    return [(parent, site) for parent, below in _GROUPS.items() for site in below]


def plans(source: random.Random) -> list[Plan]:
    """Return every customer's plan: about half are there from the beginning, some leave, the rest join over time."""
    billed = [*top_names()[len(_GROUPS) :], *(f"{parent}:{site}" for parent, site in sites())]
    return [_plan(source, customer, place) for place, customer in enumerate(billed)]


def _plan(source: random.Random, customer: str, place: int) -> Plan:
    item = source.choices(("Starter", "Team", "Enterprise"), (3, 4, 3))[0]
    low, high = {"Starter": (600, 1_500), "Team": (2_400, 5_400), "Enterprise": (7_000, 16_500)}[item]
    starts = -1 if place % 2 else source.randint(1, 33)
    ends = starts + source.randint(7, 26) if source.random() < 0.16 else 10**6
    return Plan(
        customer=customer,
        item=item,
        cents=source.randrange(low, high, 50) * 100,
        yearly=source.random() < {"Starter": 0.6, "Team": 0.55, "Enterprise": 0.6}[item],
        starts=starts,
        ends=ends,
        month=source.randint(1, 12) if starts < 0 else starts % 12 + 1,
        day=source.randint(1, 6),
        terms=source.choice((12, 20, 28, 33, 41)),
        usage=source.random() < 0.45,
        office=source.choices(("Boston", "Austin", "Lisbon"), (5, 4, 1))[0],
    )
