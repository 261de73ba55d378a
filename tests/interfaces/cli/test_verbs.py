"""Every verb: what it does, how it ends, and that it asks the rules."""

import os
import pkgutil
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from tests.entry_points.agreements import signed_on_paper

from cairn.data.intake.models import Delivery
from cairn.demo import setup
from cairn.demo.governance import staff
from cairn.governance.agreements.models import SignedPage
from cairn.interfaces.cli import installation, output
from cairn.interfaces.cli.main import app
from cairn.interfaces.cli.operations import demo_report, installation_checks
from cairn.platform.audit.models import AuditLine
from cairn.platform.sealing.api import load_key_ring
from cairn.platform.storage.api import open_file_store
from cairn.warehouse.store import attachments
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

FROM = ("--from", "grand-bend-isd", "--under", "GB-DSA-01")


def test_help_loads_neither_django_nor_the_storehouse() -> None:
    code = (
        "import sys; import cairn.interfaces.cli.main; "
        "print([m for m in ('django', 'pyarrow', 'duckdb', 'scipy') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def _commands() -> list[tuple[str, ...]]:
    verbs = [(str(one.name),) for one in app.registered_commands]
    groups = [
        (str(group.name), str(one.name))
        for group in app.registered_groups
        for one in group.typer_instance.registered_commands
    ]
    return sorted(verbs + groups)


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...], cairn: Callable[..., Any]) -> None:
    said = cairn(*command, "--help")
    assert said.code == 0
    assert f"Example: cairn {' '.join(command)}" in " ".join(said.out.split())


def test_the_first_person_founds_the_installation(founded: Any, cairn: Callable[..., Any]) -> None:
    assert founded.code == 0
    assert founded.facts["password_path"].startswith("/account/password/reset/key/")
    assert AuditLine.objects.get().event == "installation.founded"
    added = cairn(
        *("people", "add", "sam@example.org", "--name", "Sam", "--role", "steward"),
        *("--organization", "grand-bend-partnership"),
    )
    assert "Sam is now steward." in added.out
    listed = cairn("people", "list", "--json").facts["people"]
    assert {person["email"] for person in listed} == {"dana@example.org", "sam@example.org"}
    assert "sam@example.org" in cairn("people", "list").out
    refused = cairn("people", "list", "--as", "nobody@example.org")
    assert (refused.code, refused.out) == (2, "")


def test_people_are_added_to_what_there_is(cairn: Callable[..., Any], founded: Any) -> None:
    wrong = cairn("people", "add", "x@example.org", "--name", "X", "--role", "queen")
    assert (wrong.code, "data_manager" in wrong.error) == (2, True)
    wrong = cairn("people", "add", "x@example.org", "--name", "X", "--organization", "nowhere")
    assert (wrong.code, "grand-bend-partnership" in wrong.error) == (2, True)


def test_the_first_must_be_the_data_manager(db: None, cairn: Callable[..., Any]) -> None:
    said = cairn("people", "add", "x@example.org", "--name", "X", "--role", "analyst")
    assert (said.code, "data manager" in said.error) == (2, True)
    assert "cairn people add" in cairn("verify").error


def test_a_refusal_tells_its_reasons(cairn: Callable[..., Any], founded: Any) -> None:
    cairn(
        *("people", "add", "ann@example.org", "--name", "Ann", "--role", "analyst"),
        *("--organization", "grand-bend-partnership"),
    )
    said = cairn("verify", "--as", "ann@example.org", "--json")
    assert said.code == 1
    (refusal,) = said.facts["refused"]
    assert refusal["reasons"][0]["message"]
    line = AuditLine.objects.get(event="refused")
    assert (line.decision_id, line.subject_kind) == (refusal["decision"], "command")
    assert "ann@example.org" in line.actor_label
    assert "Refused." in said.error
    assert "Next:" in said.error


