"""The page on which a person maps each column of a feed."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.data.intake import delivery_columns, facts, queries
from cairn.data.intake.actions import mapping_versions
from cairn.data.intake.forms import ColumnsForm
from cairn.data.intake.models import Delivery
from cairn.data.intake.tasks import enqueue_delivery_check
from cairn.data.intake.views.deliveries import get_visible_delivery, require_signed_in_user
from cairn.governance.partners.api import load_actor
from cairn.policy.facts import Actor
from cairn.policy.questions import may_change_column_mapping
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse.schema import ColumnMapping, MappingProblem


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and save the target of each column, and whether the agreement covers it."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    row = get_visible_delivery(request, requester, pk)
    may_change_column_mapping(row.organization.slug, requester, today).require()
    newest = queries.get_newest_mapping(row.organization, row.feed)
    if newest is None:
        messages.error(request, _("This feed was never read, so there are no columns to map."))
        return redirect("intake:delivery", row.pk)
    saved_mapping = ColumnMapping.parse(newest.text)
    form = ColumnsForm(
        request.POST or None,
        columns=delivery_columns.list_delivery_columns(
            row, saved_mapping, facts.load_agreement_by_reference(row.agreement_reference)
        ),
        record=saved_mapping.type,
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed_mapping = replace(saved_mapping, columns=form.get_mapped_columns())
        except MappingProblem as problem:
            form.add_error(None, str(problem))
        else:
            return _save_mapping(request, row, changed_mapping, requester)
    context = {
        "delivery": row,
        "form": form,
        "rows": list(zip(form.columns, form, strict=True)),
        "saved": newest,
        "text": newest.text,
    }
    return render(request, "intake/mapping.html", context, status=422 if form.errors else 200)


def _save_mapping(
    request: HttpRequest, row: Delivery, changed_mapping: ColumnMapping, requester: Actor
) -> HttpResponse:
    """Save the mapping, and read the stored delivery by it as far as its columns were kept."""
    by, at = require_signed_in_user(request), timezone.localtime()
    mapping_versions.change_column_mapping(
        organization=row.organization,
        feed=row.feed,
        mapping=changed_mapping,
        by=by,
        at=at,
        requester=requester,
    )
    column_list = delivery_columns.list_delivery_columns(
        row, changed_mapping, facts.load_agreement_by_reference(row.agreement_reference)
    )
    if row.state == DeliveryState.CONFORMED:
        mapping_versions.remap_delivery(delivery=row, by=by, at=at, requester=requester)
        enqueue_delivery_check(row, by)
    if missing_columns := [column.name for column in column_list if column.send_again]:
        text = _("These columns were not kept. Send the file again to have them: %(names)s")
        messages.warning(request, text % {"names": ", ".join(missing_columns)})
    else:
        messages.success(request, _("The mapping was saved, and the delivery is read by it."))
    return redirect("intake:delivery", row.pk)
