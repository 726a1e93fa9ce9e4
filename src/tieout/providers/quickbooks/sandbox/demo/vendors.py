"""Quillbay's vendors, all invented: what they are paid for, how much, how often and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    BILL = "bill"
    CARD = "card"
    DEBIT = "debit"


@dataclass(frozen=True, slots=True)
class Recurring:
    """A bill that comes back: the first amount in ``dollars``, and its ``growth`` a month in tenths of a percent."""

    vendor: str
    account: str
    klass: str
    dollars: int
    growth: int
    way: Way
    every: int
    first: int
    memo: str


# vendor | account | class | dollars | growth % a month | way | every n months | first month | memo
_RECURRING = """
Nimbus Harbor Cloud | 5010 | Platform | 31500 | 1.6 | bill | 1 | 0 | Compute and storage
Stratolane Networks | 5010 | Platform | 4200 | 1.2 | bill | 1 | 0 | Content delivery
Coldvault Backups | 5010 | Platform | 1850 | 0.8 | bill | 1 | 0 | Off-site backups
Tollbridge Payments | 5020 | Customer operations | 3900 | 2.1 | debit | 1 | 0 | Processing fees
Quarry Data Exchange | 5030 | Platform | 6800 | 0.4 | bill | 1 | 0 | Address data licence
Weathervane Feeds | 5030 | Edge | 2400 | 0.0 | bill | 3 | 1 | Quarterly weather feed
Deskbell Support Suite | 5040 | Customer operations | 1480 | 1.1 | card | 1 | 0 | Support seats
Larkspur Health Plans | 6110 | General & administrative | 24800 | 1.5 | bill | 1 | 0 | Medical premiums
Brightmolar Dental | 6110 | General & administrative | 2150 | 1.4 | bill | 1 | 0 | Dental and vision
Commuter Loop | 6110 | General & administrative | 940 | 1.0 | card | 1 | 0 | Transit passes
Plumfield Recruiting Partners | 6120 | General & administrative | 18500 | 0.0 | bill | 3 | 2 | Placement fee
Hirequill Board | 6120 | General & administrative | 690 | 0.5 | card | 1 | 0 | Job postings
Sagebrush Learning | 6130 | General & administrative | 780 | 0.6 | card | 1 | 1 | Course seats
Beaconmark Search Ads | 6210 | Marketing | 14200 | 1.3 | card | 1 | 0 | Search campaigns
Loopwise Social | 6210 | Marketing | 6900 | 1.5 | card | 1 | 0 | Social campaigns
Ridgeline Podcasts | 6210 | Marketing | 4500 | 0.0 | bill | 2 | 3 | Sponsorship
Harborlight Press | 6240 | Marketing | 2600 | 0.0 | bill | 1 | 0 | Trade magazine page
Foxglove Content Studio | 6230 | Marketing | 5400 | 0.5 | bill | 1 | 0 | Articles and case studies
Clarion & Wick PR | 6230 | Marketing | 7500 | 0.0 | bill | 1 | 4 | Retainer
Expo Meridian | 6220 | Marketing | 22000 | 0.0 | bill | 6 | 2 | Booth and badges
Mergeway Code Hosting | 6310 | Engineering | 1320 | 1.4 | card | 1 | 0 | Developer seats
Lanternlog Monitoring | 6310 | Engineering | 5100 | 1.5 | bill | 1 | 0 | Logs and metrics
Testpier Browsers | 6310 | Engineering | 890 | 0.4 | card | 1 | 0 | Browser tests
Fuseboard Incidents | 6310 | Engineering | 640 | 0.7 | card | 1 | 0 | On-call rota
Pipewright CRM | 6320 | Sales | 4300 | 1.3 | bill | 1 | 0 | Sales seats
Mailwhistle | 6320 | Marketing | 1750 | 1.0 | card | 1 | 0 | Campaign mail
Callmast Dialer | 6320 | Sales | 960 | 0.9 | card | 1 | 0 | Dialer seats
Papertrellis Documents | 6300 | General & administrative | 520 | 0.6 | card | 1 | 0 | E-signatures
Stillwater Office Suite | 6330 | General & administrative | 1150 | 1.4 | card | 1 | 0 | Mail and documents
Keyring Passwords | 6330 | General & administrative | 310 | 1.3 | card | 1 | 0 | Password manager
Ledgerleaf Payroll Service | 6330 | General & administrative | 480 | 1.4 | debit | 1 | 0 | Payroll service
Vellum Pixel Tools | 6340 | Design | 720 | 1.2 | card | 1 | 0 | Design seats
Typefoundry Nine | 6340 | Design | 240 | 0.0 | card | 3 | 1 | Font licences
Ostrava Code Guild | 6410 | Engineering | 16500 | 0.6 | bill | 1 | 0 | Contract developers
Kestrel Security Testing | 6410 | Engineering | 14800 | 0.0 | bill | 6 | 4 | Penetration test
Ines Valadares | 6420 | Design | 4200 | 0.0 | bill | 1 | 2 | Illustration
Whitlock Amaro LLP | 6600 | General & administrative | 6200 | 0.3 | bill | 1 | 0 | General counsel
Patentgate Associates | 6600 | Engineering | 3900 | 0.0 | bill | 4 | 3 | Filings
Tamsin & Oakes CPAs | 6610 | General & administrative | 4800 | 0.2 | bill | 1 | 0 | Bookkeeping and close
Grovepoint Audit | 6610 | General & administrative | 31000 | 0.0 | bill | 12 | 3 | Annual audit
Northstar Pricing Advisors | 6620 | Sales | 5200 | 0.0 | bill | 3 | 1 | Pricing study
Wharf Street Properties | 6700 | General & administrative | 21400 | 0.0 | bill | 1 | 0 | Boston office rent
Mesquite Row Offices | 6700 | General & administrative | 8600 | 0.0 | bill | 1 | 0 | Austin office rent
Cais do Sol Escritórios | 6700 | General & administrative | 5900 | 0.0 | bill | 1 | 5 | Lisbon office rent
Bay Commons Electric | 6710 | General & administrative | 1240 | 0.1 | bill | 1 | 0 | Electricity
Harbor Water & Sewer | 6710 | General & administrative | 310 | 0.0 | bill | 3 | 2 | Water
Fiberwharf Telecom | 6720 | General & administrative | 980 | 0.0 | bill | 1 | 0 | Office internet
Pocketline Mobile | 6720 | General & administrative | 1420 | 0.9 | card | 1 | 0 | Phone lines
Brightbroom Cleaning | 6740 | General & administrative | 1650 | 0.2 | bill | 1 | 0 | Evening cleaning
Hotdesk Union | 6750 | Sales | 640 | 0.5 | card | 1 | 1 | Day passes
Commonwealth Filing Office | 6820 | General & administrative | 520 | 0.0 | debit | 12 | 2 | Annual report fee
"""
# Trades of the small vendors on the cards: account, class, dollars from and to, memos, firms.
_TRADES = """
6510 | Sales | 180 760 | Flight; Flight to customer; Fare difference; | Skyferry Air; Coastal Wing; Altaguard Airways; \
Blue Meridian Air; Tern Regional
6520 | Sales | 140 640 | Two nights; Hotel; Conference hotel; | Juniper House Hotel; The Foundry Inn; Quayside Suites; \
Hotel Almirante; Larch & Lantern; Prairie Court; Sandbar Lodge; The Weaver Hotel
6530 | Sales | 14 220 | Customer dinner; Lunch; Team lunch; Breakfast meeting; | Copper Kettle Diner; Saffron Alley; \
Osteria Bellweather; The Pickled Fig; Noodle Harbor; Taqueria Girasol; Rye & Anchor; Maplewood Bakery; Basil Street; \
Tidewater Oyster; Hearth & Vine; Tinder & Oak Barbecue
6540 | Sales | 9 85 | Ride; Airport transfer; Parking; | Swiftcab; Greenlight Rides; Parkwell Garages; \
Ferry Point Shuttle; Trolley & Rail; Axle Car Rental
6730 | General & administrative | 12 260 | Paper and toner; Kitchen; Snacks; Supplies; | Inkstone Office Supply; \
Corner Pantry; Beanwright Coffee; Deskmate Furnishings; Crate & Label; Fernleaf Plants; Springhead Water
6310 | Engineering | 15 240 | Licence; Plugin; API credits; Domain; | Regexlab; Schemapark; Hexborough Tools; \
Domainwell; Cachepoint; Buildhorn; Testament QA; Lintbrook
6340 | Design | 12 95 | Stock photos; Icons; | Photoquarry; Iconloft; Palettehaus; Moodboard Mill
6320 | Marketing | 20 310 | Add-on; Seats; Webinar; | Formwillow; Surveyfinch; Webinarium; Linkmast; \
Rankhollow; Adbramble
6220 | Marketing | 60 900 | Swag; Banner; Booth supplies; | Bannerhouse Print; Thimble Promo; Showfloor Rentals; \
Meetup Lodge
6140 | General & administrative | 45 520 | Team outing; Birthday; Offsite; | Gather & Graze Catering; \
Tenpin Cove Lanes; Cove Kayaks; Escape Foundry; Sugarpine Cakes
6130 | Engineering | 40 650 | Conference ticket; Book; Workshop; | Devcoast Conference; Margin Notes Books; \
Summit of Small Teams; Coursebarn
6740 | General & administrative | 35 380 | Repair; Locksmith; | Handy Hollis Repairs; Latch & Key Locksmith; \
Northdraft HVAC
6110 | General & administrative | 20 130 | Gym; Wellness stipend; | Stonefit Gym; Quiet Lotus Yoga; Mindful Mile
6120 | General & administrative | 30 240 | Background check; Assessment; | Checkmarque Screening; Talentgauge
6820 | General & administrative | 15 140 | Permit; Filing; | Lonestar Permits Desk; Harbor Notary
6890 | General & administrative | 25 260 | Client gift; Tickets; | Velvet Rope Tickets; Giftwell Baskets; Orchard Box
"""
# Those that the messy things happen to, or that are paid in a way of their own.
_OTHERS = (
    "O'Malley's Courier",
    "Søren & Çelik GmbH",
    "The Greater Massachusetts Bay Regional Chamber of Technology, Commerce and Sustainable Innovation",
    "Pinecroft Fabrication",
    "Solderworks Components",
    "Anchorlight Mutual Insurance",
    "Enterprise Graphworks",
    "Quillon Bank",
    "Fernhill Retirement Trust",
    "Department of Revenue Services",
    "Federal Tax Deposits",
    "Oldport Printing",
    "Crescent Legal Research",
    "Workbench Computers",
    "Timberlark Furniture",
    "Halvorsen Movers",
    "Pagoda Translation",
)
LONG_NAME = _OTHERS[2]


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of small purchase, in whole dollars from and to."""

    account: str
    klass: str
    low: int
    high: int
    memos: tuple[str, ...]
    firms: tuple[str, ...]


def _rows(text: str) -> Iterator[list[str]]:
    for row in text.strip().splitlines():
        yield [cell.strip() for cell in row.split("|")]


RECURRING = tuple(
    Recurring(name, account, klass, int(dollars), int(growth.replace(".", "")), Way(way), int(every), int(first), memo)
    for name, account, klass, dollars, growth, way, every, first, memo in _rows(_RECURRING)
)
TRADES = tuple(
    Trade(
        account,
        klass,
        int(span.split()[0]),
        int(span.split()[1]),
        tuple(memo.strip() for memo in memos.split(";")),
        tuple(firm.strip() for firm in firms.split(";")),
    )
    for account, klass, span, memos, firms in _rows(_TRADES)
)
VENDORS = (
    *(one.vendor for one in RECURRING),
    *(firm for trade in TRADES for firm in trade.firms),
    *_OTHERS,
)
