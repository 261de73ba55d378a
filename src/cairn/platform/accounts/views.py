"""The page of the user's own account, and the page in place of letters that Cairn does not send."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cairn.platform.accounts.models import SignInChange


@require_safe
@login_required
def own_account(request: HttpRequest) -> HttpResponse:
    """Show name, address, password and second factor of the signed-in user."""
    own_changes = SignInChange.objects.filter(user=request.user.pk).select_related("changed_by")
    context = {
        "has_second_factor": get_adapter().is_mfa_enabled(request.user),
        "changes": own_changes,
    }
    return render(request, "accounts/mine.html", context)


@require_safe
def explain_email(request: HttpRequest, key: str = "") -> HttpResponse:
    """Say that the data manager corrects email addresses, and that Cairn sends no codes by email.

    It is in the place of allauth's page where a user changes the address they sign in with.
    """
    return render(request, "accounts/email.html")


@require_safe
@login_required
def list_passkeys(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the two-step sign-in, which lists passkeys too."""
    return redirect("mfa_index")


class PasskeyConfirmationView(ReauthenticateWebAuthnView):
    """Confirm who a person is with a passkey, before a change of their account."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the failure on this page, with the other ways to confirm."""
        super().form_invalid(form)
        return redirect(self.request.get_full_path())
