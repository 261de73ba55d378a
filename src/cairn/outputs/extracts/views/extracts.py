"""Answer requests for the list and the pages of extracts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from secrets import compare_digest
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import load_actor
from cairn.governance.projects.api import Project, find_current_version, load_project_fact
from cairn.outputs.extracts import actions, facts, free_text, queries, recipient_copy, tasks
from cairn.outputs.extracts.forms import ExtractFetchForm, ExtractRequestForm, ExtractReviewForm
from cairn.outputs.extracts.tables import EXTRACT_TONES, ExtractListTable, ExtractTaskTable
from cairn.outputs.releases.api import Extract, WithdrawalForm, label_legal_basis
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import Work
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy import questions
from cairn.policy.checks import find_extract_destruction_date, is_extract_recalled
from cairn.policy.engine import Decision, find_audience
from cairn.policy.facts import Actor
from cairn.policy.law import ROLE
from cairn.policy.vocabulary import Action, ExtractState, ReviewVerdict
from cairn.warehouse.schema import describe_element

_BLOCKED_EXTRACT_TITLES = {
    ExtractState.IN_REVIEW.value: (
        ("issue", gettext_lazy("Not ready to issue")),
        ("review", gettext_lazy("You cannot review this")),
    ),
    ExtractState.ISSUED.value: (("fetch", gettext_lazy("You cannot download this extract")),),
    ExtractState.FETCHED.value: (("fetch", gettext_lazy("Already downloaded")),),
    ExtractState.WITHDRAWN.value: (("fetch", gettext_lazy("This extract cannot be downloaded")),),
}

_TREATMENT_LABELS = {
    "keep": gettext_lazy("Unchanged"),
    "move": gettext_lazy("Dates shifted by weeks, by the same amount for each child"),
    "coarsen": gettext_lazy("Less detailed"),
    "withhold": gettext_lazy("Removed"),
    "read": gettext_lazy("Free text, reviewed and de-identified by a person"),
}


def build_extract_context(row: Extract, actor: Actor, on: date) -> dict[str, Any]:
    """Return what every page about one extract shows.

    Rare combinations and risks are for users who review or prepare the extract; the recipient reads
    how each element was treated.
    """
    fact = facts.load_extract_fact(row)
    is_judge = any(
        questions.may_open_page(action, actor, on=on).allowed
        for action in (Action.REVIEW_EXTRACT, Action.PREPARE_EXTRACT)
    )
    return {
        "row": row,
        "tone": EXTRACT_TONES.get(row.state, ""),
        "lineage": fact.agreements,
        "bases": sorted({label_legal_basis(agreement.basis) for agreement in fact.agreements}),
        "least": max(row.k, fact.smallest_group),
        "done": [
            _describe_element_treatment(entry, row.report["as_it_is"])
            for entry in row.report.get("elements", ())
        ],
        "free_text": any(entry["how"] == "read" for entry in row.report.get("elements", ())),
        "rare": [
            {
                **entry,
                "elements": [describe_element(element_id) for element_id in entry["elements"]],
            }
            for entry in row.report.get("rare", ())
        ],
        "risk": _describe_risks(row.report["risk"]) if row.report else [],
        "judges": is_judge,
        "mine": str(row.recipient_id) == actor.id,
    }


def list_element_choices(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the elements of an authorization, each with its label."""
    return [(name, describe_element(name)) for name in sorted(names)]


def explain_blocked_extract_steps(
    row: Extract, decisions: Mapping[str, Decision], actor: Actor
) -> Iterator[tuple[str, Decision]]:
    """Yield the next steps that are blocked, with reasons, if the user's role allows the step.

    Only the recipient reads why the extract cannot be fetched.
    """
    for name, title in _BLOCKED_EXTRACT_TITLES.get(row.state, ()):
        if name == "fetch" and str(row.recipient_id) != actor.id:
            continue
        decision = decisions[name]
        if not decision.allowed and ROLE.id not in {reason.code for reason in decision.refusals}:
            yield str(title), decision


def _describe_element_treatment(entry: Mapping[str, str], as_it_is: str) -> dict[str, str]:
    how, form = entry["how"], entry["form"]
    if how == "coarsen" and form == as_it_is:
        how = "keep"
    label = str(_TREATMENT_LABELS["withhold" if not form else how])
    if how == "coarsen" and form:
        label = f"{label}: {form}"
    return {"element": describe_element(entry["element"]), "how": label, "why": entry["why"]}


