"""Names that must be unique on the platform, made so where books have the same one twice."""

from __future__ import annotations

from itertools import count


class Names:
    """Gives out names of at most so many characters, each once. Case does not tell names apart."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: set[str] = set()

    def take(self, name: str, otherwise: str = "") -> str:
        """Return the name, or ``otherwise`` where it is taken, or one of them with a number behind it."""
        plain = " ".join(name.split()) or "(no name)"
        for wanted in (plain[: self._most], " ".join(otherwise.split())[: self._most]):
            if wanted and self._free(wanted):
                return wanted
        for number in count(2):
            end = f"-{number}"
            if self._free(wanted := plain[: self._most - len(end)] + end):
                return wanted
        raise AssertionError("numbers do not end")

    def _free(self, name: str) -> bool:
        key = name.casefold()
        if key in self._taken:
            return False
        self._taken.add(key)
        return True
