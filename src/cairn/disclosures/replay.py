"""Every past decision asked again, from the facts of its day: would it be answered the same?

A difference is no proof of a mistake then: the rules may have changed since. It shows a person
which disclosures to look at again. A line that is not as it was written is another matter.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cairn import rules
from cairn.audit.models import AuditLine
from cairn.disclosures import log
from cairn.disclosures.models import DisclosureRecord
from cairn.disclosures.sealing import Seals, Unopenable
from cairn.rules import question
from cairn.rules.decision import RULESET, Decision
from cairn.rules.plain import Unreadable
from cairn.rules.question import UnknownQuestion

CHANGED: Final = "changed"
OTHERWISE: Final = "otherwise"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that would be answered otherwise, or was changed since it was written."""

    record: int
    kind: str
    message: str


def check() -> Iterator[Difference]:
    """Lines that were changed after they were written, or that the audit chain does not know."""
    kept = {
        line.subject_id: line.detail.get("digest")
        for line in AuditLine.objects.filter(subject_kind="disclosurerecord")
    }
    for row in DisclosureRecord.objects.order_by("pk").prefetch_related("parties").iterator(500):
        sides = [(party.side, party.organization) for party in row.parties.all()]
        children = row.children.values_list("child", flat=True)
        if log.line_digest(row, sides) != row.digest:
            yield Difference(row.pk, CHANGED, "The line was changed after it was written.")
        elif log.children_digest(children) != row.children_digest:
            yield Difference(row.pk, CHANGED, "The children of this line were changed.")
        elif kept.pop(str(row.pk), None) != row.digest:
            yield Difference(row.pk, CHANGED, "The audit chain knows another line, or none.")
    for missing in sorted(int(pk) for pk in kept):
        if not DisclosureRecord.objects.filter(pk=missing).exists():
            yield Difference(
                missing, CHANGED, "The audit chain speaks of this line, and it is gone."
            )


def replay() -> Iterator[Difference]:
    """Decisions that today's rules would answer otherwise, on the facts of their own day."""
    _load_every_question()
    seals = Seals.of_this_installation()
    for row in DisclosureRecord.objects.exclude(question="").order_by("pk").iterator(500):
        try:
            message = _otherwise(row, seals)
        except (Unopenable, Unreadable, UnknownQuestion) as error:
            yield Difference(
                row.pk, CHANGED if isinstance(error, Unopenable) else OTHERWISE, _cannot(row, error)
            )
        else:
            if message:
                yield Difference(row.pk, OTHERWISE, message)


def asked_again(row: DisclosureRecord, seals: Seals) -> Decision:
    """Today's answer to one line's question, on its own facts and date."""
    _load_every_question()
    data = {"question": row.question, "arguments": seals.open_all(row.facts)}
    return question.replay(question.load(data))


def _otherwise(row: DisclosureRecord, seals: Seals) -> str:
    """How today's answer differs from the one on record, in a sentence; empty if it does not."""
    before, decision = seals.open(row.answer), asked_again(row, seals)
    now = log.told(decision)
    since = "" if row.ruleset == RULESET else f" Rules then: {row.ruleset}; now: {RULESET}."
    if now["outcome"] != before["outcome"]:
        codes = ", ".join(sorted({r.code for r in decision.refusals})) or "nothing against it"
        was = f"It was answered “{before['outcome']}” and would be “{now['outcome']}”"
        return f"{was} ({codes}).{since}"
    if now["elements"] != before["elements"]:
        return f"Other data elements would be allowed now.{since}"
    if now["children"] != before["children"]:
        return f"Other children would be in it now.{since}"
    return ""


def _cannot(row: DisclosureRecord, error: Exception) -> str:
    return f"It cannot be asked again ({type(error).__name__}); rules then: {row.ruleset}."


def _load_every_question() -> None:
    """A question registers itself when its module is loaded."""
    for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}."):
        importlib.import_module(module.name)
