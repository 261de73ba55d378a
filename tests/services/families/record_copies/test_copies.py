"""A copy goes from review to download, and stops where a fact changed."""

import csv
import io
import re
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.data.records import served_students as served
from tests.governance.consents.sample_consents import AT, World
from tests.services.families.phone import letter, phone
from tests.services.families.record_copies.copies import ROSA, ask, look, release
from tests.services.families.statements import place_statement

from cairn.governance.consents.models.child import Child
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role
from cairn.services.families.actions import stop_letter
from cairn.services.families.models import CopyRequest, Letter
from cairn.services.families.tasks import erase_ended_copies

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _text(page: Any) -> str:
    return str(page.content.decode())


def _read_pdf(page: Any) -> str:
    """The texts of a PDF with a built-in font, one after the other."""
    assert page.content.startswith(b"%PDF-")
    parts = re.findall(rb"stream\n(.*?)\nendstream", page.content, re.DOTALL)
    drawn = " ".join(zlib.decompress(part).decode("latin-1") for part in parts)
    return re.sub(r"\\(.)", r"\1", " ".join(re.findall(r"\(((?:[^()\\]|\\.)*)\) Tj", drawn)))


def _file(row: CopyRequest, kind: str = "pdf") -> str:
    return f"/family/child/copy/{row.pk}/{kind}/"


def _count(event: str) -> int:
    return AuditLine.objects.filter(event=event).count()


def test_from_the_request_to_the_files(world: World, steward: Client) -> None:
    family, row = ask(world)
    page = look(steward, row)
    for text in ("Test results", "Total days absent", "2025-26", "Below grade", "Nothing is left"):
        assert text in page, text
    assert "S-2" not in page
    answer = release(steward, row, answer="Call us with questions.")
    assert (answer.status_code, answer["Location"]) == (302, "/family/copies/")
    row.refresh_from_db()
    assert row.copy_until == AT.date() + timedelta(days=30)
    assert b"Below grade" not in bytes(row.sealed_copy), "sealed at rest"
    assert row.answered_by == world.steward

    assert "Your copy is ready." in _text(family.get("/family/child/"))
    assert "Dec. 24, 2026" in _text(family.get(f"/family/child/copy/{row.pk}/"))
    pdf = family.get(_file(row))
    assert pdf["Content-Type"] == "application/pdf"
    assert "no-store" in pdf["Cache-Control"]
    written = _read_pdf(pdf)
    for text in ("Child S-1", "River", "Below grade", "170", "34 CFR 99.10"):
        assert text in written, text
    sheet = family.get(_file(row, "csv")).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet)))
    found = {(line["Code of the field"], line["School year"]): line["Value"] for line in rows}
    assert found["attendance_total.days_absent", "2026-27"] == "9"
    assert found["assessment.performance_level", "2025-26"] == "Below grade"
    assert family.get(_file(row, "exe")).status_code == 404
    assert _count("copy.released") == 1
    assert _count("copy.downloaded") == 2
    assert "Below" not in str(AuditLine.objects.filter(event__startswith="copy.").values())


def test_a_family_that_reads_spanish_gets_it_in_spanish(world: World, steward: Client) -> None:
    family, row = ask(world, language="es")
    release(steward, row)
    assert "Descargar para leer (PDF)" in _text(family.get(f"/family/child/copy/{row.pk}/"))
    pdf = family.get(_file(row))
    assert "copia-del-expediente.pdf" in pdf["Content-Disposition"]
    written = _read_pdf(pdf)
    for text in ("Copia del expediente", "Resultados de", "Días de ausencia", "Año escolar"):
        assert text in written, text
    assert "Días de ausencia" in family.get(_file(row, "csv")).content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "Statement of the family, in the record since"), ("es", "Declaración de la familia")],
)
def test_the_familys_statement_goes_with_the_contested_part(
    language: str, heading: str, world: World, steward: Client
) -> None:
    family, row = ask(world, language=language)
    place_statement(row.child, "assessment", text="She was ill that week.")
    place_statement(row.child, "discipline", text="About a record that is not here.")
    page = look(steward, row)
    assert "She was ill that week." in page
    assert "34 CFR 99.21(c)" in page
    assert "not here" not in page
    release(steward, row)
    row.refresh_from_db()
    assert b"She was ill" not in bytes(row.sealed_copy), "sealed at rest"
    written, sheet = _read_pdf(family.get(_file(row))), family.get(_file(row, "csv"))
    assert "She was ill that week." in written
    assert heading in written
    assert "not here" not in written
    (line,) = [row for row in _text(sheet).splitlines() if row.endswith(",statement")]
    assert "She was ill that week." in line


