"""Show a family its child's programs, and let organizations answer for what families see."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import load_staff_request
from cairn.policy.checks import find_record_copy_due_date
from cairn.policy.engine import Refused
from cairn.policy.questions import may_answer_for_child
from cairn.policy.vocabulary import SpecialClass
from cairn.services.families.forms import ProgramAccessForm
from cairn.services.families.program_copies import requests
from cairn.services.families.program_copies.actions import request_program_copy
from cairn.services.families.program_timeline import actions, queries
from cairn.services.families.queries import load_record_deadlines
from cairn.services.families.views import session as family_session
from cairn.services.families.views.child_page import build_signer_form

RECENT_TIMES: Final = 2
"""Times in programs that fit on three screens of a phone; earlier ones are folded."""


@require_safe
@family_session.require_family_session
def timeline(request: HttpRequest, session: family_session.FamilySession) -> HttpResponse:
    """Show the child's programs with first and last day, days and hours by month."""
    times = actions.open_family_timeline(
        child=session.child, letter=session.letter, who=session.who, at=session.now
    )
    offers = requests.list_program_copy_offers(session.child, session.who, session.now.date())
    context = {
        "offers": offers,
        "may_answer": may_answer_for_child(
            session.child.key, session.who, session.now.date()
        ).allowed,
        "recent_times": times[:RECENT_TIMES],
        "earlier_times": times[RECENT_TIMES:],
        "today": session.now.date(),
    }
    return render(request, "families/timeline.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@family_session.require_family_session
def ask_program(
    request: HttpRequest, session: family_session.FamilySession, slug: str
) -> HttpResponse:
    """Ask a program for its own record of the child; unknown and hidden programs answer alike."""
    today = session.now.date()
    may_answer_for_child(session.child.key, session.who, today).require()
    offers = requests.list_program_copy_offers(session.child, session.who, today)
    offer = next((item for item in offers if item.organization.slug == slug), None)
    if offer is None:
        raise Http404
    form = build_signer_form(request, session)
    if request.method == "POST" and form.is_valid():
        name, _relation = family_session.remember_signature(request, session, form)
        try:
            request_program_copy(
                child=session.child,
                organization=slug,
                letter=session.letter,
                name=name,
                who=session.who,
                at=session.now,
            )
        except Refused as refused:  # the program was hidden since the question above
            raise Http404 from refused
        messages.success(request, _("Your request was sent to the program."))
        return redirect("families:timeline")
    deadlines = load_record_deadlines(offer.organization, today)
    context = {
        "form": form,
        "organization": offer.organization,
        "due": find_record_copy_due_date(today, deadlines),
    }
    status = 422 if form.errors else 200
    return render(request, "families/ask_program.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def program_access(request: HttpRequest) -> HttpResponse:
    """List the programs that the user answers for, and record what families see of them."""
    staff = load_staff_request(request)
    stated = queries.list_stated_programs(staff.who, staff.today)
    chosen = request.POST.get("program", "")
    forms = [
        (
            item,
            ProgramAccessForm(
                request.POST if chosen == str(item.program.pk) else None,
                auto_id=f"program-{item.program.pk}-%s",
                initial=_describe_statement(item),
            ),
        )
        for item in stated
    ]
    sent = next(((item, form) for item, form in forms if form.is_bound), None)
    if sent is not None and sent[1].is_valid():
        service = sent[1].cleaned_data["service"]
        actions.state_program_access(
            program=sent[0].program,
            shown=sent[1].cleaned_data["shown"] == "yes",
            service=SpecialClass(service) if service else None,
            by=staff.user,
            at=staff.now,
        )
        messages.success(request, _("Saved."))
        return redirect("families:program_access")
    status = 422 if sent is not None else 200
    context = {"forms": forms, "today": staff.today}
    return render(request, "families/program_access.html", context, status=status)


def _describe_statement(item: queries.StatedProgram) -> dict[str, str]:
    if item.statement is None:
        return {}
    return {"shown": "yes" if item.statement.shown else "no", "service": item.statement.service}
