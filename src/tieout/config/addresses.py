"""What Django's settings need, out of the two addresses that an installation may set."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_FROZEN_MS = 10_000  # our transactions last well under a second
# A server that vanished without a word, as in a power cut, is noticed within half a minute, not after hours.
_VANISHED = {"connect_timeout": "10", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}


def postgresql(url: str) -> dict[str, object]:
    """Return one of Django's ``DATABASES`` out of any address that libpq takes: ``postgresql://user:word@host/name``."""
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - an installation on SQLite need not load it

    parts = conninfo_to_dict(url)
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    database: dict[str, object] = {key: str(parts.pop(part, "") or "") for key, part in named.items()}
    # A process that freezes inside a transaction keeps its row locks: the server ends it, and another can go on.
    options = f"-c idle_in_transaction_session_timeout={_FROZEN_MS} {parts.pop('options', None) or ''}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        **database,
        "OPTIONS": {**_VANISHED, **parts, "options": options},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails are handed in."""

    host: str
    port: int
    user: str
    password: str
    tls: bool  # from the first byte
    starttls: bool


def mail_server(url: str) -> MailServer:
    """Return the server of ``smtp://``, ``smtp+tls://`` (STARTTLS) or ``smtps://user:word@host:port``.

    Raise ValueError for any other address.
    """
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ValueError("TIEOUT_EMAIL_URL must begin with smtp://, smtp+tls:// or smtps:// and name a host")
    return MailServer(
        host=parts.hostname,
        port=parts.port or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+tls",
    )
