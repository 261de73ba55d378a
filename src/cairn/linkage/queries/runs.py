"""Reads of the linkage: the newest run, its files, and who a source's id stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cairn.audit.models import Work
from cairn.disclosures.queries import names
from cairn.intake.queries import current, no_longer_counting
from cairn.linkage.findings import FOUND
from cairn.linkage.models import LinkageRun, LinkedPart, Shadow
from cairn.warehouse.elements import record_type
from cairn.warehouse.rosters.columns import RECORD_ID
from cairn.warehouse.zones import FileRef


@dataclass(frozen=True, slots=True)
class Part:
    """One linked file that counts now."""

    ref: FileRef
    organization: str
    agreement: str
    record: str


def latest(*, pilot: bool = False) -> LinkageRun | None:
    """The newest finished run, of real deliveries or of those of pilots."""
    return LinkageRun.objects.filter(pilot=pilot).select_related("by").first()


def parts(*, pilot: bool = False) -> list[Part]:
    """The linked files of the newest run, but those of deliveries that count no longer; none
    before the first. ``pilot``: those of pilots, and no other."""
    run = latest(pilot=pilot)
    rows = list(run.parts.all()) if run else []
    gone = no_longer_counting(r.delivery for r in rows)
    return [
        Part(FileRef.parse(r.file), r.organization, r.agreement, r.record)
        for r in rows
        if r.delivery not in gone
    ]


@dataclass(frozen=True, slots=True)
class Finding:
    """What looks wrong in a delivery, or in two of them together. No value, no name of a child."""

    about: str
    field: str
    looks: str


def findings(run: LinkageRun) -> list[Finding]:
    """What looked wrong in the deliveries of this run, as its page says it."""
    called = names()
    return [
        Finding(_about(one["about"], called), _field(one["field"]), one["looks"])
        for one in run.found.get(FOUND, [])
    ]


def _about(about: str, called: Mapping[str, str]) -> str:
    """Organizations, with the kind of record and the delivery's number where one is meant."""
    told = []
    for part in about.replace(" and ", ", ").split(", "):
        slug, *of = part.split("/")
        name = called.get(slug, slug)
        told.append(f"{name}, {record_type(of[0]).title} ({of[1]})" if of else name)
    return "; ".join(told)


def _field(name: str) -> str:
    told = (one for one in name.split(", ") if one != RECORD_ID)
    return ", ".join(told).replace("_", " ")


def unlinked_deliveries(*, pilot: bool = False) -> int:
    """How many deliveries are ready that the newest run did not see."""
    run = latest(pilot=pilot)
    seen = set(run.parts.values_list("delivery", flat=True)) if run else set()
    return sum(d.delivery not in seen for d in current() if d.synthetic is pilot)


def work() -> Work | None:
    """The progress of the run, or of the look beside the index, that was asked for last."""
    return (
        Work.objects.filter(kind__in=("link", "link-pilots", "shadow")).order_by("-started").first()
    )


def shadow() -> Shadow | None:
    """The newest look beside the index that nobody took over."""
    return Shadow.objects.filter(taken_at__isnull=True).first()


def files() -> Iterable[str]:
    """Every file in the storehouse that this room points at, as ``zone/digest``."""
    return LinkedPart.objects.values_list("file", flat=True).distinct()
