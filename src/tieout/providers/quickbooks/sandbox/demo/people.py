"""Quillbay's people, all invented: team, salary, office, and the months in which they came and left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Team:
    """Where a team's pay goes."""

    wages: str
    taxes: str
    klass: str


TEAMS = {
    "Engineering": Team("6010", "6100", "Engineering"),
    "Product": Team("6020", "6100", "Platform"),
    "Design": Team("6030", "6100", "Design"),
    "Sales": Team("6040", "6100", "Sales"),
    "Marketing": Team("6050", "6100", "Marketing"),
    "Success": Team("6060", "6100", "Customer operations"),
    "Support": Team("5100", "5110", "Customer operations"),
    "Administration": Team("6070", "6100", "General & administrative"),
}

# name | team | yearly salary in thousands | office | month of hire (below 0: before history) | month of leaving
_PEOPLE = """
Mara Lindqvist | Administration | 205 | Boston | -1 |
Tobias Okafor | Engineering | 210 | Boston | -1 |
Priya Raman | Product | 192 | Boston | -1 |
Desmond Achterberg | Sales | 178 | Austin | -1 |
Lucía Ferreira | Marketing | 168 | Austin | -1 |
Hanne Vestergaard | Engineering | 172 | Boston | -1 |
Caleb Nakamura | Engineering | 166 | Boston | -1 |
Yusuf Demirel | Engineering | 158 | Lisbon | -1 |
Rosalind Achebe | Engineering | 161 | Boston | -1 | 13
Piotr Zawadzki | Engineering | 149 | Lisbon | -1 |
Ellen Marchetti | Engineering | 154 | Austin | -1 |
Owen Thistlewood | Engineering | 144 | Boston | -1 | 22
Sunniva Haugen | Design | 139 | Boston | -1 |
Mateo Villanueva | Product | 148 | Austin | -1 |
Greta Albrecht | Support | 82 | Boston | -1 |
Jonah Whitcombe | Support | 78 | Austin | -1 | 8
Amina Solanke | Support | 76 | Austin | -1 |
Fiona Castellane | Success | 104 | Boston | -1 |
Darnell Brightwater | Sales | 118 | Austin | -1 | 17
Keiko Yamashiro | Sales | 112 | Boston | -1 |
Bram van Houten | Sales | 109 | Boston | -1 |
Noor Haddad | Marketing | 98 | Austin | -1 |
Walter Pennington | Administration | 94 | Boston | -1 |
Sinéad Gallagher | Administration | 121 | Boston | -1 |
Ivo Petrov | Engineering | 147 | Lisbon | 1 |
Camille Durand | Engineering | 151 | Boston | 2 |
Tessa Bloomquist | Success | 96 | Austin | 3 |
Ravi Chandrasekar | Engineering | 163 | Boston | 5 |
Odalys Montero | Sales | 107 | Austin | 6 |
Leif Sorensen | Design | 126 | Boston | 7 |
Jasmine Ogunleye | Support | 74 | Austin | 8 |
Anders Kowalczyk | Engineering | 156 | Lisbon | 9 | 27
Beatriz Nogueira | Product | 143 | Lisbon | 10 |
Harriet Colclough | Administration | 88 | Boston | 11 |
Emeka Nwosu | Engineering | 168 | Boston | 13 |
Petra Holloway | Engineering | 159 | Austin | 14 |
Silas Grantham | Sales | 115 | Austin | 15 |
Mei-Ling Tsao | Engineering | 152 | Boston | 15 |
Rafael Quintana | Marketing | 101 | Austin | 16 |
Ingrid Falk | Engineering | 149 | Lisbon | 17 |
Dario Bianchetti | Sales | 111 | Boston | 18 |
Wren Abernathy | Success | 92 | Boston | 19 |
Kofi Mensah-Boateng | Engineering | 164 | Boston | 20 |
Zadie Penhallow | Support | 79 | Austin | 21 |
Luca Marangoni | Engineering | 157 | Lisbon | 23 |
Thandiwe Dlamini | Product | 151 | Boston | 24 |
Orla McTavish | Marketing | 106 | Boston | 25 |
Viktor Halloran | Engineering | 170 | Austin | 26 | 31
Salome Beridze | Design | 128 | Lisbon | 28 |
Quentin Asher | Sales | 119 | Austin | 29 |
Nadia Rostova | Engineering | 162 | Boston | 31 |
Elias Thornbury | Administration | 97 | Boston | 32 |
"""


@dataclass(frozen=True, slots=True)
class Person:
    """An employee. ``hired`` and ``left`` count months of history; ``left`` is the first month without pay."""

    name: str
    team: Team
    salary: int  # cents a year at the start
    office: str
    hired: int
    left: int

    def works(self, month: int) -> bool:
        """Tell whether they are paid in a month."""
        return self.hired <= month < self.left

    def pay(self, month: int) -> int:
        """Return the gross pay of half a month, in cents: raises of 3 % every twelve months."""
        salary = self.salary
        for _ in range(month // 12):
            salary = salary * 103 // 100
        return salary // 24


def _person(row: str) -> Person:
    name, team, salary, office, hired, left = (cell.strip() for cell in row.split("|"))
    return Person(name, TEAMS[team], int(salary) * 100_000, office, int(hired), int(left or 10**6))


PEOPLE = tuple(_person(row) for row in _PEOPLE.strip().splitlines())