def test_a_statement_about_records_that_are_left_out_stays(world: World, steward: Client) -> None:
    family, row = ask(world)
    place_statement(row.child, "assessment", text="She was ill.")
    release(steward, row, left_out="assessment", exclusions="other_students")
    assert "She was ill" not in _read_pdf(family.get(_file(row)))


def test_a_statement_that_came_after_the_review_is_seen_first(
    world: World, steward: Client
) -> None:
    _family, row = ask(world)
    seen = look(steward, row).split('name="seen" value="')[1].split('"')[0]
    place_statement(row.child, text="She was ill.")
    sent = {"step": "release", "seen": seen}
    answer = _text(steward.post(f"/family/copies/{row.pk}/review/", sent))
    assert "This is not what you saw before" in answer
    assert "She was ill." in answer


def test_the_reviewer_leaves_out_a_record_type_for_a_reason(world: World, steward: Client) -> None:
    family, row = ask(world)
    refused = release(steward, row, left_out="assessment")
    assert refused.status_code == 422
    assert "You left out records without a reason." in _text(refused)
    release(steward, row, left_out="assessment", exclusions="other_students")
    written = _read_pdf(family.get(_file(row)))
    assert "Below grade" not in written
    assert "170" in written
    assert "Information about other students was left out." in _text(family.get("/family/child/"))


def test_a_person_reads_text_before_it_goes_out(world: World, steward: Client) -> None:
    text = b"ID,Year,Subject,Level\nS-1,2025-26,Reading,Worked with Ben Okafor\n"
    served.deliver(world, text, served.RESULTS_MAPPING, period="2025-26")
    family, row = ask(world)
    page = look(steward, row)
    assert "Nobody has read this text." in page
    assert page.count("Worked with Ben Okafor") == 1, "among the texts to read, not in the copy"
    release(steward, row)
    assert "Ben Okafor" not in _read_pdf(family.get(_file(row)))
    assert "Information about other people was left out." in _read_pdf(family.get(_file(row)))


def test_a_text_that_was_read_goes_out(world: World, steward: Client) -> None:
    text = b"ID,Year,Subject,Level\nS-1,2025-26,Reading,Reads on her own\n"
    served.deliver(world, text, served.RESULTS_MAPPING, period="2025-26")
    family, row = ask(world)
    release(steward, row, texts_read="on")
    assert "Reads on her own" in _read_pdf(family.get(_file(row)))


def test_a_request_without_a_letter_cannot_be_downloaded(world: World, steward: Client) -> None:
    family, row = ask(world)
    CopyRequest.objects.update(letter=None)
    assert "nobody could download the copy" in look(steward, row)
    release(steward, row)
    assert family.get(_file(row)).status_code == 403


def test_a_row_that_was_sent_twice_is_in_the_copy_once(world: World, steward: Client) -> None:
    served.deliver(world, part="again")
    family, row = ask(world)
    release(steward, row)
    assert _read_pdf(family.get(_file(row))).count("2026-27") == 1


def test_counsel_reviews_where_an_order_is_on_record(world: World, steward: Client) -> None:
    family, row = ask(world)
    Child.objects.update(court_order=True)
    refused = release(steward, row)
    assert refused.status_code == 422
    assert "no counsel reviewed the copy" in _text(refused)
    assert release(steward, row, counsel="A. Counsel").status_code == 302
    assert family.get(_file(row)).status_code == 200


@pytest.mark.parametrize("change", [{"court_order": True}, {"hold": "ask counsel"}])
def test_an_order_after_the_review_stops_the_download(
    world: World, steward: Client, change: dict[str, Any]
) -> None:
    family, row = ask(world)
    release(steward, row)
    assert family.get(_file(row)).status_code == 200
    Child.objects.update(**change)
    assert family.get(_file(row)).status_code == 403
    page = _text(family.get(f"/family/child/copy/{row.pk}/"))
    assert "The school must look at this copy again." in page
    assert _count("copy.downloaded") == 1


