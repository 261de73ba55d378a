"""A family on its phone: sees, agrees, stops, opts out, asks, and nobody else does."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import World, agree, decline_paper, paper
from tests.services.families.phone import letter, phone

from cairn.governance.consents import facts
from cairn.governance.consents.actions.opt_outs import undo_opt_out_recording
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.opt_outs import OptOut
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.platform.audit.models import AuditLine
from cairn.policy.facts.people.access import Actor
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import ShareObstacle
from cairn.services.families import actions, queries
from cairn.services.families.models import CopyRequest, Letter, LetterRun
from cairn.services.families.record_copies.request_lock import ClosedCopyRequest

pytestmark = pytest.mark.django_db

ROSA = {"name": "Rosa Alba", "relation": "parent"}
WHOLE: dict[str, Any] = {"exclusions": (), "counsel": ""}


def _text(client: Client, address: str = "/family/child/") -> str:
    return client.get(address).content.decode()


def test_a_parent_stops_in_spanish_and_the_program_sees_it_at_once(
    world: World, browser: Callable[..., Client], person: Callable[..., Any]
) -> None:
    agree(person, world.river, world.steward)
    (consent,) = world.verified(paper())
    program = browser(world.tutor)
    assert "Child S-1" in program.get("/consents/programs/lanterns/").content.decode()
    client = phone(letter(world, language="es").code)
    page = _text(client)
    assert '<html lang="es">' in page
    assert "Ayuda después de clases" in page
    stop = f"/family/child/stop/{consent.reference}/"
    assert "¿Dejar de compartir?" in _text(client, stop)
    assert "Ya no se comparte" in client.post(stop, ROSA, follow=True).content.decode()
    assert "Child S-1" not in program.get("/consents/programs/lanterns/").content.decode()
    done = client.post(f"/family/child/stopped/{consent.reference}/", follow=True)
    assert "Su permiso vuelve a estar vigente." in done.content.decode()
    assert "Child S-1" in program.get("/consents/programs/lanterns/").content.decode()


def test_a_yes_on_the_page_counts_once_the_district_looked(world: World) -> None:
    world.serve("S-1")
    client = phone(letter(world).code)
    form = f"/family/child/form/{world.form.pk}/"
    assert "This is your choice." in _text(client, form)
    unsigned = client.post(form, {**ROSA, "records": ["attendance.*"], "answer": "yes"})
    assert unsigned.status_code == 422
    assert "Check this box to sign." in unsigned.content.decode()
    yes = {**ROSA, "records": ["attendance.*"], "signed": "on", "answer": "yes"}
    assert "You gave permission." in client.post(form, yes, follow=True).content.decode()
    row = Consent.objects.get()
    assert (row.state, row.method, row.records) == ("granted", "electronic", ["attendance.*"])
    assert row.authenticated.startswith("code of letter")
    assert row.approved.startswith("typed name and box checked at")
    assert facts.load_person_fact(row.child, date(2026, 11, 24)).consents[0].verified_on is None
    assert "Requests from your school" in (page := _text(client))
    assert form not in page


def test_a_no_needs_a_name_and_no_box(world: World) -> None:
    client = phone(letter(world).code)
    form = f"/family/child/form/{world.form.pk}/"
    assert client.post(form, {"answer": "no"}).status_code == 422
    page = client.post(form, {**ROSA, "answer": "no"}, follow=True).content.decode()
    assert "Permission not given" in page
    assert Consent.objects.get().state == "refused"
    yes = {**ROSA, "records": ["attendance.*"], "signed": "on", "answer": "yes"}
    client.post(form, yes)
    states = Consent.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["superseded", "granted"]


def test_two_parents_who_disagree_are_told_and_nothing_is_shared(
    world: World, browser: Callable[..., Client]
) -> None:
    world.verified(paper(signer="Rosa Alba"))
    client = phone(letter(world).code)
    world.record(decline_paper(paper(signer="Leo Alba")))
    assert "Sharing by permission is on hold" in _text(client)
    page = browser(world.tutor).get("/consents/programs/lanterns/").content.decode()
    assert "Child S-1" not in page


def test_the_page_says_why_nothing_is_shared_today() -> None:
    """Each obstacle has words; `tests/policy/checks/students/test_family_sharing.py` finds them."""
    assert queries.describe_share_obstacle(None) == ""
    said = {queries.describe_share_obstacle(obstacle) for obstacle in ShareObstacle}
    assert "On hold until the district decides" in said
    assert len(said) == len(ShareObstacle)


def test_a_student_reads_nothing_about_a_child_of_theirs(world: World) -> None:
    today = timezone.localdate()
    born = today.replace(year=today.year - 19)
    for language, words in (("en", "your child"), ("es", "su hijo")):
        client = phone(letter(world, born=born, language=language).code)
        for page in ("", "record/", f"form/{world.form.pk}/", "decline/directory/", "copy/"):
            shown = _text(client, f"/family/child/{page}").lower()
            assert words not in shown.replace("my child", "your child"), page


def test_opting_out_and_in_again(world: World) -> None:
    client = phone(letter(world).code)
    key = compute_child_key("river", "S-1")
    for scope in ("all_discretionary", "directory"):
        address = f"/family/child/decline/{scope}/"
        assert "Opt out of" in _text(client, address)
        assert client.post(address, {}).status_code in {200, 422}
        assert facts.list_active_opt_outs() == ()
        page = client.post(address, ROSA, follow=True).content.decode()
        assert "You opted out, starting now." in page
        assert [o.person for o in facts.list_active_opt_outs()] == [key]
        assert "Opt back in?" in _text(client, address)
        client.post(address, ROSA)
        assert facts.list_active_opt_outs() == ()
    assert client.get("/family/child/decline/everything/").status_code == 404


def test_one_parent_does_not_end_the_others_opt_out(
    world: World, browser: Callable[..., Client]
) -> None:
    mother, father = phone(letter(world).code), phone(letter(world).code)
    address = "/family/child/decline/all_discretionary/"
    mother.post(address, ROSA)
    row = OptOut.objects.get()
    assert (row.relation, row.method) == ("parent", "electronic")
    assert row.authenticated.startswith("code of letter")
    leo = {"name": "Leo Alba", "relation": "parent"}
    page = father.post(address, leo, follow=True).content.decode()
    assert "Another person opted out, so the district decides." in page
    assert len(facts.list_active_opt_outs()) == 1
    desk = browser(world.steward)
    assert "Leo Alba, Parent" in desk.get("/consents/conflicts/").content.decode()
    assert desk.get(f"/opt-outs/{row.recording_id}/undo/").status_code == 404
    undo_opt_out_recording(recording=row.recording, by=world.steward, at=timezone.localtime())
    assert len(facts.list_active_opt_outs()) == 1
    mother.post(address, ROSA)
    assert facts.list_active_opt_outs() == ()
    assert "Leo Alba" not in desk.get("/consents/conflicts/").content.decode()


def test_at_eighteen_the_student_ends_what_a_parent_declined(world: World) -> None:
    address, today = "/family/child/decline/directory/", timezone.localdate()
    phone(letter(world).code).post(address, ROSA)
    student = phone(letter(world, born=today.replace(year=today.year - 19)).code)
    nia = {"name": "Nia Alba", "relation": "student"}
    assert student.post(address, {**nia, "relation": "parent"}).status_code == 422
    student.post(address, nia)
    assert facts.list_active_opt_outs() == ()


def test_a_copy_is_asked_for_and_answered_on_its_clock(
    world: World, browser: Callable[..., Client]
) -> None:
    client = phone(letter(world).code)
    assert client.post("/family/child/copy/", {}).status_code == 200
    client.post("/family/child/copy/", ROSA)
    row = CopyRequest.objects.get()
    assert row.due == row.asked_on + timedelta(days=45)
    assert "The school must answer by" in _text(client)
    desk = browser(world.steward)
    page = desk.get("/family/copies/").content.decode()
    assert "Child S-1" in page
    assert "Rosa Alba" in page
    answer = f"/family/copies/{row.pk}/"
    assert desk.post(answer, {"answer": " "}).status_code == 422
    desk.post(answer, {"answer": "Handed over at the school."})
    assert "Handed over at the school." in _text(client)
    client.post("/family/child/copy/", ROSA)
    second = CopyRequest.objects.get(answered_at=None)
    client.post(f"/family/child/copy/{second.pk}/withdraw/")
    second.refresh_from_db()
    assert second.withdrawn_at is not None
    assert client.post(f"/family/child/copy/{row.pk}/withdraw/").status_code == 404


def test_a_copy_request_is_answered_or_withdrawn_once(world: World) -> None:
    """Two people answer at once, or the family withdraws meanwhile: the first one counts."""
    client = phone(letter(world).code)
    client.post("/family/child/copy/", ROSA)
    client.post("/family/child/copy/", ROSA)
    answered, withdrawn = CopyRequest.objects.order_by("pk")
    in_two_windows = [CopyRequest.objects.get(pk=answered.pk) for _ in range(2)]
    at, who = timezone.localtime(), Actor.family(answered.child.key)
    for row, answer in zip(in_two_windows, ("Handed over.", "By mail."), strict=True):
        said = {"copy": row, "answer": answer, "by": world.steward, "at": at, **WHOLE}
        if answer == "Handed over.":
            actions.answer_copy_request(**said)
            continue
        with pytest.raises(ClosedCopyRequest, match="answered already"):
            actions.answer_copy_request(**said)
    with pytest.raises(ClosedCopyRequest, match="answered already"):
        actions.withdraw_copy_request(copy=in_two_windows[1], who=who, at=at)
    open_row = CopyRequest.objects.get(pk=withdrawn.pk)
    actions.withdraw_copy_request(copy=withdrawn, who=who, at=at)
    with pytest.raises(ClosedCopyRequest, match="withdrew"):
        actions.answer_copy_request(copy=open_row, answer="x", by=world.steward, at=at, **WHOLE)
    answered.refresh_from_db()
    withdrawn.refresh_from_db()
    assert (answered.answer, answered.withdrawn_at) == ("Handed over.", None)
    assert (withdrawn.answer, withdrawn.answered_at) == ("", None)
    events = AuditLine.objects.filter(event__startswith="copy.").values_list("event", flat=True)
    assert sorted(events) == ["copy.answered", "copy.asked", "copy.asked", "copy.withdrawn"]


def test_an_answer_that_came_second_is_told_so_on_its_page(
    world: World, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    phone(letter(world).code).post("/family/child/copy/", ROSA)
    row, answer = CopyRequest.objects.get(), actions.answer_copy_request
    at = timezone.localtime()

    def answer_second(**said: Any) -> None:
        row = CopyRequest.objects.get()
        answer(copy=row, answer="Handed over.", by=world.steward, at=at, **WHOLE)
        answer(**said)

    monkeypatch.setattr(actions, "answer_copy_request", answer_second)
    desk = browser(world.steward)
    shown = desk.post(f"/family/copies/{row.pk}/", {"answer": "By mail."}, follow=True)
    assert "answered already" in shown.content.decode()
    row.refresh_from_db()
    assert row.answer == "Handed over."


def test_at_eighteen_the_student_answers(world: World) -> None:
    today = timezone.localdate()
    client = phone(letter(world, born=today.replace(year=today.year - 19)).code)
    assert "The student now decides" in _text(client)
    form = f"/family/child/form/{world.form.pk}/"
    yes = {"records": ["attendance.*"], "signed": "on", "answer": "yes", "name": "Nia Alba"}
    assert client.post(form, {**yes, "relation": "parent"}).status_code == 422
    assert client.post(form, {**yes, "relation": "student"}).status_code == 302
    assert Consent.objects.get().relation == "student"


def test_a_letter_to_the_parents_opens_nothing_once_the_student_is_eighteen(world: World) -> None:
    today = timezone.localdate()
    code = letter(world, born=today.replace(year=today.year - 18)).code
    client = phone(code)
    assert client.get("/family/child/").status_code == 200
    LetterRun.objects.update(printed_at=timezone.localtime() - timedelta(days=2))
    assert client.get("/family/child/").status_code == 403
    answer = Client().post("/family/", {"code": code})
    assert "This code does not work." in answer.content.decode()


def test_one_family_sees_no_other_child(world: World) -> None:
    first, second = world.verified(paper("S-1"), paper("S-2"))
    client = phone(letter(world, "S-1").code)
    assert client.get(f"/family/child/stop/{first.reference}/").status_code == 200
    for address in (
        f"/family/child/stop/{second.reference}/",
        f"/family/child/stopped/{first.reference}/",
        "/family/child/form/999999/",
    ):
        assert client.get(address).status_code == 404
    assert "S-2" not in _text(client)
    assert client.get("/consents/").status_code == 403


def test_what_is_stopped_cannot_be_stopped_again(world: World) -> None:
    (consent,) = world.verified(paper())
    client = phone(letter(world).code)
    stop = f"/family/child/stop/{consent.reference}/"
    assert client.post(stop, {"name": ""}).status_code == 422
    client.post(stop, ROSA)
    answer = client.post(stop, ROSA)
    assert answer.status_code == 403
    assert "This answer has changed. Please reload the page." in answer.content.decode()
    other = phone(letter(world).code)
    undo = f"/family/child/stopped/{consent.reference}/"
    assert other.get(undo).status_code == 404
    assert other.post(undo).status_code == 404
    assert client.get(undo).status_code == 200


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.STEWARD])
def test_without_a_code_the_page_is_closed_and_it_is_on_record(
    role: Role, world: World, browser: Callable[..., Client]
) -> None:
    client = browser(role, at="river") if role is not Role.PUBLIC else browser(role)
    answer = client.get("/family/child/")
    assert answer.status_code == 403
    assert "This page is closed" in answer.content.decode()
    line = AuditLine.objects.get(event="refused")
    assert line.subject_id == "families:home"


def test_the_page_closes_by_itself_and_by_hand(world: World) -> None:
    client = phone(letter(world).code)
    session = client.session
    session["family"] = session["family"] | {
        "seen": (timezone.localtime() - timedelta(minutes=31)).isoformat()
    }
    session.save()
    assert client.get("/family/child/").status_code == 403
    client = phone(letter(world).code)
    assert client.post("/family/leave/", follow=True).status_code == 200
    assert client.get("/family/child/").status_code == 403
    client = phone(letter(world).code)
    Letter.objects.update(revoked_at=timezone.localtime())
    assert client.get("/family/child/").status_code == 403


def test_opening_a_page_signs_staff_out_and_keeps_it_from_caches(
    world: World, browser: Callable[..., Client]
) -> None:
    client = browser(world.steward)
    client.post("/family/", {"code": letter(world).code})
    answer = client.get("/family/child/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/consents/").status_code == 403


def test_the_page_names_no_one_who_signed(world: World) -> None:
    """Both parents may hold the code; it opens the record of the child, not of the other one."""
    (consent,) = world.verified(paper())
    mother, father = phone(letter(world).code), phone(letter(world).code)
    assert "Rosa Alba" not in _text(father)
    assert "Signed on" in _text(father)
    mother.post(f"/family/child/stop/{consent.reference}/", ROSA)
    assert "You signed this on" in _text(mother)
    assert "You signed this on" not in _text(father)
    # A typed name is no proof of who stopped it.
    father.post("/family/child/copy/", ROSA)
    undo = f"/family/child/stopped/{consent.reference}/"
    assert father.post(undo).status_code == 404
    assert mother.get(undo).status_code == 200


def test_while_two_people_disagree_the_page_shows_no_other_answer(world: World) -> None:
    (consent,) = world.verified(paper())
    father = phone(letter(world).code)
    father.post(
        f"/family/child/stop/{consent.reference}/", {"name": "Luis Alba", "relation": "parent"}
    )
    assert "On hold until the district decides" in _text(phone(letter(world).code))
    page = _text(phone(letter(world).code))
    assert "Stopped" not in page
    assert "Alba" not in page
