"""The two addresses that an installation may set."""

from __future__ import annotations

import pytest

from tieout.config.addresses import mail_server, postgresql


def test_a_database_on_another_machine() -> None:
    database = postgresql("postgresql://ann:p%40ss@db.example.com:5433/tieout?sslmode=require")
    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tieout",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": "5433",
        "OPTIONS": {
            "connect_timeout": "10",
            "keepalives_idle": "10",
            "keepalives_interval": "5",
            "keepalives_count": "3",
            "sslmode": "require",
            "options": "-c idle_in_transaction_session_timeout=10000",
        },
    }


def test_an_address_may_say_otherwise() -> None:
    database = postgresql("postgresql://ann@db.example.com/tieout?connect_timeout=3")
    assert isinstance(database["OPTIONS"], dict)
    assert database["OPTIONS"]["connect_timeout"] == "3"


def test_a_database_on_a_unix_socket() -> None:
    database = postgresql("postgresql://tieout@%2Frun%2Fpostgresql/books")
    assert (database["HOST"], database["NAME"], database["PORT"]) == ("/run/postgresql", "books", "")


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp://mail.example.com", 25, False, False),
        ("smtp+tls://mail.example.com", 587, False, True),
        ("smtps://mail.example.com", 465, True, False),
        ("smtps://mail.example.com:2465", 2465, True, False),
    ],
)
def test_mail_servers(url: str, port: int, *, tls: bool, starttls: bool) -> None:
    server = mail_server(url)
    assert (server.host, server.port, server.tls, server.starttls) == ("mail.example.com", port, tls, starttls)


def test_a_mail_servers_password_may_hold_anything() -> None:
    server = mail_server("smtps://ann%40example.com:p%2Fw%3A@mail.example.com")
    assert (server.user, server.password) == ("ann@example.com", "p/w:")


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://"])
def test_other_mail_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="TIEOUT_EMAIL_URL"):
        mail_server(url)
