"""Answer requests for the audit log: sentences, names, and each code once.

These pages are here, above the partners app, since a page must know the user.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django import forms
from django.apps import apps
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import Organization, load_actor
from cairn.platform.audit import api as audit_api
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_OUTCOME_LABELS: Final = {
    "allow": ("Allowed", "good"),
    "allow_subset": ("Partly allowed", "warm"),
    "needs_person": ("Needs a decision", "warm"),
    "deny": ("Refused", "stop"),
}


_NOT_SIGNED_IN: Final = "Not signed in"


class AuditFilterForm(forms.Form):
    """A search of the audit log; every field is optional."""

    about = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    area = forms.ChoiceField(
        label=_("Area"), required=False, choices=[("", _("All")), *audit_api.list_event_areas()]
    )
    outcome = forms.ChoiceField(
        label=_("Result"),
        required=False,
        choices=[("", _("All")), *((code, text) for code, (text, _t) in _OUTCOME_LABELS.items())],
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    @property
    def line_filter(self) -> audit_api.AuditFilter:
        """The filter; a field with an error does not filter."""
        self.is_valid()
        cleaned = self.cleaned_data
        return audit_api.AuditFilter(
            area=cleaned.get("area", ""),
            outcome=cleaned.get("outcome", ""),
            since=cleaned.get("since"),
            until=cleaned.get("until"),
        )


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
    account: str
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
    area, kind = line.event.partition(".")[0], line.subject_kind
    label = kinds.get(f"{area}.{kind}", kinds.get(kind, kind))
    about = f"{label} {_shorten_id(line.subject_id)}".strip()
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
        who=line.actor_label.partition(" <")[0] if line.actor_id else _NOT_SIGNED_IN,
        account=line.actor_label if line.actor_id else "",
        answer=answer,
        tone=tone,
        codes=() if line.outcome == "allow" else tuple(dict.fromkeys(line.codes)),
    )


def _shorten_id(subject_id: str) -> str:
    """Shorten a long key, such as that of a person in the index; a link finds it by the whole."""
    if len(subject_id) <= _LONGEST_ID or not subject_id.isalnum():
        return subject_id
    return f"{subject_id[:8]}…"


def _describe_detail(key: str, value: str | int, by_slug: Mapping[str, str]) -> tuple[str, str]:
    label = audit_api.DETAIL_LABELS.get(key, key.replace("_", " "))
    if value in ("True", "False"):
        return label, "yes" if value == "True" else "no"
    return label, by_slug.get(str(value), str(value))


_LINES_PER_PAGE = 50
_LONGEST_ID = 12


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """List the audit lines, newest first, with a filter."""
    current_actor = load_actor(request.user, request=request)
    may_open_page(Action.VIEW_AUDIT, current_actor, on=timezone.localdate()).require()
    form = AuditFilterForm(request.GET)
    filter_text = request.GET.get("about", "").strip()[:200]
    lines = audit_api.filter_audit_lines(filter_text, form.line_filter)
    page = Paginator(lines, _LINES_PER_PAGE).get_page(request.GET.get("page"))
    search_parameters = request.GET.copy()
    search_parameters.pop("page", None)
    context = {
        "page": page,
        "lines": describe_audit_lines(page.object_list),
        "form": form,
        "looked": search_parameters.urlencode(),
    }
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
