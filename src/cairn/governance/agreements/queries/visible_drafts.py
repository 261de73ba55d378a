"""Read drafts, limited to what the requester may see, and the decisions that their pages show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from cairn.governance.agreements import draft_facts, models
from cairn.governance.agreements.documents.criteria_table import describe_answer, label_criterion
from cairn.governance.agreements.draft_facts import DraftReading
from cairn.governance.agreements.queries import visible_agreements
from cairn.governance.agreements.toml_format.declaration import TABLE_BY_KEY
from cairn.governance.agreements.toml_format.mistakes import FormatMistake
from cairn.governance.partners.api import Organization
from cairn.policy import questions
from cairn.policy.engine import Decision
from cairn.policy.facts import (
    Actor,
    AgreementFact,
    CriterionFact,
    DraftFact,
    Party,
    list_part_agreements,
    prefix_part_key,
)
from cairn.policy.law import CriterionSpec, list_criterion_specs
from cairn.policy.lint import (
    LintFinding,
    find_confirmation_key,
    is_criterion_finding,
    list_unconfirmed_criteria,
)
from cairn.policy.vocabulary import Action, AgreementState

__all__ = ["list_visible_drafts"]


@dataclass(frozen=True, slots=True)
class OpenedDraft:
    """A draft with its terms, and the reviews, overrides and signatures of its text."""

    row: models.Draft
    reading: DraftReading
    fact: DraftFact
    reviews: list[models.CounselReview]
    overrides: list[models.FindingOverride]
    signatures: list[models.Signature]
    papers: list[models.PaperSignature]

    @property
    def pilot(self) -> bool:
        """Whether the text is of a pilot."""
        return self.fact.pilot

    @property
    def party_progress(self) -> list["PartyProgress"]:
        """Each party's progress: counsel's review, its signature, and a signature of an earlier
        text.
        """
        reviews = {review.organization.slug: review for review in self.reviews}
        current_signatures = {
            signature.organization.slug: signature
            for signature in self.signatures
            if signature.digest == self.fact.digest
        }
        earlier_signatures = {
            signature.organization.slug: signature
            for signature in self.signatures
            if signature.digest != self.fact.digest
        }
        papers = {
            paper.organization.slug: paper
            for paper in self.papers
            if paper.digest == self.fact.digest
        }
        return [
            PartyProgress(
                party=party,
                owner=party.organization in self.fact.owners,
                registered=party.organization not in self.fact.unregistered,
                review=reviews.get(party.organization),
                signature=current_signatures.get(party.organization),
                paper=papers.get(party.organization),
                undone=None
                if party.organization in current_signatures
                else earlier_signatures.get(party.organization),
            )
            for party in self.reading.terms.parties
        ]

    @property
    def missing_terms(self) -> list["MissingTerm"]:
        """What keeps the text from being an agreement, each with the form section to fix it in."""
        return [_describe_missing_term(mistake) for mistake in self.reading.mistakes]

    @property
    def findings(self) -> list["FindingStatus"]:
        """The linter's findings, each with counsel's override and whether it still blocks the
        draft.
        """
        override_by_finding = {override.finding: override for override in self.overrides}
        open_keys = set(self.fact.findings)
        return [
            FindingStatus(finding, override_by_finding.get(finding.key), finding.key in open_keys)
            for finding in self.reading.findings
        ]

    @property
    def other_findings(self) -> list[str]:
        """The open findings of law that are not about a criterion of the legal basis."""
        terms = self.reading.terms
        bases = (terms.basis, *(part.basis for part in terms.parts))
        specs = [spec for basis in bases for spec in list_criterion_specs(basis).values()]
        criterion_ids = {spec.card.id for spec in specs if spec.card is not None}
        return [
            key
            for key in self.fact.findings
            if key.partition(" ")[0] not in criterion_ids and not is_criterion_finding(key)
        ]

    @property
    def criteria(self) -> list["CriterionStatus"]:
        """Each criterion of each legal basis that is a typed fact, and whether it is open."""
        whole = self.reading.terms
        return [
            CriterionStatus(
                spec,
                terms.criterion_facts[key],
                describe_answer(terms, spec, terms.criterion_facts[key]),
                find_confirmation_key(_name_criterion(terms, key)) in self.fact.findings,
                _name_criterion(terms, key),
                terms.part_id,
            )
            for terms in (whole, *list_part_agreements(whole))
            for key, spec in list_criterion_specs(terms.basis).items()
            if key in terms.criterion_facts
        ]


def _name_criterion(terms: AgreementFact, key: str) -> str:
    """Name a criterion as its confirmation and its finding do: with its part, if it has one."""
    return prefix_part_key(terms.part_id, key) if terms.part_id else key


@dataclass(frozen=True, slots=True)
class CriterionStatus:
    """A criterion with its answer, and whether it waits for the confirmation of counsel.

    `key` names it within its part; `part` is the letter of the part, empty without parts.
    """

    spec: CriterionSpec
    fact: CriterionFact
    answer: str
    open: bool
    key: str
    part: str = ""

    @property
    def label(self) -> str:
        """The heading of the criterion."""
        label = label_criterion(self.spec.key)
        return f"Part {self.part}: {label}" if self.part else label


@dataclass(frozen=True, slots=True)
class PartyProgress:
    """How far one party is with a text.

    `paper` waits for its signer's confirmation; `undone` is a signature of an earlier text.
    """

    party: Party
    owner: bool
    registered: bool
    review: models.CounselReview | None
    signature: models.Signature | None
    paper: models.PaperSignature | None
    undone: models.Signature | None


@dataclass(frozen=True, slots=True)
class MissingTerm:
    """A term that an agreement needs and this text lacks, in words for a form.

    `section` is the key of the table; `row` is its number among many (0: there is only one).
    """

    section: str
    heading: str
    row: int
    term: str
    told: str
    line: int


@dataclass(frozen=True, slots=True)
class FindingStatus:
    """A finding, counsel's override if there is one, and whether it still blocks the draft."""

    finding: LintFinding
    override: models.FindingOverride | None
    open: bool

    @property
    def can_override(self) -> bool:
        """Whether counsel may accept it; a criterion is confirmed instead."""
        return self.open and not is_criterion_finding(self.finding.key)


