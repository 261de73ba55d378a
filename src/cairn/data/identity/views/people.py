"""Show single people of the index to reviewers: possible overlinks, and one person.

Let reviewers state that two people are related, or that they are not.
"""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cairn.data.identity.actions import clerical_review, relationships
from cairn.data.identity.forms import (
    AddGuardianForm,
    DenyGuardianForm,
    RelationshipForm,
    SplitPersonForm,
)
from cairn.data.identity.models.clerical_review import NEVER
from cairn.data.identity.models.person_index import Person, Record
from cairn.data.identity.models.relationships import RelationshipVerdict
from cairn.data.identity.queries import person_page, record_comparison
from cairn.data.identity.queries import relationships as relationship_queries
from cairn.data.identity.queries.linkage_quality import OVERLINK_FLAG_TEXTS
from cairn.data.identity.queries.linkage_runs import find_latest_run
from cairn.data.identity.queries.person_page import filter_people_with_names
from cairn.data.identity.queries.relationships import (
    build_person_relationships,
    find_relationship_progress,
)
from cairn.data.identity.tables import FlaggedPersonTable
from cairn.data.identity.views.clerical_review import open_person, warn_if_update_is_deferred
from cairn.governance.partners.api import load_actor
from cairn.matching.clustering import OverlinkFlag
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import may_review_possible_matches


