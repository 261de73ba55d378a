"""Rows → facts: the one door between the tables of this room and `rules`."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement as AgreementRow
from cairn.partners import facts as partners
from cairn.partners.models import Organization
from cairn.releases import beside, groups, labels
from cairn.releases.models import Release
from cairn.rules.agreement import Agreement
from cairn.rules.attackers import Attacker
from cairn.rules.framing import Telling
from cairn.rules.nation import NationWord
from cairn.rules.organization import OrganizationFact
from cairn.rules.release_fact import ReleaseFact
from cairn.rules.review import ReviewFact, SendBackFact
from cairn.rules.together import TogetherFact
from cairn.rules.vocabulary import (
    Answer,
    NationAnswer,
    OrganizationKind,
    PartyRole,
    Purpose,
    ReleaseState,
    Verdict,
)


class Reading:
    """What the questions of one page share: each agreement, organization and release is read once.

    It lives as long as one answer; whoever changes something reads anew.
    """

    def __init__(self) -> None:
        self._agreements: dict[str, Agreement] = {}
        self._organizations: dict[str, OrganizationFact] = {}
        self._releases: dict[int, ReleaseFact] = {}

    def release(self, row: Release) -> ReleaseFact:
        """A release with the reviews and send-backs of its present round."""
        if row.pk not in self._releases:
            behind = self.lineage(row.agreements)
            self._releases[row.pk] = _release(row, behind, self._owners(behind))
        return self._releases[row.pk]

    def lineage(self, references: Iterable[str]) -> tuple[Agreement, ...]:
        """The agreements under which the data of a release came, as their text stands."""
        wanted = set(references)
        rows = AgreementRow.objects.filter(reference__in=wanted - set(self._agreements))
        self._agreements |= {terms.reference: terms for terms in agreed.agreements(rows)}
        return tuple(self._agreements[one] for one in sorted(wanted) if one in self._agreements)

    def _owners(self, behind: Iterable[Agreement]) -> tuple[OrganizationFact, ...]:
        slugs = {slug for terms in behind for slug in terms.organizations(PartyRole.PROVIDER)}
        rows = Organization.objects.filter(slug__in=slugs - set(self._organizations))
        self._organizations |= {fact.slug: fact for fact in partners.organizations(rows)}
        known = self._organizations
        return tuple(known[slug] for slug in sorted(slugs) if slug in known)


def lineage(references: Iterable[str]) -> tuple[Agreement, ...]:
    """As `Reading.lineage`, for one question."""
    return Reading().lineage(references)


def release(row: Release) -> ReleaseFact:
    """As `Reading.release`, for one question."""
    return Reading().release(row)


def _release(
    row: Release, behind: tuple[Agreement, ...], owners: tuple[OrganizationFact, ...]
) -> ReleaseFact:
    return ReleaseFact(
        id=str(row.pk),
        state=ReleaseState(row.state),
        author=str(row.author_id),
        organization=row.organization.slug,
        purpose=Purpose(row.purpose),
        agreements=behind,
        reviews=tuple(
            ReviewFact(
                str(review.reviewer_id), Verdict(review.verdict), timezone.localdate(review.at)
            )
            for review in row.reviews.filter(round=row.round)
        ),
        send_backs=tuple(
            SendBackFact(
                organization=sent.organization.slug,
                sent_on=sent.sent_on,
                due_on=sent.due_on,
                answer=Answer(sent.answer) if sent.answer else None,
            )
            for sent in row.send_backs.filter(round=row.round).select_related("organization")
        ),
        safe=row.safe,
        asked_to_try=asked_to_try(row),
        has_story=bool(row.story.strip()),
        providers=owners,
        reported_on=row.reported_on,
        pilot=row.pilot,
        telling=Telling(
            title=row.title,
            story=row.story,
            together=tuple(one["why"] for one in row.merged),
            missing=tuple(labels.race(code) for code in row.missing_groups),
            answers=row.framing,
        ),
        nations=frozenset(row.nations),
        words=words(row),
        asked=frozenset(nations().values_list("slug", flat=True)),
        beside=beside.fact(row),
    )


def asked_to_try(row: Release) -> frozenset[Attacker]:
    """Who was asked to work out any of its figures. A check of long ago did not write it down, and
    neither did it ask everyone: nobody, then, is taken to have been."""
    return frozenset(
        one
        for one in Attacker
        if row.certificate
        and all(one.value in part.get("tried_by", ()) for part in row.certificate)
    )


def together(row: Release, chosen: Iterable[str], why: str) -> TogetherFact:
    """Groups that somebody asks to be counted as one, beside those of a release."""
    return TogetherFact(
        chosen=frozenset(chosen),
        why=why,
        groups=frozenset(labels.NAMED_RACES if groups.told_apart(row.tables) else ()),
        already=tuple(frozenset(one["values"]) for one in row.merged),
    )


def nations() -> QuerySet[Organization]:
    """The tribal nations on record."""
    return Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value).order_by("name")


def words(row: Release) -> tuple[NationWord, ...]:
    """What nations have said of a release, in the order in which they said it."""
    found = row.nation_words.select_related("nation", "said_by")
    return tuple(
        NationWord(
            nation=word.nation.slug,
            answer=NationAnswer(word.answer),
            by=word.said_by.name,
            on=timezone.localdate(word.said_at),
            condition=word.condition,
        )
        for word in found
    )
