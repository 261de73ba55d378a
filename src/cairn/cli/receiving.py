"""What `cairn receive` does, file by file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import queries as agreements
from cairn.agreements.models import Agreement
from cairn.cli.received import line, tell
from cairn.cli.voice import Unusable, Voice
from cairn.consents.season import school_year
from cairn.intake import actions, queries
from cairn.intake.actions import Received, Result
from cairn.intake.recognize import Feed, feed_name, feeds
from cairn.intake.uploading import Unrecognized, keep_apart
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.partners.operator import operator
from cairn.rules import agreement as law
from cairn.rules.vocabulary import Channel
from cairn.warehouse.conform import Progress
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.read import Unreadable, read_file


@dataclass(frozen=True, slots=True)
class Order:
    """The command as it was written."""

    files: tuple[Path, ...]
    sender: str
    under: str
    feed: str
    period: str
    mapping: Path | None
    acting: str | None
    synthetic: str = ""


@dataclass(slots=True)
class _Door:
    """Everything that is the same for each file of one command."""

    organization: Organization
    agreement: Agreement
    terms: law.Agreement
    period: str
    feed: str
    known: dict[str, Mapping]
    by: User
    at: datetime
    synthetic: str
    left: list[tuple[str, str]] = field(default_factory=list)


def take_in(voice: Voice, order: Order) -> None:
    """Receive and check every file; then tell what came, what was set aside, what was left."""
    door = _door(order)
    came: list[Received] = []
    with voice.progress() as progress:
        files = list(_files(order.files))
        for number, (path, asked_for) in enumerate(files, 1):
            progress.step(f"Reading {path.name} ({number} of {len(files)})")
            came += _file(door, path, asked_for=asked_for, progress=progress)
    tell(voice, [line(one) for one in came], door.left)
    failed = {Result.REFUSED, Result.UNUSABLE} & {one.result for one in came}
    named = {path.name for path, asked_for in files if asked_for}
    if failed or not came or named & {name for name, _reason in door.left}:
        voice.found()


def _door(order: Order) -> _Door:
    by, at = operator(order.acting), timezone.localtime()
    organization = Organization.objects.filter(slug=order.sender).first()
    if organization is None:
        known = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise Unusable(
            f"--from: nobody here is called “{order.sender}”. Partners: {known}. "
            "A partner comes with its agreement: cairn agree FILE.toml --register"
        )
    try:
        found = agreements.agreement(order.under, actor(by), timezone.localdate(at))
    except Agreement.DoesNotExist:
        raise Unusable(
            f"--under: there is no agreement “{order.under}”. Load it: cairn agree FILE.toml"
        ) from None
    return _Door(
        organization=organization,
        agreement=found.row,
        terms=found.terms,
        period=order.period or school_year(timezone.localdate(at)),
        feed=order.feed,
        known=_given(order, order.mapping) if order.mapping else _saved(organization),
        by=by,
        at=at,
        synthetic=order.synthetic,
    )


def _given(order: Order, mapping: Path) -> dict[str, Mapping]:
    """The mappings of a file, of a folder, or of a folder with a folder for each partner."""
    if mapping.is_dir():
        own = mapping / order.sender
        files = sorted((own if own.is_dir() else mapping).glob("*.toml"))
        return {feed_name(path.stem): Mapping.load(path) for path in files}
    return {order.feed or feed_name(mapping.stem): Mapping.load(mapping)}


def _saved(organization: Organization) -> dict[str, Mapping]:
    return {row.feed: Mapping.parse(row.text) for row in queries.saved_mappings(organization)}


def _files(given: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was asked for by name and not by its folder."""
    for path in given:
        if path.is_dir():
            inside = (p for p in sorted(path.iterdir()) if p.is_file())
            yield from ((p, False) for p in inside if not p.name.startswith("."))
        else:
            yield path, True


def _file(door: _Door, path: Path, *, asked_for: bool, progress: Progress) -> Iterator[Received]:
    content = path.read_bytes()
    try:
        found = _feeds(door, path.name, content, asked_for=asked_for)
    except (Unreadable, Unrecognized) as problem:
        door.left.append((path.name, str(problem)))
        return
    if not found:
        door.left.append(
            (path.name, "Its columns do not say what kind of records it holds. Give --mapping.")
        )
    for feed in found:
        if not asked_for and feed.mapping.record not in {term.record for term in door.terms.data}:
            kind = feed.mapping.type.title.lower()
            reason = f"{door.terms.reference} does not speak of {kind}."
            door.left.append((path.name, reason))
            continue
        yield _delivery(door, path.name, content, feed, progress)


def _feeds(door: _Door, name: str, content: bytes, *, asked_for: bool) -> list[Feed]:
    """The feeds in a file; the one mapping that was given for a file by name is not doubted."""
    if asked_for and (chosen := door.feed or (len(door.known) == 1 and next(iter(door.known)))):
        if mapping := door.known.get(chosen):
            keep_apart(mapping, content)
            return [Feed(chosen, mapping, guessed=False)]
        found = feeds(name, read_file(name, content), {})
        return [Feed(chosen, one.mapping, guessed=True) for one in found[:1]]
    return feeds(name, read_file(name, content), door.known)


def _delivery(door: _Door, name: str, content: bytes, feed: Feed, progress: Progress) -> Received:
    received = actions.receive(
        name=name,
        content=content,
        organization=door.organization,
        agreement=door.agreement,
        feed=feed.name,
        period=door.period,
        channel=Channel.COMMAND,
        mapping=feed.mapping,
        by=door.by,
        at=door.at,
        synthetic=door.synthetic,
    )
    if not received.delivery.stands:
        return received
    checked = actions.conform(
        delivery=received.delivery, by=door.by, at=timezone.now(), progress=progress
    )
    return Received(checked, received.result)