def _describe_risks(risk: Mapping[str, float]) -> list[tuple[str, str, str]]:
    """Return the four re-identification probabilities in percent, each with its attacker."""
    most_at_risk, journalist_label = (
        _("the child most at risk"),
        _("wants to show that some child can be identified (“journalist”)"),
    )
    prosecutor_label, marketer_label = (
        _("knows that a certain child is in the extract (“prosecutor”)"),
        _("wants to identify as many children as possible (“marketer”)"),
    )
    risk_labels = (
        ("prosecutor", prosecutor_label, most_at_risk),
        ("average", prosecutor_label, _("the average child")),
        ("journalist", journalist_label, most_at_risk),
        ("marketer", marketer_label, _("percent of children identified")),
    )
    return [
        (attacker, subject, f"{100 * risk[name]:.1f} %") for name, attacker, subject in risk_labels
    ]


_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def extract_list(request: HttpRequest) -> HttpResponse:
    """List the extracts that the user may see, and the projects for which they may request one."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.VIEW_EXTRACT, current_actor, on=today).require()
    visible = queries.list_visible_extracts(current_actor, today)
    rows = queries.find_next_extract_steps(visible, current_actor, today)
    may_request = questions.may_open_page(Action.REQUEST_EXTRACT, current_actor, on=today).allowed
    projects_of = queries.list_requestable_projects(current_actor) if may_request else []
    table = build_list_table(ExtractListTable, [row for row, step in rows if not step], request)
    if is_download_requested(table, request):
        return write_csv_response(table, "extracts")
    waiting = [row for row, step in rows if step]
    context = {
        "tasks": build_list_table(ExtractTaskTable, waiting, request, prefix="tasks-"),
        "table": table,
        "projects": [(row, find_current_version(row).title) for row in projects_of],
    }
    return render(request, "releases/extracts/list.html", context)


@_GET_POST
def extract_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Request an extract of an approved project."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.REQUEST_EXTRACT, current_actor, on=today).require()
    project = get_object_or_404(Project, reference=reference)
    authorization = load_project_fact(find_current_version(project)).authorization
    if authorization is None:
        raise Http404
    form = ExtractRequestForm(
        request.POST or None,
        elements=list_element_choices(authorization.elements),
        staff=[int(staff_id) for staff_id in authorization.staff],
        organizations=sorted(authorization.organizations),
    )
    if request.method == "POST" and form.is_valid():
        by = cast("User", request.user)
        row = actions.request_extract(
            project=project, by=by, at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Request sent. The partnership will prepare the extract."))
        return redirect("releases:extract", row.pk)
    context = {"form": form, "project": project, "leave": authorization}
    status = 422 if form.errors else 200
    return render(request, "releases/extracts/ask.html", context, status=status)


@require_safe
def extract_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one extract: its state, treatment and possible actions."""
    row, current_actor, today = get_visible_extract(request, pk)
    decisions = queries.decide_extract_actions(row, current_actor, today)
    context = {
        **build_extract_context(row, current_actor, today),
        "doors": decisions,
        "audience": find_audience(current_actor, facts.load_extract_fact(row).owners, today),
        "explained": explain_blocked_extract_steps(row, decisions, current_actor),
        "called_back": is_extract_recalled(facts.load_extract_fact(row), current_actor),
        "may_prepare": queries.may_start_preparation(row, current_actor, today),
        "reads": bool(row.texts)
        and questions.may_open_page(Action.READ_TEXT, current_actor, on=today).allowed,
        "to_read": free_text.has_text_to_read(row, current_actor, today),
        "reviews": queries.list_extract_reviews(row, current_actor),
        "work": Work.objects.filter(kind="prepare", subject=f"extract:{pk}").first(),
    }
    return render(request, "releases/extracts/detail.html", context)


