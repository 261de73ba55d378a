"""Answer requests for the pages on which an author changes a release or begins a correction."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.outputs.releases import facts, forms, labels, merged_groups
from cairn.outputs.releases.actions import drafts
from cairn.outputs.releases.models import STATISTIC_CHOICES
from cairn.outputs.releases.views import release_page
from cairn.outputs.releases.views.releases import get_visible_release
from cairn.platform.accounts.api import User
from cairn.policy.checks import list_narrative_questions
from cairn.policy.questions import (
    may_correct_release,
    may_merge_categories,
    may_redraft_release,
    may_reword_release,
)
from cairn.policy.vocabulary import Audience, Purpose
from cairn.warehouse.measures import set_cohort_date

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@_GET_POST
def release_reword(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the text beside the figures, and answer the policy's questions about it."""
    release, current_actor, today = get_visible_release(request, pk)
    fact = facts.load_release_fact(release)
    may_reword_release(fact, current_actor, today).require()
    # These reasons quote the author's own words.
    questions = {
        reason.code: reason.message_for(Audience.STEWARD)
        for reason in list_narrative_questions(fact.telling)
    }
    form = forms.ReleaseWordsForm(
        request.POST or None,
        questions=questions,
        answers=release.framing,
        initial={"title": release.title, "story": release.story},
    )
    if request.method == "POST" and form.is_valid():
        drafts.reword_release(
            release=release,
            title=form.cleaned_data["title"],
            story=form.cleaned_data["story"],
            framing=form.get_answers(),
            by=cast("User", request.user),
            at=timezone.now(),
        )
        if set(form.codes) >= {
            reason_asked.code
            for reason_asked in list_narrative_questions(facts.load_release_fact(release).telling)
        }:
            messages.success(request, _("Text saved."))
            return redirect("releases:detail", pk)
        messages.info(request, _("Text saved. Please answer the question about it."))
        return redirect("releases:reword", pk)
    status = 422 if form.errors else 200
    return render(request, "releases/words.html", {"form": form, "release": release}, status=status)


@_GET_POST
def release_redraft(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the counted outcomes and tables; the release is then a draft again."""
    release, current_actor, today = get_visible_release(request, pk)
    may_redraft_release(facts.load_release_fact(release), current_actor, today).require()
    # The form has the day of a fixed cohort once, and not in the name of each table.
    tables = [[set_cohort_date(dim, None) for dim in table] for table in release.tables]
    form = forms.ReleaseTablesForm(
        request.POST or None,
        on=today,
        purpose=Purpose(release.purpose),
        kept_tables=tables,
        release=release,
        initial={
            "outcomes": release.outcomes,
            "measures": release.outcomes,
            "counts": release.outcomes,
            "statistic": release.statistic or STATISTIC_CHOICES[0][0],
            "method": release.method,
            "tables": [",".join(table) for table in tables],
            "years": release.years,
            "cohort_on": facts.find_cohort_date(release),
        },
    )
    if request.method == "POST" and form.is_valid():
        drafts.redraft_release(
            release=release,
            outcomes=form.list_outcomes(),
            statistic=form.cleaned_data["statistic"],
            method=form.cleaned_data["method"],
            tables=form.list_table_dimensions(),
            years=form.cleaned_data["years"],
            cohort_on=form.cleaned_data.get("cohort_on"),
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Saved as a draft. Next, run the disclosure check."))
        return redirect("releases:detail", pk)
    status = 422 if form.errors else 200
    context = {"form": form, "release": release}
    return render(request, "releases/redraft.html", context, status=status)


@_GET_POST
def release_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a correction of a published release."""
    release, current_actor, today = get_visible_release(request, pk)
    may_correct_release(facts.load_release_fact(release), current_actor, today).require()
    form = forms.ReleaseCorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        correction = drafts.begin_release_correction(
            release=release,
            what_changed=form.cleaned_data["what_changed"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Correction drafted. Next, run the disclosure check."))
        return redirect("releases:detail", correction.pk)
    context = {
        "title": _("Start a correction of “%(title)s”?") % {"title": release.title},
        "text": _("This creates a draft with the same tables, counted from current data."),
        "consequences": [
            _("The published figures stay public until the correction is published."),
            _("Readers will see the correction date and what you write here."),
        ],
        "action": _("Start correction"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
        "harmless": True,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def release_merge_groups(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose groups to merge, show the merged name and the effect, then ask for confirmation."""
    release, current_actor, today = get_visible_release(request, pk)
    fact = facts.load_release_fact(release)
    may_redraft_release(fact, current_actor, today).require()
    chosen = request.GET.getlist("values")
    form = forms.MergeGroupsForm(request.POST or None, initial={"values": chosen})
    if request.method == "POST" and form.is_valid():
        chosen, why = form.cleaned_data["values"], form.cleaned_data["why"]
        decision = may_merge_categories(
            fact, facts.build_merge_fact(release, chosen, why), current_actor, today
        )
        if not decision.allowed:
            # These reasons are about the author's own choice.
            for reason in decision.refusals:
                message = f"{reason.message_for(Audience.STEWARD)} {reason.next_step}"
                form.add_error("values", message)
        elif "confirmed" in request.POST:
            by = cast("User", request.user)
            drafts.merge_release_groups(
                release=release, values=chosen, why=why, by=by, at=timezone.now()
            )
            messages.success(request, _("Groups combined. Next, run the disclosure check again."))
            return redirect("releases:detail", pk)
        else:
            context = {
                "release": release,
                "name": labels.label_race(merged_groups.encode_merged_group(chosen)),
                "found": release_page.list_merge_effects(release, chosen),
                "chosen": chosen,
                "why": why,
            }
            return render(request, "releases/as_one.html", context)
    context = {
        "release": release,
        "form": form,
        "together": release_page.list_release_merges(release),
        "found": release_page.list_merge_effects(release, chosen) if chosen else [],
    }
    status = 422 if form.errors else 200
    return render(request, "releases/merge.html", context, status=status)


@require_POST
def release_split_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Split a merged group again."""
    release, current_actor, today = get_visible_release(request, pk)
    may_redraft_release(facts.load_release_fact(release), current_actor, today).require()
    group, by = request.POST.get("group", ""), cast("User", request.user)
    drafts.split_release_group(release=release, group=group, by=by, at=timezone.now())
    messages.success(request, _("Groups separated. Next, run the disclosure check."))
    return redirect("releases:detail", pk)
