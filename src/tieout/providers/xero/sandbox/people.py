"""Who can sign in at the consent page: one person for each standing that matters to an app (xero.md §1.1, "Role")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Person:
    """A user of the platform, with the role that they have in every organisation of the sandbox."""

    id: str
    name: str
    role: str
    may_connect: bool = True
    sees_reports: bool = True

    @property
    def email(self) -> str:
        """Where to reach them: nowhere."""
        return f"{self.name.split()[0].lower()}@example.com"


ROLES = {
    "adviser": (True, True),
    "standard": (True, True),
    "no_reports": (True, False),
    "read_only": (False, False),
    "invoice_only": (False, False),
}


def people() -> list[Person]:
    """Return the people of a new sandbox, the one who may do most first."""
    named = (
        ("3f0c6a51-6a0e-4f0b-8f55-0a3b1c5d7e01", "Ada Adviser", "adviser"),
        ("3f0c6a51-6a0e-4f0b-8f55-0a3b1c5d7e02", "Stan Standard", "standard"),
        ("3f0c6a51-6a0e-4f0b-8f55-0a3b1c5d7e03", "Nora Noreports", "no_reports"),
        ("3f0c6a51-6a0e-4f0b-8f55-0a3b1c5d7e04", "Rae Readonly", "read_only"),
    )
    return [Person(id_, name, role, *ROLES[role]) for id_, name, role in named]
