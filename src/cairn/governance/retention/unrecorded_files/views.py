"""The page of files that no record names: what they are, and the confirmation that they may go."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cairn.governance.partners.api import load_actor
from cairn.governance.retention.unrecorded_files import actions, detection
from cairn.governance.retention.unrecorded_files.forms import ConfirmationForm
from cairn.governance.retention.unrecorded_files.listed_file_table import ListedFileTable
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_file_store
from cairn.platform.tables.api import build_list_table
from cairn.policy import questions
from cairn.policy.vocabulary import Action


@require_http_methods(["GET", "HEAD", "POST"])
def unrecorded_files(request: HttpRequest) -> HttpResponse:
    """Show the files that no record names; confirm that they may be destroyed."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_open_page(Action.DESTROY, who, on=now.date()).require()
    if request.method == "POST":
        form = ConfirmationForm(request.POST)
        if form.is_valid():
            count = actions.confirm_unrecorded_files(
                newest=form.cleaned_data["newest"], by=cast("User", request.user), at=now
            )
            text = ngettext("%d file confirmed.", "%d files confirmed.", count) % count
            messages.success(request, text)
        return redirect("retention:unrecorded")
    files = detection.load_listed_files(open_file_store())
    context = {
        "table": build_list_table(ListedFileTable, files, request),
        "newest": max((file.row.pk for file in files), default=0),
        "unconfirmed": detection.summarize_unrecorded_files().unconfirmed,
        "today": now.date(),
    }
    return render(request, "retention/unrecorded_files.html", context)
