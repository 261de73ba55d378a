"""Answer requests for a user's saved views and weekly email."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards.forms import SavedViewForm
from cairn.outputs.dashboards.models import FigureSubscription, SavedView
from cairn.outputs.dashboards.saved_views import actions
from cairn.platform.accounts.api import User
from cairn.policy.questions import may_open_page, may_view_dashboards
from cairn.policy.vocabulary import Action


@require_safe
def view_list(request: HttpRequest) -> HttpResponse:
    """List the user's own saved views, and say whether they get the weekly email."""
    user = _require_own_dashboards(request)
    context = {
        "views": SavedView.objects.filter(user=user),
        "is_subscribed": FigureSubscription.objects.filter(user=user).exists(),
    }
    return render(request, "dashboards/staff/views.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def view_save(request: HttpRequest) -> HttpResponse:
    """Name and save the view at the address in the request."""
    user = _require_own_dashboards(request)
    address = request.POST.get("address") or request.GET.get("address", "")
    form = SavedViewForm(request.POST or None, initial={"address": address})
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_view(**form.cleaned_data, by=user, at=timezone.now())
        except actions.SavedViewConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("View saved."))
            return redirect("figures:views")
    status = 422 if form.errors else 200
    return render(request, "dashboards/staff/save_view.html", {"form": form}, status=status)


@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of the user's own saved views."""
    user = _require_own_dashboards(request)
    row = get_object_or_404(SavedView, pk=pk, user=user)
    actions.delete_view(view=row, by=user, at=timezone.now())
    messages.success(request, _("View deleted."))
    return redirect("figures:views")


@require_POST
def subscription_change(request: HttpRequest) -> HttpResponse:
    """Start the weekly email, or end it."""
    user = _require_own_dashboards(request)
    if request.POST.get("wants") == "yes":
        actions.start_subscription(by=user, at=timezone.now())
        messages.success(request, _("You get an email once a week when something is published."))
    else:
        actions.end_own_subscription(by=user, at=timezone.now())
        messages.success(request, _("You get no more email about published figures."))
    return redirect("figures:views")


@require_http_methods(["GET", "HEAD", "POST"])
def subscription_end(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for confirmation, then end the weekly email that the link came with."""
    actor = load_actor(request.user, request=request)
    may_open_page(Action.VIEW_PUBLISHED, actor, on=timezone.localdate()).require()
    is_known = FigureSubscription.objects.filter(key=key).exists()
    if request.method == "POST":
        try:
            actions.end_linked_subscription(key=key, by=None, at=timezone.now())
        except FigureSubscription.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, _("You get no more email about published figures."))
        return redirect("dashboards:index")
    if not is_known:
        raise Http404
    context = {
        "title": _("End the weekly email about published figures?"),
        "text": _("You can start it again after you sign in."),
        "action": _("End email"),
        "back": reverse("dashboards:index"),
    }
    return render(request, "dashboards/staff/confirm.html", context)


def _require_own_dashboards(request: HttpRequest) -> User:
    """Return the user, if they may open dashboards."""
    may_view_dashboards(load_actor(request.user, request=request), timezone.localdate()).require()
    return cast("User", request.user)
