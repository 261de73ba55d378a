"""Rows → facts: the one door between the tables of this room and `rules`."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement as AgreementRow
from cairn.partners import facts as partners
from cairn.partners.models import Organization
from cairn.releases import beside, labels
from cairn.releases.models import Release
from cairn.rules.agreement import Agreement
from cairn.rules.framing import Telling
from cairn.rules.nation import NationWord
from cairn.rules.organization import OrganizationFact
from cairn.rules.release import ReleaseFact
from cairn.rules.review import ReviewFact, SendBackFact
from cairn.rules.vocabulary import (
    Answer,
    NationAnswer,
    OrganizationKind,
    PartyRole,
    Purpose,
    ReleaseState,
    Verdict,
)


def lineage(references: Iterable[str]) -> tuple[Agreement, ...]:
    """The agreements under which the data of a release came, as their text stands."""
    rows = AgreementRow.objects.filter(reference__in=set(references)).order_by("reference")
    return tuple(agreed.agreement(row) for row in rows)


def _owners(behind: Iterable[Agreement]) -> tuple[OrganizationFact, ...]:
    slugs = {slug for terms in behind for slug in terms.organizations(PartyRole.PROVIDER)}
    rows = Organization.objects.filter(slug__in=slugs).order_by("slug")
    return tuple(partners.organization(row) for row in rows)


def release(row: Release) -> ReleaseFact:
    """A release with the reviews and send-backs of its present round."""
    behind = lineage(row.agreements)
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
        has_story=bool(row.story.strip()),
        providers=_owners(behind),
        reported_on=row.reported_on,
        pilot=row.pilot,
        telling=Telling(
            title=row.title,
            story=row.story,
            missing=tuple(labels.race(code) for code in row.missing_groups),
            answers=row.framing,
        ),
        nations=frozenset(row.nations),
        words=words(row),
        asked=frozenset(nations().values_list("slug", flat=True)),
        beside=beside.fact(row),
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
