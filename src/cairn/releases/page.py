"""What the pages of one release show: its tables, its proof, its way, and why a door is shut."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy

from cairn.releases import facts, groups, labels, queries, tables
from cairn.releases.figures import Figures
from cairn.releases.kept import Own
from cairn.releases.models import Release
from cairn.releases.own import tells
from cairn.rules import framing
from cairn.rules.actor import Actor
from cairn.rules.attackers import unasked
from cairn.rules.beside import unseen
from cairn.rules.cards import access, states
from cairn.rules.decision import Decision
from cairn.rules.release import may_stand_beside
from cairn.rules.vocabulary import Audience, ReleaseState
from cairn.rules.withholding import Demand, InPlace, may_stand_in_place
from cairn.warehouse.elements import record_type
from cairn.warehouse.outcomes import catalogue


def shown(release: Release) -> dict[str, Any]:
    """What every page about one release shows: its tables, where they come from, the proof."""
    fact = facts.release(release)
    return {
        "release": release,
        "outcomes": tabled(queries.figures(release)),
        "unseen": unseen(fact.beside),
        "unasked": unasked(fact.asked_to_try),
        "beside": max((p.get("beside", 0) for p in release.certificate), default=0),
        "lineage": fact.agreements,
        "bases": sorted({labels.basis(a.basis) for a in fact.agreements}),
        "narrowest": min(
            (p["narrowest"] for p in release.certificate if p["narrowest"] and p["withheld"]),
            default=0,
        ),
        "cells": sum(part["cells"] for part in release.certificate),
        "small": sum(part["small"] for part in release.certificate),
        "complementary": sum(part["complementary"] for part in release.certificate),
        "few_others": sum(part.get("few_others", 0) for part in release.certificate),
        "contributors": release.contributors,
        "telling": sum(part.get("telling", 0) for part in release.certificate),
        "asked": sum(part.get("asked", 0) for part in release.certificate),
        "between_two": sum(part.get("between_two", 0) for part in release.certificate),
        "programs": sum(part["programs"] for part in release.certificate),
        "framing": [
            (reason.told(Audience.STEWARD), release.framing[reason.code])
            for reason in framing.asked(fact.telling)
            if reason.code in release.framing
        ],
        "together": together(release),
        "tone": _TONES.get(release.state, ""),
    }


def together(release: Release) -> list[dict[str, Any]]:
    """The groups that are to be counted as one, why, and the years in which they are out apart."""
    broken_down = [part for part in release.certificate if "together" in part]
    return [
        {
            "code": groups.code(one["values"]),
            "name": labels.race(groups.code(one["values"])),
            "why": one["why"],
            "before": one["shown"],
            "now": release.shown,
            "apart": sorted(
                {p["school_year"] for p in broken_down if one["values"] not in p["together"]}
            ),
        }
        for one in release.merged
    ]


def brought(release: Release, chosen: Iterable[str]) -> list[dict[str, Any]]:
    """What counting some groups as one would bring to each outcome, where the check tried it."""
    return [
        {
            "outcome": labels.spoken(catalogue()[part["outcome"]].title),
            "school_year": part["school_year"],
            "share_now": part["ways"]["share"],
            **merge,
        }
        for part in release.certificate
        if "ways" in part
        for merge in part["ways"]["merges"]
        if set(merge["values"]) == set(chosen)
    ]


def tabled(figures: Iterable[Figures], *, mine: Own | None = None) -> list[dict[str, Any]]:
    """Each outcome with its tables: over the years, then year by year. Of ``mine``, an owner's own,
    it says where they tell only among how many children it is counted."""
    return [
        {
            "title": labels.spoken(catalogue()[one.outcome].title),
            "trend": next(iter(tables.of_figures(one))),
            "years": list(tables.every_year(one)),
            "among_only": mine and not tells(catalogue()[one.outcome], mine["rows"]),
        }
        for one in figures
    ]


def sent_rows(rows: Mapping[str, int]) -> list[tuple[str, int]]:
    """What an owner sent, by what it is called, and how many rows of it."""
    return [(record_type(record).title, number) for record, number in sorted(rows.items())]


def untold(release: Release, mine: Own) -> list[str]:
    """The outcomes of which an owner's rows alone tell nothing."""
    outcomes = [o for o in release.outcomes if o not in mine["counted"]]
    return [labels.spoken(catalogue()[outcome].title) for outcome in outcomes]


