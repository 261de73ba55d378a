"""The page of the user's own account."""

from allauth.mfa.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_required
def own_account(request: HttpRequest) -> HttpResponse:
    """Show name, address, password and second factor of the signed-in user."""
    context = {"has_second_factor": get_adapter().is_mfa_enabled(request.user)}
    return render(request, "accounts/mine.html", context)
