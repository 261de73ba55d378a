"""Answer requests for the releases that are for one partner."""

from collections.abc import Callable
from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import Organization, load_actor
from cairn.outputs.dashboards import wording
from cairn.outputs.dashboards.audiences import partner_release, partner_report
from cairn.outputs.dashboards.audiences.partner_release import PartnerRelease
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.policy import questions
from cairn.policy.vocabulary import Action


@require_safe
def release_page(request: HttpRequest, organization: str) -> HttpResponse:
    """Show the figures that are for one partner; each opening is recorded."""
    found, today = _open_releases(request, organization), timezone.localdate()
    context = {
        "found": found,
        "age": wording.describe_age(found.days, today),
        "withheld": found.describe_suppressed(),
    }
    return render(request, "dashboards/staff/partner_release.html", context)


@require_safe
def release_file(request: HttpRequest, organization: str, kind: str) -> HttpResponse:
    """Send the figures that are for one partner as CSV or Excel; each opening is recorded."""
    write_file = _WRITERS.get(kind)
    if write_file is None:
        raise Http404
    response = write_file(_open_releases(request, organization))
    file_name = f"figures-for-{organization}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _open_releases(request: HttpRequest, slug: str) -> PartnerRelease:
    """Load the releases for a partner, and record that they were opened; policy is asked first.

    A HEAD request shows nothing, so it opens nothing.
    """
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    questions.may_open_page(Action.VIEW_GIVE_BACK, actor, organization=slug, on=today).require()
    organization = get_object_or_404(Organization, slug=slug)
    releases = releases_api.load_partner_releases(actor, today, slug)
    for release in releases if request.method == "GET" else ():
        releases_api.record_partner_release_opened(
            release=release, actor=actor, by=cast("User", request.user), at=timezone.now()
        )
    return partner_release.build_partner_release(organization, releases)


def _write_csv(found: PartnerRelease) -> HttpResponse:
    rows = partner_release.list_release_rows(found)
    text = partner_report.format_partner_csv(partner_release.FILE_COLUMNS, rows)
    return HttpResponse(text, content_type="text/csv; charset=utf-8")


def _write_workbook(found: PartnerRelease) -> HttpResponse:
    notes = (
        (_("Releases"), "; ".join(row.title for row in found.releases)),
        (_("Only for"), found.organization.name),
        *((_("Cohort"), cohort) for cohort in found.cohorts),
        (_("Legal basis"), found.basis),
        (_("As of"), wording.describe_age(found.days, timezone.localdate())),
        (_("Suppressed"), found.describe_suppressed()),
    )
    rows = partner_release.list_release_rows(found)
    content = partner_report.write_partner_workbook(partner_release.FILE_COLUMNS, rows, notes)
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(content, content_type=content_type)


_WRITERS: Final[dict[str, Callable[[PartnerRelease], HttpResponse]]] = {
    "csv": _write_csv,
    "xlsx": _write_workbook,
}
