"""An extract from the asking to the one fetch, and everything that stands in its way."""

import csv
import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from tests.outputs.extracts.sample_extracts import CHILDREN, Researchers

from cairn.governance.consents.actions import opt_outs
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.governance.partners.facts import load_actor
from cairn.governance.projects.models.project import Authorization
from cairn.governance.retention import data_holders
from cairn.outputs.extracts import actions, facts, queries
from cairn.outputs.extracts.preparation import (
    NO_SCHOOL_YEAR_REASON,
    CannotBeMadeSafe,
    NothingToExtract,
    choose_treatments,
)
from cairn.outputs.extracts.retention import ExtractDataHolder
from cairn.outputs.releases.extract_models import Extract
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.people.access import Actor
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import OptOutScope
from cairn.policy.vocabulary.releases import ReviewVerdict
from cairn.sdc.microdata.extract_assembly import TreatmentKind

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Researchers:
    from tests.outputs.extracts.sample_extracts import make

    return make(person, organization)


def _codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.decision.refusals}


def _rows(content: bytes) -> dict[str, list[dict[str, str]]]:
    """The tables of a copy in CSV."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {
        name.removesuffix(".csv"): list(
            csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
        )
        for name in archive.namelist()
        if name.endswith(".csv") and name != "codebook.csv"
    }


def _done(extract: Extract) -> dict[str, dict[str, str]]:
    return {one["element"]: one for one in extract.report["elements"]}


def test_a_researcher_fetches_once_what_the_leave_allows(world: Researchers) -> None:
    extract = world.issued()
    content = world.fetched(extract)
    found = _rows(content)
    assert set(found) == {"attendance_total", "enrollment", "student"}
    assert {row["school_year"] for row in found["enrollment"]} == {"2024-25", "2025-26"}
    telling = {"birth_date", "gender", "race_ethnicity", "grade", "school_id", "entry_date"}
    profiles: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for name, rows in sorted(found.items()):
        for row in rows:
            profiles[row["person"]].append(
                (name, *(v for c, v in sorted(row.items()) if c in telling))
            )
    alike = Counter(tuple(sorted(rows)) for rows in profiles.values())
    assert min(alike.values()) >= 10
    assert len(profiles) + extract.report["left_out"] == CHILDREN
    said = b"".join(
        zipfile.ZipFile(io.BytesIO(content)).read(n) for n in ("TERMS.txt", "codebook.csv")
    )
    for word in (
        b"RV-DUL-01",
        date_format(extract.destroy_by).encode(),
        world.analyst.name.encode(),
        b"No statement is in this extract",
    ):
        assert word in said
    assert (
        _done(extract)["enrollment.exit_type"]["why"]
        == "This is free text that has not been reviewed."
    )
    assert extract.destroy_by == (world.at + timedelta(days=200)).date()
    with pytest.raises(Refused) as again:
        world.fetched(extract)
    assert "E03" in _codes(again)


def test_the_fetch_is_on_record_for_each_family(world: Researchers) -> None:
    extract = world.issued()
    world.fetched(extract)
    line = DisclosureRecord.objects.get(action="export", outcome__startswith="allow")
    assert line.kind == "disclosed"
    assert line.elements == sorted(e for e, one in _done(extract).items() if one["form"])
    assert [p.organization for p in line.parties.filter(side="to")] == ["backbone"]
    in_it = sum(
        line in list_disclosures_of_child(compute_child_key("river", f"L{n}"))
        for n in range(CHILDREN)
    )
    assert in_it == extract.report["children"] == line.people
    events = list(
        AuditLine.objects.filter(event__startswith="extract.").values_list("event", flat=True)
    )
    assert events == [
        "extract.requested",
        "extract.prepared",
        "extract.reviewed",
        "extract.reviewed",
        "extract.verdicts_opened",
        "extract.issued",
        "extract.fetched",
    ]


def test_a_day_of_death_is_made_coarser_and_never_moved() -> None:
    """Few children died: moved by some weeks, the day would still tell who it was."""
    asked = ("student.death_date", "student.birth_date", "enrollment.entry_date")
    how = {name: one.how for name, one in choose_treatments(asked, (), {}).items()}
    assert how == dict(
        zip(asked, (TreatmentKind.COARSEN, TreatmentKind.COARSEN, TreatmentKind.MOVE), strict=True)
    )


def test_a_second_extract_agrees_with_the_first_and_singles_nobody_out_with_it(
    world: Researchers,
) -> None:
    version = world.leave()
    first = world.issued(world.asked(version))
    one = _rows(world.fetched(first))
    second = world.issued(world.asked(version))
    other = _rows(world.fetched(second))
    born = [{r["person"]: r for r in rows["student"]} for rows in (one, other)]
    assert born[0].keys() & born[1].keys()
    assert second.beside == [first.pk]
    order = [[r["person"] for r in rows["student"]] for rows in (one, other)]
    assert order[0] != order[1]
    joint = Counter(
        (tuple(born[0][c].items())[1:], tuple(born[1][c].items())[1:])
        for c in born[0].keys() & born[1].keys()
    )
    assert min(joint.values()) >= 10


def test_what_was_received_meanwhile_stops_the_fetch(world: Researchers) -> None:
    version = world.leave()
    waiting = world.issued(world.asked(version))
    world.fetched(world.issued(world.asked(version)))
    with pytest.raises(Refused) as refused:
        world.fetched(waiting)
    assert _codes(refused) == {"E08"}


def test_another_extract_is_another_projects_stranger(world: Researchers) -> None:
    first = _rows(world.fetched(world.issued()))
    other = _rows(world.fetched(world.issued(world.asked(world.leave()))))
    codes = [{row["person"] for row in rows["student"]} for rows in (first, other)]
    assert not codes[0] & codes[1]


@pytest.mark.parametrize("form", ["parquet", "stata", "spss", "r"])
def test_every_format_is_handed_over(world: Researchers, form: str) -> None:
    content = world.fetched(world.issued(), form)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    ending = {"stata": "dta", "spss": "sav", "r": "rds"}.get(form, form)
    assert f"student.{ending}" in names


def test_two_others_must_approve(world: Researchers, person: Callable[..., Any]) -> None:
    extract = world.prepared()
    with pytest.raises(Refused) as early:
        actions.issue_extract(extract=extract, by=world.manager, at=world.at)
    assert "P16" in _codes(early)
    first, second = world.reviewers
    actions.review_extract(
        extract=extract, verdict=ReviewVerdict.APPROVE, comment="", by=first, at=world.at
    )
    assert [r.reviewer for r in queries.list_extract_reviews(extract, facts_of(second))] == []
    with pytest.raises(Refused):
        actions.review_extract(
            extract=extract, verdict=ReviewVerdict.APPROVE, comment="", by=first, at=world.at
        )
    said = "Leave the birth date out."
    actions.review_extract(
        extract=extract, verdict=ReviewVerdict.RETURN, comment=said, by=second, at=world.at
    )
    extract.refresh_from_db()
    assert (extract.state, extract.returned_why) == ("returned", said)
    assert len(queries.list_extract_reviews(extract, facts_of(first))) == 2
    world.approved(extract)
    assert extract.round == 2
    actions.issue_extract(extract=extract, by=world.manager, at=world.at)


def facts_of(user: Any) -> Any:
    from cairn.governance.partners.facts import load_actor

    return load_actor(user)


def test_a_link_expires_and_another_person_cannot_use_it(
    world: Researchers, person: Callable[..., Any]
) -> None:
    extract = world.issued()
    late = world.at + timedelta(days=15)
    with pytest.raises(Refused) as expired:
        world.fetched(extract, at=late)
    assert "E04" in _codes(expired)
    with pytest.raises(Refused) as other:
        actions.fetch_extract(
            extract=extract, form="csv", accepted=True, by=person(Role.ANALYST), at=world.at
        )
    assert "E02" in _codes(other)
    with pytest.raises(Refused) as silent:
        actions.fetch_extract(
            extract=extract, form="csv", accepted=False, by=world.analyst, at=world.at
        )
    assert _codes(silent) == {"E09"}


def test_a_family_that_says_no_meanwhile_stops_the_fetch(world: Researchers) -> None:
    extract = world.issued()
    opt_outs.record_opt_outs(
        organization=world.river,
        local_ids=["L7"],
        scope=OptOutScope.ALL_DISCRETIONARY,
        season="2026-27",
        by=world.manager,
        at=world.at,
    )
    with pytest.raises(Refused) as refused:
        world.fetched(extract)
    assert _codes(refused) == {"E07"}
    children = extract.report["children"] + extract.report["left_out"]
    world.prepared(extract)
    assert extract.report["children"] + extract.report["left_out"] == children - 1


def test_who_fetched_what_was_withdrawn_since_is_told(world: Researchers) -> None:
    extract = world.issued()
    world.fetched(extract)
    extract.refresh_from_db()
    mine, other = load_actor(world.analyst), load_actor(world.manager)
    today = timezone.localdate(world.at)

    def find_step(who: Actor) -> str:
        return queries.find_next_extract_steps([extract], who, today)[0][1]

    assert find_step(mine) != "destroy"
    actions.withdraw_extract(extract=extract, reason="A wrong file.", by=world.manager, at=world.at)
    assert find_step(mine) == "destroy"
    assert find_step(other) != "destroy"


def test_withdrawn_is_not_fetched(world: Researchers) -> None:
    extract = world.issued()
    actions.withdraw_extract(
        extract=extract, reason="The study was stopped.", by=world.steward, at=world.at
    )
    with pytest.raises(Refused) as refused:
        world.fetched(extract)
    assert "E11" in _codes(refused)


def test_only_what_the_leave_names_can_be_asked_for(world: Researchers) -> None:
    extract = world.asked(elements=["student.gender", "student.home_language"])
    assert extract.elements == ["student.gender"]
    with pytest.raises(Refused):
        world.asked(elements=["student.home_language"])
    assert Extract.objects.count() == 1


def test_a_record_without_its_year_is_left_out(world: Researchers) -> None:
    wanted = ["student.gender", "attendance_total.days_absent", "enrollment.school_year"]
    extract = world.prepared(world.asked(elements=wanted))
    assert _done(extract)["attendance_total.days_absent"]["why"] == NO_SCHOOL_YEAR_REASON
    assert "attendance_total" not in extract.files


def test_nothing_there_and_nothing_safe_are_said(world: Researchers) -> None:
    version = world.leave()
    with pytest.raises(NothingToExtract):
        world.prepared(world.asked(version, elements=["attendance_total.days_absent"]))
    with pytest.raises(CannotBeMadeSafe, match="fewer than"):
        world.prepared(world.asked(version, k=CHILDREN + 1))


def test_it_is_destroyed_with_its_agreement(world: Researchers) -> None:
    extract = world.issued()
    world.fetched(extract)
    assert isinstance(data_holders.find_data_holder("extract:1"), ExtractDataHolder)
    (holding,) = [h for h in data_holders.list_holdings() if h.reference.startswith("extract:")]
    assert (holding.agreement, holding.owner) == ("RV-DUL-01", "river")
    assert holding.keep_until == extract.destroy_by
    assert holding.project_ended == Authorization.objects.get().ends
    keeper = ExtractDataHolder()
    (there,) = keeper.items([holding.reference])
    gone = keeper.destroy(holding.reference, by=world.manager, at=world.at)
    assert gone == there
    assert len(gone.files) == len(extract.files) + 1
    assert keeper.destroy(holding.reference, by=world.manager, at=world.at).files == ()
    extract.refresh_from_db()
    assert extract.state == "destroyed"
    assert facts.load_extract_fact_with_people(extract, world.at.date()).people_now == ""


def test_it_is_in_the_calendar_of_its_recipient_and_its_owner(world: Researchers) -> None:
    extract = world.issued()
    world.fetched(extract)
    on = world.at.date()
    for who in (world.analyst, world.steward, world.manager):
        (one,) = queries.list_extract_deadlines(facts_of(who), on, on + timedelta(days=201))
        assert one.on == extract.destroy_by
    assert (
        queries.list_extract_deadlines(facts_of(world.manager), on, on + timedelta(days=199)) == []
    )
