"""Faults: how the sandbox misbehaves on request. `damage` does it to reports, `misbehave` to whole answers.

A fault has a name, arguments, and optionally ``times`` (or ``calls``: it hits only the next N answers) and ``path``
(it hits only calls whose path contains the text). ``name:value`` is short for ``name`` with ``{"value": value}``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tieout.providers.quickbooks.sandbox.wire import Json

ANSWER = ("status", "slow", "truncated_json", "html", "empty_body")
REPORT = (
    "cut_off",
    "missing_column",
    "columns_reordered",
    "titles_localised",
    "no_colkey",
    "wrong_echo",
    "wrong_summary",
    "drop_row",
    "duplicate_row",
    "unbalanced",
    "unknown_account",
    "alter_date",
    "alter_amount",
    "comma_amounts",
    "unknown_txn_type",
)
TRIAL_BALANCE = ("trial_balance_shift", "trial_balance_break")
SWITCHES = ("dialect", "cell_cap", "cdc_cap", "no_payroll_listed")
KNOWN = frozenset((*ANSWER, *REPORT, *TRIAL_BALANCE, *SWITCHES))


class UnknownFault(ValueError):
    """The sandbox has no such fault."""


@dataclass(slots=True)
class Fault:
    """One fault that is switched on."""

    name: str
    args: Json = field(default_factory=dict)
    left: int | None = None  # how many more answers it hits; None is all
    path: str = ""

    @property
    def value(self) -> object:
        """The main argument."""
        return self.args.get("value", True)


class Faults:
    """The faults that are on."""

    def __init__(self) -> None:
        self._on: dict[str, Fault] = {}

    def set(self, name: str, value: object = True, *, times: int | None = None, path: str = "", **args: object) -> None:
        """Switch a fault on. ``value`` may be a mapping of all arguments; False or None switches it off."""
        base, _, short = name.partition(":")
        if base not in KNOWN:
            raise UnknownFault(f"there is no fault {name!r}; there are {', '.join(sorted(KNOWN))}")
        if value is False or value is None:
            self._on.pop(base, None)
            return
        given: Json = dict(value) if isinstance(value, dict) else ({} if value is True else {"value": value})
        given |= args
        if short:
            given["value"] = int(short) if short.isdecimal() else short
        left = given.pop("times", None) or given.pop("calls", None) or times
        given.pop("calls", None)
        where = str(given.pop("path", "") or path)
        self._on[base] = Fault(base, given, int(left) if left is not None else None, where)

    def clear(self, name: str | None = None) -> None:
        """Switch one fault off, or all."""
        if name is None:
            self._on.clear()
        else:
            self._on.pop(name.partition(":")[0], None)

    def peek(self, name: str, path: str) -> Fault | None:
        """Return the fault if it would hit a call."""
        fault = self._on.get(name)
        return fault if fault is not None and fault.path in path else None

    def take(self, name: str, path: str) -> Fault | None:
        """Return the fault if it hits a call, and count the hit."""
        fault = self.peek(name, path)
        if fault is not None and fault.left is not None:
            fault.left -= 1
            if fault.left <= 0:
                del self._on[name]
        return fault

    def as_json(self) -> Json:
        """Return what is on."""
        return {fault.name: {**fault.args, "times": fault.left, "path": fault.path} for fault in self._on.values()}
