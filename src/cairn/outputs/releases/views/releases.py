"""Answer requests for the list and the pages of releases."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.disclosure_log.api import load_organization_names
from cairn.governance.partners.api import keep_page_while_rows_unchanged, load_actor
from cairn.outputs.releases import facts, forms, list_tables, merged_groups, tasks
from cairn.outputs.releases.actions import drafts, owner_answers, review_and_publication
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import figures, releases
from cairn.outputs.releases.views import release_page
from cairn.outputs.releases.views.renewal_page import build_renewal_context
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import Work
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy import questions
from cairn.policy.engine import find_audience
from cairn.policy.law import count_business_days_left
from cairn.policy.vocabulary import Action, ReleaseState, ReviewVerdict

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@keep_page_while_rows_unchanged
def release_list(request: HttpRequest) -> HttpResponse:
    """List the releases that the user may see: those with a task for the user first."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.VIEW_RELEASE, current_actor, on=today).require()
    loader = facts.ReleaseFactLoader()
    in_progress = releases.list_releases_in_progress(current_actor, today, loader)
    waiting = [release for release, step in in_progress if step]
    others = releases.filter_visible_releases(current_actor, today).exclude(
        pk__in=[release.pk for release in waiting]
    )
    table = build_list_table(list_tables.ReleaseTable, others, request)
    if is_download_requested(table, request):
        return write_csv_response(table, "releases")
    context = {
        "tasks": build_list_table(list_tables.ReleaseTaskTable, waiting, request, prefix="tasks-"),
        "table": table,
        "drafting": bool(releases.list_drafting_organizations(current_actor, today)),
    }
    return render(request, "releases/list.html", context)


@_GET_POST
def release_new(request: HttpRequest) -> HttpResponse:
    """Draft a release."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.DRAFT_RELEASE, current_actor, on=today).require()
    organizations = releases.list_drafting_organizations(current_actor, today)
    form = forms.NewReleaseForm(request.POST or None, organizations=organizations, on=today)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        release = drafts.draft_release(
            title=data["title"],
            outcomes=form.list_outcomes(),
            statistic=data["statistic"],
            method=data["method"],
            tables=form.list_table_dimensions(),
            years=data["years"],
            organization=data["organization"],
            story=data["story"],
            pilot=data["pilot"],
            audience=data["audience"],
            audience_minimum=data["audience_minimum"],
            cohort_on=data["cohort_on"],
            renew=data["renew"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Draft saved. Next, run the disclosure check."))
        return redirect("releases:detail", release.pk)
    return render(request, "releases/new.html", {"form": form})


@require_safe
def release_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one release: its state, tables, certificate and possible actions."""
    release, current_actor, today = get_visible_release(request, pk)
    send_back_to_answer = releases.find_own_send_back(release, current_actor, today)
    decisions = releases.decide_release_actions(release, current_actor, today)
    fact = facts.load_release_fact(release)
    context = {
        **release_page.build_release_context(release),
        "audience": find_audience(current_actor, fact.owners, today),
        "doors": decisions,
        "stopped": release_page.explain_check_conflict(release, current_actor, today),
        "working_tables": release_page.list_working_tables(release),
        "explained": release_page.explain_blocked_steps(fact, decisions),
        "may_merge": decisions["redraft"].allowed
        and merged_groups.has_race_breakdown(release.tables),
        "otherwise": release_page.build_alternatives(release, decisions, today),
        "nothing": not send_back_to_answer
        and not releases.list_answerable_nations(release, current_actor, today)
        and not any(decision.allowed for decision in decisions.values()),
        "reviews": releases.list_release_reviews(release, current_actor),
        "send_backs": [
            (send_back, clock, count_business_days_left(today, clock.due_on))
            for send_back in figures.list_send_backs(release)
            for clock in (facts.load_preview_clock(send_back),)
        ],
        "own_send_back": send_back_to_answer,
        "called_wrong": figures.list_readable_disputes(release, current_actor, today),
        "next_step": releases.find_next_release_step(release, current_actor, today),
        "work": Work.objects.filter(kind="check", subject=f"release:{pk}").first(),
        "may_report": release_page.has_state_report_rule(decisions["publish"])
        and questions.may_report_release(fact, today, current_actor, today).allowed,
        "corrections": releases.list_release_corrections(release, current_actor, today),
        "is_author": release.author_id == request.user.pk,
        "nations": releases.list_nation_statuses(release),
        "own_nation": bool(releases.list_answerable_nations(release, current_actor, today)),
        "steps": release_page.build_progress_steps(release),
        "next_actor": release_page.describe_next_actor(fact),
        "renewal": build_renewal_context(release, current_actor, today),
    }
    return render(request, "releases/detail.html", context)


@require_POST
def release_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the disclosure check."""
    release, current_actor, today = get_visible_release(request, pk)
    questions.may_audit_release(facts.load_release_fact(release), current_actor, today).require()
    tasks.enqueue_release_check(release, cast("User", request.user))
    return redirect("releases:detail", pk)


@require_POST
def release_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit the release to the reviewers."""
    release, _who, _today = get_visible_release(request, pk)
    review_and_publication.submit_release(
        release=release, by=cast("User", request.user), at=timezone.now()
    )
    messages.success(request, _("Submitted for review. Two reviewers must approve it."))
    return redirect("releases:detail", pk)