def test_an_agreement_that_cannot_be_read_is_named(
    cairn: Callable[..., Any], founded: Any, tmp_path: Path
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("reference = 1")
    said = cairn("agree", file)
    assert (said.code, "bad.toml" in said.error) == (2, True)
    file.write_bytes(b"\xff\xfe")
    assert "UTF-8" in cairn("agree", file).error


def test_verify_finds_a_changed_byte(cairn: Callable[..., Any], agreed: Path, sent: Path) -> None:
    cairn("receive", sent, *FROM, "--yes")
    assert "No changes found:" in cairn("verify").out
    assert AuditLine.objects.last().event == "verified"
    (file, *_) = sorted(settings.CAIRN_DATA.rglob("*.parquet"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    said = cairn("verify")
    assert said.code == 1
    assert file.name in said.out
    checked = cairn("check", "--json")
    assert checked.code == 1
    assert any(a["what"] == "Files" and a["next_step"] for a in checked.facts["answers"])


def test_verify_looks_at_scans_too(cairn: Callable[..., Any], founded: Any) -> None:
    scan = attachments.store_attachment(settings.CAIRN_DATA, load_key_ring(), b"%PDF-1.7 invented")
    said = cairn("verify")
    assert (said.code, scan.name in said.out) == (1, True)
    attachments.remove_attachment(settings.CAIRN_DATA, scan.name)
    assert cairn("verify").code == 0


def test_verify_names_the_scan_of_a_signed_page_that_was_exchanged(
    cairn: Callable[..., Any], founded: Any
) -> None:
    signed_on_paper()
    SignedPage.objects.update(content=b"%PDF-1.7 another page")
    said = cairn("verify")
    assert said.code == 1
    assert "for district: The scan is not the one that was stored" in said.out


def test_verify_finds_a_file_taken_away_with_its_manifest(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    cairn("receive", sent, *FROM, "--yes")
    row = Delivery.objects.get()
    lost = FileRef.parse(row.quarantined)
    zones = open_file_store().root
    lost.data_path(zones).unlink()
    lost.manifest_path(zones).unlink()
    said = cairn("verify")
    assert said.code == 1
    assert lost.digest in said.out
    (key,) = zones.parent.glob(f"file-keys/*/*/{lost.digest}.key")
    key.unlink()
    assert row.quarantined in cairn("verify").out


def test_verify_removes_what_an_interrupted_write_left_and_nothing_that_was_recorded(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    cairn("receive", sent, *FROM, "--yes")
    landed = FileRef.parse(Delivery.objects.get().landed)
    zones = open_file_store().root
    left = landed.data_path(zones).with_stem("0" * 64)
    left.write_bytes(b"whole, without a manifest")
    said = cairn("verify")
    assert (said.code, left.exists()) == (0, False)
    landed.manifest_path(zones).unlink()
    said = cairn("verify")
    assert (said.code, landed.digest in said.out) == (1, True)
    assert landed.data_path(zones).exists()


def test_a_chain_that_was_begun_anew_is_found_by_the_head_that_was_kept(
    cairn: Callable[..., Any], founded: Any
) -> None:
    """Whoever has the key may write a whole chain of their own; only what is elsewhere tells."""
    from django.db import connection

    from cairn.platform.audit.guard import install_append_only_triggers, remove_append_only_triggers
    from cairn.platform.audit.models import ChainHead

    head = cairn("verify", "--json").facts["head"]
    assert "Keep this on another machine" in cairn("verify").out
    assert cairn("verify", "--head", head).code == 0
    remove_append_only_triggers(connection)
    AuditLine.objects.all().delete()
    install_append_only_triggers(connection)
    ChainHead.objects.all().delete()
    assert cairn("verify").code == 0
    said = cairn("verify", "--head", head)
    assert (said.code, "the hash that you kept" in said.out) == (1, True)
    assert cairn("verify", "--head", "last week").code == 2


def test_nothing_is_added_to_a_broken_chain(
    cairn: Callable[..., Any], founded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cairn.platform.audit.log import ChainFinding

    monkeypatch.setattr(
        "cairn.interfaces.verification.verify_audit_chain",
        lambda: [ChainFinding(1, "Line 1 was changed.")],
    )
    said = cairn("verify")
    assert (said.code, "audit line 1" in said.out) == (1, True)
    assert AuditLine.objects.last().event == "installation.founded"


def test_check_says_what_is_sound(cairn: Callable[..., Any], founded: Any) -> None:
    said = cairn("check")
    assert said.code == 0, said.out
    assert "✓ Database identities: reachable and up to date" in said.out
    assert "! Key" in said.out


def test_check_says_what_is_not_sound(
    cairn: Callable[..., Any], founded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CAIRN_DATA.chmod(0o755)
    monkeypatch.setattr(installation_checks, "MINIMUM_FREE_BYTES", 1 << 80)
    monkeypatch.setattr(installation_checks, "list_unmigrated_databases", lambda: ["default"])
    monkeypatch.setattr(installation_checks, "_EARLIEST_CLOCK", datetime(2990, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(installation_checks, "_OLDEST_PYTHON", (9, 0))
    monkeypatch.setattr("django.contrib.staticfiles.finders.find", lambda _name: None)
    monkeypatch.setenv("CAIRN_KEY", "short")
    said = cairn("check", "--json")
    steps = {a["what"]: a["next_step"] for a in said.facts["answers"] if a["next_step"]}
    assert said.code == 1
    assert steps.keys() >= {
        *("Python", "Data folder", "Disk", "Database default", "Key", "Clock", "Pages"),
    }
    assert "✗ Python" in cairn("check").out


def test_check_looks_at_the_scans_of_signed_papers_too(
    cairn: Callable[..., Any], founded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = ("attachments/ab", "It is not as it was written.")
    monkeypatch.setattr(
        "cairn.interfaces.verification.find_damaged_scans",
        lambda: iter([wrong]),
    )
    said = cairn("check", "--json")
    (files,) = [a for a in said.facts["answers"] if a["what"] == "Files"]
    assert files["said"] == "1 finding"
    assert "cairn verify" in files["next_step"]

    def gone() -> Any:
        raise DatabaseError

    monkeypatch.setattr("cairn.interfaces.verification.find_damaged_scans", gone)
    assert cairn("check").code == 0


def test_check_without_a_data_folder(cairn: Callable[..., Any], founded: Any) -> None:
    settings.CAIRN_DATA.rename(settings.CAIRN_DATA.with_name("elsewhere"))
    said = cairn("check", "--json")
    assert any("cairn demo" in a["next_step"] for a in said.facts["answers"])


def test_check_without_a_database(
    cairn: Callable[..., Any], founded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def __iter__(self) -> Any:
            return iter(["default"])

        def __getitem__(self, _alias: str) -> Any:
            raise DatabaseError

    monkeypatch.setattr(installation_checks, "connections", Gone())
    (answer,) = installation_checks.check_databases()
    assert "DATABASE_URL" in answer.next_step


def test_a_key_from_elsewhere_is_sound(
    db: None, cairn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAIRN_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert "✓ Key: from CAIRN_KEY" in cairn("check").out


def test_destroy_shows_first_and_destroys_when_meant(
    cairn: Callable[..., Any], agreed: Path, sent: Path
) -> None:
    cairn("receive", sent, *FROM, "--yes")
    row = Delivery.objects.get()
    assert "Nothing is due" in cairn("destroy", "--due").out
    assert cairn("destroy").code == 2
    assert cairn("destroy", "999").code == 2
    shown = cairn("destroy", row.pk)
    assert "add --yes" in shown.out
    row.refresh_from_db()
    assert row.state == "conformed"
    done = cairn("destroy", row.pk, "--yes", "--certificates", sent.parent / "proof", "--json")
    (proof,) = done.facts["certificates"]
    assert (done.facts["destroyed"], proof["files"]) == (True, 3)
    assert sorted(file.suffix for file in (sent.parent / "proof").iterdir()) == [".json", ".pdf"]
    row.refresh_from_db()
    assert row.state == "destroyed"
    assert cairn("destroy", row.pk, "--yes").code == 2


@pytest.mark.parametrize(
    ("step", "call"),
    [
        ("keys.sealed_files.sync_folder", 1),
        ("keys.os.urandom", 2),
        ("file_store.sealed_files.write_bytes_atomically", 1),
        ("file_store.sealed_files.write_bytes_atomically", 3),
    ],
)
def test_destroy_finishes_what_was_interrupted_at_any_step(
    cairn: Callable[..., Any],
    agreed: Path,
    sent: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    call: int,
) -> None:
    cairn("receive", sent, *FROM, "--yes")
    row = Delivery.objects.get()
    calls = iter(range(1, 100))
    with monkeypatch.context() as patch:
        module, _, name = f"cairn.warehouse.store.{step}".rpartition(".")
        run = pkgutil.resolve_name(f"{module}.{name}")

        def stop(*given: Any) -> Any:
            if next(calls) == call:
                raise KeyboardInterrupt
            return run(*given)

        patch.setattr(f"{module}.{name}", stop)
        assert cairn("destroy", row.pk, "--yes").code not in (0, 2)
    row.refresh_from_db()
    assert row.state == "conformed"
    assert f"{row.pk} " in cairn("destroy", row.pk).out
    done = cairn("destroy", row.pk, "--yes", "--json")
    (proof,) = done.facts["certificates"]
    assert (done.code, proof["files"]) == (0, 3)
    row.refresh_from_db()
    assert row.state == "destroyed"
    assert cairn("verify", "--json").facts["findings"] == []
    assert cairn("destroy", row.pk, "--yes").code == 2


def test_destroy_asks_where_somebody_can_answer(
    cairn: Callable[..., Any], agreed: Path, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cairn("receive", sent, *FROM, "--yes")
    row = Delivery.objects.get()
    asked: list[str] = []
    monkeypatch.setattr("cairn.interfaces.cli.operations.destruction._has_terminal", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda text, **more: asked.append(text) or True)
    done = cairn("destroy", "--under", row.agreement_reference)
    assert asked == ["Permanently destroy all of this?"]
    assert "3 files destroyed" in done.out


def test_opt_outs_are_read_from_a_file(
    cairn: Callable[..., Any], agreed: Path, tmp_path: Path
) -> None:
    file = tmp_path / "declined.txt"
    file.write_text("17\n\n18\n")
    said = cairn("opt-out", file, "--from", "grand-bend-isd", "--json")
    assert said.facts == {"new": 2, "already": 0}
    assert "2 already existed" in cairn("opt-out", file, "--from", "grand-bend-isd").out
    undo = ("opt-out", "-", "--from", "grand-bend-isd", "--undo", "--known-by", "signed paper")
    assert "write the person who withdraws on each line" in cairn(*undo, input="17\n").error
    assert cairn(*undo, input="17 | Rosa\n").code == 2
    cairn("opt-out", "-", "--from", "grand-bend-isd", input="17 | Rosa Alba | mother\n")
    back = cairn(*undo, input="17 | Rosa Alba | mother\n").out
    assert "1 opt-outs were withdrawn" in back
    assert "1 were made by another person: the district decides." in back
    assert "--known-by" in cairn(*undo[:-2], input="17 | Rosa Alba | mother\n").error
    file.write_text("\n")
    for arguments in (
        (file, "--from", "grand-bend-isd"),
        (file, "--from", "grand-bend-isd", "--known-by", "x" * 201),
        (tmp_path / "absent.txt", "--from", "grand-bend-isd"),
        (file, "--from", "nobody"),
        (file, "--from", "grand-bend-isd", "--scope", "some"),
    ):
        assert cairn("opt-out", *arguments).code == 2


def test_an_opt_out_from_the_command_line_keeps_how_the_person_was_known(
    cairn: Callable[..., Any], agreed: Path
) -> None:
    from cairn.governance.consents.models.opt_outs import Objection, OptOut

    known = ("opt-out", "-", "--from", "grand-bend-isd", "--known-by")
    cairn(*known, "signed paper", input="17 | Rosa Alba | mother\n")
    assert OptOut.objects.get().authenticated == "signed paper"
    cairn(*known, "identity card", "--undo", input="17 | Luis Alba | father\n")
    assert Objection.objects.get().authenticated == "identity card"


def test_databases_that_lack_a_migration_are_brought_up_to_date(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setattr(installation, "list_unmigrated_databases", lambda: ["default"])
    monkeypatch.setattr(
        "django.core.management.call_command", lambda _name, **more: called.append(more["database"])
    )
    installation.apply_missing_migrations()
    assert called == ["default"]
    monkeypatch.undo()
    assert installation.list_unmigrated_databases() == []


def test_a_data_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CAIRN_DATA", "x")
    installation.choose_data_folder(tmp_path)
    assert settings.CAIRN_DATA
    assert os.environ["CAIRN_DATA"] == str(tmp_path)


def test_a_defect_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), output.run_command(as_json=False):
        raise ZeroDivisionError


def test_progress_is_drawn_on_a_terminal_only() -> None:
    import io

    from rich.console import Console

    from cairn.interfaces.cli.progress import show_progress_bar

    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    with show_progress_bar(console, is_hidden=False) as drawn:
        drawn.advance()
        drawn.step("Reading", 2)
        drawn.advance(2)
        drawn.step("Linking")
        drawn.advance()
        drawn.step("Done", 0)
    assert "Reading" in stream.getvalue()
    quiet = io.StringIO()
    with show_progress_bar(Console(file=quiet), is_hidden=False) as drawn:
        drawn.step("Reading", 1)
    assert quiet.getvalue() == ""


def test_serve_and_work_begin_what_they_say(
    db: None, cairn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(**more: Any) -> None:
        more["on_ready"](f"http://{more['host']}:{more['port']}")

    monkeypatch.setattr("cairn.interfaces.web.serving.server.run_server", serve)
    assert "Open http://127.0.0.1:8080" in cairn("serve", "--port", "8080").out
    begun: list[bool] = []
    monkeypatch.setattr(
        "cairn.interfaces.web.worker.run_worker", lambda *, until_empty: begun.append(until_empty)
    )
    assert cairn("work", "--until-empty").code == 0
    assert begun == [True]


def _replace_demo(monkeypatch: pytest.MonkeyPatch, *, again: bool) -> None:
    from cairn.governance.partners.models import Organization

    for member in staff.list_shown_members():
        Organization.objects.get_or_create(
            slug=member.organization, defaults={"name": "X", "kind": "backbone"}
        )

    def make(*, people: int, files: Path, progress: Any) -> setup.DemoResult:
        progress.step("Inventing families", people)
        return setup.DemoResult(
            people=people,
            files=files,
            again=again,
            seconds={"link": 1.0},
            refused_columns={"X, y.csv": ["Meal Status", "SSN"]},
        )

    monkeypatch.setattr(demo_report, "build_demo", make)


def test_the_demo_says_who_can_sign_in(
    db: None, cairn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _replace_demo(monkeypatch, again=False)
    said = cairn("demo", "--people", "300", "--no-serve")
    assert said.code == 0
    assert "300 invented children" in said.out
    assert "dana@partnership.example" in said.out
    assert "password" in said.out
    assert "the agreement does not cover Meal Status and SSN" in said.out
    _replace_demo(monkeypatch, again=True)
    monkeypatch.setattr(
        demo_report,
        "run_server",
        lambda **more: more["on_ready"](f"http://127.0.0.1:{more['port']}"),
    )
    said = cairn("demo", "--port", "18999")
    assert "already exists: 20,000" in said.out
    assert "http://127.0.0.1:18999/public/" in said.out


def test_the_demo_says_that_its_port_is_in_use(
    db: None, cairn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _replace_demo(monkeypatch, again=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = cairn("demo", "--port", port)
    assert said.code == 2
    assert f"--port {port + 1}" in said.error


def test_the_demo_keeps_away_from_a_real_partnership(
    cairn: Callable[..., Any], founded: Any
) -> None:
    said = cairn("demo", "--no-serve")
    assert said.code == 2
    assert "--data ./cairn-demo" in said.error
