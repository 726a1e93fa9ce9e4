"""The providers as tiles: grouped, each with how it stands for a company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.http import urlencode

from tieout.companies.models import Company
from tieout.connections.models import Connection, ConnectionState
from tieout.providerkit.interface import About, GrantKind, Group, Provider
from tieout.providerkit.payroll import PayrollProvider
from tieout.ui.nav import url_of

_GROUPS = {Group.ACCOUNTING: "Accounting", Group.PAYROLL: "Payroll", Group.FILES: "Files"}


class Standing(StrEnum):
    """How a provider stands."""

    READY = "ready"
    NEEDS_KEYS = "needs keys first"
    NOT_SET_UP = "not set up yet"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    ELSEWHERE = "other books are connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One provider."""

    about: About
    url: str  # its own page of what is read and how to connect
    standing: Standing
    is_sandbox: bool = False
    chosen: bool = False  # its page is open
    organisation: str = ""  # whose books are connected


def chosen(offered: Sequence[Provider], connection: Connection | None, asked: str) -> Provider | None:
    """Return whose page to show: the one asked for, the connected one, the first that is ready, the first."""
    keys = [asked, connection.provider if connection else ""]
    named = (it for key in keys for it in offered if it.about.key == key)
    ready = (it for it in offered if it.configured)
    return next(named, None) or next(ready, None) or next(iter(offered), None)


def groups(
    company: Company,
    offered: Sequence[Provider],
    payroll: Sequence[PayrollProvider],
    shown: Provider | None,
    connection: Connection | None,
) -> list[tuple[str, list[Tile]]]:
    """Return the groups that have a provider, with their tiles."""
    page, runs = url_of("connections:connect", company.slug), url_of("payroll:runs", company.slug)
    tiles = [
        Tile(
            about=it.about,
            url=f"{page}?{urlencode({'provider': it.about.key})}",
            standing=_standing(it, connection),
            is_sandbox=it.is_sandbox,
            chosen=it is shown,
            organisation=connection.organisation.name if _is_of(connection, it) and connection else "",
        )
        for it in offered
    ]
    tiles += [Tile(about=it.about, url=runs, standing=Standing.READY) for it in payroll]
    found = [(name, [it for it in tiles if it.about.group is group]) for group, name in _GROUPS.items()]
    return [(name, members) for name, members in found if members]


def settings_of(provider: Provider) -> tuple[str, ...]:
    """Return the settings that whoever runs the installation has to give before a provider can be connected."""
    return tuple(f"TIEOUT_{provider.about.key.upper()}_{name}" for name in provider.about.needs)


def _standing(provider: Provider, connection: Connection | None) -> Standing:
    if _is_of(connection, provider) and connection:
        gone = connection.state == ConnectionState.DISCONNECTED
        return Standing.DISCONNECTED if gone else Standing.CONNECTED
    if not provider.configured:
        return Standing.NEEDS_KEYS if provider.about.grant is GrantKind.CODE else Standing.NOT_SET_UP
    return Standing.ELSEWHERE if connection else Standing.READY


def _is_of(connection: Connection | None, provider: Provider) -> bool:
    return connection is not None and connection.provider == provider.about.key
