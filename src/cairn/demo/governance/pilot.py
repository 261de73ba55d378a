"""Try a question with synthetic records before it is asked about real ones.

The pilot has gone through every step of a project: Alder Creek's own agreement as the agreement of
a pilot, authorization, three synthetic files, matching and a checked table. The lessons learned
need an answer.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.data.identity.api import link_pilot_deliveries
from cairn.data.intake.api import check_delivery, receive_delivery, recognize_feeds
from cairn.demo.governance import staff, tribal_nation
from cairn.demo.planned_deliveries import find_examples_folder
from cairn.governance.agreements.api import Agreement, load_agreement, load_agreement_fact
from cairn.governance.agreements.toml_format import derive_file_shape
from cairn.governance.partners.api import Organization
from cairn.governance.projects.api import Project, record_lesson, resolve_lesson
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.platform.tasks.api import Progress
from cairn.policy.law import MISSING_GROUPS
from cairn.policy.vocabulary import Channel
from cairn.warehouse.readers import read_file
from cairn.warehouse.synthetic import make_synthetic_csv

_PILOT_DISTRICT: Final = "alder-creek-sd"
_REAL_REFERENCE: Final = "RC-DSA-01"
PILOT_REFERENCE: Final = f"{_REAL_REFERENCE}-PILOT"
_PILOT_REASON: Final = (
    "Whether figures of absence answer what families ask, before a child is counted."
)
_PILOT_RECORDS: Final = ("student", "enrollment", "attendance_total")
_ROWS_PER_FILE: Final = 200
_SYNTHETIC_METHOD: Final = "made with cairn synthetic from the agreement's own shape"
_PILOT_PERIOD: Final = "2025-26"
_PILOT_TITLE: Final = "Absence early in the year, a pilot"

_LESSONS: Final = (
    ("finding", "Days enrolled are missing for children who came after October: ask for both."),
    ("change", "Families of the parent circle want the figure by grade, not by school."),
)

_LESSON_RESOLUTION: Final = "The mapping now asks for both columns; the files were made again."


@transaction.atomic
def load_pilot_agreement(by: User, at: datetime) -> None:
    """Load Alder Creek's agreement as that of a pilot, unless it is on record."""
    if Agreement.objects.filter(reference=PILOT_REFERENCE).exists():
        return
    file = find_examples_folder() / "agreements" / f"{_REAL_REFERENCE}.toml"
    text = file.read_text(encoding="utf-8").replace(_REAL_REFERENCE, PILOT_REFERENCE)
    text = text.replace('title = "', f'pilot = "{_PILOT_REASON}"\ntitle = "A pilot. ', 1)
    load_agreement(text=text, by=by, at=at)


@transaction.atomic
def record_pilot_lessons(at: datetime) -> None:
    """Record the lessons learned, and settle the first, unless a lesson is recorded."""
    pilot = Project.objects.get(pilot=True)
    if pilot.lessons.exists():
        return
    steward = User.objects.get(email=staff.find_demo_steward(_PILOT_DISTRICT).email)
    first_lesson, *_other_lessons = [
        record_lesson(project=pilot, kind=kind, text=text, by=steward, at=at)
        for kind, text in _LESSONS
    ]
    analyst = User.objects.get(email=staff.ANALYST.email)
    resolve_lesson(lesson=first_lesson, how=_LESSON_RESOLUTION, by=analyst, at=at)


def run_demo_pilot(by: User, progress: Progress) -> None:
    """Send the files of the pilot, match them and check its table, unless they exist."""
    for record in _PILOT_RECORDS:
        _send_synthetic_file(record, by)
    link_pilot_deliveries(by=by, at=timezone.now())
    release = releases_api.Release.objects.filter(pilot=True).first() or _draft_pilot_release()
    tribal_nation.approve_release_for_nation(release, has_condition=False, at=timezone.now())
    if release.state == "draft":
        releases_api.check_release_disclosure(
            release=release, by=release.author, at=timezone.now(), progress=progress
        )


def _send_synthetic_file(record: str, by: User) -> None:
    agreement = Agreement.objects.get(reference=PILOT_REFERENCE)
    shape = derive_file_shape(load_agreement_fact(agreement), record, ())
    text = make_synthetic_csv(
        record, shape.fields, rows=_ROWS_PER_FILE, seed=PILOT_REFERENCE, years=shape.years
    )
    name, content = f"synthetic-{record.replace('_', '-')}.csv", text.encode()
    (feed, *_) = recognize_feeds(name, read_file(name, content), {})
    received = receive_delivery(
        name=name,
        content=content,
        organization=Organization.objects.get(slug=_PILOT_DISTRICT),
        agreement=agreement,
        feed=feed.name,
        period=_PILOT_PERIOD,
        channel=Channel.COMMAND,
        mapping=feed.mapping,
        by=by,
        at=timezone.now(),
        synthetic=_SYNTHETIC_METHOD,
    )
    check_delivery(delivery=received.delivery, by=by, at=timezone.now())


def _draft_pilot_release() -> releases_api.Release:
    return releases_api.draft_release(
        title=_PILOT_TITLE,
        outcomes=["chronic_absence"],
        tables=[("gender",)],
        years=[],
        organization=Organization.objects.get(slug=staff.BACKBONE_SLUG),
        story="They are invented: the figures say only whether the way holds.",
        framing={MISSING_GROUPS.id: "They are invented: nobody is missing."},
        pilot=True,
        by=User.objects.get(email=staff.ANALYST.email),
        at=timezone.now(),
    )
