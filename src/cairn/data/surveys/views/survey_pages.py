"""Pages on which a survey is written, opened, closed and imported."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.data.intake import api as intake_api
from cairn.data.surveys import actions, facts, queries, sealed_answers
from cairn.data.surveys.answer_file import import_survey_answers
from cairn.data.surveys.forms import SurveyDraftForm, SurveyQuestionForm
from cairn.data.surveys.models import Survey, SurveyQuestion, SurveyStateConflict
from cairn.data.surveys.reachable_students import load_roster_names
from cairn.data.surveys.tables import SurveyTable, count_answers
from cairn.governance.agreements import api as agreements_api
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table
from cairn.policy import questions
from cairn.policy.engine import find_audience
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action
from cairn.warehouse.exporters import write_text_csv

_SLIPS_PER_PAGE: Final = 25
_LINK_COLUMNS: Final = ("Student ID", "Survey", "Last day", "Link")


@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """List the surveys, newest first."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.MANAGE_SURVEY, requester, on=today).require()
    rows = queries.filter_visible_surveys(requester, today)
    context = {"table": build_list_table(SurveyTable, rows, request), "as_of": today}
    return render(request, "surveys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_new(request: HttpRequest) -> HttpResponse:
    """Write a new survey, without its questions."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_open_page(Action.MANAGE_SURVEY, requester, on=now.date()).require()
    form = _build_survey_form(request, requester, now, None)
    if request.method == "POST" and form.is_valid():
        survey = actions.draft_survey(
            organization=form.cleaned_data["organization"],
            details=form.build_details(),
            by=_get_user(request),
            at=now,
        )
        return redirect("surveys:survey", pk=survey.pk)
    status = 422 if form.errors else 200
    return render(request, "surveys/edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a survey that was not opened."""
    survey, requester, now = _find_changeable(request, pk)
    form = _build_survey_form(request, requester, now, survey)
    if request.method == "POST" and form.is_valid():
        actions.change_survey(
            survey=survey, details=form.build_details(), by=_get_user(request), at=now
        )
        messages.success(request, _("The survey was saved."))
        return redirect("surveys:survey", pk=pk)
    context = {"form": form, "survey": survey}
    return render(request, "surveys/edit.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def survey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one survey: its questions, its link, and how many answered."""
    survey, requester, now = _find_visible(request, pk)
    decision = None
    if survey.is_draft:
        submission = facts.build_survey_submission(
            survey, by=_get_user(request), at=now, requester=requester
        )
        decision = actions.decide_opening(survey, submission)
    link = (
        ""
        if survey.is_by_roster
        else _make_address(request, sealed_answers.compute_link_key(survey.key_seed))
    )
    terms = agreements_api.find_visible_agreement(
        survey.agreement_reference, requester, now.date()
    ).terms
    context = {
        "survey": survey,
        "questions": survey.questions.all(),
        "answers": count_answers(survey),
        "decision": decision,
        "audience": find_audience(requester, frozenset({survey.organization.slug}), now.date()),
        "link": link if survey.is_open else "",
        "square": _draw_square(link) if survey.is_open and link else "",
        "links": survey.links.count(),
        "is_over": now.date() > survey.closes_on,
        "basis": agreements_api.LEGAL_BASIS_PHRASES[terms.basis],
        "as_of": now.date(),
    }
    return render(request, "surveys/survey.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question to a survey that was not opened."""
    survey, _requester, now = _find_changeable(request, pk)
    return _edit_question(request, survey, None, now)


@require_http_methods(["GET", "HEAD", "POST"])
def question_change(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Change a question of a survey that was not opened."""
    survey, _requester, now = _find_changeable(request, pk)
    return _edit_question(request, survey, get_object_or_404(survey.questions, pk=question), now)


def _edit_question(
    request: HttpRequest, survey: Survey, question: SurveyQuestion | None, now: datetime
) -> HttpResponse:
    form = SurveyQuestionForm(
        request.POST or None,
        survey=survey,
        question=question,
        outcomes=queries.get_survey_outcomes(),
    )
    if request.method == "POST" and form.is_valid():
        actions.save_question(
            survey=survey,
            question=question,
            details=form.build_details(),
            by=_get_user(request),
            at=now,
        )
        messages.success(request, _("The question was saved."))
        return redirect("surveys:survey", pk=survey.pk)
    context = {"form": form, "survey": survey, "question": question}
    return render(request, "surveys/question.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def question_removal(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Ask for confirmation, then remove a question of a survey that was not opened."""
    survey, _requester, now = _find_changeable(request, pk)
    row = get_object_or_404(survey.questions, pk=question)
    if request.method == "POST":
        actions.remove_question(survey=survey, question=row, by=_get_user(request), at=now)
        messages.success(request, _("The question was removed."))
        return redirect("surveys:survey", pk=pk)
    context = {"survey": survey, "question": row, "back": reverse("surveys:survey", args=[pk])}
    return render(request, "surveys/question_remove.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then open a survey, after which its questions stay as they are."""
    survey, requester, now = _find_changeable(request, pk)
    if request.method == "POST":
        try:
            actions.open_survey(survey=survey, requester=requester, by=_get_user(request), at=now)
        except SurveyStateConflict as conflict:
            messages.error(request, str(conflict))
        else:
            messages.success(request, _("The survey is open."))
        return redirect("surveys:survey", pk=pk)
    context = {"survey": survey, "back": reverse("surveys:survey", args=[pk])}
    return render(request, "surveys/open.html", context)


@never_cache
@require_safe
def survey_links(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the personal links, to print or copy: a slip for each student."""
    survey, requester, now = _find_visible(request, pk)
    if not survey.is_open or not survey.is_by_roster:
        raise Http404
    page = Paginator(queries.list_personal_links(survey), _SLIPS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    slips = [_describe_slip(request, link) for link in page.object_list]
    listing = agreements_api.find_visible_agreement(
        survey.agreement_reference, requester, now.date()
    )
    context = {
        "survey": survey,
        "page": page,
        "slips": slips,
        "may_name": questions.may_name_survey_links(
            survey.organization.slug, requester, now.date()
        ).allowed,
        "basis": agreements_api.LEGAL_BASIS_PHRASES[listing.terms.basis],
        "as_of": now.date(),
    }
    return render(request, "surveys/links.html", context)


@never_cache
@require_POST
def survey_links_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the personal links as CSV, to merge into letters or messages."""
    survey, _requester, now = _find_visible(request, pk)

    def export_rows() -> list[tuple[str, ...]]:
        links = actions.export_personal_links(survey=survey, by=_get_user(request), at=now)
        return [_list_link_cells(request, survey, link) for link in links]

    return _send_links_file(request, survey, _LINK_COLUMNS, export_rows)


@never_cache
@require_POST
def survey_named_links_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the personal links with the students' names, for the organization's own staff."""
    survey, requester, now = _find_visible(request, pk)
    questions.may_name_survey_links(survey.organization.slug, requester, now.date()).require()
    names = load_roster_names(survey.organization.slug)

    def export_rows() -> list[tuple[str, ...]]:
        links = actions.export_named_links(
            survey=survey, names=names, by=_get_user(request), at=now
        )
        return [
            (named.given_name, named.family_name, *_list_link_cells(request, survey, named.link))
            for named in links
        ]

    columns = ("First name", "Last name", *_LINK_COLUMNS)
    return _send_links_file(request, survey, columns, export_rows)


def _list_link_cells(
    request: HttpRequest, survey: Survey, link: queries.PersonalLink
) -> tuple[str, ...]:
    last_day = survey.closes_on.isoformat()
    return (link.student, survey.title, last_day, _make_address(request, link.key))


def _send_links_file(
    request: HttpRequest,
    survey: Survey,
    columns: tuple[str, ...],
    export_rows: Callable[[], list[tuple[str, ...]]],
) -> HttpResponse:
    """Send links as a CSV file, or say why the survey has none to send."""
    try:
        content = write_text_csv(columns, export_rows())
    except SurveyStateConflict as conflict:
        messages.error(request, str(conflict))
        return redirect("surveys:survey", pk=survey.pk)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{survey.feed}-links.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def survey_deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then delete a survey that was not opened."""
    survey, _requester, now = _find_changeable(request, pk)
    if request.method == "POST":
        actions.delete_draft_survey(survey=survey, by=_get_user(request), at=now)
        messages.success(request, _("The draft was deleted."))
        return redirect("surveys:surveys")
    context = {
        "survey": survey,
        "questions": survey.questions.count(),
        "back": reverse("surveys:survey", args=[pk]),
    }
    return render(request, "surveys/delete.html", context)


@require_POST
def survey_more_links(request: HttpRequest, pk: int) -> HttpResponse:
    """Make links for the students who joined the roster since the survey was opened."""
    survey, requester, now = _find_visible(request, pk)
    try:
        made = actions.add_personal_links(
            survey=survey, requester=requester, by=_get_user(request), at=now
        )
    except SurveyStateConflict as conflict:
        messages.error(request, str(conflict))
    else:
        message = ngettext("%(n)d link was made.", "%(n)d links were made.", made)
        messages.success(request, message % {"n": made})
    return redirect("surveys:survey", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then close a survey and import its answers; or import them again."""
    survey, requester, now = _find_visible(request, pk)
    if request.method == "POST":
        return _close_and_import(request, survey, requester, now)
    context = {
        "survey": survey,
        "answers": survey.responses.count(),
        "consequences": [
            _("The links take no more answers."),
            _("The answers become a data submission, which is checked like an uploaded file."),
            _("Then the answers and the student IDs of the links are erased here."),
        ],
        "back": reverse("surveys:survey", args=[pk]),
    }
    return render(request, "surveys/close.html", context)


def _close_and_import(
    request: HttpRequest, survey: Survey, requester: Actor, now: datetime
) -> HttpResponse:
    by, page = _get_user(request), redirect("surveys:survey", pk=survey.pk)
    try:
        if survey.is_open or survey.is_draft:
            actions.close_survey(survey=survey, by=by, at=now)
            survey.refresh_from_db()
    except SurveyStateConflict as conflict:
        messages.error(request, str(conflict))
        return page
    if not survey.is_waiting or not survey.responses.exists():
        messages.success(request, _("The survey is closed. There are no answers to import."))
        return page
    received = import_survey_answers(
        survey,
        requester=requester,
        by=by,
        at=now,
        on_received=lambda row: intake_api.enqueue_delivery_check(row, by),
    )
    if received.result in (
        intake_api.ReceiptResult.REFUSED,
        intake_api.ReceiptResult.UNUSABLE,
        intake_api.ReceiptResult.HELD,
    ):
        messages.error(
            request,
            _("The survey is closed. Its answers were not imported: the reasons are below."),
        )
    else:
        messages.success(request, _("The survey is closed, and its answers were imported."))
    return redirect("intake:delivery", pk=received.delivery.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then destroy the answers of a closed survey."""
    survey, _requester, now = _find_visible(request, pk)
    if request.method == "POST":
        try:
            actions.discard_answers(survey=survey, by=_get_user(request), at=now)
        except SurveyStateConflict as conflict:
            messages.error(request, str(conflict))
        else:
            messages.success(request, _("The answers were destroyed."))
        return redirect("surveys:survey", pk=pk)
    context = {
        "survey": survey,
        "answers": survey.responses.count(),
        "back": reverse("surveys:survey", args=[pk]),
    }
    return render(request, "surveys/discard.html", context)


def _build_survey_form(
    request: HttpRequest, requester: Actor, now: datetime, survey: Survey | None
) -> SurveyDraftForm:
    return SurveyDraftForm(
        request.POST or None,
        organizations=intake_api.list_organizations_for_action(
            Action.MANAGE_SURVEY, requester, now.date()
        ),
        agreements=agreements_api.list_visible_agreements(requester, now.date()),
        survey=survey,
    )


def _find_visible(request: HttpRequest, pk: int) -> tuple[Survey, Actor, datetime]:
    """Find a survey that the person may manage, else answer 404."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_open_page(Action.MANAGE_SURVEY, requester, on=now.date()).require()
    survey = get_object_or_404(queries.filter_visible_surveys(requester, now.date()), pk=pk)
    questions.may_manage_survey(survey.organization.slug, requester, now.date()).require()
    return survey, requester, now


def _find_changeable(request: HttpRequest, pk: int) -> tuple[Survey, Actor, datetime]:
    """Find a survey that the person may change: one that was not opened."""
    survey, requester, now = _find_visible(request, pk)
    fact = facts.build_survey_fact(survey, now)
    questions.may_change_survey(fact, requester, now.date()).require()
    return survey, requester, now


def _get_user(request: HttpRequest) -> User:
    """Return the signed-in user; views call it after policy has refused everyone else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _make_address(request: HttpRequest, key: str) -> str:
    return request.build_absolute_uri(reverse("surveys:answer", args=[key]))


def _describe_slip(request: HttpRequest, link: queries.PersonalLink) -> dict[str, str]:
    """Describe a slip; its address can be broken into two lines before the key."""
    address = _make_address(request, link.key)
    start, key, end = address.partition(link.key)
    square = _draw_square(address)
    return {"student": link.student, "start": start, "end": f"{key}{end}", "square": square}


def _draw_square(address: str) -> str:
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=3, border=2)
