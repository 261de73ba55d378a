"""A step is killed between its file and the record of it: reported, used again, or destroyed."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse
from tests.data.intake.conftest import AT, ROSTER, STUDENTS

from cairn.data.intake.actions import conformance, receipt
from cairn.data.intake.actions.removal import destroy_delivery
from cairn.data.intake.models import Delivery
from cairn.governance.partners.models import Organization
from cairn.governance.retention.models import UnrecordedFile
from cairn.governance.retention.unrecorded_files import actions, detection
from cairn.governance.retention.unrecorded_files.nightly_job import check_unrecorded_files
from cairn.interfaces import backups, verification
from cairn.interfaces.verification import verify_each_night, verify_stored_records
from cairn.interfaces.web.serving.system_status import StatusTone, list_status_lines
from cairn.platform.audit.models import AuditLine
from cairn.platform.schedule.declaration import JobFindingError
from cairn.platform.storage.api import open_file_store
from cairn.platform.tasks.api import NullProgress
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.backup.restoration import RestoredBackup
from cairn.warehouse.store.file_refs import FileRef, hold_write_lock
from cairn.warehouse.store.file_store import FileStore

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
DAY: Final = timedelta(days=1)
NIGHT: Final = datetime(2026, 10, 3, 7, 0, tzinfo=UTC)
"""The first night on which a file of October 1 is more than a day old."""
RESTORED: Final = RestoredBackup("20261001T010000Z-0000", "2026-10-01", 1, {})


def receive(agreement: Any, by: Any, *, at: datetime = AT, content: bytes = ROSTER) -> Any:
    return receipt.receive_delivery(
        name="roster.csv",
        content=content,
        organization=Organization.objects.get(slug="river"),
        agreement=agreement,
        feed="roster",
        period="2026-27",
        channel=Channel.COMMAND,
        mapping=STUDENTS,
        by=by,
        at=at,
    )


def use_files_at(at: datetime) -> None:
    """Put back the clock of the disk: the tests write at another time than they say."""
    for pointer in open_file_store().root.glob("found/*/*/*.*"):
        os.utime(pointer, (at.timestamp(), at.timestamp()))


def leave_file(
    agreement: Any, by: Any, monkeypatch: pytest.MonkeyPatch, *, content: bytes = ROSTER
) -> FileRef:
    """Receive a file, and be killed before the database has it."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    before = {entry.name for entry in open_file_store().manifests()}
    with monkeypatch.context() as patch:
        patch.setattr(receipt, "_record_accepted", die)
        with pytest.raises(KeyboardInterrupt):
            receive(agreement, by, content=content)
    use_files_at(AT)
    (left,) = {entry.name for entry in open_file_store().manifests()} - before
    return FileRef.parse(left)


def list_found(at: datetime) -> list[str]:
    return [path for path, _problem in detection.describe_unrecorded_files(at)]


def format_path(ref: FileRef) -> str:
    store = open_file_store()
    return str(ref.data_path(store.root).relative_to(store.root))


@pytest.fixture
def left(agreement: Any, manager: Any, monkeypatch: pytest.MonkeyPatch) -> FileRef:
    """A landed file that no record names."""
    return leave_file(agreement, manager, monkeypatch)


def is_destroyed(ref: FileRef) -> bool:
    store = open_file_store()
    assert ref.data_path(store.root).exists() is not bool(store.manifest(ref).destroyed)
    return bool(store.manifest(ref).destroyed)


def test_it_is_reported_after_a_day(left: FileRef) -> None:
    assert list_found(AT) == list_found(AT + DAY) == []
    ((path, problem),) = detection.describe_unrecorded_files(NIGHT)
    assert path == format_path(left)
    assert "No record names this file" in problem
    assert "7 days after the nightly work finds it" in problem
    check_unrecorded_files(NIGHT)
    ((_path, problem),) = detection.describe_unrecorded_files(NIGHT)
    assert "on 2026-10-10 at the earliest" in problem


def test_verify_reports_it_as_a_finding_of_its_own_kind(
    left: FileRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification.timezone, "now", lambda: AT)
    assert verify_stored_records(NullProgress()).findings == ()
    monkeypatch.setattr(verification.timezone, "now", lambda: NIGHT)
    state = verify_stored_records(NullProgress())
    assert [path for path, _problem in state.unrecorded] == [format_path(left)]
    assert state.findings == state.unrecorded
    assert state.files == 1
    with pytest.raises(JobFindingError, match="Findings: 1"):
        verify_each_night(NIGHT)