def test_only_who_asked_with_the_same_letter(world: World, steward: Client) -> None:
    code = letter(world).code
    family = phone(code)
    family.post("/family/child/copy/", ROSA)
    row = CopyRequest.objects.get()
    release(steward, row)
    again, other_letter = phone(code), phone(letter(world).code)
    for who in (again, other_letter):
        assert "Only the person who asked" in _text(who.get(f"/family/child/copy/{row.pk}/"))
        assert who.get(_file(row)).status_code == 403
        who.post(f"/family/child/copy/{row.pk}/", ROSA | {"name": "Luis Alba"})
        assert "Another person asked" in _text(who.get(f"/family/child/copy/{row.pk}/"))
        assert who.get(_file(row)).status_code == 403
        who.post(f"/family/child/copy/{row.pk}/", {"step": "delete"})
        who.post(f"/family/child/copy/{row.pk}/", ROSA)
    assert again.get(_file(row)).status_code == 200
    assert other_letter.get(_file(row)).status_code == 403
    assert other_letter.post(f"/family/child/copy/{row.pk}/", {"step": "delete"}).status_code == 403
    assert Client().get(_file(row)).status_code == 403
    assert phone(letter(world, "S-2").code).get(_file(row)).status_code == 404


def test_a_stopped_letter_closes_it(world: World, steward: Client) -> None:
    family, row = ask(world)
    release(steward, row)
    stop_letter(letter=Letter.objects.get(), by=world.steward, at=AT)
    assert family.get(_file(row)).status_code == 403
    newer = phone(letter(world).code)
    newer.post(f"/family/child/copy/{row.pk}/", ROSA)
    assert newer.get(_file(row)).status_code == 403
    assert erase_ended_copies(AT) == "Copies erased: 1."
    assert erase_ended_copies(AT) == "Copies erased: 0."


def test_its_days_end_and_it_is_erased(
    world: World, steward: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    family, row = ask(world)
    release(steward, row)
    Letter.objects.update(expires_on=AT.date() + timedelta(days=90))
    assert erase_ended_copies(AT + timedelta(days=30)) == "Copies erased: 0."
    CopyRequest.objects.update(copy_until=AT.date() - timedelta(days=1))
    assert family.get(_file(row)).status_code == 403
    assert "no longer here" in _text(family.get(f"/family/child/copy/{row.pk}/"))
    assert erase_ended_copies(AT) == "Copies erased: 1."
    assert CopyRequest.objects.get().sealed_copy == b""
    assert family.get(_file(row)).status_code == 404


def test_the_family_deletes_it(world: World, steward: Client) -> None:
    family, row = ask(world)
    release(steward, row)
    assert family.post(f"/family/child/copy/{row.pk}/", {"step": "delete"}).status_code == 302
    row.refresh_from_db()
    assert (row.sealed_copy, row.withdrawn_at) == (b"", timezone.now())
    assert family.get(_file(row)).status_code == 404


def test_a_withdrawn_request_is_not_released(world: World, steward: Client) -> None:
    family, row = ask(world)
    page = look(steward, row)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    family.post(f"/family/child/copy/{row.pk}/withdraw/")
    answer = steward.post(f"/family/copies/{row.pk}/review/", {"step": "release", "seen": seen})
    assert answer.status_code == 404
    assert not CopyRequest.objects.get().sealed_copy


def test_what_changed_since_it_was_seen_is_shown_again(world: World, steward: Client) -> None:
    _family, row = ask(world)
    page = look(steward, row)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    served.deliver(world, served.ATTENDANCE.replace(b"60,9", b"60,12"), part="corrected")
    sent = {"step": "release", "seen": seen}
    answer = steward.post(f"/family/copies/{row.pk}/review/", sent)
    assert (answer.status_code, "not what you saw" in _text(answer)) == (422, True)
    assert not CopyRequest.objects.get().sealed_copy


def test_released_twice_is_once(world: World, steward: Client) -> None:
    _family, row = ask(world)
    assert release(steward, row).status_code == 302
    assert steward.get(f"/family/copies/{row.pk}/review/").status_code == 404
    assert _count("copy.released") == 1


def test_nothing_on_record_is_no_copy(world: World, steward: Client) -> None:
    _family, row = ask(world, local_id="S-77")
    assert "Answer the request in another way." in look(steward, row)
    assert release(steward, row).status_code == 422


def test_only_the_steward_of_the_district_reviews(
    world: World, person: Callable[..., User], browser: Callable[..., Client]
) -> None:
    _family, row = ask(world)
    address = f"/family/copies/{row.pk}/review/"
    for user in (world.tutor, person(Role.DATA_MANAGER)):
        assert browser(user).get(address).status_code == 403
    lake = person(Role.STEWARD, at="lake")
    assert browser(lake).get(address).status_code == 404
