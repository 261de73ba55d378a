"""Who asks and when, and the one page on which every form of this room stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypedDict, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cairn.accounts.models import User
from cairn.partners.facts import actor
from cairn.projects.models import Version
from cairn.projects.queries.opened import find
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Audience

WHOLE: Final = Audience.STEWARD
"""Whoever may see a project hears every reason whole: they are about it, and about no child."""


class Speaking(TypedDict):
    """What every action of this room is given about who does it, and when."""

    by: User
    at: datetime
    who: Actor


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

    @property
    def speaking(self) -> Speaking:
        """Who acts, and when, for an action."""
        return Speaking(by=self.user, at=self.now, who=self.who)


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


def confirm_page(
    request: HttpRequest,
    form: forms.Form,
    version: Version,
    *,
    title: str,
    action: str,
    consequences: list[str],
) -> HttpResponse:
    """Asks before harm: what follows of it, why it is done, and the way back."""
    context = {
        "title": title,
        "text": str(version),
        "action": action,
        "back": back(version),
        "of": version.project.reference,
        "consequences": consequences,
        "row": version,
        "form": form,
    }
    return render(request, "projects/confirm.html", context, status=422 if form.errors else 200)


def back(version: Version) -> str:
    """The address of a version's page."""
    return reverse("projects:detail", args=[version.project.reference, version.number])


def to_version(version: Version) -> HttpResponse:
    """Back to a version's page."""
    return redirect("projects:detail", version.project.reference, version.number)
