"""The demo's email is read on a page, and only in the demo."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from django.urls import reverse

from cairn.interfaces.cli.installation import create_demo_mailbox
from cairn.platform.notifications.demo_mailbox import DemoMailboxBackend

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

BACKEND = f"{DemoMailboxBackend.__module__}.DemoMailboxBackend"


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> None:
    settings.CAIRN_DATA, settings.CAIRN_EMAIL_BACKEND = tmp_path, BACKEND


def _send(subject: str, text: str) -> None:
    with get_connection(BACKEND) as connection:
        EmailMessage(subject, text, to=["sol@example.org"], connection=connection).send()


def test_messages_are_listed_and_their_links_stay_on_this_site(demo: None, client: Client) -> None:
    assert "No email yet" in client.get(reverse("web:mailbox")).content.decode()
    _send("Cairn: a task waits", "- 1 preview\n  http://127.0.0.1:8000/releases/\n<b>Hola</b> ñ")
    page = client.get(reverse("web:mailbox")).content.decode()
    assert "Cairn: a task waits" in page
    assert "sol@example.org" in page
    address = page.partition('<th scope="row"><a href="')[2].partition('"')[0]
    message = client.get(address).content.decode()
    assert '<a href="/releases/">/releases/</a>' in message
    assert "&lt;b&gt;Hola&lt;/b&gt; ñ" in message


def test_an_empty_folder_is_a_mailbox(demo: None, client: Client, settings: Any) -> None:
    (settings.CAIRN_DATA / "mailbox").mkdir()
    assert "No email yet" in client.get(reverse("web:mailbox")).content.decode()
    _send("Cairn: please send a file", "Hello")
    assert "please send a file" in client.get(reverse("web:mailbox")).content.decode()


def test_another_site_is_no_link_and_an_unknown_message_is_not_found(
    demo: None, client: Client
) -> None:
    _send("Hello", "http://127.0.0.1:8000.example.org/ and ../../secret.key")
    page = client.get(reverse("web:mailbox")).content.decode()
    address = page.partition('<th scope="row"><a href="')[2].partition('"')[0]
    assert '<a href="http' not in client.get(address).content.decode()
    assert client.get(reverse("web:mailbox_mail", args=["..%2Fsecret"])).status_code == 404


@pytest.mark.parametrize("backend", ["", "django.core.mail.backends.smtp.EmailBackend"])
def test_no_mailbox_page_where_email_goes_out_or_is_off(
    demo: None, settings: Any, backend: str, browser: Callable[..., Client]
) -> None:
    _send("Your sign-in link", "secret")
    settings.CAIRN_EMAIL_BACKEND = backend
    client = browser()
    assert client.get(reverse("web:mailbox")).status_code == 404
    (name,) = (path.name for path in (settings.CAIRN_DATA / "mailbox" / "new").iterdir())
    assert client.get(reverse("web:mailbox_mail", args=[name])).status_code == 404


def test_only_a_new_data_folder_gets_a_mailbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAIRN_DATA", str(tmp_path))
    real = tmp_path / "real"
    real.mkdir()
    (real / "governance.sqlite3").touch()
    create_demo_mailbox(real)
    assert not (real / "mailbox").exists()
    create_demo_mailbox(tmp_path / "new")
    create_demo_mailbox(tmp_path / "new")
    for folder in (tmp_path / "new", tmp_path / "new" / "mailbox"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
