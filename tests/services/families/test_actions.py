"""Letters: printed once, each in its language; codes that nobody can guess or use for long."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import BORN, ON, World
from tests.governance.consents.test_program_roster import KNOWN
from tests.services.families.phone import letter, phone

from cairn.governance.consents.actions.children import update_child_rights
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.services.families import letter_codes, queries
from cairn.services.families.actions import print_letters, stop_letter
from cairn.services.families.forms import LettersForm, parse_letter_line
from cairn.services.families.letter_rendering import render_letters
from cairn.services.families.models import Letter, LetterRun

pytestmark = pytest.mark.django_db


def test_letters_come_once_in_two_languages(world: World, browser: Callable[..., Client]) -> None:
    client = browser(world.steward)
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    sent = {
        "organization": world.river.pk,
        "children": "S-1, Ana Fern, es\n\nS-2",
        "expires_on": until,
    }
    page = client.post("/family/letters/", sent).content.decode()
    assert "A la familia de Ana Fern" in page
    assert "To the family of student S-2" in page
    assert page.count('src="data:image/svg+xml') == 2
    first, second = re.findall(r'class="code">([A-Z2-9-]+)<', page)
    assert first != second
    assert first not in client.get("/family/letters/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM families_letter")
        assert first not in str(cursor.fetchall())
    assert phone(first.lower().replace("-", " ")).get("/family/child/").status_code == 200


def test_codes_are_stopped_together(world: World, browser: Callable[..., Client]) -> None:
    printed = letter(world)
    client = browser(world.steward)
    run = LetterRun.objects.get()
    address = f"/family/letters/{run.pk}/stop/"
    assert "Deactivate these letters?" in client.get(address).content.decode()
    assert "1 letter was deactivated." in client.post(address, follow=True).content.decode()
    assert Client().post("/family/", {"code": printed.code}).status_code == 422


def test_one_letter_is_stopped_and_the_other_parents_goes_on(
    world: World, browser: Callable[..., Client]
) -> None:
    mothers, fathers = letter(world), letter(world)
    client = browser(world.steward)
    row = Letter.objects.earliest("pk")
    page = client.get(f"/family/letters/{row.run_id}/").content.decode()
    assert "Child S-1 (S-1)" in page
    address = f"/family/letters/one/{row.pk}/stop/"
    assert "Deactivate this letter?" in client.get(address).content.decode()
    assert "Letter deactivated." in client.post(address, follow=True).content.decode()
    assert Client().post("/family/", {"code": mothers.code}).status_code == 422
    assert phone(fathers.code).get("/family/child/").status_code == 200
    assert AuditLine.objects.get(event="family.letter_stopped").subject_id == str(row.pk)


def test_a_lost_letter_is_found_by_the_childs_id_and_replaced(
    world: World, browser: Callable[..., Client]
) -> None:
    lost = letter(world, language="es")
    letter(world, "S-2")
    client = browser(world.steward)
    asked = {"district": world.river.pk, "local_id": "s-1"}
    found = client.post("/family/letters/find/", asked).content.decode()
    assert "Letters: 1<" in found
    assert "S-2" not in found
    assert client.post("/family/letters/find/", {"local_id": ""}).status_code == 422
    row = Letter.objects.earliest("pk")
    address = f"/family/letters/one/{row.pk}/replace/"
    assert "Replace this letter?" in client.get(address).content.decode()
    page = client.post(address).content.decode()
    assert "A la familia de Child S-1" in page
    (code,) = re.findall(r'class="code">([A-Z2-9-]+)<', page)
    assert Client().post("/family/", {"code": lost.code}).status_code == 422
    assert phone(code).get("/family/child/").status_code == 200


def test_nobody_elses_letter_is_stopped(world: World, person: Callable[..., User]) -> None:
    letter(world)
    row = Letter.objects.get()
    for stranger in (world.tutor, person(Role.STEWARD, at="hills")):
        with pytest.raises(Refused):
            stop_letter(letter=row, by=stranger, at=timezone.localtime())


def test_a_letter_ends_by_itself_when_the_student_goes_to_college(world: World) -> None:
    printed = letter(world)
    LetterRun.objects.update(printed_at=timezone.localtime() - timedelta(days=2))
    client = phone(printed.code)
    known = replace(KNOWN, postsecondary=True)
    child = Letter.objects.get().child
    update_child_rights(child=child, rights=known, by=world.steward, at=timezone.localtime())
    assert client.get("/family/child/").status_code == 403
    today = timezone.localdate()
    (sent,) = queries.describe_sent_letters(
        queries.list_letters(load_actor(world.steward), today), today
    )
    assert sent.state.label == "Ended: rights transferred to the student"
    students = phone(letter(world).code)
    assert students.get("/family/child/").status_code == 200
    update_child_rights(child=child, rights=KNOWN, by=world.steward, at=timezone.localtime())
    child.refresh_from_db()
    assert child.postsecondary_since is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["To Child S-1<", "shared about you, who gets it", "only for you,"]),
        ("es", ["Para Child S-1<", "se comparte sobre usted, quién", "solo para usted,"]),
    ],
)
def test_a_letter_to_a_student_who_holds_the_rights_names_no_family(
    world: World, language: str, said: list[str]
) -> None:
    grown = letter(world, born=BORN.replace(year=BORN.year - 12), language=language)
    (page,) = render_letters([grown], "River", "https://example.org/family/")
    assert [words for words in said if words not in page] == []
    assert "family of" not in page
    assert "familia" not in page
    unnamed = replace(grown, child=replace(grown.child, name=""))
    (page,) = render_letters([unnamed], "River", "https://example.org/family/")
    assert "S-1</strong>" in page


def test_a_letter_goes_to_the_student_at_18_or_in_college(world: World) -> None:
    assert not letter(world).to_student
    child = Letter.objects.get().child
    known = replace(KNOWN, postsecondary=True)
    update_child_rights(child=child, rights=known, by=world.steward, at=timezone.localtime())
    assert letter(world).to_student
    assert letter(world, "S-18", born=BORN.replace(year=BORN.year - 12)).to_student


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "counts"),
        ({"revoked_at": timezone.localtime()}, "stopped"),
        ({"expires_on": timezone.localdate() - timedelta(days=1)}, "ran_out"),
    ],
)
def test_a_letters_state_is_computed(world: World, change: dict[str, Any], state: str) -> None:
    letter(world)
    Letter.objects.update(**change)
    (sent,) = queries.describe_sent_letters(
        queries.list_letters(load_actor(world.steward), ON), timezone.localdate()
    )
    assert sent.state == state


def test_a_square_brings_its_code_and_language(world: World) -> None:
    printed = letter(world)
    answer = Client().get("/family/", {"lang": "es", "code": printed.code})
    page = unescape(answer.content.decode())
    assert printed.code in page
    assert "Abrir la página" in page
    assert answer.cookies["django_language"].value == "es"
    assert not Client().get("/family/", {"lang": "xx"}).cookies.get("django_language")


def test_a_letter_opens_the_page_in_its_language_unless_the_family_chose_another(
    world: World,
) -> None:
    code = letter(world, language="es").code
    assert '<html lang="es">' in phone(code).get("/family/child/").content.decode()
    client = Client()
    client.post("/language/", {"language": "en", "next": "/family/"})
    client.post("/family/", {"code": code})
    assert '<html lang="en' in client.get("/family/child/").content.decode()


def test_a_code_that_ran_out_or_never_was_opens_nothing(world: World) -> None:
    printed = letter(world)
    Letter.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    for code in (printed.code, "AAAA-BBBB-CCCC"):
        answer = Client().post("/family/", {"code": code})
        assert answer.status_code == 422
        assert "This code does not work." in unescape(answer.content.decode())


def test_a_code_is_random_and_easy_to_read() -> None:
    made = {letter_codes.generate_letter_code() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){2}[A-HJ-NP-Z2-9]{4}", code) for code in made)


def test_only_the_district_writes_to_families(world: World) -> None:
    with pytest.raises(Refused):
        print_letters(
            organization=world.river,
            children=[],
            expires_on=timezone.localdate(),
            by=world.tutor,
            at=timezone.localtime(),
        )


def test_a_line_is_an_id_a_name_and_a_language() -> None:
    lines = ("S-1", "S-2, Ana", "S-3, Ana, Español", "S-4,,en")
    found = [parse_letter_line(line) for line in lines]
    assert [(told.local_id, told.name, language) for told, language in found] == [
        ("S-1", "", "en"),
        ("S-2", "Ana", "en"),
        ("S-3", "Ana", "es"),
        ("S-4", "", "en"),
    ]


def test_too_many_letters_at_once(world: World) -> None:
    sent = {
        "organization": world.river.pk,
        "children": "S-1\n" * 2001,
        "expires_on": "2026-12-31",
    }
    form = LettersForm(sent, organizations=Organization.objects.all())
    assert "The list has more than 2000 letters." in str(form.errors)


def test_what_waits_and_what_is_due(world: World) -> None:
    client = phone(letter(world).code)
    today = timezone.localdate()
    who = load_actor(world.steward)
    assert queries.list_family_tasks(who, today) == []
    client.post("/family/child/copy/", {"name": "Rosa", "relation": "parent"})
    (waits,) = queries.list_family_tasks(who, today)
    assert (waits.count, waits.due) == (1, today + timedelta(days=45))
    assert [d.on for d in queries.list_copy_deadlines(who, today, today + timedelta(days=60))] == [
        waits.due
    ]
    assert queries.list_copy_deadlines(who, today, today) == []
    tutor = load_actor(world.tutor)
    assert queries.list_family_tasks(tutor, today) == []
    assert queries.list_copy_deadlines(tutor, today, today + timedelta(days=60)) == []
