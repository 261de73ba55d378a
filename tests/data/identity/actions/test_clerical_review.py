"""Reviewers see names and nothing else, answer by page, and the index follows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.confirmation_page import check_asks_first
from tests.data.identity.sample_records import ADA, Taking, build_records, crowd

from cairn.data.identity.actions import clerical_review
from cairn.data.identity.index import update
from cairn.data.identity.models.clerical_review import (
    ALWAYS,
    ANSWERED,
    DIFFERENT,
    OPEN,
    SAME,
    UNSURE,
    Answer,
    Question,
    Verdict,
    VerdictRecord,
)
from cairn.data.identity.models.person_index import Record
from cairn.data.identity.queries import review_queue
from cairn.data.identity.review import match_questions
from cairn.matching.clustering.weak_links import find_evidence_band
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

TWIN = {**ADA, "given_name": "Adda"}


@pytest.fixture
def asked(taking: Taking, monkeypatch: pytest.MonkeyPatch) -> Question:
    """A question about two records that could be one child or twins, however sure the index is."""
    monkeypatch.setattr(match_questions, "MIN_ERROR_CHANCE", 0.0)
    taking(1, crowd("river"))
    taking(2, build_records("club", {**ADA, "local_id": "7", "race_ethnicity": "asian"}))
    taking(3, build_records("camp", {**TWIN, "local_id": "3"}))
    keys = [
        build_records("club", {**ADA, "local_id": "7"})[0],
        build_records("camp", {**TWIN, "local_id": "3"})[0],
    ]
    question = Question.objects.filter(records__record__key=keys[0].key).first()
    assert question is not None
    return question


@pytest.fixture
def second(person: Callable[..., Any]) -> Any:
    """Another reviewer."""
    return person(Role.DATA_MANAGER, at="river-county-partnership", kind=OrganizationKind.BACKBONE)


def people(question: Question) -> set[str]:
    keys = question.records.values_list("record__key", flat=True)
    return set(update.find_people_by_keys(keys).values())


def answer(question: Question, said: str, by: User) -> Answer:
    return clerical_review.answer_match_question(
        question=question, choice=said, by=by, at=timezone.localtime()
    )


def test_an_answer_is_a_decision_that_the_index_follows(asked: Question, manager: User) -> None:
    answer(asked, SAME, manager)
    assert len(people(asked)) == 1
    asked.refresh_from_db()
    assert asked.state == ANSWERED
    line = AuditLine.objects.get(event="linkage.answered")
    assert line.detail == {"said": SAME, "decided": SAME}


def test_two_children_stay_two(asked: Question, manager: User) -> None:
    made = answer(asked, DIFFERENT, manager)
    assert len(people(asked)) == 2
    assert made.verdict is not None
    assert VerdictRecord.objects.filter(verdict=made.verdict).count() == 2


def test_unsure_decides_nothing(asked: Question, manager: User) -> None:
    before = people(asked)
    answer(asked, UNSURE, manager)
    assert people(asked) == before
    assert not Verdict.objects.exists()


def test_an_answer_is_taken_back_by_whoever_gave_it(
    asked: Question, manager: User, second: User
) -> None:
    before = people(asked)
    made = answer(asked, SAME if len(before) == 2 else DIFFERENT, manager)
    assert people(asked) != before
    with pytest.raises(clerical_review.QuestionClosed):
        clerical_review.take_back_answer(answer=made, by=second, at=timezone.localtime())
    clerical_review.take_back_answer(answer=made, by=manager, at=timezone.localtime())
    assert people(asked) == before
    asked.refresh_from_db()
    assert asked.state == OPEN


def test_two_reviewers_must_agree_and_a_third_decides(
    asked: Question, manager: User, second: User, person: Callable[..., Any]
) -> None:
    asked.wanted = 2
    asked.save()
    answer(asked, SAME, manager)
    assert not Verdict.objects.exists()
    with pytest.raises(Refused):
        answer(asked, SAME, manager)
    answer(asked, DIFFERENT, second)
    asked.refresh_from_db()
    assert (asked.state, asked.wanted) == (OPEN, 3)
    third = person(Role.DATA_MANAGER, at="river-county-partnership", kind=OrganizationKind.BACKBONE)
    answer(asked, DIFFERENT, third)
    asked.refresh_from_db()
    assert asked.state == ANSWERED
    assert len(people(asked)) == 2
    assert review_queue.measure_reviewer_agreement() == review_queue.ReviewerAgreement(1, 0, None)


def test_a_decision_against_an_earlier_one_is_refused(asked: Question, manager: User) -> None:
    sides = [
        [row.record for row in asked.records.filter(side=side).select_related("record")]
        for side in (0, 1)
    ]
    clerical_review.decide_match(
        kind=ALWAYS, left=sides[0], right=sides[1], why="", by=manager, at=timezone.localtime()
    )
    with pytest.raises(clerical_review.ConflictingDecision):
        answer(asked, DIFFERENT, manager)
    verdict = Verdict.objects.get()
    clerical_review.undo_match_verdict(verdict=verdict, by=manager, at=timezone.localtime())
    answer(asked, DIFFERENT, manager)
    assert len(people(asked)) == 2


def test_the_page_shows_names_and_nothing_else(
    asked: Question, manager: User, browser: Callable[..., Client]
) -> None:
    client = browser(manager)
    first = client.get(reverse("linkage:review"))
    assert first.status_code == 302
    page = client.get(reverse("linkage:question", args=[asked.pk])).content.decode()
    for text in (
        "Are these records the same student?",
        "Ada",
        "Adda",
        "March 4, 2012",
        "differs",
        "Strongest evidence",
    ):
        assert text in page
    assert "asian" not in page
    line = AuditLine.objects.get(event="linkage.question_seen")
    assert (line.subject_id, line.detail) == (str(asked.pk), {"records": 2})
    assert line.actor_id == str(manager.pk)
    kept = client.post(reverse("linkage:question", args=[asked.pk]), {"said": SAME}, follow=True)
    assert "Your answer was saved." in kept.content.decode()
    closed = client.get(reverse("linkage:question", args=[asked.pk])).content.decode()
    assert "You answered: same student." in closed
    assert "never" not in client.get(reverse("linkage:decisions")).content.decode()
    mine = Answer.objects.get()
    again = client.post(reverse("linkage:take_back", args=[mine.pk]), follow=True)
    assert "open again" in again.content.decode()
    assert not Verdict.objects.filter(undone_at=None).exists()


def test_a_decision_is_undone_on_its_page(
    asked: Question, manager: User, browser: Callable[..., Client]
) -> None:
    made = answer(asked, SAME, manager)
    assert made.verdict is not None
    client = browser(manager)
    page = client.get(reverse("linkage:decisions"), {"kind": "always the same student"})
    listed = page.content.decode()
    assert "always the same student (1)" in listed
    assert reverse("linkage:undo", args=[made.verdict.pk]) in listed
    assert 'id="id_q"' not in listed, "a reason may name a student"
    assert "Download" not in listed
    other = client.get(reverse("linkage:decisions"), {"kind": "never the same student"})
    assert "No row matches" in other.content.decode()
    undo = reverse("linkage:undo", args=[made.verdict.pk])
    check_asks_first(client, undo, r"Undo this decision\?", "Records: [0-9]+")
    done = client.post(undo, follow=True)
    assert "The decision was undone" in done.content.decode()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.STEWARD])
def test_nobody_else_sees_a_name(
    asked: Question, role: Role, browser: Callable[..., Client]
) -> None:
    client = browser(role, at="backbone" if role is Role.ANALYST else "river")
    assert client.get(reverse("linkage:question", args=[asked.pk])).status_code == 403


def ask(bits: float, *records: tuple[str, int], weight: float = 0.1) -> Question:
    """A question whose records are of these sources, on side 0 or 1."""
    made = Question.objects.create(
        sides=f"question {Question.objects.count()}",
        joined=True,
        bits=bits,
        band=find_evidence_band(bits),
        weight=weight,
        made_at=timezone.localtime(),
    )
    for number, (source, side) in enumerate(records):
        key = f"{made.pk} {number}"
        record = Record.objects.create(key=key, source=source, fresh=False)
        made.records.create(record=record, side=side)
    return made


def test_what_comes_first_depends_on_the_figure() -> None:
    heavy = ask(3.0, ("school", 0), ("school", 0), ("school", 1), weight=0.5)
    unsure = ask(0.2, ("school", 0), ("school", 1), weight=0.3)
    shared = ask(1.0, ("school", 0), ("clinic", 1), weight=0.2)
    either = ask(0.1, ("school", 0), ("clinic", 0), ("school", 1), weight=0.1)
    assert list(review_queue.filter_review_queue("7")) == [heavy, unsure, shared, either]
    assert list(review_queue.filter_review_queue("7", figure=review_queue.PEOPLE)) == [
        either,
        unsure,
        shared,
        heavy,
    ]
    # Whoever knows `either` or not, some child of it is known to two organizations.
    assert list(review_queue.filter_review_queue("7", figure=review_queue.SHARED)) == [
        shared,
        either,
        unsure,
        heavy,
    ]


def test_the_reviewed_sample_says_how_often_it_is_one_child(manager: User) -> None:
    open_now = ask(1.0, ("school", 0), ("clinic", 1))
    for number in range(12):
        row = ask(1.0 + number / 100, ("school", 0), ("clinic", 1))
        row.sample, row.state = True, ANSWERED
        row.save()
        says = SAME if number < 9 else DIFFERENT
        Answer.objects.create(
            question=row, said=says, by_id="7", by_label="Dana", at=timezone.localtime()
        )
        if number < 8:
            assert review_queue.find_similar_outcomes(open_now) is None
    assert review_queue.find_similar_outcomes(open_now) == review_queue.SimilarOutcomes(
        9, 12, 47, 91
    )
    assert review_queue.find_similar_outcomes(ask(-4.0, ("school", 0), ("clinic", 1))) is None


def test_possible_matches_are_listed_without_a_value(
    asked: Question, manager: User, browser: Callable[..., Client]
) -> None:
    client, address = browser(manager), reverse("linkage:matches")
    response = client.get(address)
    page = response.content.decode()
    (row,) = [row.record for row in response.context["table"].paginated_rows]
    assert (row.number, row.joined, row.sample) == (asked.pk, asked.joined, asked.sample)
    assert reverse("linkage:question", args=[asked.pk]) in page
    assert row.sources in page
    for value in ("Ada", "Adda", "2012"):
        assert value not in page
    assert "Content-Disposition" not in client.get(address, {"download": "csv"}).headers
    answer(asked, UNSURE, manager)
    assert "No possible matches to review" in client.get(address).content.decode()
    assert browser(Role.ANALYST).get(address).status_code == 403


def test_the_figure_is_chosen_on_the_page(
    asked: Question, manager: User, browser: Callable[..., Client]
) -> None:
    client = browser(manager)
    page = client.get(reverse("linkage:review"), {"figure": "shared"}, follow=True).content.decode()
    assert "<strong>students with records at two or more organizations</strong>" in page
    assert client.get(reverse("linkage:review"), {"figure": "nonsense"}).status_code == 302
