"""Describe the quality of the newest run: estimates, group gaps, flags and caveats."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cairn.data.identity.models.linkage_runs import LinkageRun
from cairn.data.identity.queries import encoded_people
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.matching.clustering import OverlinkFlag

__all__ = ["LinkageCaveat", "describe_linkage_caveat", "list_linkage_caveats"]

OVERLINK_FLAG_TEXTS: Final = {
    OverlinkFlag.MANY_IDS: gettext_lazy("one source gives this person more than two IDs"),
    OverlinkFlag.MANY_RECORDS: gettext_lazy("this person has more than 12 records"),
    OverlinkFlag.BIRTH_DATES: gettext_lazy(
        "sources give birth dates that cannot belong to one student"
    ),
    OverlinkFlag.DEATH_DATES: gettext_lazy(
        "sources give dates of death that cannot belong to one student"
    ),
    OverlinkFlag.STATE_IDS: gettext_lazy("this person has two state IDs"),
    OverlinkFlag.FAR_APART: gettext_lazy(
        "sources give addresses for the same period that are too far apart for one student"
    ),
    OverlinkFlag.AGE: gettext_lazy("the birth date does not fit the records or the date of death"),
    OverlinkFlag.HUB: gettext_lazy("a single record connects all the others"),
}

_GROUP_LABELS: Final = {
    "source": gettext_lazy("organization"),
    "surname": gettext_lazy("last name"),
    "race_ethnicity": gettext_lazy("race and ethnicity"),
    "gender": gettext_lazy("sex"),
    "home_language": gettext_lazy("language at home"),
}

LinkageCaveat = dict[str, Any]
"""A code and its facts, as plain JSON."""

_CHANCE_DOUBT: Final = gettext_lazy("With so few answers, this difference may be due to chance.")

_GAP, _UNMEASURED, _MEASURED, _SIGNS = "gap", "unmeasured", "measured", "signs"
_ENCODED = "encoded"


@dataclass(frozen=True, slots=True)
class AccuracyShare:
    """This many of 100 links, and the range that covers the true number."""

    value: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class GroupAccuracy:
    """One group: how many of 100 links are right, and how many of 100 that should exist do."""

    kind: str
    name: str
    right: AccuracyShare
    made: AccuracyShare
    reviewed: int


@dataclass(frozen=True, slots=True)
class LinkageQuality:
    """What the page shows; no estimates before enough questions are answered."""

    right: AccuracyShare | None
    made: AccuracyShare | None
    people: int
    people_low: int
    people_high: int
    missing: int
    reviewed: int
    rows: tuple[GroupAccuracy, ...]
    gaps: tuple[str, ...]
    alarms: tuple[tuple[str, str, int], ...]
    drift: float


def build_linkage_quality(run: LinkageRun) -> LinkageQuality:
    """Build what the page shows of the accuracy that a run measured.

    Args:
        run: the run.
    Returns:
        The estimates, gaps and flags.
    """
    measured: Mapping[str, Any] = run.found.get("quality", {})
    overall = measured.get("overall")
    return LinkageQuality(
        right=_build_share(overall["precision"]) if overall else None,
        made=_build_share(overall["recall"]) if overall else None,
        people=round(overall["people"]["value"]) if overall else 0,
        people_low=round(overall["people"]["low"]) if overall else 0,
        people_high=round(overall["people"]["high"]) if overall else 0,
        missing=measured.get("missing", 0),
        reviewed=measured.get("reviewed", 0),
        rows=tuple(_build_group_rows(measured.get("groups", {}))),
        gaps=tuple(_describe_gap(gap) for gap in measured.get("gaps", [])),
        alarms=tuple(
            (alarm, str(OVERLINK_FLAG_TEXTS[OverlinkFlag(alarm)]), people_count)
            for alarm, people_count in run.found.get("signs", {}).items()
        ),
        drift=run.found.get("drift", 0.0),
    )


def list_linkage_caveats(
    run: LinkageRun | None, organizations: Collection[str] = ()
) -> list[LinkageCaveat]:
    """List what readers of figures about children must know of how records were matched.

    `describe_linkage_caveat` puts each caveat into the language of the reader.

    Args:
        run: the run, or None.
        organizations: slugs of the organizations with rows in the figures.
    Returns:
        Codes with their facts.
    """
    if run is None:
        return []
    quality: Mapping[str, Any] = run.found.get("quality", {})
    caveat_list: list[LinkageCaveat] = [{"code": _GAP, **gap} for gap in quality.get("gaps", [])]
    linkage_quality = build_linkage_quality(run)
    if linkage_quality.right is None or linkage_quality.made is None:
        caveat_list.append({"code": _UNMEASURED})
    else:
        people = {"low": linkage_quality.people_low, "high": linkage_quality.people_high}
        shares = {"right": linkage_quality.right.value, "made": linkage_quality.made.value}
        named = {"named": True} if encoded_people.summarize_encodings(run) else {}
        caveat_list.append({"code": _MEASURED, **shares, **people, **named})
    if flag_total := sum(flag_count for _alarm, _flag_text, flag_count in linkage_quality.alarms):
        caveat_list.append({"code": _SIGNS, "n": flag_total})
    if encoded_people.has_encoded_children(run, organizations):
        caveat_list.append({"code": _ENCODED})
    return caveat_list


def describe_linkage_caveat(caveat: LinkageCaveat) -> str:
    """Describe one caveat in the language of the reader.

    Args:
        caveat: the code and its facts.
    Returns:
        The text.
    """
    return _DESCRIBE_BY_CODE[caveat["code"]](caveat)


def _describe_unmeasured(_caveat: LinkageCaveat) -> str:
    return _("The accuracy of record matching has not been measured yet.")


def _describe_measured(caveat: LinkageCaveat) -> str:
    facts = {**caveat, "low": f"{caveat['low']:,}", "high": f"{caveat['high']:,}"}
    text = _(
        "About %(right)s of 100 matches between records are correct, and about %(made)s of 100 "
        "true matches are found. The number of people is between %(low)s and %(high)s."
    )
    if "named" in caveat:
        text = _(
            "About %(right)s of 100 matches between records with names are correct, and about "
            "%(made)s of 100 true matches are found. The number of people with names is between "
            "%(low)s and %(high)s."
        )
    return text % facts


def _describe_encoded(_caveat: LinkageCaveat) -> str:
    return encoded_people.describe_encoding_caveat()


def _describe_flags(caveat: LinkageCaveat) -> str:
    return ngettext(
        "%(n)s possible false match has not been reviewed yet.",
        "%(n)s possible false matches have not been reviewed yet.",
        caveat["n"],
    ) % {"n": f"{caveat['n']:,}"}


def _build_group_rows(groups: Mapping[str, Mapping[str, Any]]) -> Iterator[GroupAccuracy]:
    name_of = load_organization_names()
    for kind, of_kind in groups.items():
        for name, accuracy in of_kind.items():
            yield GroupAccuracy(
                kind=str(_GROUP_LABELS.get(kind, kind)),
                name=name_of.get(name, name),
                right=_build_share(accuracy["precision"]),
                made=_build_share(accuracy["recall"]),
                reviewed=accuracy["reviewed"],
            )


def _describe_gap(gap: Mapping[str, Any]) -> str:
    name_of = load_organization_names()
    gap_facts = {
        "kind": _GROUP_LABELS.get(gap["kind"], gap["kind"]),
        "best": name_of.get(gap["best"], gap["best"]),
        "worst": name_of.get(gap["worst"], gap["worst"]),
        "points": f"{100 * gap['points']:.1f}",
    }
    if gap["figure"] == "recall":
        text = _(
            "By %(kind)s: the rate of missed matches is %(points)s percentage points higher for "
            "the group “%(worst)s” than for the group “%(best)s”."
        )
    else:
        text = _(
            "By %(kind)s: the rate of false matches is %(points)s percentage points higher for "
            "the group “%(worst)s” than for the group “%(best)s”."
        )
    doubt = "" if gap["beyond_chance"] else f" {_CHANCE_DOUBT}"
    return text % gap_facts + doubt


def _build_share(estimate: Mapping[str, float]) -> AccuracyShare:
    return AccuracyShare(*(f"{100 * estimate[name]:.1f}" for name in ("value", "low", "high")))


_DESCRIBE_BY_CODE: Final[Mapping[str, Callable[[LinkageCaveat], str]]] = {
    _GAP: _describe_gap,
    _UNMEASURED: _describe_unmeasured,
    _MEASURED: _describe_measured,
    _SIGNS: _describe_flags,
    _ENCODED: _describe_encoded,
}
