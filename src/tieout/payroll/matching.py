"""Who on the list a line of a pay run is of: by the payroll system's id, else by a name that only one person has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tieout.companies.models import Company
from tieout.payroll.models import Employee, PayLine
from tieout.payroll.person_fields import folded

Matcher = Callable[[str, str], int | None]


def matcher(company: Company) -> Matcher:
    """Return what finds the person (id) of a ref and a name, None for nobody. One query."""
    people = list(Employee.objects.filter(company=company).values_list("pk", "ref", "name"))
    by_ref = {ref: pk for pk, ref, _ in people if ref}
    names = Counter(folded(name) for _, _, name in people)
    by_name = {folded(name): (pk, ref) for pk, ref, name in people if names[folded(name)] == 1}

    def match(ref: str, name: str) -> int | None:
        if ref and ref in by_ref:
            return by_ref[ref]
        pk, own_ref = by_name.get(folded(name), (None, ""))
        return None if ref and own_ref else pk  # another id is another person, whatever the name

    return match


def rematch(company: Company) -> int:
    """Give each line that names somebody to whom it is of by the list of today; return how many changed.

    A line that a name alone gave to one person is another's as soon as somebody with its id is on the list. For inside
    a transaction.
    """
    match = matcher(company)
    found = []
    for line in PayLine.objects.filter(run__company=company).exclude(ref="", name="").order_by("pk"):
        person = match(line.ref, line.name)
        if person != line.employee_id:
            line.employee_id = person
            found.append(line)
    PayLine.objects.bulk_update(found, ["employee"], batch_size=500)
    return len(found)