_TONES = {
    ReleaseState.RETURNED.value: "warm",
    ReleaseState.IN_REVIEW.value: "deep",
    ReleaseState.SENT_BACK.value: "deep",
    ReleaseState.APPROVED.value: "good",
    ReleaseState.PUBLISHED.value: "good",
    ReleaseState.CORRECTED.value: "warm",
    ReleaseState.WITHDRAWN.value: "stop",
}
_PUBLISH = ("publish", gettext_lazy("Not yet to be published"))
_NEXT = {
    ReleaseState.CHECKED.value: (("submit", gettext_lazy("Not yet for the reviewers")),),
    ReleaseState.IN_REVIEW.value: (
        ("send", gettext_lazy("Not yet for the data owners")),
        ("review", gettext_lazy("You cannot review it")),
    ),
    ReleaseState.SENT_BACK.value: (_PUBLISH,),
    ReleaseState.APPROVED.value: (_PUBLISH,),
}
_OUT = (
    ReleaseState.PUBLISHED.value,
    ReleaseState.CORRECTED.value,
    ReleaseState.WITHDRAWN.value,
)
_WAY = (
    (ReleaseState.DRAFT, gettext_lazy("Drafted"), "created_at"),
    (ReleaseState.CHECKED, gettext_lazy("Checked"), "checked_at"),
    (ReleaseState.IN_REVIEW, gettext_lazy("In review"), "submitted_at"),
    (ReleaseState.SENT_BACK, gettext_lazy("With the owners"), ""),
    (ReleaseState.PUBLISHED, gettext_lazy("Published"), "published_at"),
)


def waits_for_a_state(publish: Decision) -> bool:
    """Whether a state's law asks for a report, in time or not."""
    return states.UTAH_REPORT.id in {reason.code for reason in publish.reasons}


def stopped(release: Release, who: Actor, on: date) -> Decision | None:
    """Why the last check stopped at what is out already; nothing where it passed."""
    if not release.meets or release.state in _OUT:
        return None
    return may_stand_beside(facts.release(release), who, on)


def otherwise(release: Release, doors: Mapping[str, Decision], on: date) -> dict[str, Any] | None:
    """What else could be done than withhold, where something is: for whoever may still change what
    is counted, while nobody else looks at it."""
    if release.state != ReleaseState.CHECKED.value or not doors["redraft"].allowed:
        return None
    demands = [
        Demand(one.reference, one.disclosure.clause or one.reference, one.disclosure.minimum_cell)
        for one in facts.release(release).agreements
    ]
    found = [
        {
            **one["ways"],
            "outcome": labels.spoken(catalogue()[one["outcome"]].title),
            "school_year": one["school_year"],
            "merges": [
                {
                    **merge,
                    "values": [labels.race(value) for value in merge["values"]],
                    "query": urlencode({"values": merge["values"]}, doseq=True),
                }
                for merge in one["ways"]["merges"]
            ],
        }
        for one in release.certificate
        if "ways" in one and one["ways"]["blanks"]
    ]
    another = may_stand_in_place(InPlace.ANOTHER_NUMBER, demands, on)
    return {"found": found, "another": another} if found else None


def explained(release: Release, doors: Mapping[str, Decision]) -> Iterator[tuple[str, Decision]]:
    """The next doors that are shut, with their reasons, for those whose role opens them."""
    for name, title in _NEXT.get(release.state, ()):
        decision = doors[name]
        if not decision.allowed and access.ROLE.id not in {r.code for r in decision.refusals}:
            yield str(title), decision


def steps(release: Release) -> list[dict[str, Any]]:
    """The way of a release, with how far it has come."""
    order = [state.value for state, _title, _at in _WAY]
    at = {ReleaseState.APPROVED.value: 4, ReleaseState.RETURNED.value: 1}.get(
        release.state, order.index(release.state) if release.state in order else 0
    )
    if release.state in _OUT:
        at = len(order) if release.published_at else at
    return [
        {
            "title": title,
            "class": "done" if number < at else "now" if number == at else "",
            "at": getattr(release, field, None) if field and number <= at else None,
        }
        for number, (_state, title, field) in enumerate(_WAY)
    ]
