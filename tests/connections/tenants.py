"""A platform on which one person reaches several organisations, in memory: by a consent, or by a login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.connections.journals import JournalBooks, Journals
from tieout.core.records import Organisation
from tieout.providerkit.errors import AccessDenied, ProviderError, ReconnectRequired
from tieout.providerkit.imports import Foreign, Imports, Known, Removal, Revaluation
from tieout.providerkit.interface import (
    About,
    CallObserver,
    Capabilities,
    Granted,
    GrantKind,
    Group,
    LoginField,
    Named,
    Tokens,
    TokenSource,
)

USER, PASSWORD = "reader", "a planted pass phrase"
FIELDS = (
    LoginField(name="user", label="User", help="A user who is there for Tieout alone."),
    LoginField(name="password", label="Password", secret=True),
)
IMPORTS = Imports(
    capabilities=Capabilities(
        feed=False, itemises_everything=True, reports_balances=True, sees_deletions=True, future_months=0,
        source="journals", numbered=True, window_months=12,
    ),
    account_numbers=False, account_tree=False, archived_accounts=False, cash_accounts=False, vendors=Known.ENTRY,
    customers=Known.NONE, items=Known.NONE, payroll_accounts=False, pay_entries=False, dimensions=(),
    foreign=Foreign.HOME, revaluation=Revaluation.NONE, removal=Removal.REVERSED,
)  # fmt: skip
ABOUT = About(
    key="tenants", name="Toy books", short="TY", group=Group.ACCOUNTING, grant=GrantKind.CODE, bases=("accrual",),
    editions="Every edition", reads="everything", never_reads="nothing", admin_note="Anybody may.",
    docs="providers/quickbooks.md", imports=(IMPORTS,),
)  # fmt: skip


@dataclass(slots=True)
class Tenants:
    """The platform. Its access tokens are "access-1", "access-2" and so on."""

    organisations: dict[str, str] = field(default_factory=lambda: {"a1": "Aster Ltd", "b2": "Birch Ltd"})
    given: list[str] = field(default_factory=lambda: ["a1", "b2"])  # what the person gives access to
    revoked: list[str] = field(default_factory=list)
    trouble: Exception | None = None  # what every further call comes to
    logins: int = 0
    journals: Journals = field(default_factory=Journals)

    def tokens(self, now: datetime, *, refresh: str = "a planted refresh token") -> Tokens:
        self.logins += 1
        return Tokens(access=f"access-{self.logins}", refresh=refresh, access_expires=now + timedelta(days=99))

    def granted(self, tokens: Tokens) -> Granted:
        named = [Named(external_id=it, name=self.organisations[it]) for it in self.given]
        return Granted(tokens=tokens, organisations=(*(replace(it, note=_note(it.name)) for it in named),))

    def answer(self) -> None:
        if self.trouble is not None:
            raise self.trouble


def _note(name: str) -> str:
    return "Demo company" if name.startswith("Demo") else ""


class TenantBooks(JournalBooks):
    """The books of one organisation."""

    def __init__(self, platform: Tenants, external_id: str, tokens: TokenSource) -> None:
        super().__init__(platform.journals)
        self._tenants, self._id, self._tokens = platform, external_id, tokens

    def organisation(self) -> Organisation:
        self._tenants.answer()
        if not self._tokens.access().startswith("access-") or self._id in self._tenants.revoked:
            raise ReconnectRequired("no access")
        return Organisation(
            external_id=self._id, name=self._tenants.organisations[self._id], currency="USD", digits=2,
            fiscal_year_first_month=1, timezone="UTC",
        )  # fmt: skip


class _Provider:
    about = ABOUT
    configured, is_sandbox = True, True

    def __init__(self, platform: Tenants) -> None:
        self.platform = platform

    def refresh(self, tokens: Tokens, *, now: datetime) -> Tokens:
        return self.platform.tokens(now, refresh=tokens.refresh)

    def revoke(self, tokens: Tokens, organisation: str) -> None:
        self.platform.answer()
        assert tokens.access.startswith("access-")
        self.platform.revoked.append(organisation)

    def open(self, organisation: str, tokens: TokenSource, *, basis: str, observe: CallObserver) -> TenantBooks:
        return TenantBooks(self.platform, organisation, tokens)

    def record_link(self, organisation: str, entry_type: str, external_id: str) -> str:
        return ""


class ConsentProvider(_Provider):
    """Access by the platform's own page."""

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        return f"https://tenants.test/?state={state}"

    def accept(self, params: Mapping[str, str], *, redirect_uri: str, now: datetime) -> Granted:
        self.platform.answer()
        if params.get("error"):
            raise AccessDenied("The person said no.")
        return self.platform.granted(self.platform.tokens(now))


class LoginProvider(_Provider):
    """Access by a user's name and password, which become the tokens."""

    about = replace(ABOUT, grant=GrantKind.KEY, needs=("ADDRESS",))
    login_fields = FIELDS

    def __init__(self, platform: Tenants, *, says_too_much: bool = False) -> None:
        super().__init__(platform)
        self._says_too_much = says_too_much

    def log_in(self, values: Mapping[str, str], *, now: datetime) -> Granted:
        told = f": {values['password']}" if self._says_too_much else ""
        if self.platform.trouble is not None and self._says_too_much:
            raise ProviderError(f"Toy books choked on {values}")
        self.platform.answer()
        if (values["user"], values["password"]) != (USER, PASSWORD):
            raise AccessDenied(f"Toy books does not know this user and password{told}.")
        return self.platform.granted(self.platform.tokens(now, refresh=values["password"]))