def test_a_damaged_store_is_repaired_before_its_records_are_compared(left: FileRef) -> None:
    left.data_path(open_file_store().root).write_bytes(b"changed")
    state = verify_stored_records(NullProgress())
    assert state.records
    assert state.unrecorded == ()


def test_it_is_destroyed_after_its_wait_and_the_manifest_names_the_schedule(left: FileRef) -> None:
    assert check_unrecorded_files(NIGHT) == "Files without a record: 1 wait, 0 were destroyed."
    for days in range(7):
        check_unrecorded_files(NIGHT + days * DAY)
        assert not is_destroyed(left)
    said = check_unrecorded_files(NIGHT + 7 * DAY)
    assert said == "Files without a record: 0 wait, 1 were destroyed."
    assert is_destroyed(left)
    destroyed = open_file_store().manifest(left).destroyed
    assert (destroyed["actor"], destroyed["on"]) == ("schedule", "2026-10-10")
    assert not UnrecordedFile.objects.exists()
    lines = AuditLine.objects.filter(event__startswith="destruction.unrecorded").order_by("pk")
    assert [(line.event, line.detail, line.actor_id) for line in lines] == [
        ("destruction.unrecorded_listed", {"files": 1, "new": 1}, ""),
        ("destruction.unrecorded_destroyed", {"files": 1}, ""),
    ]
    assert list_found(NIGHT + 7 * DAY) == []
    assert open_file_store().verify() == []


def test_a_repeated_step_records_it_before_the_wait_ends(
    left: FileRef, agreement: Any, manager: Any
) -> None:
    check_unrecorded_files(NIGHT)
    received = receive(agreement, manager, at=NIGHT + 6 * DAY)
    assert received.delivery.landed == str(left)
    assert list_found(NIGHT + 6 * DAY) == []
    check_unrecorded_files(NIGHT + 7 * DAY)
    assert not UnrecordedFile.objects.exists()
    assert not is_destroyed(left)


def test_a_step_that_is_repeated_after_the_destruction_writes_it_again(
    left: FileRef, agreement: Any, manager: Any
) -> None:
    for days in (0, 7):
        check_unrecorded_files(NIGHT + days * DAY)
    received = receive(agreement, manager, at=NIGHT + 8 * DAY)
    assert is_destroyed(left)
    assert received.delivery.landed != str(left)
    assert open_file_store().read(FileRef.parse(received.delivery.landed)).num_rows == 3