@require_GET
def flagged_people(request: HttpRequest, alarm: str) -> HttpResponse:
    """List the people with one overlink flag."""
    _require_reviewer(request)
    if alarm not in set(OverlinkFlag):
        raise Http404
    rows = person_page.list_flagged_people(alarm)
    context = {
        "said": OVERLINK_FLAG_TEXTS[OverlinkFlag(alarm)],
        "table": build_list_table(FlaggedPersonTable, rows, request),
    }
    return render(request, "linkage/alarm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_details(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one person: values and rules, records and events; split off records of another child.

    The page of a retired ID redirects to the person that replaced it.
    """
    _require_reviewer(request)
    row = get_object_or_404(person_page.filter_people_with_names(), pk=pk)
    if row.merged_into:
        return redirect("linkage:person", row.merged_into)
    is_complete = open_person(request, row)
    details = person_page.build_person_details(row)
    form = SplitPersonForm(request.POST or None, choices=details.choices)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["records"]
        rows = Record.objects.in_bulk([number for number, _label in details.choices])
        try:
            clerical_review.decide_match(
                kind=NEVER,
                left=[rows[record_number] for record_number in rows if record_number not in chosen],
                right=[rows[record_number] for record_number in chosen],
                why=form.cleaned_data["why"],
                by=cast("User", request.user),
                at=timezone.now(),
            )
        except clerical_review.ConflictingDecision as reason:
            messages.error(request, str(reason))
        else:
            messages.success(
                request, _("The records were separated and will not be matched again.")
            )
            warn_if_update_is_deferred(request)
        return redirect("linkage:person", pk)
    context = {
        "shown": details,
        "sheet": details.sheet,
        "run": find_latest_run(),
        "form": form,
        "family": build_person_relationships(row),
        "today": timezone.now(),
        "work": None if is_complete else find_relationship_progress(),
    }
    return render(request, "linkage/person.html", context)


def _require_reviewer(request: HttpRequest) -> None:
    user_actor = load_actor(request.user, request=request)
    may_review_possible_matches(user_actor, timezone.localdate()).require()


_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def find_relative(request: HttpRequest, pk: str) -> HttpResponse:
    """Redirect from a person and the number on another person's page to the page of both."""
    _require_reviewer(request)
    row = get_object_or_404(filter_people_with_names(), pk=pk)
    number = request.GET.get("other", "").strip().rstrip("/").rpartition("/")[2]
    other = filter_people_with_names().filter(pk=number).first()
    if other is None or other.pk == row.pk:
        messages.error(
            request,
            _("No other person has this person ID. Copy it from the other person's page."),
        )
        return redirect("linkage:person", row.pk)
    return redirect("linkage:relative", row.pk, other.pk)


@_GET_POST
def relationship_details(request: HttpRequest, pk: str, other: str) -> HttpResponse:
    """Show two people side by side with their relationships, and accept a reviewer's statement."""
    _require_reviewer(request)
    left, right = (
        get_object_or_404(filter_people_with_names(), pk=person_id) for person_id in (pk, other)
    )
    heirs = left.merged_into or left.pk, right.merged_into or right.pk
    if heirs[0] == heirs[1]:
        return redirect("linkage:person", heirs[0])
    if heirs != (pk, other):
        return redirect("linkage:relative", *heirs)
    form = RelationshipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _record_relationship(request, left, right, form)
    for person in (left, right):
        open_person(request, person)
    context = {
        "one": left,
        "other": right,
        "facts": relationship_queries.list_relationships_between(left, right),
        "sheet": record_comparison.compare_two_people(
            record_comparison.list_current_records(left.pk),
            record_comparison.list_current_records(right.pk),
        ),
        "run": find_latest_run(),
        "form": form,
    }
    return render(request, "linkage/relative.html", context)


@_GET_POST
def reject_guardian(request: HttpRequest, pk: str, value: str) -> HttpResponse:
    """Ask for confirmation before an adult is removed as a guardian of a person."""
    _require_reviewer(request)
    row = get_object_or_404(filter_people_with_names(), pk=pk)
    open_person(request, row)
    try:
        number = relationship_queries.parse_guardian_slug(value)
    except ValueError as error:
        raise Http404 from error
    fact = relationship_queries.find_guardian(row, number)
    if fact is None:
        raise Http404
    form = DenyGuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            relationships.deny_guardian(
                person=row, guardian=number, by=_get_user(request), at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except relationships.ConflictingStatement as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Saved. You can undo it below."))
        return redirect("linkage:person", row.pk)
    context = {"fact": fact, "form": form, "back": reverse("linkage:person", args=[row.pk])}
    return render(request, "linkage/guardian.html", context)


@_GET_POST
def new_guardian(request: HttpRequest, pk: str) -> HttpResponse:
    """Add an adult as guardian that no record names, or not for that time."""
    _require_reviewer(request)
    row = get_object_or_404(filter_people_with_names(), pk=pk, merged_into="")
    open_person(request, row)
    form = AddGuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            relationships.add_guardian(
                person=row, by=_get_user(request), at=timezone.now(), **form.cleaned_data
            )
        except relationships.ConflictingStatement as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Saved. You can undo it below."))
        return redirect("linkage:person", row.pk)
    context = {
        "person": row,
        "sheet": record_comparison.compare_records(record_comparison.list_current_records(row.pk)),
        "run": find_latest_run(),
        "form": form,
    }
    return render(request, "linkage/new_guardian.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def undo_relationship(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then undo a reviewer's statement; the records alone decide again."""
    _require_reviewer(request)
    row = get_object_or_404(RelationshipVerdict, pk=pk)
    asked_from = request.GET.get("person", "") or request.POST.get("person", "")
    person = filter_people_with_names().filter(pk=asked_from).first()
    back = reverse("linkage:person", args=(person.pk,)) if person else reverse("linkage:decisions")
    if request.method == "POST":
        relationships.undo_relationship_verdict(
            verdict=row, by=_get_user(request), at=timezone.now()
        )
        messages.success(request, _("The statement was undone. Cairn uses the records again."))
        return redirect(back)
    said = {
        "kind": row.get_kind_display(),
        "day": date_format(timezone.localtime(row.at), "DATETIME_FORMAT"),
        "name": row.by_label,
    }
    context = {
        "title": _("Undo this statement?"),
        "text": _("%(kind)s, stated on %(day)s by %(name)s.") % said,
        "consequences": [
            _("Cairn uses what the records state about these two people again."),
            _("The statement stays in the audit log. To restore it, state it again."),
        ],
        "action": _("Undo statement"),
        "back": back,
    }
    return render(request, "web/confirm_page.html", context)


def _record_relationship(
    request: HttpRequest, left: Person, right: Person, form: RelationshipForm
) -> HttpResponse:
    try:
        relationships.record_relationship(
            one=left, other=right, by=_get_user(request), at=timezone.now(), **form.cleaned_data
        )
    except relationships.ConflictingStatement as reason:
        messages.error(request, str(reason))
        return redirect("linkage:relative", left.pk, right.pk)
    messages.success(request, _("Saved. You can undo it below."))
    return redirect("linkage:person", left.pk)


def _get_user(request: HttpRequest) -> User:
    return cast("User", request.user)
