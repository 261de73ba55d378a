"""How far to trust the newest run, in words: estimates, gaps between groups, alarms."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cairn.disclosures.queries import names
from cairn.linkage.models import LinkageRun
from cairn.linkage.queries import encoded
from cairn.warehouse.person.alarms import Alarm

ALARMS: Final = {
    Alarm.MANY_IDS: gettext_lazy("one source knows her under more than two ids"),
    Alarm.MANY_RECORDS: gettext_lazy("she has more than a dozen records"),
    Alarm.BIRTH_DATES: gettext_lazy("sources give her birth dates that cannot be one child's"),
    Alarm.DEATH_DATES: gettext_lazy("sources give her dates of death that cannot be one child's"),
    Alarm.STATE_IDS: gettext_lazy("she has two state ids"),
    Alarm.FAR_APART: gettext_lazy(
        "sources say of the same time that she lives in places too far apart for one child"
    ),
    Alarm.AGE: gettext_lazy("her birth date does not fit her records or the day of her death"),
    Alarm.HUB: gettext_lazy("one record alone holds the others together"),
}
_KINDS: Final = {
    "source": gettext_lazy("organization"),
    "surname": gettext_lazy("surname"),
    "race_ethnicity": gettext_lazy("race and ethnicity"),
    "gender": gettext_lazy("sex"),
    "home_language": gettext_lazy("language at home"),
}

Caveat = dict[str, Any]
"""A code and its facts, as plain JSON."""

_GAP, _UNMEASURED, _MEASURED, _SIGNS = "gap", "unmeasured", "measured", "signs"
_ENCODED = "encoded"


@dataclass(frozen=True, slots=True)
class Share:
    """Of 100 joins so many, and the range in which the true number lies."""

    value: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Row:
    """One group: how many of 100 joins are right, and how many of 100 that should be are made."""

    kind: str
    name: str
    right: Share
    made: Share
    reviewed: int


@dataclass(frozen=True, slots=True)
class Trust:
    """What the page says: none of the estimates before enough questions are answered."""

    right: Share | None
    made: Share | None
    people: int
    people_low: int
    people_high: int
    missing: int
    reviewed: int
    rows: tuple[Row, ...]
    gaps: tuple[str, ...]
    alarms: tuple[tuple[str, str, int], ...]
    drift: float


def trust(run: LinkageRun) -> Trust:
    """The newest run's own measure of itself."""
    found: Mapping[str, Any] = run.found.get("quality", {})
    overall = found.get("overall")
    return Trust(
        right=_share(overall["precision"]) if overall else None,
        made=_share(overall["recall"]) if overall else None,
        people=round(overall["people"]["value"]) if overall else 0,
        people_low=round(overall["people"]["low"]) if overall else 0,
        people_high=round(overall["people"]["high"]) if overall else 0,
        missing=found.get("missing", 0),
        reviewed=found.get("reviewed", 0),
        rows=tuple(_rows(found.get("groups", {}))),
        gaps=tuple(_gap(gap) for gap in found.get("gaps", [])),
        alarms=tuple(
            (alarm, str(ALARMS[Alarm(alarm)]), n) for alarm, n in run.found.get("signs", {}).items()
        ),
        drift=run.found.get("drift", 0.0),
    )


def caveats(run: LinkageRun | None, organizations: Collection[str] = ()) -> list[Caveat]:
    """What whoever reads figures about children must know of how they were told apart: codes with
    their facts, which `said` puts into the reader's language. ``organizations``: whose rows the
    figures are made of."""
    if run is None:
        return []
    quality: Mapping[str, Any] = run.found.get("quality", {})
    found: list[Caveat] = [{"code": _GAP, **gap} for gap in quality.get("gaps", [])]
    told = trust(run)
    if told.right is None or told.made is None:
        found.append({"code": _UNMEASURED})
    else:
        people = {"low": told.people_low, "high": told.people_high}
        shares = {"right": told.right.value, "made": told.made.value}
        named = {"named": True} if encoded.encoded(run) else {}
        found.append({"code": _MEASURED, **shares, **people, **named})
    if signs := sum(n for _alarm, _said, n in told.alarms):
        found.append({"code": _SIGNS, "n": signs})
    if encoded.counted(run, organizations):
        found.append({"code": _ENCODED})
    return found


def said(caveat: Caveat) -> str:
    """One caveat in the reader's language."""
    return _SAYS[caveat["code"]](caveat)


def _unmeasured(_caveat: Caveat) -> str:
    return _("How often records were joined wrongly is not measured yet.")


def _measured(caveat: Caveat) -> str:
    facts = {**caveat, "low": f"{caveat['low']:,}", "high": f"{caveat['high']:,}"}
    text = _(
        "Of 100 joins of records about %(right)s are right, and of 100 that should be there about "
        "%(made)s are made; the number of people lies between %(low)s and %(high)s."
    )
    if "named" in caveat:
        text = _(
            "Of 100 joins of records with names about %(right)s are right, and of 100 that should "
            "be there about %(made)s are made; the number of people with names lies between "
            "%(low)s and %(high)s."
        )
    return text % facts


def _encoded(_caveat: Caveat) -> str:
    return encoded.said()


def _signs(caveat: Caveat) -> str:
    return ngettext(
        "%(n)s sign that a person could be two children is not looked into yet.",
        "%(n)s signs that a person could be two children are not looked into yet.",
        caveat["n"],
    ) % {"n": f"{caveat['n']:,}"}


def _rows(groups: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    called = names()
    for kind, of_kind in groups.items():
        for name, q in of_kind.items():
            yield Row(
                kind=str(_KINDS.get(kind, kind)),
                name=called.get(name, name),
                right=_share(q["precision"]),
                made=_share(q["recall"]),
                reviewed=q["reviewed"],
            )


def _gap(gap: Mapping[str, Any]) -> str:
    called = names()
    said = {
        "kind": _KINDS.get(gap["kind"], gap["kind"]),
        "best": called.get(gap["best"], gap["best"]),
        "worst": called.get(gap["worst"], gap["worst"]),
        "points": f"{100 * gap['points']:.1f}",
    }
    if gap["figure"] == "recall":
        text = _(
            "By %(kind)s, children of “%(worst)s” are counted as two %(points)s points of 100 "
            "more often than those of “%(best)s”."
        )
    else:
        text = _(
            "By %(kind)s, children of “%(worst)s” are taken for each other %(points)s points of "
            "100 more often than those of “%(best)s”."
        )
    doubt = "" if gap["beyond_chance"] else " " + _("So few answers could also say so by chance.")
    return text % said + doubt


def _share(estimate: Mapping[str, float]) -> Share:
    return Share(*(f"{100 * estimate[name]:.1f}" for name in ("value", "low", "high")))


_SAYS: Final[Mapping[str, Callable[[Caveat], str]]] = {
    _GAP: _gap,
    _UNMEASURED: _unmeasured,
    _MEASURED: _measured,
    _SIGNS: _signs,
    _ENCODED: _encoded,
}