def test_a_step_that_found_it_and_is_about_to_record_it_renews_the_wait(
    left: FileRef, agreement: Any, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step runs at the night that would destroy it, and has not committed its record yet."""
    check_unrecorded_files(NIGHT)
    record = receipt._record_accepted

    def wait(*arguments: Any) -> Any:
        (pointer,) = open_file_store().root.glob(f"found/*/*/landed.{left.digest}")
        assert pointer.stat().st_mtime != AT.timestamp()
        use_files_at(NIGHT + 7 * DAY)
        said = check_unrecorded_files(NIGHT + 7 * DAY)
        assert said == "Files without a record: 1 wait, 0 were destroyed."
        return record(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(receipt, "_record_accepted", wait)
        received = receive(agreement, manager, at=NIGHT + 7 * DAY)
    assert received.delivery.landed == str(left)
    assert not is_destroyed(left)


def test_a_record_that_is_written_after_the_listing_keeps_it(
    left: FileRef, agreement: Any, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and records are compared again while no writer is at work."""
    check_unrecorded_files(NIGHT)
    destroy = actions.destroy_unrecorded_files

    def record_first(**arguments: Any) -> int:
        receive(agreement, manager, at=NIGHT + 7 * DAY)
        use_files_at(AT)
        return destroy(**arguments)

    monkeypatch.setattr(actions, "destroy_unrecorded_files", record_first)
    assert "next run tries again" in check_unrecorded_files(NIGHT + 7 * DAY)
    assert not is_destroyed(left)
    assert not AuditLine.objects.filter(event="destruction.unrecorded_destroyed").exists()


def test_nothing_is_destroyed_while_a_writer_is_at_work(left: FileRef) -> None:
    check_unrecorded_files(NIGHT)
    with hold_write_lock(open_file_store().root):
        assert "next run tries again" in check_unrecorded_files(NIGHT + 7 * DAY)
    assert not is_destroyed(left)
    check_unrecorded_files(NIGHT + 8 * DAY)
    assert is_destroyed(left)


def test_a_run_that_died_before_its_commit_is_recorded_by_the_next(
    left: FileRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_unrecorded_files(NIGHT)
    destroy = FileStore.destroy

    def destroy_and_die(self: FileStore, ref: FileRef, **arguments: Any) -> None:
        destroy(self, ref, **arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "destroy", destroy_and_die)
        with pytest.raises(KeyboardInterrupt):
            check_unrecorded_files(NIGHT + 7 * DAY)
    assert is_destroyed(left)
    assert UnrecordedFile.objects.exists()
    said = check_unrecorded_files(NIGHT + 8 * DAY)
    assert said == "Files without a record: 0 wait, 1 were destroyed."
    assert AuditLine.objects.get(event="destruction.unrecorded_destroyed").detail == {"files": 1}
    assert open_file_store().manifest(left).destroyed["on"] == "2026-10-10"


def test_a_file_that_someone_took_away_is_no_longer_listed(left: FileRef) -> None:
    check_unrecorded_files(NIGHT)
    left.manifest_path(open_file_store().root).unlink()
    check_unrecorded_files(NIGHT + DAY)
    assert not UnrecordedFile.objects.exists()


def test_after_a_restore_the_wait_counts_again(left: FileRef) -> None:
    check_unrecorded_files(NIGHT)
    backups.record_restore(RESTORED, NIGHT + 6 * DAY)
    check_unrecorded_files(NIGHT + 12 * DAY)
    assert not is_destroyed(left)
    check_unrecorded_files(NIGHT + 13 * DAY)
    assert is_destroyed(left)


def test_a_database_that_was_put_back_by_hand_waits_again_for_files_it_lost(
    delivery: Any,
) -> None:
    """It records no restore, and lists none of the files: they may be the only copy."""
    Delivery.objects.all().delete()
    use_files_at(AT)
    late = NIGHT + 100 * DAY
    assert len(list_found(late)) == 3
    check_unrecorded_files(late)
    check_unrecorded_files(late + 6 * DAY)
    assert not is_destroyed(FileRef.parse(delivery.landed))


@pytest.fixture
def many(
    agreement: Any, manager: Any, monkeypatch: pytest.MonkeyPatch, left: FileRef
) -> list[FileRef]:
    """Six files that no record names."""
    contents = [ROSTER + b"\n" * more for more in range(1, 6)]
    return [
        left,
        *(leave_file(agreement, manager, monkeypatch, content=content) for content in contents),
    ]


def find_status() -> Any:
    (line,) = [line for line in list_status_lines(NIGHT) if line.name == "unrecorded"]
    return line


def test_many_files_wait_for_a_data_manager(
    many: list[FileRef], browser: Callable[..., Client], manager: Any
) -> None:
    assert find_status().tone is StatusTone.GOOD
    check_unrecorded_files(NIGHT)
    check_unrecorded_files(NIGHT + 30 * DAY)
    assert not any(map(is_destroyed, many))
    ((_path, problem), *_others) = detection.describe_unrecorded_files(NIGHT)
    assert "once a data manager confirms it" in problem
    assert find_status().tone is StatusTone.PROBLEM
    client = browser(manager)
    page = client.get(reverse("retention:unrecorded"))
    assert "Confirm destruction of 6 files" in page.text
    newest = page.context["newest"]
    client.post(reverse("retention:unrecorded"), {"newest": newest}, follow=True)
    line = AuditLine.objects.get(event="destruction.unrecorded_confirmed")
    assert (line.detail, line.actor_id) == ({"files": 6}, str(manager.pk))
    assert "Confirm destruction" not in client.get(reverse("retention:unrecorded")).text
    assert find_status().tone is StatusTone.WARNING
    check_unrecorded_files(NIGHT + 31 * DAY)
    assert all(map(is_destroyed, many))


def test_only_the_files_that_the_page_showed_are_confirmed(
    many: list[FileRef], manager: Any
) -> None:
    check_unrecorded_files(NIGHT)
    rows = list(UnrecordedFile.objects.all())
    actions.confirm_unrecorded_files(newest=rows[3].pk, by=manager, at=NIGHT)
    assert detection.summarize_unrecorded_files().unconfirmed == 2
    check_unrecorded_files(NIGHT + 7 * DAY)
    assert sum(map(is_destroyed, many)) == 4
    # Two are left, which need no confirmation any more.
    check_unrecorded_files(NIGHT + 8 * DAY)
    assert all(map(is_destroyed, many))


def test_a_confirmation_ends_with_a_restore(many: list[FileRef], manager: Any) -> None:
    check_unrecorded_files(NIGHT)
    newest = UnrecordedFile.objects.latest("pk").pk
    actions.confirm_unrecorded_files(newest=newest, by=manager, at=NIGHT)
    backups.record_restore(RESTORED, NIGHT + DAY)
    assert detection.summarize_unrecorded_files().unconfirmed == 6
    check_unrecorded_files(NIGHT + 30 * DAY)
    assert not any(map(is_destroyed, many))


def test_only_the_data_manager_confirms(many: list[FileRef], steward: Any) -> None:
    check_unrecorded_files(NIGHT)
    with pytest.raises(Refused):
        actions.confirm_unrecorded_files(newest=99, by=steward, at=NIGHT)
    assert not UnrecordedFile.objects.exclude(confirmed_at=None).exists()


def test_a_form_without_a_file_confirms_none(
    many: list[FileRef], browser: Callable[..., Client]
) -> None:
    check_unrecorded_files(NIGHT)
    answer = browser(Role.DATA_MANAGER).post(reverse("retention:unrecorded"), {"newest": "x"})
    assert answer.status_code == 302
    assert not UnrecordedFile.objects.exclude(confirmed_at=None).exists()


def test_the_page_says_that_every_file_has_a_record(browser: Callable[..., Client]) -> None:
    page = browser(Role.DATA_MANAGER).get(reverse("retention:unrecorded"))
    assert "Every file has a record" in page.text


def test_the_page_lists_few_files_without_asking(
    left: FileRef, browser: Callable[..., Client]
) -> None:
    check_unrecorded_files(NIGHT)
    page = browser(Role.DATA_MANAGER).get(reverse("retention:unrecorded"))
    for text in (left.digest[:12], "Rows as imported", "Oct. 1, 2026", "Oct. 3, 2026", "Oct. 10"):
        assert text in page.text
    assert "Confirm destruction" not in page.text
    assert find_status().tone is StatusTone.WARNING


@pytest.fixture
def half_checked(agreement: Any, manager: Any, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """A file whose check was killed after the rows set aside, before the kept rows."""
    delivery: Delivery = receive(agreement, manager).delivery
    write = FileStore.write

    def die_at_second(self: FileStore, zone: Any, *arguments: Any, **more: Any) -> FileRef:
        if zone == "conformed":
            raise KeyboardInterrupt
        return write(self, zone, *arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "write", die_at_second)
        with pytest.raises(KeyboardInterrupt):
            conformance.check_delivery(delivery=delivery, by=manager, at=AT)
    use_files_at(AT)
    return delivery


def test_a_check_that_was_killed_between_its_files_goes_on(
    half_checked: Delivery, manager: Any
) -> None:
    (first,) = open_file_store().root.glob("quarantined/*/*.parquet")
    assert list_found(NIGHT) == [f"quarantined/{first.stem[:2]}/{first.name}"]
    checked = conformance.check_delivery(delivery=half_checked, by=manager, at=AT)
    use_files_at(AT)
    assert first.stem in checked.quarantined
    assert list_found(NIGHT) == []
    for days in (0, 7):
        check_unrecorded_files(NIGHT + days * DAY)
    store = open_file_store()
    assert store.verify() == []
    for ref in (checked.landed, checked.conformed, checked.quarantined):
        assert not is_destroyed(FileRef.parse(ref))
    assert store.read(FileRef.parse(checked.conformed)).num_rows == 3


def test_a_check_that_goes_on_after_its_file_was_destroyed_writes_it_again(
    half_checked: Delivery, manager: Any
) -> None:
    (first,) = open_file_store().root.glob("quarantined/*/*.parquet")
    for days in (0, 7):
        check_unrecorded_files(NIGHT + days * DAY)
    assert not first.exists()
    checked = conformance.check_delivery(delivery=half_checked, by=manager, at=NIGHT + 8 * DAY)
    assert first.stem not in checked.quarantined
    assert not is_destroyed(FileRef.parse(checked.quarantined))
    assert open_file_store().verify() == []


def test_data_that_are_held_are_never_listed(linked: Any) -> None:
    use_files_at(AT)
    assert check_unrecorded_files(NIGHT) == "Files without a record: 0 wait, 0 were destroyed."
    assert not AuditLine.objects.filter(event__startswith="destruction.unrecorded").exists()


def test_data_that_were_destroyed_are_not_listed(linked: Any, manager: Any) -> None:
    destroy_delivery(delivery=linked, by=manager, at=AT)
    assert list_found(NIGHT) == []
