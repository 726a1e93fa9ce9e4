"""Which organisation's books a grant is taken for: the only one, the one connected already, or the one chosen here.

Until the person has chosen, the tokens lie sealed in a row of their own, for ten minutes, for this person, company and
browser session. They are used once. Nothing is ever chosen for a person.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import queries as companies
from tieout.companies.models import Company
from tieout.connections import connecting, credentials, providers
from tieout.connections.connecting import Asked, GrantRefused, Wishes
from tieout.connections.models import Connection, PendingGrant
from tieout.kit.secrets import Box, Undecryptable
from tieout.providerkit.errors import ProviderError
from tieout.providerkit.interface import Granted, Tokens

log = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=10)
_LATE = "The ten minutes to choose are over, or the choice was made already. Nothing was stored. Connect again."


class ChoiceNeeded(Exception):
    """Access was given to several organisations: the person has to choose one on the page of `pending`."""

    def __init__(self, waiting: PendingGrant) -> None:
        super().__init__("several organisations")
        self.waiting = waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An organisation to choose."""

    external_id: str
    name: str
    note: str  # "Demo company"
    held_by: str  # the company of this installation that reads these books already, in words; "" for none


def digest(text: str) -> str:
    """Return what is kept of a secret, or of a session's key."""
    return hashlib.sha256(text.encode()).hexdigest()


def take(asked: Asked, granted: Granted, *, session: str, now: datetime) -> Connection:
    """Return the connection to the organisation that access was given to. ``session`` is a digest of the session's key.

    Raise ChoiceNeeded where there are several, GrantRefused where the company holds other books than these.
    ProviderError passes: the platform was in trouble.
    """
    among = [it.external_id for it in granted.organisations]
    existing = connecting.connection_of(asked.company)
    if existing is not None:
        chosen = next((it for it in among if connecting.is_of(existing, asked, it)), None)
        if chosen is None:
            connecting.give_back(asked.provider, granted.tokens, among, now=now)
            raise GrantRefused(
                f"{asked.company.name} holds the books of {existing.organisation.name}; you chose another "
                "organisation. One company has one set of books: choose the same organisation again, or add a company "
                "for the other one."
            )
        # This grant may have replaced the earlier one at the platform, whatever comes next.
        credentials.store(existing, granted.tokens)
    elif len(among) > 1:
        raise ChoiceNeeded(_keep(asked, granted, session, now))
    else:
        chosen = among[0]
    try:
        name = connecting.proved_name(providers.provider(asked.provider), granted.tokens, chosen)
    except ProviderError:
        if existing is None:
            connecting.give_back(asked.provider, granted.tokens, among, now=now)
        raise
    others = [it for it in among if it != chosen]
    return connecting.connect(asked, granted.tokens, chosen, name, others=others, now=now)


def pending(company: Company, person: User, *, session: str, now: datetime) -> PendingGrant | None:
    """Return the choice that waits for this person in this browser session; the newest of several."""
    mine = PendingGrant.objects.filter(company=company, person=person, session=digest(session), ends_at__gt=now)
    return mine.order_by("-pk").first()


def offered(waiting: PendingGrant) -> Sequence[Offered]:
    """Return what there is to choose from, by name; what another company reads already comes last."""
    seen = {it.pk: it.name for it in companies.companies_of(waiting.person)}
    held = {
        it.organisation.external_id: it.company_id
        for it in Connection.objects.filter(
            provider=waiting.provider, organisation__external_id__in=waiting.external_ids
        ).select_related("organisation")
    }

    def holder(external_id: str) -> str:
        if external_id not in held:
            return ""
        return seen.get(held[external_id], "another company of this installation")

    found = [
        Offered(external_id=external_id, name=name or external_id, note=note, held_by=holder(external_id))
        for external_id, name, note in waiting.organisations
    ]
    return sorted(found, key=lambda it: (bool(it.held_by), it.name.casefold(), it.external_id))


def minutes_left(waiting: PendingGrant, *, now: datetime) -> int:
    """Return the whole minutes that the choice waits for still, at least 1."""
    return max((waiting.ends_at - now) // timedelta(minutes=1), 1)


def choose(waiting: PendingGrant, organisation: str, *, now: datetime) -> Connection:
    """Return the connection to the chosen organisation; the access to the others is given back.

    Raise GrantRefused for one that was not offered, or where somebody was quicker. ProviderError passes, and leaves
    the choice to be made again.
    """
    if organisation not in waiting.external_ids:
        raise GrantRefused("Choose one of the organisations that are listed.")
    tokens = _open(waiting)
    name = connecting.proved_name(providers.provider(waiting.provider), tokens, organisation)
    wishes = Wishes(basis=waiting.basis, history=waiting.history, sync_day=waiting.sync_day)
    asked = Asked(company=waiting.company, person=waiting.person, provider=waiting.provider, wishes=wishes)
    others = [it for it in waiting.external_ids if it != organisation]
    with transaction.atomic():
        _spend(waiting)
        return connecting.connect(asked, tokens, organisation, name, others=others, now=now)


def withdraw(waiting: PendingGrant, *, now: datetime) -> None:
    """Give the access back at once: the person wants none of these."""
    try:
        tokens = _open(waiting)
    except GrantRefused as lost:
        log.warning("a grant that nobody chose from is forgotten: %s", lost)
        waiting.delete()
        return
    _spend(waiting)
    connecting.give_back(waiting.provider, tokens, waiting.external_ids, now=now)


def give_back_abandoned(now: datetime) -> int:
    """Give back what nobody chose from within its time; return how many grants that were."""
    late = list(PendingGrant.objects.filter(ends_at__lte=now))
    for each in late:
        try:
            withdraw(each, now=now)
        except GrantRefused:
            continue  # another worker was quicker
    return len(late)


def _keep(asked: Asked, granted: Granted, session: str, now: datetime) -> PendingGrant:
    owner = secrets.token_hex(16)
    return PendingGrant.objects.create(
        company=asked.company, person=asked.person, session=session, provider=asked.provider,
        basis=asked.wishes.basis, history=asked.wishes.history, sync_day=asked.wishes.sync_day, owner=owner,
        sealed=Box(settings.TOKEN_KEYS).seal(msgspec.json.encode(granted.tokens), owner=_owner(owner)),
        organisations=[[it.external_id, it.name, it.note] for it in granted.organisations],
        ends_at=now + LIFETIME,
    )  # fmt: skip


def _open(waiting: PendingGrant) -> Tokens:
    try:
        content = Box(settings.TOKEN_KEYS).open(bytes(waiting.sealed), owner=_owner(waiting.owner))
    except Undecryptable as error:
        raise GrantRefused("The access cannot be decrypted with the present keys. Connect again.") from error
    return msgspec.json.decode(content, type=Tokens)


def _owner(name: str) -> str:
    return f"pending:{name}"


def _spend(waiting: PendingGrant) -> None:
    """Destroy the row: whoever does it may use what it held."""
    deleted, _ = PendingGrant.objects.filter(pk=waiting.pk).delete()
    if not deleted:
        raise GrantRefused(_LATE)
