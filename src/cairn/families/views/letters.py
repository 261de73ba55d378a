"""Pages of the district: letters to families, printed, looked up, stopped and replaced."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.consents.queries.consents import organizations
from cairn.consents.sealing import label
from cairn.consents.views.asking import asking, status
from cairn.families import actions, queries
from cairn.families.actions import Printed
from cairn.families.forms import WEEKS, FindForm, LettersForm
from cairn.families.letters import drawn
from cairn.families.models import Letter
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Action


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The form that makes letters, and then the letters, once: their codes are kept nowhere."""
    ask = asking(request)
    mine = organizations(Action.INVITE_FAMILY, ask.who, ask.today)
    form = LettersForm(request.POST or None, organizations=mine)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        printed = actions.print_letters(
            organization=given["organization"],
            children=given["children"],
            expires_on=given["expires_on"],
            by=ask.user,
            at=ask.now,
            who=ask.who,
        )
        return _printed(request, printed, given["organization"])
    context = {
        "form": form,
        "find": FindForm(organizations=mine),
        "runs": queries.runs(ask.who, ask.today),
        "today": ask.today,
    }
    return render(request, "families/invite.html", context, status=status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def stop_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then the codes of these letters open nothing any more."""
    ask = asking(request)
    run = get_object_or_404(queries.runs(ask.who, ask.today), pk=pk)
    if request.method == "POST":
        n = actions.stop_letters(run=run, by=ask.user, at=ask.now, who=ask.who)
        told = ngettext("%(n)d code is stopped.", "%(n)d codes are stopped.", n) % {"n": n}
        messages.success(request, told)
        return redirect("families:letters")
    context = {
        "run": run,
        "consequences": [
            _("Families with these letters cannot open their page any more."),
            _("What they have said on it stands. You can print new letters."),
        ],
        "back": reverse("families:letters"),
    }
    return render(request, "families/stop_letters.html", context)


@never_cache
@require_safe
def of_run(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters that were printed together, each with what became of it."""
    ask = asking(request)
    run = get_object_or_404(queries.runs(ask.who, ask.today), pk=pk)
    rows = queries.letters(ask.who, ask.today).filter(run=run)
    context = {"run": run, "sent": queries.sent(rows, ask.today), "today": ask.today}
    return render(request, "families/sent.html", context)


@never_cache
@require_POST
def of_child(request: HttpRequest) -> HttpResponse:
    """The letters of one child; its id is sent by the form and stands in no address."""
    ask = asking(request)
    mine = organizations(Action.INVITE_FAMILY, ask.who, ask.today)
    form = FindForm(request.POST, organizations=mine)
    rows = Letter.objects.none()
    if form.is_valid():
        given = form.cleaned_data
        rows = queries.letters_of(given["district"], given["local_id"], ask.who, ask.today)
    context = {"find": form, "sent": queries.sent(rows, ask.today), "today": ask.today}
    return render(request, "families/sent.html", context, status=status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then the code of this one letter opens nothing any more."""
    ask = asking(request)
    letter = get_object_or_404(queries.letters(ask.who, ask.today), pk=pk)
    back = reverse("families:run", args=[letter.run_id])
    if request.method == "POST":
        actions.stop_letter(letter=letter, by=ask.user, at=ask.now, who=ask.who)
        messages.success(request, _("This letter is stopped. The others go on counting."))
        return redirect(back)
    context = {
        "told": label(letter.child.key, letter.child.sealed),
        "consequences": [
            _("Whoever holds this letter cannot open the page any more."),
            _("Other letters of this child go on counting: two parents can each have one."),
        ],
        "back": back,
    }
    return render(request, "families/stop_letter.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, stops this letter, and shows the new one, once."""
    ask = asking(request)
    letter = get_object_or_404(queries.letters(ask.who, ask.today), pk=pk)
    if request.method == "POST":
        until = ask.today + timedelta(weeks=WEEKS)
        made = actions.replace_letter(
            letter=letter, expires_on=until, by=ask.user, at=ask.now, who=ask.who
        )
        return _printed(request, [made], letter.run.organization)
    context = {
        "told": label(letter.child.key, letter.child.sealed),
        "consequences": [
            _("The code of the old letter opens nothing any more."),
            _("A new letter with a new code is shown once, to be printed and mailed."),
        ],
        "back": reverse("families:run", args=[letter.run_id]),
    }
    return render(request, "families/replace_letter.html", context)


def _printed(
    request: HttpRequest, printed: Iterable[Printed], organization: Organization
) -> HttpResponse:
    """The letters themselves, to be printed."""
    address = request.build_absolute_uri(reverse("families:enter"))
    made = drawn(printed, organization.name, address)
    return render(request, "families/letters.html", {"letters": made})
