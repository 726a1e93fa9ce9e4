"""What a provider is: the only things that the rest of the product knows of a platform.

A provider turns a platform's wire format into ``core.records`` and knows nothing of tables, users or Django. It can
only read: no verb here writes. It raises ``providerkit.errors`` and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import httpx2

from tieout.core.month import Month
from tieout.core.records import (
    Balances,
    Checkpoint,
    EntryRecord,
    Gone,
    Hints,
    ListRecord,
    Organisation,
    Part,
    PartyKey,
    Statement,
)

if TYPE_CHECKING:
    from tieout.providerkit.imports import Imports


class Group(StrEnum):
    """Where the provider stands under Settings › Integrations."""

    ACCOUNTING = "accounting"
    PAYROLL = "payroll"
    FILES = "files"


class GrantKind(StrEnum):
    """How access is given."""

    CODE = "code"  # OAuth code flow: a redirect to the provider's consent page
    ASSERTION = "assertion"  # signed assertion or client credentials
    KEY = "key"  # a key or login of a user with read rights
    FILE = "file"  # none: a person brings files


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What this grant allows and this platform can. The run asks these, never the provider's name."""

    feed: bool  # `hints` can be complete
    itemises_everything: bool  # every posting is in `read`: no residual entries
    reports_balances: bool  # `balances` exists: the tie-out can be made
    sees_deletions: bool
    future_months: int  # how many months after the running one may hold postings
    source: str = ""  # which of a platform's sources of postings this grant opens; another one is read from scratch
    numbered: bool = False  # `read` takes `After`: a feed to which entries are only ever added, all of history in it
    window_months: int = 1  # how many months a `Window` may hold
    surveys: tuple[Statement, ...] = ()  # of which one call holds many months: cheap enough to ask for all of history


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a grant gives. Times are aware, UTC. Never logged: ``repr`` hides the values."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires: datetime
    refresh_expires: datetime | None = None
    grant_ends: datetime | None = None  # the hard end, whatever is refreshed


class TokenSource(Protocol):
    """Where an open `Books` gets its access token. Refreshing, locking and saving are the caller's business."""

    def access(self) -> str:
        """Return an access token that is valid now."""
        ...

    def renew(self, rejected: str) -> str:
        """Return another token than ``rejected``, which the platform has just refused with 401.

        Raise ReconnectRequired if there is none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An organisation before its books are opened. ``name`` is "" where the platform does not say it yet."""

    external_id: str
    name: str = ""
    note: str = ""  # what tells it from others, for the page to choose from: "Demo company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The outcome of a consent or a login: tokens, and the organisations that the person has just given access to."""

    tokens: Tokens
    organisations: tuple[Named, ...]  # never empty; of several, the person chooses one in Tieout


class CallObserver(Protocol):
    """Told of each call that leaves for the provider, for the sync log. ``name`` is a short label without secrets."""

    def __call__(self, name: str, /) -> None: ...


class Past(Protocol):
    """Gives what the ledger holds already, for what reads a feed in which later entries undo earlier ones."""

    def __call__(self, records: Collection[str], /, *, parties: Collection[PartyKey] = ()) -> Sequence[EntryRecord]:
        """Return the entries of these records (`EntryRecord.record`), those of this read's earlier stretches too.

        And those with a record that are about one of ``parties``.
        """
        ...


class Books(Protocol):
    """One organisation, opened with valid credentials; it can only read."""

    @property
    def capabilities(self) -> Capabilities: ...

    def organisation(self) -> Organisation:
        """Return who the books belong to."""
        ...

    def lists(self) -> Iterator[ListRecord]:
        """Yield accounts, parties, items and dimensions, whole, inactive ones too; dimensions before their values."""
        ...

    def recall(self, records: Iterable[ListRecord]) -> None:
        """Take lists that an earlier `lists` yielded, so that none need be read to understand what `read` answers."""
        ...

    def hints(self, since: str | None) -> Hints:
        """Return what changed since a cursor of an earlier `hints`; with None only a cursor, and ``complete=False``."""
        ...

    def earliest(self) -> Month | None:
        """Return the first month with a posting, None for empty books. It may take several calls: ask if needed."""
        ...

    def read(self, part: Part, *, past: Past | None = None) -> Iterator[EntryRecord | Gone | Checkpoint]:
        """Yield the part's entries, whole and balanced, with a checkpoint after each stretch that passed its checks.

        The last record is a checkpoint with ``complete=True``. ``past`` is given with `After`. Raise TypeError for a
        part that `capabilities` do not name.
        """
        ...

    def balances(self, statement: Statement, months: Sequence[Month]) -> Iterator[Balances]:
        """Yield one of the provider's own statements at the ends of ``months``, which ascend, in their order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the pages say of a provider before it is connected."""

    key: str  # "quickbooks": the folder, the setting's prefix and the address
    name: str  # "QuickBooks Online"
    short: str  # two letters for the tile: "QB"
    group: Group
    grant: GrantKind
    bases: tuple[str, ...]  # "accrual", "cash": those that are proved against its sandbox
    editions: str  # "Plus, Advanced, Essentials"
    reads: str  # what is imported, as a sentence's end
    never_reads: str
    admin_note: str  # who may authorise, told before the redirect
    docs: str  # the self-hoster's page, relative to docs/
    pace: str = ""  # whole sentences for who watches a sync, where the platform's limits make it stand still
    needs: tuple[str, ...] = ()  # the settings without which it is not configured, prefix off: "CLIENT_ID"
    imports: tuple[Imports, ...] = ()  # one for each source of postings, the fullest first; none for payroll


