"""The page on which a person says what each column of a feed is."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.intake import actions, columns, facts, queries
from cairn.intake.forms import ColumnsForm
from cairn.intake.models import Delivery
from cairn.intake.tasks import ask_to_check
from cairn.intake.views import seen, signed_in
from cairn.partners.facts import actor
from cairn.rules.actor import Actor
from cairn.rules.delivery import may_change_mapping
from cairn.rules.vocabulary import DeliveryState
from cairn.warehouse.mapping import Mapping, MappingProblem


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Each column of a delivery's file, what it is, and whether the agreement covers that."""
    who, today = actor(request.user, request=request), timezone.localdate()
    row = seen(request, who, pk)
    may_change_mapping(row.organization.slug, who, today).require()
    newest = queries.newest_mapping(row.organization, row.feed)
    if newest is None:
        messages.error(request, _("This feed was never read, so there are no columns to map."))
        return redirect("intake:delivery", row.pk)
    now = Mapping.parse(newest.text)
    form = ColumnsForm(
        request.POST or None,
        columns=columns.of(row, now, facts.agreement(row.agreement_reference)),
        record=now.type,
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = replace(now, columns=form.mapped())
        except MappingProblem as problem:
            form.add_error(None, str(problem))
        else:
            return _saved(request, row, changed, who)
    context = {
        "delivery": row,
        "form": form,
        "rows": list(zip(form.columns, form, strict=True)),
        "saved": newest,
        "text": newest.text,
    }
    return render(request, "intake/mapping.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, row: Delivery, changed: Mapping, who: Actor) -> HttpResponse:
    """Save the mapping; read the delivery that is here by it, as far as its columns were kept."""
    by, at = signed_in(request), timezone.localtime()
    actions.change_mapping(
        organization=row.organization, feed=row.feed, mapping=changed, by=by, at=at, who=who
    )
    again = columns.of(row, changed, facts.agreement(row.agreement_reference))
    if row.state == DeliveryState.CONFORMED:
        actions.reread(delivery=row, by=by, at=at, who=who)
        ask_to_check(row, by)
    if lacking := [column.name for column in again if column.send_again]:
        text = _("These columns were not kept. Send the file again to have them: %(names)s")
        messages.warning(request, text % {"names": ", ".join(lacking)})
    else:
        messages.success(request, _("The mapping was saved, and the delivery is read by it."))
    return redirect("intake:delivery", row.pk)
