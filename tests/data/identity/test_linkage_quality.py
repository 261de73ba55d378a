"""How right linking is, measured from a sample; what would change; who may be two children."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.identity.sample_records import ADA, Taking, build_records, crowd
from tests.school_statements import say

from cairn.data.identity.actions import clerical_review, linkage
from cairn.data.identity.index import overlink_flags, update
from cairn.data.identity.models.clerical_review import ANSWERED, DIFFERENT, SAME, Question
from cairn.data.identity.models.linkage_runs import LinkageRun, Shadow
from cairn.data.identity.models.match_history import Sign
from cairn.data.identity.models.person_index import Person
from cairn.data.identity.queries.linkage_quality import (
    build_linkage_quality,
    describe_linkage_caveat,
    list_linkage_caveats,
)
from cairn.data.identity.queries.program_participants import estimate_interval
from cairn.data.identity.review import accuracy as review_accuracy
from cairn.data.identity.review import sampling
from cairn.data.identity.storage import index_counts, statements
from cairn.matching.clustering import accuracy_estimate
from cairn.matching.clustering.overlink_checks import OverlinkFlag
from cairn.matching.clustering.weak_links import UncertaintyKind
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)
CHILDREN = [
    {
        "local_id": str(n),
        "given_name": given,
        "family_name": family,
        "born": date(2012, 1 + n, 3 + n),
    }
    for n, (given, family) in enumerate(
        (g, f) for g in ("Ana", "Bo", "Cem", "Dee") for f in ("Arnold", "Brook Hull", "Castle")
    )
]
ROSTER = "id,first,last,born,race\n" + "".join(
    f"{c['local_id']},{c['given_name']},{c['family_name']},{c['born']},asian\n" for c in CHILDREN
)


@pytest.fixture
def linked(send: Callable[..., Any], manager: User, taking: Taking) -> LinkageRun:
    """A roster, and a club to which the same children go."""
    say("alder-creek-sd", by=manager, at=timezone.localtime())
    send("students", ROSTER)
    run = linkage.link_current_deliveries(by=manager, at=timezone.localtime())
    taking(900, build_records("club", *CHILDREN))
    return run


def answer_all(manager: User, *, wrong: int) -> None:
    for place, row in enumerate(Question.objects.filter(sample=True).order_by("pk")):
        row.wanted = 1
        row.save()
        says = row.joined if place >= wrong else not row.joined
        clerical_review.answer_match_question(
            question=row, choice=SAME if says else DIFFERENT, by=manager, at=timezone.localtime()
        )


def test_the_answers_to_a_sample_measure_the_whole(
    linked: LinkageRun, manager: User, browser: Callable[..., Client]
) -> None:
    assert estimate_interval(1000, linked, build_linkage_quality(linked)) is None
    assert build_linkage_quality(linked).right is None
    assert "has not been measured yet" in " ".join(
        map(describe_linkage_caveat, list_linkage_caveats(linked))
    )
    assert linkage.draw_review_sample(by=manager, at=timezone.localtime()) > 0
    assert (
        sum(band.population for band in sampling.build_evidence_bands(sampling.fit_error_curves()))
        > 0
    )
    answer_all(manager, wrong=1)
    assert not Question.objects.filter(sample=True).exclude(state=ANSWERED).exists()
    measured = linkage.measure_linkage_accuracy(by=manager, at=timezone.localtime())
    assert measured is not None
    told = build_linkage_quality(measured)
    assert told.reviewed == Question.objects.filter(sample=True).count()
    assert told.missing == 0
    assert told.right is not None
    assert told.people_low <= told.people <= told.people_high
    # Children in programs: the same range, in proportion; the page says what to do before.
    low, high = estimate_interval(measured.people * 10, measured, told) or (0, 0)
    assert (low, high) == (told.people_low * 10, told.people_high * 10)
    assert estimate_interval(None, measured, told) is None
    client = browser(manager)
    assert (
        reverse("linkage:participants") in client.get(reverse("linkage:summary")).content.decode()
    )
    page = client.get(reverse("linkage:participants")).content.decode()
    assert "records are matched yet" in page
    assert linked.found["beyond"] == measured.found["beyond"]
    assert float(told.right.low) <= float(told.right.value) <= float(told.right.high)
    kinds = {row.kind for row in told.rows}
    assert {"organization", "last name", "race and ethnicity"} <= kinds
    assert (
        "of 100 matches between records"
        in " ".join(map(describe_linkage_caveat, list_linkage_caveats(measured))).lower()
    )


def test_a_gap_is_a_finding_and_a_caveat(linked: LinkageRun) -> None:
    linked.found["quality"]["gaps"] = [
        {"figure": "recall", "kind": "surname", "best": "one word", "worst": "two words or more",
         "points": 0.051, "beyond_chance": True}
    ]  # fmt: skip
    linked.save()
    (said_so,) = build_linkage_quality(linked).gaps
    assert "5.1 percentage points" in said_so
    assert said_so in map(describe_linkage_caveat, list_linkage_caveats(linked))


def test_a_group_is_measured_from_its_own_answers() -> None:
    bands = [accuracy_estimate.EvidenceBand(UncertaintyKind.JOINED, 5, 1000, 40, 4)]
    answered = [
        review_accuracy.ReviewedQuestion(
            UncertaintyKind.JOINED, 5, n < 4, {"surname": frozenset({"a" if n < 20 else "b"})}
        )
        for n in range(40)
    ]
    found = review_accuracy._estimate_by_group(bands, answered)["surname"]
    assert found["a"] is not None
    assert found["b"] is not None
    assert found["a"].precision.value < found["b"].precision.value


def test_linking_anew_beside_the_index_changes_nothing(
    linked: LinkageRun, manager: User, browser: Callable[..., Client]
) -> None:
    people = index_counts.count_index()
    client = browser(manager)
    assert client.post(reverse("linkage:shadow")).status_code == 302
    shadow = Shadow.objects.get()
    assert shadow.people_now == people.people
    assert index_counts.count_index() == people
    page = client.get(reverse("linkage:summary")).content.decode()
    assert "Apply full rematch" in page
    client.post(reverse("linkage:start"), {"whole": "1"})
    shadow.refresh_from_db()
    assert shadow.taken_at is not None
    assert LinkageRun.objects.count() == 2


def test_the_page_leads_through_sample_and_measure(
    linked: LinkageRun, manager: User, browser: Callable[..., Client]
) -> None:
    client = browser(manager)
    drawn = client.post(reverse("linkage:sample"), follow=True).content.decode()
    assert "selected" in drawn
    answer_all(manager, wrong=0)
    page = client.post(reverse("linkage:measure"), follow=True).content.decode()
    for text in (
        "of 100 matches are correct",
        "Accuracy was measured again",
        "race and ethnicity: ",
    ):
        assert text in page
    assert "Arnold" not in page


def test_a_person_who_may_be_two_children_is_parted(
    taking: Taking, manager: User, browser: Callable[..., Client]
) -> None:
    taking(1, crowd("river"))
    for delivery, local_id in enumerate(("7", "8", "9"), 2):
        taking(delivery, build_records("club", {**ADA, "local_id": local_id}))
    keys = [build_records("club", {**ADA, "local_id": n})[0].key for n in ("7", "8", "9")]
    person = update.find_people_by_keys(keys)[keys[0]]
    assert set(update.find_people_by_keys(keys).values()) == {person}
    assert Sign.objects.filter(person=person, alarm=OverlinkFlag.MANY_IDS.value).exists()
    client = browser(manager)
    listed = client.get(reverse("linkage:alarm", args=["many_ids"])).content.decode()
    assert reverse("linkage:person", args=[person]) in listed
    assert "People to check: 1" in listed
    address = reverse("linkage:person", args=[person])
    page = client.get(address).content.decode()
    assert "most frequent" in page
    assert AuditLine.objects.get(event="linkage.person_seen").subject_id == person
    assert "more than two IDs" in page
    number = statements.find_record_numbers(keys)[keys[2]]
    done = client.post(address, {"records": [number], "why": "a namesake"}, follow=True)
    assert "The records were separated" in done.content.decode()
    assert len(set(update.find_people_by_keys(keys).values())) == 2
    parted = client.get(reverse("linkage:person", args=[update.find_people_by_keys(keys)[keys[2]]]))
    page = parted.content.decode()
    for text in ("separated from another person", address, "Legal basis", "As of", "Not shown"):
        assert text in page
    every = client.post(address, {"records": [1], "why": "x"}).content.decode()
    assert "Select a valid choice" in every
    assert client.get(reverse("linkage:alarm", args=["nothing"])).status_code == 404
    Person.objects.filter(pk=update.find_people_by_keys(keys)[keys[2]]).update(merged_into=person)
    gone = reverse("linkage:person", args=[update.find_people_by_keys(keys)[keys[2]]])
    assert client.get(gone).headers["Location"] == address


def test_two_dates_of_death_are_a_sign_until_one_is_taken_back(
    taking: Taking, manager: User, browser: Callable[..., Client]
) -> None:
    taking(1, crowd("river"))
    ada = {"given_name": "Ada", "family_name": "Lund", "born": date(2012, 3, 4)}
    (club,) = build_records("club", {**ada, "local_id": "7"})
    taking(2, [club])
    (dead,) = build_records("club", {**ada, "local_id": "7", "died": date(2025, 3, 9)})
    (other,) = build_records("school", {**ada, "local_id": "9", "died": date(2024, 11, 20)})
    assert dead.key == club.key
    before = update.find_people_by_keys([club.key])[club.key]
    taking(2, [dead])
    taking(3, [other])
    person = update.find_people_by_keys([dead.key])[dead.key]
    assert before == person == update.find_people_by_keys([other.key])[other.key]
    assert Sign.objects.get(person=person).alarm == OverlinkFlag.DEATH_DATES.value
    client = browser(manager)
    listed = client.get(reverse("linkage:alarm", args=["death_dates"])).content.decode()
    assert "dates of death that cannot belong to one student" in listed
    page = client.get(reverse("linkage:person", args=[person])).content.decode()
    for text in ("Date of death", "March 9, 2025", "Nov. 20, 2024"):
        assert text in page
    taking(3, build_records("school", {**ada, "local_id": "9"}))
    assert not Sign.objects.filter(person=person).exists()
    assert update.find_people_by_keys([other.key])[other.key] == person


def test_homes_too_far_apart_are_a_sign_until_the_records_share_a_phone(
    taking: Taking, manager: User, browser: Callable[..., Client]
) -> None:
    taking(1, crowd("river"))
    here = {**ADA, "postal_code": "21201", "phone": "4105550101"}
    there = {**ADA, "postal_code": "80202"}
    (school,) = build_records("school", {**here, "local_id": "1"})
    taking(2, [school])
    (clinic,) = build_records("clinic", {**there, "local_id": "9", "phone": "3035550177"})
    taking(3, [clinic])
    person = update.find_people_by_keys([school.key])[school.key]
    assert person == update.find_people_by_keys([clinic.key])[clinic.key]
    assert Sign.objects.get(person=person).alarm == OverlinkFlag.FAR_APART.value
    client = browser(manager)
    listed = client.get(reverse("linkage:alarm", args=["far_apart"])).content.decode()
    assert "too far apart for one student" in listed
    page = client.get(reverse("linkage:person", args=[person])).content.decode()
    for text in (
        "school gives an address with the ZIP code 21201 and clinic one with 80202",
        "from July 1, 2026 to June 30, 2027",
        "at least 1,477 miles (2,378 km) apart",
        "The records have no ID, phone number, email address or guardian",
    ):
        assert text in page
    taking(3, build_records("clinic", {**there, "local_id": "9", "phone": "4105550101"}))
    assert not Sign.objects.filter(person=person).exists()
    assert (
        "These places are at least"
        not in client.get(reverse("linkage:person", args=[person])).content.decode()
    )
    Sign.objects.create(person_id=person, alarm=OverlinkFlag.FAR_APART.value, since=timezone.now())
    assert (
        "These places are at least"
        not in client.get(reverse("linkage:person", args=[person])).content.decode()
    )


def test_a_delivery_speaks_of_its_period_or_of_the_school_year_in_which_it_came() -> None:
    came = datetime(2026, 6, 30, 12, tzinfo=timezone.get_current_timezone())
    this_year = date(2025, 7, 1), date(2026, 6, 30)
    assert overlink_flags.find_stated_days("2023-24", came) == (date(2023, 7, 1), date(2024, 6, 30))
    assert overlink_flags.find_stated_days("2021-2025", came) == (
        date(2024, 7, 1),
        date(2025, 6, 30),
    )
    for period in ("", "summer", "2026-03", "2025-12-01"):
        assert overlink_flags.find_stated_days(period, came) == this_year, period


def test_flagged_people_are_listed_25_a_page(manager: User, browser: Callable[..., Client]) -> None:
    since = timezone.now()
    for number in range(120):
        person = Person.objects.create(pk=f"P{number:03}", created=since)
        Sign.objects.create(person=person, alarm=OverlinkFlag.MANY_IDS.value, since=since)
    address = reverse("linkage:alarm", args=["many_ids"])
    client = browser(manager)
    first, last = (client.get(address, {"page": n}).content.decode() for n in (1, 5))
    assert "People to check: 120" in first
    assert "Page 1 of 5" in first
    assert first.count("linkage/people/P") == 25
    assert last.count("linkage/people/P") == 20
    assert reverse("linkage:person", args=["P119"]) in last


def test_the_loss_goes_with_what_counts_whoever_came_encoded(linked: LinkageRun) -> None:
    linked.found["encoded"] = [
        {"project": "p", "mark": "m", "records": 3, "people": 2, "by_source": {"clinic": [3, 2]}}
    ]
    linked.found["named"] = 40
    assert {"code": "encoded"} not in list_linkage_caveats(linked, {"alder-creek-sd"})
    (one,) = [c for c in list_linkage_caveats(linked, {"clinic"}) if c["code"] == "encoded"]
    assert "matched 22 of 100 twins to their twin (3)" in describe_linkage_caveat(one)
    assert one == {"code": "encoded"}  # no count of few children
    assert "with names" not in " ".join(map(describe_linkage_caveat, list_linkage_caveats(linked)))
    linked.found["quality"] = {
        "overall": {
            name: {"value": 0.99, "low": 0.98, "high": 1.0}
            for name in ("precision", "recall", "people")
        }
    }
    assert "people with names is between" in " ".join(
        map(describe_linkage_caveat, list_linkage_caveats(linked))
    )
