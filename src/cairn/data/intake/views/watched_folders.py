"""Pages of watched folders: what arrived in them, and the files that were not accepted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cairn.data.intake import queries
from cairn.data.intake.actions import watched_folders
from cairn.data.intake.models import FolderFile
from cairn.data.intake.views.deliveries import require_signed_in_user
from cairn.governance.partners.api import load_actor
from cairn.policy.questions import may_dismiss_folder_file, may_open_page
from cairn.policy.vocabulary import Action


@require_safe
def watched_folder_list(request: HttpRequest) -> HttpResponse:
    """List the watched folders, and the newest files of each."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.RECEIVE, requester, on=today).require()
    context = {
        "folders": queries.list_watched_folders(requester, today),
        "refused": list(queries.filter_refused_folder_files(requester, today)),
        "as_of": today,
    }
    return render(request, "intake/watched_folders.html", context)


@require_POST
def folder_file_dismissal(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a person looked at a file that was not accepted."""
    requester, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.RECEIVE, requester, on=now.date()).require()
    visible = queries.filter_refused_folder_files(requester, now.date(), is_handled=None)
    file: FolderFile = get_object_or_404(visible, pk=pk)
    may_dismiss_folder_file(file.folder.organization.slug, requester, now.date()).require()
    watched_folders.dismiss_folder_file(file=file, by=require_signed_in_user(request), at=now)
    messages.success(request, _("Removed from the list. The file is still in its folder."))
    return redirect("intake:watched_folders")