class Provider(Protocol):
    """A platform. Made by its folder's ``make_provider(settings, transport)``, found by the registry."""

    @property
    def about(self) -> About: ...

    @property
    def configured(self) -> bool:
        """Whether the self-hoster has given the keys that this provider needs."""
        ...

    @property
    def is_sandbox(self) -> bool:
        """Whether the addresses in force are those of a stand-in, not of the platform itself."""
        ...

    def refresh(self, tokens: Tokens, *, now: datetime) -> Tokens:
        """Return fresh tokens; the caller holds the lock and saves them before use. Raise ReconnectRequired."""
        ...

    def revoke(self, tokens: Tokens, organisation: str) -> None:
        """End the grant for an organisation at the platform. A grant that is already gone is no error.

        Other organisations that the same tokens open stay readable, with these tokens and with others.
        """
        ...

    def open(self, organisation: str, tokens: TokenSource, *, basis: str, observe: CallObserver) -> Books:
        """Return the books of one organisation in a basis (``accrual`` or ``cash``)."""
        ...

    def record_link(self, organisation: str, entry_type: str, external_id: str) -> str:
        """Return the address of the record at the platform, or "" where it has none.

        ``external_id`` is the id in the entry's `record`, after the colon, or the entry's own where it has none.
        """
        ...


@runtime_checkable
class AsksConsent(Protocol):
    """What a `Provider` has besides, where access is given on the platform's own page (`GrantKind.CODE`)."""

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        """Return the address of the consent page."""
        ...

    def accept(self, params: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Granted:
        """Turn the callback's parameters (state already checked) into tokens. Raise AccessDenied if refused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginField:
    """Something that a person types to give access."""

    name: str
    label: str
    help: str = ""
    secret: bool = False  # is typed unseen, never shown again and kept only encrypted


@runtime_checkable
class TakesLogin(Protocol):
    """What a `Provider` has besides, where access is given by a key or a login (`GrantKind.KEY`)."""

    @property
    def login_fields(self) -> tuple[LoginField, ...]: ...

    def log_in(self, values: Mapping[str, str], *, now: datetime) -> Granted:
        """Turn what was typed, by field name, into tokens. Raise AccessDenied if refused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a platform's webhook comes to: something has changed in an organisation. Its figures are never taken."""

    organisation: str  # external id
    event: str  # the same for each delivery of one event, at most 200 characters
    at: datetime  # when it happened; aware


@runtime_checkable
class HearsWebhooks(Protocol):
    """What a `Provider` has besides, where its platform can tell that something has changed."""

    @property
    def webhooks_configured(self) -> bool:
        """Whether the self-hoster has given what a delivery is checked with."""
        ...

    def hear(self, headers: Mapping[str, str], body: bytes) -> Sequence[Told]:
        """Return what a delivery tells of; header names are in lower case. Calls nobody.

        Raise ForgedWebhook unless the platform itself has signed ``body``, UnreadableWebhook for an unknown form.
        """
        ...


class ProviderFactory(Protocol):
    """The one name that a provider's folder must export as ``make_provider``.

    ``settings`` are the self-hoster's, prefix off: ``TIEOUT_QUICKBOOKS_CLIENT_ID`` arrives as ``CLIENT_ID``. For a
    consent there is ``SEED`` besides: a secret of the installation, the same in all its processes.
    ``transport`` replaces the network in tests.
    """

    def __call__(self, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None) -> Provider: ...
