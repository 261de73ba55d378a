"""Describe signatures of families, and read lists of children with the person who opted out."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.governance.consents.paper_list import parse_relation
from cairn.policy.vocabulary import ConsentMethod, SignerRelation

__all__ = ["FamilySignature", "UnreadableSignerLine", "parse_signer_lines"]

_SEPARATORS: Final = re.compile(r"[,;\t]+")
_PARTS: Final = 3


class UnreadableSignerLine(ValueError):
    """A line of the list cannot be read; the message names the line and repeats no id."""


@dataclass(frozen=True, slots=True)
class FamilySignature:
    """The signature of a family's answer.

    Attributes:
        name: name of the person who signed.
        relation: their relation to the child.
        on: day of the signature.
        language: language of the text that they read; empty if it is unknown.
        method: paper, or electronic.
        authenticated: how the signer was identified, such as "code of letter 12".
        approved: how the signer approved an electronic record (34 CFR 99.30(d)); empty for paper.
    """

    name: str
    relation: SignerRelation
    on: date
    language: str
    method: ConsentMethod = ConsentMethod.PAPER
    authenticated: str = ""
    approved: str = ""


def parse_signer_lines(text: str, on: date) -> dict[str, FamilySignature | None]:
    """Read a list of child ids, each with its signer where the line names one.

    Args:
        text: lines that hold ids with commas between them, or one id with its signer:
            `id | name | relation`.
        on: the day on which the signers answered.
    Returns:
        Child id → signature; None if the line holds ids only.
    Raises:
        UnreadableSignerLine: a line has another form.
    """
    signatures: dict[str, FamilySignature | None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if "|" in line:
            local_id, signature = _parse_signer_line(line, number, on)
            signatures[local_id] = signature
        else:
            signatures |= {part.strip(): None for part in _SEPARATORS.split(line) if part.strip()}
    return signatures


def _parse_signer_line(line: str, number: int, on: date) -> tuple[str, FamilySignature]:
    parts = [part.strip() for part in line.split("|")]
    parsed_relation = parse_relation(parts[-1]) if len(parts) == _PARTS and all(parts) else None
    if parsed_relation is None:
        raise UnreadableSignerLine(
            f"Line {number}: write id | name | relation, such as S-1 | Rosa Alba | parent."
        )
    return parts[0], FamilySignature(parts[1], parsed_relation, on, "")
