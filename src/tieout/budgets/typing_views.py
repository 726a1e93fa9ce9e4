"""What a version's grid asks while somebody types in it: exact figures, months to write, undo. Answers are JSON."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from tieout.budgets import queries, services, typing
from tieout.budgets.grids import figures as figures_of
from tieout.budgets.models import Budget
from tieout.budgets.pages import grid_of, version
from tieout.companies.access import CompanyRequest, editor, member


@require_GET
@member
def figures(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Answer with the exact amounts of the rows, in minor units."""
    return JsonResponse(_shown(request, version(request, budget_id), html=False))


@require_POST
@editor
def cells(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Write what was typed, pasted or filled, all or nothing; answer with the rows as they are then."""
    budget = version(request, budget_id)
    before = queries.lines(budget)
    try:
        reading = typing.read(request.POST.get("cells", ""), budget, before)
        if reading.message:
            refused = [(cell.row, cell.month) for cell in reading.refused]
            return JsonResponse({"message": reading.message, "refused": refused}, status=422)
        services.set_cells(budget, reading.cells, person=request.person)
    except (typing.Unreadable, services.Refused) as refusal:
        return JsonResponse({"message": str(refusal), "refused": []}, status=422)
    step = typing.step_of(budget, reading.cells, before)
    said = typing.words(request.POST.get("how", ""), list(reading.cells))
    said = said if step else "Nothing to write: the figures are as they were."
    return JsonResponse({**_shown(request, budget), "message": said, "step": step})


@require_POST
@editor
def undo(request: CompanyRequest, budget_id: int) -> HttpResponse:
    """Take back a step that the page names."""
    budget = version(request, budget_id)
    try:
        back, kept = typing.undone(request.POST.get("step", ""), budget, queries.lines(budget))
        services.set_cells(budget, back, person=request.person)
    except (typing.Unreadable, services.Refused) as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    stayed = f" {kept} changed since and stayed as {'it is' if kept == 1 else 'they are'}." if kept else ""
    return JsonResponse({**_shown(request, budget), "message": f"Undone.{stayed}"})


def _shown(request: CompanyRequest, budget: Budget, *, html: bool = True) -> dict[str, object]:
    grid = grid_of(request, budget)
    answer: dict[str, object] = {"digits": budget.digits, "figures": figures_of(grid)}
    return answer | {"body": grid.body_html, "foot": grid.foot_html} if html else answer
