"""What the pages of one extract show: what was done to each element, what risk is left."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.releases import labels
from cairn.releases.extracts import facts
from cairn.releases.models import Extract
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.cards import access
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import Action, ExtractState
from cairn.warehouse.elements import element

_TONES = {
    ExtractState.IN_REVIEW.value: "deep",
    ExtractState.RETURNED.value: "warm",
    ExtractState.ISSUED.value: "good",
    ExtractState.FETCHED.value: "good",
    ExtractState.WITHDRAWN.value: "stop",
}
_NEXT = {
    ExtractState.IN_REVIEW.value: (
        ("issue", gettext_lazy("Not yet to be issued")),
        ("review", gettext_lazy("You cannot review it")),
    ),
    ExtractState.ISSUED.value: (("fetch", gettext_lazy("You cannot fetch it")),),
    ExtractState.FETCHED.value: (("fetch", gettext_lazy("It is not fetched again")),),
    ExtractState.WITHDRAWN.value: (("fetch", gettext_lazy("It cannot be fetched")),),
}
_HOW = {
    "keep": gettext_lazy("As it is"),
    "move": gettext_lazy("Dates moved by weeks, the same for one child"),
    "coarsen": gettext_lazy("Made coarser"),
    "withhold": gettext_lazy("Not in it"),
    "read": gettext_lazy("Free text, read and de-identified by a person"),
}


def shown(row: Extract, who: Actor, on: date) -> dict[str, Any]:
    """What every page about one extract shows. The rare and the risk are for those who judge or
    prepare it; its recipient reads what was done."""
    fact = facts.extract(row)
    judges = any(
        may_open(action, who, on=on).allowed
        for action in (Action.REVIEW_EXTRACT, Action.PREPARE_EXTRACT)
    )
    return {
        "row": row,
        "tone": _TONES.get(row.state, ""),
        "lineage": fact.agreements,
        "bases": sorted({labels.basis(a.basis) for a in fact.agreements}),
        "least": max(row.k, fact.least),
        "done": [_done(one, row.report["as_it_is"]) for one in row.report.get("elements", ())],
        "free_text": any(one["how"] == "read" for one in row.report.get("elements", ())),
        "rare": [
            {**one, "elements": [_words(e) for e in one["elements"]]}
            for one in row.report.get("rare", ())
        ],
        "risk": _risk(row.report["risk"]) if row.report else [],
        "judges": judges,
        "mine": str(row.recipient_id) == who.id,
    }


def elements(names: Iterable[str]) -> list[tuple[str, str]]:
    """The elements of a leave, each with what it is."""
    return [(name, _words(name)) for name in sorted(names)]


def explained(
    row: Extract, doors: Mapping[str, Decision], who: Actor
) -> Iterator[tuple[str, Decision]]:
    """The next doors that are shut, with their reasons, for those whose role opens them; that it
    cannot be fetched is for its recipient to know."""
    for name, title in _NEXT.get(row.state, ()):
        if name == "fetch" and str(row.recipient_id) != who.id:
            continue
        decision = doors[name]
        if not decision.allowed and access.ROLE.id not in {r.code for r in decision.refusals}:
            yield str(title), decision


def _words(name: str) -> str:
    return f"{element(name).description} ({name})"


def _done(one: Mapping[str, str], as_it_is: str) -> dict[str, str]:
    how, form = one["how"], one["form"]
    if how == "coarsen" and form == as_it_is:
        how = "keep"
    said = str(_HOW["withhold" if not form else how])
    if how == "coarsen" and form:
        said = f"{said}: {form}"
    return {"element": _words(one["element"]), "how": said, "why": one["why"]}


def _risk(risk: Mapping[str, float]) -> list[tuple[str, str, str]]:
    """The four probabilities, each with whom it is about, in percent."""
    most, anyone = _("the child most at risk"), _("Somebody wants to show that anyone can be found")
    known, many = _("Somebody knows that a certain child is in it"), _("Somebody looks for many")
    words = (
        ("prosecutor", known, most),
        ("average", known, _("the average child")),
        ("journalist", anyone, most),
        ("marketer", many, _("the share that is found")),
    )
    return [(who, whom, f"{100 * risk[name]:.1f} %") for name, who, whom in words]
