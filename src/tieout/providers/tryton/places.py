"""Where Tryton answers, and the only calls that this provider makes there.

All of them go to one address, so the guard looks into the body: its method must be one of these, and nothing else may
stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from tieout.kit.http import LOOPBACK, Call, CallGroup, Origin

LOGIN, LOGOUT = "common.db.login", "common.db.logout"
PREFERENCES = "model.res.user.get_preferences"
ACCOUNT, TYPE, PARTY = "account.account", "account.account.type", "party.party"
JOURNAL, PERIOD, FISCAL_YEAR = "account.journal", "account.period", "account.fiscalyear"
MOVE, LINE = "account.move", "account.move.line"
BY_PARTY, EMPLOYEE, COMPANY = "account.general_ledger.account.party", "company.employee", "company.company"
ANALYTIC, ANALYTIC_LINE = "analytic_account.account", "analytic_account.line"
MODELS = (
    ACCOUNT, TYPE, PARTY, JOURNAL, PERIOD, FISCAL_YEAR, MOVE, LINE, BY_PARTY, EMPLOYEE, COMPANY, ANALYTIC,
    ANALYTIC_LINE,
)  # fmt: skip
GRANTS = frozenset({LOGIN, LOGOUT})
READS = frozenset(
    {PREFERENCES, *(f"model.{model}.{verb}" for model in MODELS for verb in ("search_count", "search_read"))}
)


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """A call as Tryton takes it."""

    id: int
    method: str
    params: list[object]


@dataclass(frozen=True, slots=True)
class Place:
    """One server and one database of it: the self-hoster's choice, so that nobody can send us elsewhere."""

    origin: Origin
    database: str
    is_sandbox: bool
    web_client: str = ""  # where people open Tryton in a browser

    @property
    def rpc(self) -> str:
        """The address of all calls."""
        return f"{self.origin}/{self.database}/rpc/"

    def calls(self) -> tuple[Call, ...]:
        """Return everything that may leave for this server."""
        path = re.compile(re.escape(f"/{self.database}/rpc/"))
        return (
            Call(CallGroup.GRANT, "POST", self.origin, path, _calls(GRANTS)),
            Call(CallGroup.READ, "POST", self.origin, path, _calls(READS)),
        )


def _calls(methods: frozenset[str]) -> Callable[[bytes], bool]:
    def known(body: bytes) -> bool:
        try:
            return msgspec.json.decode(body, type=Request).method in methods
        except msgspec.DecodeError:
            return False

    return known


def place(settings: Mapping[str, str]) -> Place | None:
    """Return the server that the settings name, None if they name none.

    ``URL`` is the server's address, https unless it is on this machine; ``DATABASE`` its database; ``WEB_CLIENT`` where
    people open Tryton in a browser, if they can. ``ADDRESS`` is the demo's server, on this machine. Raise ValueError
    for anything else, as a sentence for the self-hoster.
    """
    address, database = settings.get("URL", "").rstrip("/"), settings.get("DATABASE", "")
    stand_in = settings.get("ADDRESS", "")
    if not (stand_in or address):
        return None
    database = database or "tryton"
    if re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", database) is None:
        raise ValueError(f"TIEOUT_TRYTON_DATABASE is {database!r}: a database's name has letters, digits, _, - and .")
    if stand_in:
        return Place(Origin.parse(stand_in, sandbox=True), database, is_sandbox=True)
    local = urlsplit(address).hostname in LOOPBACK
    web = settings.get("WEB_CLIENT", "").rstrip("/")
    web_client = str(Origin.parse(web, sandbox=urlsplit(web).hostname in LOOPBACK)) if web else ""
    return Place(Origin.parse(address, sandbox=local), database, is_sandbox=False, web_client=web_client)
