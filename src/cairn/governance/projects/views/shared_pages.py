"""Load the user and the time for a page, and render the shared form and confirmation pages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypedDict, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from cairn.governance.partners.api import load_actor
from cairn.governance.projects.models.project import Version
from cairn.governance.projects.queries.versions import find_version
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Audience

FULL_REASON_AUDIENCE: Final = Audience.STEWARD
"""Users who may see a project see every reason in full, because no reason is about a child."""


class ActionContext(TypedDict):
    """What every project action receives about the acting user and the time."""

    by: User
    at: datetime


@dataclass(frozen=True, slots=True)
class ProjectRequest:
    """Facts about the user, and the time; read `user` only after the policy allowed access."""

    who: Actor
    now: datetime
    request: HttpRequest

    @property
    def today(self) -> date:
        """The day for which access is computed."""
        return self.now.date()

    @property
    def user(self) -> User:
        """The signed-in user."""
        return cast("User", self.request.user)

    @property
    def action_context(self) -> ActionContext:
        """Who acts and when, as keyword arguments for an action."""
        return ActionContext(by=self.user, at=self.now)


def load_project_request(request: HttpRequest) -> ProjectRequest:
    """Return the person who makes this request, and the current time."""
    return ProjectRequest(load_actor(request.user, request=request), timezone.localtime(), request)


def get_version_or_404(project_request: ProjectRequest, reference: str, number: int) -> Version:
    """Return the version that a URL names, or 404 if there is none, after the policy was asked."""
    try:
        return find_version(reference, number, project_request.who, project_request.today)
    except Version.DoesNotExist as error:
        raise Http404 from error


def render_form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    introduction: str = "",
    action: str,
    back: str,
    **more: Any,
) -> HttpResponse:
    """Render a form with its title, introduction, button text and back link."""
    context = {
        "form": form,
        "title": title,
        "lede": introduction,
        "action": action,
        "back": back,
        **more,
    }
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)


def render_confirm_page(
    request: HttpRequest,
    form: forms.Form,
    version: Version,
    *,
    title: str,
    action: str,
    consequences: list[str],
) -> HttpResponse:
    """Render a confirmation: the consequences, a field for the reason, and the back link."""
    context = {
        "title": title,
        "text": str(version),
        "action": action,
        "back": build_version_url(version),
        "of": version.project.reference,
        "consequences": consequences,
        "row": version,
        "form": form,
    }
    return render(request, "projects/confirm.html", context, status=422 if form.errors else 200)


def build_version_url(version: Version) -> str:
    """Return the URL of a version's page."""
    return reverse("projects:detail", args=[version.project.reference, version.number])


def redirect_to_version(version: Version) -> HttpResponse:
    """Redirect to a version's page."""
    return redirect("projects:detail", version.project.reference, version.number)
