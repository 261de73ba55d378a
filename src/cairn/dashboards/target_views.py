"""Pages of targets: where each stands, and setting, changing and ending one."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.models import User
from cairn.dashboards import actions, facts, queries
from cairn.dashboards import target_chart as drawing
from cairn.dashboards.forms import EndForm, TargetForm
from cairn.dashboards.models import Target
from cairn.dashboards.palette import Size, Theme
from cairn.dashboards.queries import Shown
from cairn.dashboards.standing import years_ahead
from cairn.dashboards.views import FILE, IMAGE_POLICY, asked_for
from cairn.partners.facts import actor
from cairn.releases import labels
from cairn.rules.access import may_open
from cairn.rules.decision import Refused
from cairn.rules.vocabulary import Action, Audience

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])
_FIELD = {"F01": "baseline_year", "F02": "percent", "F03": "agreed_by"}
"""Where the page says what a rule objects to."""


@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """Every published outcome with its targets, and those that were ended."""
    today = _opened(request)
    shown = list(queries.counted(today))
    context = {
        "outcomes": [
            {
                "title": labels.spoken(one.definition.title),
                "id": one.definition.id,
                "share": labels.percent(one.figures.county),
                "year": one.figures.latest,
                "as_of": one.release.as_of,
                "standings": queries.standings(one),
            }
            for one in shown
        ],
        "ended": Target.objects.filter(ended_at__isnull=False).select_related("ended_by"),
    }
    return render(request, "dashboards/staff/targets.html", context)


@_GET_POST
def set_target(request: HttpRequest, outcome: str) -> HttpResponse:
    """A new target of one published outcome."""
    today = _opened(request)
    one = _published(outcome, today)
    form = _form(request, one)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_target(
                outcome=outcome, wording=form.wording(), by=_by(request), at=timezone.now()
            )
        except Refused as refused:
            _objections(form, refused)
        else:
            messages.success(request, _("The target is set. Its page shows it from now on."))
            return redirect("figures:targets")
    return _written(request, form, one, _("Set a target"))


@_GET_POST
def change_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Says a target anew; the audit log keeps what it was."""
    today = _opened(request)
    row = get_object_or_404(Target, pk=pk, ended_at__isnull=True)
    one = _published(row.outcome, today)
    form = _form(request, one, row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_target(
                target=row, wording=form.wording(), by=_by(request), at=timezone.now()
            )
        except Refused as refused:
            _objections(form, refused)
        else:
            messages.success(request, _("The target is changed."))
            return redirect("figures:targets")
    return _written(request, form, one, _("Change the target"))


@_GET_POST
def end_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more, and for the reason."""
    _opened(request)
    row = get_object_or_404(Target, pk=pk, ended_at__isnull=True)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        actions.end_target(target=row, why=why, by=_by(request), at=timezone.now())
        messages.success(request, _("The target is ended. You can take it up again below."))
        return redirect("figures:targets")
    context = {
        "title": _("End this target?"),
        "text": _("Its public page shows it no longer. The audit log keeps what it said."),
        "action": _("End it"),
        "back": reverse("figures:targets"),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "dashboards/staff/confirm.html", context, status=status)


@require_POST
def resume_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Undoes the end of a target."""
    _opened(request)
    row = get_object_or_404(Target, pk=pk, ended_at__isnull=False)
    actions.resume_target(target=row, by=_by(request), at=timezone.now())
    messages.success(request, _("The target stands again."))
    return redirect("figures:targets")


@require_safe
@FILE
def target_chart(
    request: HttpRequest,
    outcome: str,
    version: str,
    language: str,
    pk: int,
    edition: int,
    theme: str,
    size: str,
) -> HttpResponse:
    """The picture of one target, for everyone."""
    one = asked_for(request, outcome)
    row = get_object_or_404(queries.targets(outcome), pk=pk, edition=edition)
    parts = (theme in list(Theme), size in list(Size), language in ("en", "es"))
    if version != one.version or not all(parts):
        raise Http404

    def drawn() -> str:
        with override(language):
            return drawing.draw(row, one.figures, Theme(theme), Size(size))

    key = f"target:{pk}:{edition}:{version}:{language}:{theme}:{size}"
    svg = cache.get_or_set(key, drawn, timeout=None)
    headers = {"Content-Security-Policy": IMAGE_POLICY}
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)


def _opened(request: HttpRequest) -> date:
    """Today, once the rules have said that whoever asks may change targets."""
    today = timezone.localdate()
    who = actor(request.user, request=request)
    may_open(Action.CHANGE_TARGET, who, on=today).require()
    return today


def _by(request: HttpRequest) -> User:
    return cast("User", request.user)


def _published(outcome: str, on: date) -> Shown:
    one = queries.of(outcome, on)
    if one is None or one.definition.measure:
        raise Http404
    return one


def _form(request: HttpRequest, one: Shown, row: Target | None = None) -> TargetForm:
    years = [
        (line.value, f"{line.value}: {labels.percent(line.count)}")
        for line in reversed(one.figures.trend)
        if facts.begins(one.figures, line.value) is not None
    ]
    ahead = years_ahead(one.figures.years[0], 10 + len(one.figures.years))
    names = ("baseline_year", "target_year", "percent", "agreed_by", "agreed_on", "context")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names} if row else {}
    first = {"target_year": years_ahead(one.figures.latest, 3)[-1]}
    return TargetForm(request.POST or None, years=years, ahead=ahead, initial=initial or first)


def _objections(form: TargetForm, refused: Refused) -> None:
    """What the rules object to, beside the field that it is about, with what to do."""
    for reason in refused.decision.refusals:
        said = f"{reason.told(Audience.STEWARD)} {reason.next_step}"
        form.add_error(_FIELD.get(reason.code), said)


def _written(request: HttpRequest, form: TargetForm, one: Shown, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "outcome": labels.spoken(one.definition.title),
        "release": one.release,
        "better": one.definition.direction,
    }
    status = 422 if form.errors else 200
    return render(request, "dashboards/staff/target_form.html", context, status=status)