def _describe_missing_term(mistake: FormatMistake) -> MissingTerm:
    path = mistake.table
    section = str(path[0]) if path else (mistake.key if mistake.key in TABLE_BY_KEY else "")
    row = next((part + 1 for part in path if isinstance(part, int)), 0)
    term = "" if section == mistake.key else mistake.key.replace("_", " ")
    heading = TABLE_BY_KEY[section].heading if section in TABLE_BY_KEY else section
    return MissingTerm(section, heading, row, term, mistake.told, mistake.line)


def list_visible_drafts(who: Actor, on: date) -> QuerySet[models.Draft]:
    """List the drafts that a person may read, open ones first.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The query of exactly these drafts, to be fetched page by page.

    Raises:
        Refused: the person may read no draft at all.
    """
    questions.may_open_page(Action.VIEW_DRAFT, who, on=on).require()
    is_closed = Case(
        When(state__in=draft_facts.OPEN_DRAFT_STATES, then=Value(value=False)),
        default=Value(value=True),
    )
    return filter_visible_drafts(who, on).order_by(is_closed, "batch", "reference", "pk")


def filter_visible_drafts(who: Actor, on: date) -> QuerySet[models.Draft]:
    """Narrow drafts to those that a person may read, in the database.

    The same answer as `may_view_agreement_draft` for each draft: its authors may read it, and its
    parties once counsel has or had exactly this text, or a party signed it.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The query of drafts, with organization, author, agreement and parties.
    """
    rows, scope = _draft_rows(), questions.find_viewable_drafts(who, on)
    if scope.every:
        return rows
    current_text = models.DraftVersion.objects.filter(
        draft=OuterRef("draft"), version=OuterRef("draft__version"), digest=OuterRef("digest")
    )
    is_read = Q(
        Exists(models.CounselReview.objects.filter(Exists(current_text), draft=OuterRef("pk")))
        | Exists(models.Signature.objects.filter(Exists(current_text), draft=OuterRef("pk")))
    )
    own_parties = models.Draft.parties.through.objects.filter(
        draft=OuterRef("pk"), organization__slug__in=scope.organizations
    )
    has_left_authors = ~Q(state=AgreementState.DRAFT.value) | is_read
    return rows.filter(
        Q(organization__slug__in=scope.organizations) | (has_left_authors & Q(Exists(own_parties)))
    )


def list_amendment_drafts(row: models.Agreement, who: Actor, on: date) -> list[models.Draft]:
    """List the open drafts of an agreement's next version that a person may read.

    Args:
        row: the agreement's row.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The drafts.
    """
    rows = filter_visible_drafts(who, on)
    return list(rows.filter(agreement=row, state__in=draft_facts.OPEN_DRAFT_STATES))


