"""Pages about the law of a data owner's state, and counsel's review of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.actions.state_law import record_state_review
from cairn.governance.partners.forms import StateReviewForm
from cairn.governance.partners.models import Organization, StateReview
from cairn.governance.partners.queries import state_law as queries
from cairn.governance.partners.requesters import get_form_status, load_staff_request
from cairn.platform.accounts.api import User
from cairn.policy.facts import StateLawReview
from cairn.policy.law import STATE_PACKS, needs_counsel_review
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, label_code

_USUAL_TERM = timedelta(days=365)


@require_safe
def state_law(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which state law is applied to a data owner's records, and counsel's reviews."""
    staff = load_staff_request(request)
    may_open_page(Action.VIEW_CLEARANCE, staff.who, organization=slug, on=staff.today).require()
    organization = get_object_or_404(Organization, slug=slug)
    current = queries.find_current_review(organization, staff.today)
    context = {
        "organization": organization,
        "state": queries.find_state_name(organization.state),
        "pack": STATE_PACKS.get(organization.state),
        "needs_review": needs_counsel_review(organization.state),
        "current": current,
        "answers": _describe_answers(current) if current else (),
        "earlier": [row for row in queries.list_state_reviews(organization) if row != current],
        "may_review": may_open_page(
            Action.REVIEW_STATE_LAW, staff.who, organization=slug, on=staff.today
        ).allowed,
        "today": staff.today,
    }
    return render(request, "partners/state_law.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_state_review(request: HttpRequest, slug: str) -> HttpResponse:
    """Let counsel of a data owner answer the questionnaire about the law of its state."""
    staff = load_staff_request(request)
    may_open_page(Action.REVIEW_STATE_LAW, staff.who, organization=slug, on=staff.today).require()
    organization = get_object_or_404(Organization, slug=slug)
    if not organization.state or not needs_counsel_review(organization.state):
        messages.info(request, _("No review is needed for the state on record."))
        return redirect("partners:state_law", slug=slug)
    previous = queries.list_state_reviews(organization).filter(state=organization.state).first()
    initial: dict[str, Any] = {"expires_on": staff.today + _USUAL_TERM}
    if previous is not None:
        initial |= {"law": previous.law, **StateReviewForm.build_initial(previous.answers)}
    form = StateReviewForm(request.POST or None, today=staff.today, initial=initial)
    if request.method == "POST" and form.is_valid():
        record_state_review(
            organization=organization,
            counsel=form.cleaned_data["counsel"],
            law=form.cleaned_data["law"],
            expires_on=form.cleaned_data["expires_on"],
            answers=form.get_answers(),
            by=cast("User", request.user),
            at=timezone.localtime(),
        )
        messages.success(request, _("Review saved. It is applied to every use from today."))
        return redirect("partners:state_law", slug=slug)
    context = {
        "organization": organization,
        "form": form,
        "state": queries.find_state_name(organization.state),
    }
    return render(request, "partners/review_state_law.html", context, status=get_form_status(form))


def _describe_answers(row: StateReview) -> tuple[tuple[str, str], ...]:
    """Describe the answers of a review: the question in short, and the answer in words."""
    review = queries.build_state_review(row)
    nothing, yes_no = _("None"), {True: _("Yes"), False: _("No")}

    def describe_days(days: int | None) -> str:
        return nothing if days is None else _("%(n)s days") % {"n": days}

    return (
        (_("Legal bases allowed"), _join_labels(map(label_code, review.bases)) or nothing),
        (_("Purposes allowed"), _join_labels(map(label_code, review.purposes)) or nothing),
        (_("Special classes cleared"), _join_labels(map(label_code, review.classes)) or nothing),
        (_("Student-level records may leave the data system"), yes_no[review.rows_leave]),
        (_("Agreements must say where signed consents are kept"), yes_no[review.consents_kept]),
        (
            _("Of separated parents, only one with legal custody may consent"),
            yes_no[review.custodian_signs],
        ),
        (_("Age from which a minor consents alone"), _join_labels(_list_ages(review)) or nothing),
        (
            _("Terms that agreements must contain"),
            _join_labels(map(label_code, review.required_clauses)) or nothing,
        ),
        (
            _("Longest time for notice of a breach"),
            describe_days(review.breach_notice_days),
        ),
        (_("Longest time to show a record to a family"), describe_days(review.inspection_days)),
        (_("Longest time to decide a correction"), describe_days(review.amendment_days)),
    )


def _list_ages(review: StateLawReview) -> Iterable[str]:
    return (f"{label_code(special)}: {age}" for special, age in review.minor_consents.items())


def _join_labels(labels: Iterable[str]) -> str:
    return ", ".join(sorted(labels))
