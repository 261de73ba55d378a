"""River County tries a question with invented children before it asks it about real ones.

The pilot has gone the whole way of a project: Alder Creek's own agreement once more as a pilot's,
leave, three synthetic files, linking and a checked table. What was learned waits for an answer.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import actions as agreements
from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement
from cairn.agreements.shape import shape_of
from cairn.demo import cast, nation
from cairn.demo.planned import examples_folder
from cairn.intake import actions as intake
from cairn.intake.recognize import feeds
from cairn.linkage.actions import link_pilots
from cairn.partners.models import Organization
from cairn.projects.actions import piloting
from cairn.projects.models import Project
from cairn.releases import actions as releases
from cairn.releases.checking import Progress
from cairn.releases.models import Release
from cairn.rules.cards import framing
from cairn.rules.vocabulary import Channel
from cairn.warehouse import invented
from cairn.warehouse.read import read_file

_OWNER: Final = "alder-creek-sd"
_REAL: Final = "RC-DSA-01"
REFERENCE: Final = f"{_REAL}-PILOT"
_TRIES: Final = "Whether figures of absence answer what families ask, before a child is counted."
_RECORDS: Final = ("student", "enrollment", "attendance_total")
_ROWS: Final = 200
_HOW: Final = "made with cairn synthetic from the agreement's own shape"
_PERIOD: Final = "2025-26"
_TITLE: Final = "Absence early in the year, tried"
_LEARNED: Final = (
    ("finding", "Days enrolled are missing for children who came after October: ask for both."),
    ("change", "Families of the parent circle want the figure by grade, not by school."),
)
_SETTLED: Final = "The mapping now asks for both columns; the files were made again."


@transaction.atomic
def agree(by: User, at: datetime) -> None:
    """Alder Creek's agreement once more as that of a pilot, unless it is on record."""
    if Agreement.objects.filter(reference=REFERENCE).exists():
        return
    file = examples_folder() / "agreements" / f"{_REAL}.toml"
    text = file.read_text(encoding="utf-8").replace(_REAL, REFERENCE)
    text = text.replace('title = "', f'pilot = "{_TRIES}"\ntitle = "A pilot. ', 1)
    agreements.load(text=text, by=by, at=at)


@transaction.atomic
def learn(at: datetime) -> None:
    """What was learned, and what became of the first of it, unless something is written down."""
    pilot = Project.objects.get(pilot=True)
    if pilot.lessons.exists():
        return
    steward = User.objects.get(email=cast.steward_of(_OWNER).email)
    first, *_others = [
        piloting.keep_lesson(project=pilot, kind=kind, text=text, by=steward, at=at)
        for kind, text in _LEARNED
    ]
    analyst = User.objects.get(email=cast.ANALYST.email)
    piloting.settle_lesson(lesson=first, how=_SETTLED, by=analyst, at=at)


def try_out(by: User, progress: Progress) -> None:
    """The files, the linking and the table of the pilot, unless they are there."""
    for record in _RECORDS:
        _send(record, by)
    link_pilots(by=by, at=timezone.now())
    release = Release.objects.filter(pilot=True).first() or _draft()
    nation.say_word(release, asks_first=False, at=timezone.now())
    if release.state == "draft":
        releases.check(release=release, by=release.author, at=timezone.now(), progress=progress)


def _send(record: str, by: User) -> None:
    agreement = Agreement.objects.get(reference=REFERENCE)
    shape = shape_of(agreed.agreement(agreement), record, ())
    text = invented.file(record, shape.fields, rows=_ROWS, seed=REFERENCE, years=shape.years)
    name, content = f"synthetic-{record.replace('_', '-')}.csv", text.encode()
    (feed, *_) = feeds(name, read_file(name, content), {})
    received = intake.receive(
        name=name,
        content=content,
        organization=Organization.objects.get(slug=_OWNER),
        agreement=agreement,
        feed=feed.name,
        period=_PERIOD,
        channel=Channel.COMMAND,
        mapping=feed.mapping,
        by=by,
        at=timezone.now(),
        synthetic=_HOW,
    )
    intake.conform(delivery=received.delivery, by=by, at=timezone.now())


def _draft() -> Release:
    return releases.draft(
        title=_TITLE,
        outcomes=["chronic_absence"],
        tables=[("gender",)],
        years=[],
        organization=Organization.objects.get(slug=cast.BACKBONE),
        story="They are invented: the figures say only whether the way holds.",
        framing={framing.MISSING_GROUPS.id: "They are invented: nobody is missing."},
        pilot=True,
        by=User.objects.get(email=cast.ANALYST.email),
        at=timezone.now(),
    )
