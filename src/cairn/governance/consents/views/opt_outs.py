"""Show the pages on which staff record opt-outs for families."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents.actions import opt_outs as actions
from cairn.governance.consents.actions.consents import OptOutEndings
from cairn.governance.consents.forms import opt_outs as opt_out_forms
from cairn.governance.consents.queries import opt_outs as queries
from cairn.governance.consents.tables import OptOutRecordingTable, OptOutTallyTable
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, OptOutScope


@require_safe
def opt_out_list(request: HttpRequest) -> HttpResponse:
    """Show or download how many children are left out, and the recordings."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    tallies = build_list_table(
        OptOutTallyTable, queries.list_opt_out_tallies(who, today), request, prefix="totals-"
    )
    recordings = build_list_table(
        OptOutRecordingTable,
        queries.list_opt_out_recordings(who, today),
        request,
        permissions={"may_record": may_open_page(Action.RECORD_OPT_OUT, who, on=today).allowed},
    )
    if is_download_requested(tallies, request):
        return write_csv_response(tallies, "opt-out-totals")
    if is_download_requested(recordings, request):
        return write_csv_response(recordings, "opt-outs")
    context = {"tallies": tallies, "recordings": recordings, "today": today}
    return render(request, "opt_outs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record_opt_outs_page(request: HttpRequest) -> HttpResponse:
    """Show the form that records opt-outs."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    organizations = queries.list_organizations_to_record_opt_outs(who, now.date())
    form = opt_out_forms.OptOutForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        recorded = actions.record_opt_outs(
            organization=cleaned["organization"],
            local_ids=list(cleaned["local_ids"]),
            scope=OptOutScope(cleaned["scope"]),
            season=cleaned["season"],
            signatures=form.get_signatures(),
            by=_get_user(request),
            at=now,
        )
        messages.success(request, _describe_new_opt_outs(recorded))
        return redirect("opt_outs:list")
    return render(request, "opt_outs/record.html", {"form": form}, status=_get_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_opt_outs_page(request: HttpRequest) -> HttpResponse:
    """Show the form for families that changed their mind."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    organizations = queries.list_organizations_to_record_opt_outs(who, now.date())
    form = opt_out_forms.OptOutWithdrawalForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        endings = actions.withdraw_opt_outs(
            organization=cleaned["organization"],
            signatures=form.get_signatures(),
            scope=OptOutScope(cleaned["scope"]),
            by=_get_user(request),
            at=now,
        )
        messages.success(request, _describe_endings(endings))
        return redirect("opt_outs:list")
    return render(request, "opt_outs/withdraw.html", {"form": form}, status=_get_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def undo_opt_out_recording_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then undo one recording."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    organizations = queries.list_organizations_to_record_opt_outs(who, now.date())
    recording = get_object_or_404(
        queries.list_opt_out_recordings(who, now.date()).filter(
            organization__in=organizations, recorded_by__isnull=False
        ),
        pk=pk,
    )
    if request.method == "POST":
        changed = actions.undo_opt_out_recording(recording=recording, by=_get_user(request), at=now)
        messages.success(request, _describe_undone(changed))
        return redirect("opt_outs:list")
    context = {
        "recording": recording,
        "consequences": [
            _("Students who have no other opt-out are included again from now on."),
            _("Earlier opt-outs and opt-outs of another kind stay in effect."),
            _("The audit log keeps a record of the opt-outs and of this undo."),
        ],
        "back": reverse("opt_outs:list"),
    }
    return render(request, "opt_outs/undo.html", context)


def _get_user(request: HttpRequest) -> User:
    """Return the signed-in user; call this only after the policy has refused visitors."""
    return cast("User", request.user)


def _get_status(form: opt_out_forms.OptOutChildrenForm) -> int:
    return 422 if form.errors else 200


def _describe_new_opt_outs(counts: actions.OptOutCounts) -> str:
    text = ngettext(
        "%(n)d student is now opted out.", "%(n)d students are now opted out.", counts.new
    ) % {"n": counts.new}
    if not counts.already:
        return text
    already = ngettext(
        "%(n)d was already opted out.", "%(n)d were already opted out.", counts.already
    ) % {"n": counts.already}
    return f"{text} {already}"


def _describe_undone(changed: int) -> str:
    return ngettext(
        "%(n)d student is included again.", "%(n)d students are included again.", changed
    ) % {"n": changed}


def _describe_endings(endings: OptOutEndings) -> str:
    text = ngettext("%(n)d opt-out ended.", "%(n)d opt-outs ended.", endings.ended) % {
        "n": endings.ended
    }
    if not endings.disputed:
        return text
    waiting_text = ngettext(
        "%(n)d was made by another person, or its signer is unknown. It stays in effect until you "
        "decide under Disagreements.",
        "%(n)d were made by other people, or their signers are unknown. They stay in effect until "
        "you decide under Disagreements.",
        endings.disputed,
    )
    return f"{text} {waiting_text % {'n': endings.disputed}}"
