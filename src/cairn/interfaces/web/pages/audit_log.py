"""Answer requests for the audit log: sentences, names, and each code once.

These pages are here, above the partners app, since a page must know the user.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.apps import apps
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import Organization, load_actor
from cairn.platform.audit import api as audit_api
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_OUTCOME_LABELS: Final = {
    "allow": ("allowed", "good"),
    "allow_subset": ("allowed in part", "warm"),
    "needs_person": ("a person decides", "warm"),
    "deny": ("refused", "stop"),
}


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Hold one audit line in words; `event` and `subject` are its codes."""

    number: int
    at: datetime
    what: str
    event: str
    about: str
    subject: str
    details: tuple[tuple[str, str], ...]
    who: str
    answer: str
    tone: str
    codes: tuple[str, ...]


def describe_audit_lines(audit_lines: Iterable[audit_api.AuditLine]) -> list[AuditEntry]:
    """Describe audit lines in their order, with organizations by name."""
    rows = tuple(Organization.objects.all())
    by_id, by_slug = {str(row.pk): row.name for row in rows}, {row.slug: row.name for row in rows}
    model_names = {
        str(model._meta.model_name): str(model._meta.verbose_name) for model in apps.get_models()
    }
    kinds = {**model_names, **audit_api.SUBJECT_LABELS}
    return [_describe_audit_line(line, by_id, by_slug, kinds) for line in audit_lines]


def _describe_audit_line(
    line: audit_api.AuditLine,
    by_id: Mapping[str, str],
    by_slug: Mapping[str, str],
    kinds: Mapping[str, str],
) -> AuditEntry:
    answer, tone = _OUTCOME_LABELS.get(line.outcome, (line.outcome, ""))
    about = f"{kinds.get(line.subject_kind, line.subject_kind)} {line.subject_id}".strip()
    if line.subject_kind == "organization":
        about = by_id.get(line.subject_id, about)
    return AuditEntry(
        number=line.sequence,
        at=line.at,
        what=audit_api.describe_event(line.event),
        event=line.event,
        about=about[:1].upper() + about[1:],
        subject=line.subject,
        details=tuple(_describe_detail(key, value, by_slug) for key, value in line.detail.items()),
        who=line.actor_label,
        answer=answer,
        tone=tone,
        codes=() if line.outcome == "allow" else tuple(dict.fromkeys(line.codes)),
    )


def _describe_detail(key: str, value: str | int, by_slug: Mapping[str, str]) -> tuple[str, str]:
    label = audit_api.DETAIL_LABELS.get(key, key.replace("_", " "))
    if value in ("True", "False"):
        return label, "yes" if value == "True" else "no"
    return label, by_slug.get(str(value), str(value))


_LINES_PER_PAGE = 100


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """List the audit lines, newest first, with a filter."""
    current_actor = load_actor(request.user, request=request)
    may_open_page(Action.VIEW_AUDIT, current_actor, on=timezone.localdate()).require()
    filter_text = request.GET.get("about", "").strip()[:200]
    page = Paginator(audit_api.search_audit_lines(filter_text), _LINES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "lines": describe_audit_lines(page.object_list), "words": filter_text}
    return render(request, "web/trail.html", context)


@require_safe
def audit_verification(request: HttpRequest) -> HttpResponse:
    """Verify the whole audit chain and show the result."""
    current_actor = load_actor(request.user, request=request)
    may_open_page(Action.VERIFY, current_actor, on=timezone.localdate()).require()
    context = {
        "findings": audit_api.verify_audit_chain(),
        "lines": audit_api.search_audit_lines().count(),
    }
    return render(request, "web/trail_verified.html", context)
