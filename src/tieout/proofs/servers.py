"""Databases of a PostgreSQL server that are made for trying claims, and dropped again."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict


class NoDatabase(Exception):
    """The server gives no database to try things in. The text says why."""


def beside(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def name_of(url: str) -> str:
    """Return the database that an address names."""
    return str(conninfo_to_dict(url)["dbname"])


def make_database(server: str, name: str) -> str:
    """Make an empty database on a server and return its address. Raise NoDatabase."""
    try:
        _do(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise NoDatabase(f"no database can be made on the server: {str(error).strip()}") from error
    return beside(server, name)


def copy_database(url: str, template: str) -> None:
    """Make a database anew as a copy of another one of its server; whoever is still in it is thrown out."""
    name, server = name_of(url), beside(url, "postgres")
    drop_database(server, name)
    _do(server, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def drop_database(server: str, name: str) -> None:
    """Drop a database, also from under its users."""
    _do(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _do(server: str, command: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True, connect_timeout=10) as there:
        there.execute(command)
