"""A real Tryton on this machine, for tests and the demo: installed, filled and started by itself."""

from tieout.providers.tryton.server.clerk import Desk, Refused
from tieout.providers.tryton.server.installing import Missing
from tieout.providers.tryton.server.running import Server, prepared

__all__ = ["Desk", "Missing", "Refused", "Server", "prepared"]