def open_draft(pk: int, who: Actor, on: date) -> OpenedDraft:
    """Open one draft with everything its page shows.

    Args:
        pk: the draft's primary key.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The draft.

    Raises:
        Refused: the person may not read it, or may not learn that it does not exist.
        Draft.DoesNotExist: there is no such draft and the person may read every draft.
    """
    row = _draft_rows().filter(pk=pk).first()
    if row is None:
        questions.may_open_page(Action.VIEW_DRAFT, who, organization="", on=on).require()
        raise models.Draft.DoesNotExist(pk)
    records = draft_facts.load_draft_records([row], on)
    draft_reading = draft_facts.read_draft(row, on, records)
    draft_fact = draft_facts.build_draft_fact(row, on, draft_reading, records)
    questions.may_view_agreement_draft(draft_fact, who, on).require()
    return OpenedDraft(
        row,
        draft_reading,
        draft_fact,
        reviews=list(
            row.reviews.filter(digest=draft_fact.digest).select_related("organization", "by")
        ),
        overrides=list(
            row.overrides.filter(digest=draft_fact.digest).select_related("organization", "by")
        ),
        signatures=list(row.signatures.select_related("organization", "by")),
        papers=list(row.paper_signatures.select_related("organization", "by").defer("page")),
    )


def decide_writer_actions(fact: DraftFact, who: Actor, on: date) -> dict[str, Decision]:
    """Decide what a person may do with a draft as one of its writers.

    Args:
        fact: the draft's fact.
        who: the policy facts about the person.
        on: the date.

    Returns:
        A decision with reasons by the name of the action.
    """
    return {
        "save": questions.may_save_agreement_draft(fact, who, on),
        "submit": questions.may_submit_agreement_draft(fact, who, on),
        "take_back": questions.may_recall_agreement_draft(fact, who, on),
        "send_out": questions.may_send_agreement_for_signature(fact, who, on),
        "set_aside": questions.may_abandon_agreement_draft(fact, who, on),
    }


def list_party_actions(fact: DraftFact, who: Actor, on: date) -> dict[str, list[str]]:
    """List what a person may do with a draft for its parties, and for which parties.

    Args:
        fact: the draft's fact.
        who: the policy facts about the person.
        on: the date.

    Returns:
        Slugs of parties by the name of the action.
    """
    parties = sorted(fact.parties)
    finding = next((key for key in fact.findings if not is_criterion_finding(key)), "")
    criterion = next(iter(list_unconfirmed_criteria(fact.findings)), "")
    asks: dict[str, Callable[[str], Decision]] = {
        "clear": lambda slug: questions.may_clear_agreement_draft(fact, slug, who, on),
        "attest_review": lambda slug: questions.may_attest_counsel_review(fact, slug, who, on),
        "return": lambda slug: questions.may_return_agreement_draft(fact, slug, who, on),
        "override": lambda slug: questions.may_override_finding(fact, slug, finding, who, on),
        "confirm": lambda slug: questions.may_confirm_criterion(fact, slug, criterion, who, on),
        "attest_criterion": lambda slug: questions.may_attest_criterion(
            fact, slug, criterion, who, on
        ),
        "sign": lambda slug: questions.may_sign_agreement(fact, slug, who, on),
        "attest": lambda slug: questions.may_attest_signature(fact, slug, who, on),
        "decline": lambda slug: questions.may_decline_to_sign(fact, slug, who, on),
    }
    return {name: [slug for slug in parties if ask(slug).allowed] for name, ask in asks.items()}


def list_writer_organizations(who: Actor, on: date) -> list[Organization]:
    """List the organizations for which a person may write drafts.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The organizations.

    Raises:
        Refused: there are none.
    """
    questions.may_open_page(Action.DRAFT_AGREEMENT, who, on=on).require()
    own_slugs = who.list_organizations(on)
    rows = Organization.objects.filter(slug__in=own_slugs)
    return [row for row in rows if questions.may_draft_agreement(row.slug, who, on).allowed]


def may_begin_any_draft(who: Actor, on: date) -> bool:
    """Return whether a person may begin a draft for some organization.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        True if they may.
    """
    return questions.may_open_page(Action.DRAFT_AGREEMENT, who, on=on).allowed


def list_pattern_agreements(who: Actor, on: date) -> list[models.Agreement]:
    """List the agreements that a person may read, and so use as a pattern for another.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The agreement rows.
    """
    rows = visible_agreements.filter_visible_agreements(who, on).filter(part="")
    return list(rows.prefetch_related(None))


def _draft_rows() -> QuerySet[models.Draft]:
    return models.Draft.objects.select_related(
        "organization", "began_by", "agreement"
    ).prefetch_related("parties")