@require_POST
def extract_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the preparation."""
    row, current_actor, today = get_visible_extract(request, pk)
    questions.may_open_page(Action.PREPARE_EXTRACT, current_actor, on=today).require()
    tasks.enqueue_extract_preparation(row, cast("User", request.user))
    return redirect("releases:extract", pk)


@_GET_POST
def extract_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show treatment and remaining risk to a reviewer and take the verdict."""
    row, current_actor, today = get_visible_extract(request, pk)
    questions.may_review_extract(facts.load_extract_fact(row), current_actor, today).require()
    form = ExtractReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verdict, comment = ReviewVerdict(form.cleaned_data["verdict"]), form.cleaned_data["comment"]
        by = cast("User", request.user)
        actions.review_extract(
            extract=row, verdict=verdict, comment=comment, by=by, at=timezone.now()
        )
        messages.success(request, _("Decision recorded."))
        return redirect("releases:extract", pk)
    context = {
        **build_extract_context(row, current_actor, today),
        "form": form,
        "for_reviewers": True,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/extracts/review.html", context, status=status)


@_GET_POST
def extract_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then give the recipient a link."""
    row, current_actor, today = get_visible_extract(request, pk)
    if request.method == "POST":
        actions.issue_extract(extract=row, by=cast("User", request.user), at=timezone.now())
        messages.success(
            request, _("Link created. The recipient can find it on this page after signing in.")
        )
        return redirect("releases:extract", pk)
    queries.decide_extract_actions(row, current_actor, today)["issue"].require()
    said = {
        "name": row.recipient.name,
        "organization": row.organization,
        "elements": len(row.elements),
        "children": row.report.get("children", 0),
    }
    consequences = [
        _("Only the recipient can open the link, after signing in and accepting the terms."),
        _("The recipient can download the rows once. A copy that left cannot be called back."),
    ]
    if row.key:
        consequences.insert(0, _("The earlier link stops working."))
    context = {
        "title": _("Create a download link for “%(title)s”?") % {"title": row.title},
        "text": _(
            "Recipient: %(name)s, %(organization)s. Children: %(children)s. "
            "Data elements: %(elements)s."
        )
        % said,
        "consequences": consequences,
        "action": _("Create download link"),
        "back": reverse("releases:extract", args=[pk]),
        "of": row.title,
    }
    return render(request, "releases/confirm.html", context)


@_GET_POST
def extract_fetch(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show the terms, then send the only copy."""
    row, current_actor, today = get_visible_extract(request, pk)
    fact = replace(facts.load_extract_fact_with_people(row, today), accepted=True)
    questions.may_fetch_extract(fact, current_actor, today).require()
    if not compare_digest(key, row.key):
        raise Http404
    form = ExtractFetchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        by, at = cast("User", request.user), timezone.now()
        content = actions.fetch_extract(
            extract=row, form=data["form"], accepted=data["accepted"], by=by, at=at
        )
        response = HttpResponse(content, content_type="application/zip")
        response["Content-Disposition"] = (
            f'attachment; filename="{facts.get_extract_file_name(row)}"'
        )
        response["Cache-Control"] = "no-store"
        return response
    authorization = fact.project.authorization
    destroy_by = (
        find_extract_destruction_date(
            fact.agreements, authorization.ends if authorization else None, today, fact.elements
        )
        or today
    )
    context = {
        "row": row,
        "form": form,
        "terms": recipient_copy.write_license_terms(
            row, fact.agreements, recipient_copy.get_copy_holder(row, today, destroy_by)
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "releases/extracts/fetch.html", context, status=status)


@_GET_POST
def extract_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the extract, with a reason that its recipient reads."""
    row, current_actor, today = get_visible_extract(request, pk)
    questions.may_withdraw_extract(facts.load_extract_fact(row), current_actor, today).require()
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, by = form.cleaned_data["reason"], cast("User", request.user)
        actions.withdraw_extract(extract=row, reason=reason, by=by, at=timezone.now())
        messages.success(request, _("Withdrawn."))
        return redirect("releases:extract", pk)
    was_fetched = row.fetched_at is not None
    context: dict[str, Any] = {
        "title": _("Withdraw “%(title)s”?") % {"title": row.title},
        "text": _("The recipient downloaded a copy and must destroy it by the agreed date.")
        if was_fetched
        else _("The extract has not been downloaded. After withdrawal, it cannot be."),
        "consequences": [_("You cannot restore a withdrawn extract. You can request a new one.")],
        "action": _("Withdraw"),
        "back": reverse("releases:extract", args=[pk]),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)


def get_visible_extract(request: HttpRequest, pk: int) -> tuple[Extract, Actor, date]:
    """Return the extract if the user may see it; policy is asked before the row is fetched."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.VIEW_EXTRACT, current_actor, on=today).require()
    rows = Extract.objects.select_related("project", "organization", "recipient", "requester")
    row = get_object_or_404(rows, pk=pk)
    questions.may_view_extract(facts.load_extract_fact(row), current_actor, today).require()
    return row, current_actor, today
