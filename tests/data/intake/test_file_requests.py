"""A partner's person sends one file by a link: who may ask, what the link takes, and when not."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.confirmed_uploads import confirm_preview
from tests.data.intake.conftest import AGREEMENT
from tests.platform.claim_holders import hold_claim_in_child

from cairn.data import intake
from cairn.data.intake import facts
from cairn.data.intake.actions import file_requests as actions
from cairn.data.intake.models import (
    Delivery,
    DeliveryStateConflict,
    FileRequest,
    FileRequestLink,
    ProposedFile,
)
from cairn.data.intake.queries import list_delivery_tasks
from cairn.data.intake.tasks import remind_of_requested_files
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.api import load_actor
from cairn.governance.partners.models import Affiliation
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications import delivery as mail_delivery
from cairn.platform.notifications.models import MailMessage
from cairn.policy.facts import Actor
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db

FILE = (
    b"Student ID,First,Last,Born,Sex,Colour\n"
    b"1,Ada,Ames,2015-03-01,F,ZZCANARY\n"
    b"2,Ben,Boyd,2015-04-02,M,ZZCANARY\n"
    b"3,Cam,Cole,2015-05-02,M,ZZCANARY\n"
)
NAMED = AGREEMENT.replace(
    'clause = "§7"\n',
    'clause = "§7"\n\n[[delivery.contacts]]\nname = "Kim"\nemail = "kim@river.example"\n',
)


@dataclass(frozen=True)
class Asked:
    """A steward who asks, and what a person with the link sees."""

    steward: Client
    by: Any

    def ask(self, **changed: Any) -> str:
        """Ask for a file; return the address of the link."""
        before = len(mail.outbox)
        answer = self.steward.post(reverse("intake:file_request_new"), fill(**changed))
        assert answer.status_code == 200, _text(answer)
        send_mail()
        text = str(mail.outbox[before].body)
        return re.search(r"https?://[^/]+(/intake/send/\S+)", text).group(1)  # type: ignore[union-attr]


def fill(**changed: Any) -> dict[str, Any]:
    form = {"organization": "river", "agreement": "RV-DSA-01", "feed": "roster"}
    form |= {"period": "2026-27", "record": "student", "name": "Kim", "part": ""}
    form |= {"email": "Kim@River.example", "due_on": str(timezone.localdate() + timedelta(3))}
    return form | changed


def send_mail() -> None:
    mail_delivery.send_due_email(timezone.now())


def send(address: str, content: bytes = FILE, name: str = "roster.csv") -> Any:
    return Client().post(address, {"file": SimpleUploadedFile(name, content)})


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def asked(
    agreement: Any, settings: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> Asked:
    settings.CAIRN_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CAIRN_SITE = "http://testserver"
    client = browser(Role.STEWARD, at="river")
    by = User.objects.get(pk=client.session["_auth_user_id"])
    return Asked(client, by)


def test_a_file_is_asked_for_sent_and_confirmed(asked: Asked) -> None:
    address = asked.ask()
    assert mail.outbox[-1].to == ["kim@river.example"]
    key = address.rstrip("/").rpartition("/")[2]
    digest = hashlib.sha256(key.encode()).hexdigest()
    assert FileRequestLink.objects.get().key_digest == digest
    page = _text(Client().get(address))
    for words in (asked.by.name, "Date of birth", "You do not need an account"):
        assert words in page
    sent = send(address)
    receipt = _text(sent)
    assert sent.status_code == 200
    assert "File received" in receipt
    assert "<dt>Rows</dt><dd>3</dd><dt>Columns</dt><dd>6</dd>" in receipt
    assert "covers</dt><dd>5</dd>" in receipt
    assert "CANARY" not in receipt
    assert not Delivery.objects.exists()
    waiting = ProposedFile.objects.get()
    assert (waiting.sender_email, waiting.proposed_by) == ("kim@river.example", asked.by)
    columns = reverse("intake:proposal", args=[waiting.pk])
    shown = asked.steward.get(columns)
    assert "Sent by Kim (kim@river.example), by a link" in _text(shown)
    form = shown.context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields}
    preview = asked.steward.post(columns, chosen)
    assert "The file was uploaded." in _text(
        confirm_preview(asked.steward, preview.url, follow=True)
    )
    row = Delivery.objects.get()
    assert (row.state, row.rows_in, row.sender_email) == ("conformed", 3, "kim@river.example")
    page = asked.steward.get(reverse("intake:delivery", args=[row.pk]))
    assert "sent by kim@river.example by a link" in _text(page)
    events = list(AuditLine.objects.values_list("event", flat=True))
    for event in ("asked", "file_sent", "answered"):
        assert f"file_request.{event}" in events
    assert not any(key in str(line.detail) for line in AuditLine.objects.all())
    assert key not in str(MailMessage.objects.values_list())


def test_a_link_takes_one_file(asked: Asked) -> None:
    address = asked.ask()
    assert send(address).status_code == 200
    for answer in (send(address), Client().get(address), asked.steward.get(address)):
        assert answer.status_code == 410
        assert "A file was sent with this link already." in _text(answer)
        assert "Date of birth" not in _text(answer)
    assert ProposedFile.objects.count() == 1


def test_an_unreadable_file_leaves_the_link_open(asked: Asked) -> None:
    address = asked.ask()
    unclosed = b'id,first\n1,"Ana\n' + b"2,Bo\n" * 9
    for content, name in ((b"%PDF-1.7", "scan.pdf"), (b"", "empty.csv"), (unclosed, "x.csv")):
        answer = send(address, content, name)
        assert answer.status_code == 422, name
    assert Client().post(address).status_code == 422
    row = FileRequest.objects.get()
    assert (row.tries, row.claimed_until, row.answered_at) == (3, None, None)
    assert send(address).status_code == 200


def test_a_link_is_tried_twenty_times(asked: Asked) -> None:
    address = asked.ask()
    FileRequest.objects.update(tries=20)
    answer = send(address)
    assert answer.status_code == 410
    assert "Too many files were tried" in _text(answer)
    assert not ProposedFile.objects.exists()


def test_a_wrong_withdrawn_or_ended_link_shows_no_data(asked: Asked) -> None:
    address = asked.ask()
    wrong = Client().get(address[:-4] + "xxx/")
    assert wrong.status_code == 404
    assert "there is no such link" in _text(wrong)
    assert "river" not in _text(wrong).lower()
    FileRequest.objects.update(ends_on=timezone.localdate() - timedelta(1))
    ended = send(address)
    assert (ended.status_code, "This link ended on" in _text(ended)) == (410, True)
    FileRequest.objects.update(ends_on=timezone.localdate())
    row = FileRequest.objects.get()
    withdraw = reverse("intake:file_request_withdraw", args=[row.pk])
    assert "Withdraw this request?" in _text(asked.steward.get(withdraw))
    assert FileRequest.objects.get().is_open
    assert "was withdrawn" in _text(asked.steward.post(withdraw, follow=True))
    assert "not open any more" in _text(asked.steward.post(withdraw, follow=True))
    for answer in (Client().get(address), send(address)):
        assert answer.status_code == 410
        assert "Nothing needs to be sent." in _text(answer)
    assert not ProposedFile.objects.exists()


def test_after_the_agreement_ended_the_file_is_refused_with_the_reason(asked: Asked) -> None:
    address = asked.ask()
    agreement = Agreement.objects.get()
    day = timezone.localdate() - timedelta(1)
    text = AGREEMENT.replace("ends = 2031-06-30", f"ends = {day}")
    load_agreement(text=text, newcomers=[], by=_manager(), at=timezone.localtime())
    assert facts.load_agreement_by_reference(agreement.reference).ends == day
    for answer in (Client().get(address), send(address)):
        assert answer.status_code == 410
        assert "RV-DSA-01 ended on" in _text(answer)
        assert asked.by.name in _text(answer)
    assert FileRequest.objects.get().answered_at is None
    assert not ProposedFile.objects.exists()
    assert Delivery.objects.get().state == "refused"
    refused = asked.steward.post(reverse("intake:file_request_new"), fill())
    assert refused.status_code == 403


def _manager() -> Any:
    return Affiliation.objects.get(role=Role.DATA_MANAGER, organization__slug="backbone").user


def test_the_link_does_no_more_than_the_person_who_asked(asked: Asked) -> None:
    address = asked.ask()
    Affiliation.objects.filter(user=asked.by).update(ends=timezone.localdate() - timedelta(1))
    for answer in (Client().get(address), send(address)):
        assert answer.status_code == 410
        assert "Cairn cannot accept a file by this link now." in _text(answer)
    assert not ProposedFile.objects.exists()


def test_a_confirmed_layout_lands_only_from_a_named_sender(
    asked: Asked, manager: Any, send_confirmed: Callable[[str], None]
) -> None:
    send_confirmed(asked.ask())
    second = FILE.replace(b"Ada", b"Eve")
    unnamed = send(asked.ask(period="2027-28"), second)
    assert "looks at it before anything is imported" in _text(unnamed)
    assert Delivery.objects.count() == 1
    load_agreement(text=NAMED, newcomers=[], by=manager, at=timezone.localtime())
    named = send(asked.ask(period="2028-29"), second)
    assert "The file was imported" in _text(named)
    row = Delivery.objects.get(period="2028-29")
    assert (row.state, row.received_by, row.rows_in) == ("conformed", asked.by, 3)
    changed = send(asked.ask(period="2029-30"), second.replace(b"Colour", b"Room"))
    assert "looks at it before anything is imported" in _text(changed)
    stranger = asked.steward.post(
        reverse("intake:file_request_new"), fill(email="lee@river.example")
    )
    assert stranger.status_code == 403


def test_a_link_takes_a_file_with_several_parts_and_its_day(
    asked: Asked, manager: Any, send_confirmed: Callable[[str], None]
) -> None:
    load_agreement(text=NAMED, newcomers=[], by=manager, at=timezone.localtime())
    sites = FILE.replace(b"Colour", b"Site").replace(b"ZZCANARY", b"North", 2)
    sites = sites.replace(b"ZZCANARY", b"South")
    assert "Data as of" in _text(Client().get(asked.ask()))
    send(asked.ask(feed="sites"), sites)
    columns = reverse("intake:proposal", args=[ProposedFile.objects.get(outcome="").pk])
    form = asked.steward.get(columns).context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields} | {"part_column": "Site"}
    confirm_preview(asked.steward, asked.steward.post(columns, chosen).url)
    file = SimpleUploadedFile("roster.csv", sites.replace(b"Ada", b"Ava"))
    day = timezone.localdate()
    sent = Client().post(asked.ask(feed="sites"), {"file": file, "extract_date": str(day)})
    assert "<dt>Rows</dt><dd>3</dd>" in _text(sent)
    rows = Delivery.objects.filter(feed="sites")
    assert {(row.part, row.extract_date) for row in rows} >= {("south", day)}
    assert "looks at it" in _text(send(asked.ask(feed="sites", part="north"), sites))
    locked = BytesIO()
    with pyzipper.AESZipFile(locked, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(b"old key")
        made.writestr("roster.csv", FILE)
    zipped = SimpleUploadedFile("roster.zip", locked.getvalue())
    opened = Client().post(asked.ask(feed="zip"), {"file": zipped, "zip_password": "old key"})
    assert "File received" in _text(opened)
    held = ProposedFile.objects.get(outcome="", feed="sites")
    assert "names the parts, so this file cannot be the part" in str(held.proposal["problems"])


def test_a_file_of_fixed_width_comes_with_its_layout(asked: Asked) -> None:
    widths = (9, 8, 10, 12)
    rows = [line.split(",") for line in FILE.decode().splitlines()]
    names, lines = rows[0], rows[1:]
    text = "".join(
        "".join(cell[:width].ljust(width) for cell, width in zip(row, widths, strict=False)) + "\n"
        for row in lines
    )
    starts = [1 + sum(widths[:number]) for number in range(len(widths))]
    layout = "Name,Start,Length\n" + "".join(
        f"{name},{start},{width}\n"
        for name, start, width in zip(names, starts, widths, strict=False)
    )

    def send_with(layout: str) -> str:
        files = {
            "file": SimpleUploadedFile("roster.txt", text.encode()),
            "layout_file": SimpleUploadedFile("layout.csv", layout.encode()),
        }
        return _text(Client().post(asked.ask(feed="widths"), files))

    refused = send_with("Name,Colour\nstudent_id,red\n")
    assert "layout.csv" in refused
    assert '<details class="stack" open>' in refused  # the folded field with the mistake
    assert not ProposedFile.objects.exists()
    assert "<dt>Rows</dt><dd>3</dd><dt>Columns</dt><dd>4</dd>" in send_with(layout)
    assert ProposedFile.objects.get().outcome == ""


@pytest.fixture
def send_confirmed(asked: Asked) -> Callable[[str], None]:
    """Send the file by a link and confirm its columns."""

    def confirm(address: str) -> None:
        send(address)
        columns = reverse("intake:proposal", args=[ProposedFile.objects.get(outcome="").pk])
        form = asked.steward.get(columns).context["form"]
        chosen = {name: form[name].value() or "" for name in form.fields}
        confirm_preview(asked.steward, asked.steward.post(columns, chosen).url)

    return confirm


def test_the_email_comes_in_the_language_that_was_chosen(asked: Asked) -> None:
    asked.steward.post(reverse("intake:file_request_new"), fill(language="es"))
    send_mail()
    message = mail.outbox[-1]
    assert message.subject == "Cairn: por favor, envíe un archivo"
    assert "Hola, Kim" in str(message.body)
    assert "/intake/send/" in str(message.body)
    assert "is due" not in str(message.body)
    assert FileRequest.objects.get().language == "es"


def test_the_page_behind_the_link_is_in_the_language_of_the_request(asked: Asked) -> None:
    address = asked.ask(language="es")
    reader = Client()
    page = reader.get(address)
    assert page.headers["Content-Language"] == "es"
    text = _text(page)
    for words in ("Enviar un archivo", "Columnas que cubre el acuerdo", 'name="language"'):
        assert words in text
    assert "Send a file" not in text
    refused = reader.post(address, {"file": SimpleUploadedFile("roster.csv", b"")})
    assert "El motivo, en inglés:" in _text(refused)
    chosen = Client()
    chosen.cookies["django_language"] = "en"
    assert "Send a file" in _text(chosen.get(address))
    sent = reader.post(address, {"file": SimpleUploadedFile("roster.csv", FILE)})
    assert "Archivo recibido" in _text(sent)
    closed = _text(reader.get(address))
    assert "Este enlace no recibe archivos" in closed
    assert "Ya se envió un archivo con este enlace." in closed
    other = asked.ask(feed="attendance", record="attendance")
    assert "Send a file" in _text(Client().get(other, headers={"accept-language": "es"}))


def test_every_word_of_the_page_behind_the_link_is_translated() -> None:
    folder = Path(intake.__file__).parent
    written = (folder / "locale/es/LC_MESSAGES/django.po").read_text("utf-8")
    used = set[str]()
    for template in folder.rglob("requested_file*.html"):
        used |= set(re.findall(r'{% translate ["\']([^"\']+)["\']', template.read_text("utf-8")))
    assert len(used) > 20
    assert {words for words in used if f'msgid "{words}"' not in written} == set()


def test_without_email_the_person_who_asks_hands_on_the_link(asked: Asked, settings: Any) -> None:
    settings.CAIRN_EMAIL_BACKEND = ""
    page = asked.steward.post(reverse("intake:file_request_new"), fill())
    link = re.search(r'value="http://testserver(/intake/send/[^"]+)"', page.content.decode())
    assert link
    assert send(link.group(1)).status_code == 200
    assert ProposedFile.objects.get().sender_email == ""
    assert not MailMessage.objects.exists()


def test_without_email_the_link_proves_no_named_sender(
    asked: Asked, settings: Any, manager: Any
) -> None:
    """Otherwise a person whom the agreement does not name could use the link themselves."""
    settings.CAIRN_EMAIL_BACKEND = ""
    load_agreement(text=NAMED, newcomers=[], by=manager, at=timezone.localtime())
    assert asked.steward.post(reverse("intake:file_request_new"), fill()).status_code == 403


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"due_on": "2020-01-01"}, "Choose a date from today"),
        ({"due_on": str(timezone.localdate() + timedelta(20))}, "Choose a date from today"),
        ({"email": "kim"}, "valid email address"),
        ({"record": ""}, "This field is required"),
        ({"record": "assessment"}, "covers no column of this record type"),
    ],
)
def test_mistakes_in_the_request(asked: Asked, changed: dict[str, str], words: str) -> None:
    answer = asked.steward.post(reverse("intake:file_request_new"), fill(**changed))
    assert (answer.status_code, words in _text(answer)) == (422, True)
    assert not FileRequest.objects.exists()


def test_two_files_at_once_are_not_both_received(asked: Asked) -> None:
    address = asked.ask()
    row, now = FileRequest.objects.get(), timezone.now()
    claim = partial(actions.claim_file_request, file_request=row, who=Actor.public(), by=None)
    claim(at=now, holder_died=False)
    with pytest.raises(DeliveryStateConflict, match="being received"):
        claim(at=now, holder_died=False)
    claim(at=now, holder_died=True)
    claim(at=now + timedelta(minutes=16), holder_died=False)
    with hold_claim_in_child(f"file-request-{row.pk}") as kill:
        FileRequest.objects.update(claimed_until=now)
        assert "being received" in _text(send(address))
        FileRequest.objects.update(claimed_until=now + timedelta(minutes=15))
        kill()
    send(address)
    assert ProposedFile.objects.filter(outcome="").count() == 1


def test_a_reminder_comes_once_with_a_link_of_its_own(asked: Asked) -> None:
    first = asked.ask()
    now = timezone.now()
    assert remind_of_requested_files(now) == "Reminders made: 0."
    tomorrow = now + timedelta(days=1)
    assert remind_of_requested_files(tomorrow) == "Reminders made: 1."
    assert remind_of_requested_files(tomorrow) == "Reminders made: 0."
    row = FileRequest.objects.get()
    nothing = actions.create_reminder_link(file_request=row, by=None, at=tomorrow)
    assert nothing == ""
    mail_delivery.send_due_email(tomorrow)
    assert mail.outbox[-1].subject == "Cairn: a file is due"
    second = re.search(r"http://testserver(/intake/send/\S+)", str(mail.outbox[-1].body))
    assert second
    assert second.group(1) != first
    assert Client().get(first).status_code == 200
    assert send(second.group(1)).status_code == 200
    assert Client().get(first).status_code == 410


def test_a_late_file_is_a_task(asked: Asked, manager: Any) -> None:
    asked.ask()
    later = timezone.localdate() + timedelta(4)
    for user in (asked.by, manager):
        titles = [task.title for task in list_delivery_tasks(load_actor(user), later)]
        assert "requested file that is late" in titles
    page = asked.steward.get(reverse("intake:file_requests"))
    assert "waiting for the file" in _text(page)
    FileRequest.objects.update(withdrawn_at=timezone.now())
    titles = [task.title for task in list_delivery_tasks(load_actor(manager), later)]
    assert "requested file that is late" not in titles


def test_another_organizations_requests_are_not_there(
    asked: Asked, browser: Callable[..., Client]
) -> None:
    asked.ask()
    stranger = browser(Role.STEWARD, at="lake")
    address = reverse("intake:file_request_withdraw", args=[FileRequest.objects.get().pk])
    assert stranger.get(address).status_code == 404
    assert stranger.post(address).status_code == 404
    assert "No file was asked for yet" in _text(stranger.get(reverse("intake:file_requests")))
    refused = stranger.post(reverse("intake:file_request_new"), fill())
    assert refused.status_code == 422
    assert FileRequest.objects.count() == 1
