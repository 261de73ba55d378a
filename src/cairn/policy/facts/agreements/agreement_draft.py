"""Define the facts of a draft agreement on its way to signature."""

from dataclasses import dataclass

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.vocabulary import AgreementState

__all__ = ["DraftFact"]


@dataclass(frozen=True, slots=True)
class DraftFact:
    """Describe the current state of a draft; ``digest`` identifies the text described.

    ``organization`` drafts it; ``parties`` and ``owners`` (who provide data) are slugs.
    ``mistakes``
    counts the errors that keep the text from being parsed. ``unregistered`` are parties that are
    not in
    the partner register. ``findings`` are the open findings of law, without those overridden.
    ``reviewed`` and ``signed`` are the parties that reviewed it by counsel and that signed it.
    ``joins``
    names the agreement that a joinder joins, and ``base`` holds the facts of that agreement
    (``None``:
    it is not on record). ``overtaken`` says that another text went on record under this reference
    since
    the draft was started. ``pilot`` says whether the text is for a pilot; ``was_pilot`` whether the
    text
    on record under the reference is (``None``: there is none).
    """

    reference: str
    state: AgreementState
    organization: str
    parties: frozenset[str]
    owners: frozenset[str]
    digest: str
    mistakes: int = 0
    unregistered: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    reviewed: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    joins: str = ""
    base: AgreementFact | None = None
    overtaken: bool = False
    pilot: bool = False
    was_pilot: bool | None = None

    @property
    def unsigned(self) -> frozenset[str]:
        """Return the parties that have not signed this text."""
        return self.parties - self.signed