@_GET_POST
def release_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the release to a reviewer and take the verdict."""
    release, current_actor, today = get_visible_release(request, pk)
    questions.may_review_release(facts.load_release_fact(release), current_actor, today).require()
    form = forms.ReleaseVerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        review_and_publication.review_release(
            release=release,
            verdict=ReviewVerdict(form.cleaned_data["verdict"]),
            comment=form.cleaned_data["comment"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Decision recorded."))
        return redirect("releases:detail", pk)
    return render(
        request,
        "releases/review.html",
        {**release_page.build_release_context(release), "form": form},
    )


@_GET_POST
def release_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then send the tables to the data owners."""
    release, current_actor, today = get_visible_release(request, pk)
    if request.method == "POST":
        owner_answers.send_release_to_owners(
            release=release, by=cast("User", request.user), at=timezone.now()
        )
        messages.success(request, _("Sent to the data owners for preview."))
        return redirect("releases:detail", pk)
    fact = facts.load_release_fact(release)
    questions.may_preview_release_to_owners(fact, current_actor, today).require()
    names = load_organization_names()
    said = {
        "n": len(fact.owners),
        "owners": ", ".join(sorted(names.get(slug, slug) for slug in fact.owners)),
    }
    context = {
        "title": _("Send “%(title)s” to the data owners?") % {"title": release.title},
        "text": _("Data owners: %(n)s (%(owners)s).") % said,
        "consequences": [
            _("Each data owner sees its own numbers and the tables as readers would see them."),
            release_page.describe_readers(release),
            _("Each has the days that its agreement names to confirm, correct or decline."),
            _("You cannot change the text or the tables while they read them."),
        ],
        "action": _("Send to data owners"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
        "harmless": True,
    }
    return render(request, "releases/confirm.html", context)


@_GET_POST
def release_state_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the release was reported to a state that requires it, and when."""
    release, current_actor, today = get_visible_release(request, pk)
    questions.may_report_release(
        facts.load_release_fact(release), today, current_actor, today
    ).require()
    form = forms.StateReportForm(
        request.POST or None, initial={"day": release.reported_on or today}
    )
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        decision = questions.may_report_release(
            facts.load_release_fact(release), day, current_actor, today
        )
        if decision.allowed:
            by = cast("User", request.user)
            owner_answers.record_state_report(release=release, on=day, by=by, at=timezone.now())
            messages.success(request, _("Report date recorded."))
            return redirect("releases:detail", pk)
        audience = find_audience(current_actor, facts.load_release_fact(release).owners, today)
        for reason in decision.refusals:
            form.add_error("day", reason.message_for(audience))
    context = {
        "release": release,
        "title": _("Record report to state: “%(title)s”") % {"title": release.title},
        "text": _("Some states require a report on their data before publication."),
        "consequences": [_("You can publish the figures after the state's waiting period ends.")],
        "action": _("Record date"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
        "harmless": True,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)


@_GET_POST
def release_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then publish."""
    release, current_actor, today = get_visible_release(request, pk)
    questions.may_publish_release(facts.load_release_fact(release), current_actor, today).require()
    if request.method == "POST":
        review_and_publication.publish_release(
            release=release, by=cast("User", request.user), at=timezone.now()
        )
        messages.success(request, _("Release published."))
        return redirect("releases:detail", pk)
    context = {
        "title": _("Publish “%(title)s”?") % {"title": release.title},
        "release": release,
        "text": release_page.describe_readers(release),
        "consequences": [
            _count_figures(release),
            *release_page.describe_publication(release),
            _("The pilot is then complete. No figures about real children are published.")
            if release.pilot
            else _(
                "Published figures can be copied. Withdrawing the release later does not remove "
                "copies."
            ),
        ],
        "action": _("Publish"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
    }
    return render(request, "releases/confirm.html", context)


@_GET_POST
def release_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the release, with a reason for its public page."""
    release, current_actor, today = get_visible_release(request, pk)
    questions.may_withdraw_release(facts.load_release_fact(release), current_actor, today).require()
    form = forms.WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        review_and_publication.withdraw_release(
            release=release,
            reason=form.cleaned_data["reason"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Withdrawn."))
        return redirect("releases:detail", pk)
    was_published = release.state == ReleaseState.PUBLISHED.value
    context = {
        "release": release,
        "title": _("Withdraw “%(title)s”?") % {"title": release.title},
        "text": release_page.describe_withdrawn_page(release)
        if was_published
        else _("This release was not published and cannot continue."),
        "consequences": [
            _count_figures(release),
            *release_page.describe_withdrawal(release),
            *(
                [_("The release will no longer renew itself.")]
                if was_published and release.renewal and release.renewal.is_running
                else []
            ),
            _("You cannot restore a withdrawn release. You can draft a new one."),
        ],
        "action": _("Withdraw"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)


def _count_figures(release: Release) -> str:
    """Say how many outcomes and numbers a release has, and how many of them are suppressed."""
    said = {
        "outcomes": len(release.outcomes),
        "numbers": sum(part["cells"] for part in release.certificate),
        "suppressed": release.withheld,
    }
    return _("Outcomes: %(outcomes)s. Numbers: %(numbers)s, suppressed: %(suppressed)s.") % said


def get_visible_release(request: HttpRequest, pk: int) -> tuple[Release, Any, Any]:
    """Return the release if the user may see it; policy is asked before the row is fetched."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.VIEW_RELEASE, current_actor, on=today).require()
    rows = Release.objects.select_related(
        "organization", "author", "audience", "renewal__asked_by", "renewal__ended_by"
    )
    release = get_object_or_404(rows, pk=pk)
    questions.may_view_release(facts.load_release_fact(release), current_actor, today).require()
    return release, current_actor, today
