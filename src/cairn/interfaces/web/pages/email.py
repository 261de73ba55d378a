"""Answer requests about email: when a person gets it, and which messages were not sent."""

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.notifications import api as notifications
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


class EmailChoiceForm(forms.Form):
    """When a person gets email about tasks."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Email me about my tasks"),
        choices=notifications.MailPreference.Choice.choices,
        widget=forms.RadioSelect,
    )


@_GET_POST
def email_choice(request: HttpRequest) -> HttpResponse:
    """Let a person choose when to get email about tasks."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_OWN_ACCOUNT, who, on=now.date()).require()
    user = cast("User", request.user)
    initial = {"choice": notifications.get_mail_choice(user).value}
    form = EmailChoiceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        choice = notifications.MailPreference.Choice(form.cleaned_data["choice"])
        notifications.choose_task_email(choice=choice, by=user, at=now)
        messages.success(request, _("Your choice is saved."))
        return redirect("accounts:mine")
    context = {"form": form, "is_on": notifications.is_email_on()}
    return render(request, "web/email_choice.html", context, status=422 if form.errors else 200)


@_GET_POST
def unsent_email(request: HttpRequest) -> HttpResponse:
    """Show the messages that the mail server did not take; send one again."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.MANAGE_EMAIL, who, on=now.date()).require()
    unsent = notifications.list_unsent_messages()
    if request.method == "POST":
        message = get_object_or_404(unsent, pk=request.POST.get("message", "0"))
        notifications.retry_email(message=message, by=cast("User", request.user), at=now)
        messages.success(request, _("The email is sent again within five minutes."))
        return redirect("web:mail")
    context = {"unsent": unsent, "is_on": notifications.is_email_on()}
    return render(request, "web/unsent_email.html", context)
