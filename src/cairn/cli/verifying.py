"""What `cairn verify` looks at."""

from collections.abc import Iterator

from django.utils import timezone

from cairn.audit import log as audit
from cairn.audit.models import AuditLine
from cairn.cli.progress import Bar
from cairn.cli.voice import Unusable, Voice
from cairn.consents.queries import scans
from cairn.disclosures import replay as record
from cairn.intake import queries as intake
from cairn.intake.storehouse import open_storehouse
from cairn.linkage import queries as linkage
from cairn.partners.facts import actor
from cairn.partners.operator import operator
from cairn.releases import queries as releases
from cairn.releases.extracts import queries as extracts
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action
from cairn.warehouse.zones import FileRef, NoSuchFile, Storehouse


def look(voice: Voice, acting: str | None, kept: str, *, replay: bool) -> None:
    """Tell every finding, and record that someone looked. `kept`: the head of an earlier look;
    `replay`: past decisions are asked again too."""
    by, at = operator(acting), timezone.localtime()
    decision = may_open(Action.VERIFY, actor(by), on=timezone.localdate(at))
    decision.require()
    with voice.progress() as progress:
        progress.step("Audit chain")
        chain = [(f"audit line {f.sequence}", f.message) for f in audit.verify()]
        chain += _other_than(kept)
        progress.step("Record of disclosures")
        lines = [(f"disclosure {one.record}", one.message) for one in record.check()]
        progress.step("Files and manifests")
        store = open_storehouse()
        files = [(f.path, f.message) for f in store.verify()]
        files += scans.wrong()
        files += [] if files else list(_lost(store))
        held = 0 if files else sum(1 for _ in store.manifests()) + scans.with_scan().count()
        otherwise = _otherwise(voice, progress) if replay else []
    found = chain + lines + files
    voice.facts["findings"] = [{"where": where, "what": what} for where, what in found]
    for where, what in found:
        voice.plain(f"✗ {where}: {what}")
    if found:
        voice.found()
        voice.plain("Restore what was changed from a backup, and find out who changed it.")
    else:
        audited = AuditLine.objects.count()
        voice.plain(f"Sound: {audited:,} audit lines and {held:,} files are as they were written.")
    for where, what in otherwise:
        voice.found()
        voice.plain(f"≠ {where}: {what}")
    if otherwise:
        voice.plain("Look at these disclosures again: today they would be answered otherwise.")
    elif replay:
        voice.plain("Every past decision would be answered the same today.")
    if not chain:
        # A broken chain gets no further link: it must stay as it was found.
        detail = {"findings": len(found)}
        line = audit.record(
            "verified", "installation:", by=by, at=at, decision=decision, detail=detail
        )
        voice.facts["head"] = f"{line.sequence}:{line.hash}"
        voice.plain(f"Keep this outside the machine, for --head: {line.sequence}:{line.hash}")


def _otherwise(voice: Voice, progress: Bar) -> list[tuple[str, str]]:
    """Past decisions that would be answered otherwise today."""
    progress.step("Past decisions")
    found = [(f"disclosure {one.record}", one.message) for one in record.replay()]
    voice.facts["otherwise"] = [{"where": where, "what": what} for where, what in found]
    return found


def _other_than(kept: str) -> Iterator[tuple[str, str]]:
    """The chain no longer holds a line that an earlier look said to keep."""
    if not kept:
        return
    number, _, digest = kept.partition(":")
    if not number.isdecimal() or not digest:
        raise Unusable("--head: write the line and the hash as they were printed, LINE:HASH.")
    if not AuditLine.objects.filter(sequence=int(number), hash=digest).exists():
        yield (
            f"audit line {number}",
            "It is not the line whose hash you kept: the chain was cut or written anew.",
        )


def _lost(store: Storehouse) -> Iterator[tuple[str, str]]:
    """Files that the ledger points at and the storehouse never heard of: a file and its manifest
    that were taken away together leave no other trace."""
    held = {*intake.files(), *linkage.files(), *releases.files(), *extracts.files()}
    for name in sorted(held):
        try:
            store.manifest(FileRef.parse(name))
        except NoSuchFile:
            yield name, "The ledger points at this file, but it and its manifest are gone."
