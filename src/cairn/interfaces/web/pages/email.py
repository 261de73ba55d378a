"""Answer requests about email: when a person gets it, and which messages were not sent."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.notifications import api as notifications
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


class EmailChoiceForm(forms.Form):
    """When a person gets email about tasks, in which language, and when not."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Email me about my tasks"),
        choices=notifications.MailPreference.Choice.choices,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the messages"),
        choices=notifications.MailPreference.Language.choices,
        help_text=gettext_lazy("The pages that they link to are in English."),
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("No email from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("until"),
        required=False,
        help_text=gettext_lazy("Local time. What waits is sent afterward."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        """Check that quiet hours have a beginning and an end, which differ."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if (start is None) != (end is None) and not self.errors:
            missing = "quiet_from" if start is None else "quiet_until"
            self.add_error(missing, _("Enter both times, or leave both empty."))
        elif start is not None and start == end:
            self.add_error("quiet_until", _("Enter another time than the first."))
        return cleaned

    def build_choices(self) -> notifications.MailChoices:
        """Return what the person chose."""
        data = self.cleaned_data
        return notifications.MailChoices(
            choice=notifications.MailPreference.Choice(data["choice"]),
            language=notifications.MailPreference.Language(data["language"]),
            quiet_from=data["quiet_from"],
            quiet_until=data["quiet_until"],
        )


class UndeliverableForm(forms.Form):
    """An address to which email could not be delivered."""

    address = forms.EmailField(label=gettext_lazy("Email address"))


@_GET_POST
def email_choice(request: HttpRequest) -> HttpResponse:
    """Let a person choose when to get email about tasks."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_OWN_ACCOUNT, who, on=now.date()).require()
    user = cast("User", request.user)
    initial = model_to_dict(notifications.get_mail_preference(user))
    form = EmailChoiceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        notifications.choose_task_email(choices=form.build_choices(), by=user, at=now)
        messages.success(request, _("Your choice is saved."))
        return redirect("accounts:mine")
    context = {"form": form, "is_on": notifications.is_email_on()}
    return render(request, "web/email_choice.html", context, status=422 if form.errors else 200)


@_GET_POST
def unsent_email(request: HttpRequest) -> HttpResponse:
    """Show the messages that were not sent and the addresses that bounced; act on one."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.MANAGE_EMAIL, who, on=now.date()).require()
    unsent, bounced = notifications.list_unsent_messages(), notifications.list_bounced_addresses()
    by, step = cast("User", request.user), request.POST.get("step", "")
    form = UndeliverableForm(request.POST if step == "mark" else None)
    if step == "mark" and form.is_valid():
        notifications.mark_undeliverable(address=form.cleaned_data["address"], by=by, at=now)
        messages.success(request, _("Nothing more is sent to this address."))
        return redirect("web:mail")
    if step == "clear":
        row = get_object_or_404(bounced, pk=request.POST.get("bounced", "0"))
        notifications.clear_bounced_address(bounced=row, by=by, at=now)
        messages.success(request, _("Email is sent to this address again."))
        return redirect("web:mail")
    if request.method == "POST" and step != "mark":
        message = get_object_or_404(unsent, pk=request.POST.get("message", "0"))
        notifications.retry_email(message=message, by=by, at=now)
        messages.success(request, _("The email is sent again within five minutes."))
        return redirect("web:mail")
    context = {
        "unsent": unsent,
        "bounced": bounced,
        "form": form,
        "is_on": notifications.is_email_on(),
    }
    return render(request, "web/unsent_email.html", context, status=422 if form.errors else 200)


@require_safe
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    """List the demo's email: only the demo keeps it on this machine."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.VIEW_HOME, who, on=today).require()
    if not notifications.is_demo_mailbox():
        raise Http404
    return render(request, "web/mailbox.html", {"mails": notifications.list_demo_mail()})


@require_safe
def demo_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one message of the demo, with its links."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.VIEW_HOME, who, on=today).require()
    mail = notifications.read_demo_mail(key) if notifications.is_demo_mailbox() else None
    if mail is None:
        raise Http404
    return render(request, "web/mail.html", {"mail": mail})
