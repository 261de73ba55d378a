"""Pages on which an author has small groups counted as one, and tells them apart again."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.accounts.models import User
from cairn.releases import actions, facts, groups, labels, page
from cairn.releases.forms import AsOne
from cairn.releases.views import seen
from cairn.rules.release import may_count_as_one, may_redraft
from cairn.rules.vocabulary import Audience


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Chooses groups, shows what they would be called and what that brings, and asks once more."""
    release, who, today = seen(request, pk)
    fact = facts.release(release)
    may_redraft(fact, who, today).require()
    chosen = request.GET.getlist("values")
    form = AsOne(request.POST or None, initial={"values": chosen})
    if request.method == "POST" and form.is_valid():
        chosen, why = form.cleaned_data["values"], form.cleaned_data["why"]
        asked = may_count_as_one(fact, facts.together(release, chosen, why), who, today)
        if not asked.allowed:
            # These facts are the author's own choice.
            for reason in asked.refusals:
                said = f"{reason.told(Audience.STEWARD)} {reason.next_step}"
                form.add_error("values", said)
        elif "confirmed" in request.POST:
            by = cast("User", request.user)
            actions.count_as_one(release=release, values=chosen, why=why, by=by, at=timezone.now())
            messages.success(request, _("They are counted as one. Now let it be checked again."))
            return redirect("releases:detail", pk)
        else:
            context = {
                "release": release,
                "name": labels.race(groups.code(chosen)),
                "found": page.brought(release, chosen),
                "chosen": chosen,
                "why": why,
            }
            return render(request, "releases/as_one.html", context)
    context = {
        "release": release,
        "form": form,
        "together": page.together(release),
        "found": page.brought(release, chosen) if chosen else [],
    }
    status = 422 if form.errors else 200
    return render(request, "releases/merge.html", context, status=status)


@require_POST
def apart(request: HttpRequest, pk: int) -> HttpResponse:
    """Tells the groups of a merged one apart again."""
    release, who, today = seen(request, pk)
    may_redraft(facts.release(release), who, today).require()
    group, by = request.POST.get("group", ""), cast("User", request.user)
    actions.show_apart(release=release, group=group, by=by, at=timezone.now())
    messages.success(request, _("They are told apart again. Now let it be checked."))
    return redirect("releases:detail", pk)
