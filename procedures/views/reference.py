"""Reference data to read: agents, embolic materials and arteries, one row with its history, the rows as a file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from procedures.models import Agent, Artery, EmbolicMaterial, ReferenceRow
from procedures.reference import files, history, kinds, words
from procedures.reference.kinds import Kind


@login_required
@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """Show all rows in use; the retired ones apart."""
    agents, materials = list(Agent.objects.all()), list(EmbolicMaterial.objects.all())
    arteries = list(Artery.objects.select_related("parent"))
    context = {
        "kinds": kinds.KINDS,
        "agents": [words.agent_line(row) for row in agents if not row.is_retired],
        "materials": [words.material_line(row) for row in materials if not row.is_retired],
        "arteries": words.artery_lines([row for row in arteries if not row.is_retired]),
        "retired": [(kinds.kind_of(row), row) for row in (*agents, *materials, *arteries) if row.is_retired],
    }
    return render(request, "procedures/reference.html", context)


@login_required
@require_GET
def reference_row(request: HttpRequest, reference_kind: str, code: str) -> HttpResponse:
    """Show one row: its numbers, where they come from, who changed what and why."""
    kind = kind_or_404(reference_kind)
    row = row_or_404(kind, code)
    context = {"kind": kind, "row": row, "line": _line(row), "events": history.events_of(row)}
    return render(request, "procedures/reference_row.html", context)


@login_required
@require_GET
def export_reference(request: HttpRequest, reference_kind: str, file_format: str) -> HttpResponse:
    """Answer all rows of a kind as CSV or XLSX."""
    kind = kind_or_404(reference_kind)
    if file_format not in files.WRITERS:
        raise Http404
    content = files.WRITERS[file_format](kind)
    response = HttpResponse(content, content_type=files.CONTENT_TYPES[file_format])
    response["Content-Disposition"] = f'attachment; filename="{kind.slug}.{file_format}"'
    return response


def kind_or_404(slug: str) -> Kind:
    """Return the kind of that name."""
    if slug not in kinds.KINDS:
        raise Http404
    return kinds.KINDS[slug]


def row_or_404(kind: Kind, code: str) -> ReferenceRow:
    """Return the row of that code, retired or not."""
    return get_object_or_404(kind.rows(), code=code)


def _line(row: ReferenceRow) -> object:
    if isinstance(row, Agent):
        return words.agent_line(row)
    if isinstance(row, EmbolicMaterial):
        return words.material_line(row)
    return words.artery_line(row) if isinstance(row, Artery) else None
