"""Who asks and when, and the one page on which every form of this room stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cairn.accounts.models import User
from cairn.partners.facts import actor
from cairn.projects.models import Version
from cairn.projects.queries.opened import find
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Audience

WHOLE: Final = Audience.STEWARD
"""Whoever may see a project hears every reason whole: they are about it, and about no child."""


@dataclass(frozen=True, slots=True)
class Session:
    """The facts about who asks, and the moment; `user` is only read once the rules allowed it."""

    who: Actor
    now: datetime
    request: HttpRequest

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def user(self) -> User:
        return cast("User", self.request.user)


def session(request: HttpRequest) -> Session:
    """Who asks, now."""
    return Session(actor(request.user, request=request), timezone.localtime(), request)


def version_of(asked: Session, reference: str, number: int) -> Version:
    """The version named in an address; 404 where there is none, after the rules were asked."""
    try:
        return find(reference, number, asked.who, asked.today)
    except Version.DoesNotExist as error:
        raise Http404 from error


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    lede: str = "",
    action: str,
    back: str,
    **more: Any,
) -> HttpResponse:
    """A form with its title, one sentence, the button's words and the way back."""
    context = {
        "form": form,
        "title": title,
        "lede": lede,
        "action": action,
        "back": back,
        **more,
    }
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)


def to_version(version: Version) -> HttpResponse:
    """Back to a version's page."""
    return redirect("projects:detail", version.project.reference, version.number)
