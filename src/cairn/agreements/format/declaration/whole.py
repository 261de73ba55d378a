"""The agreement as a whole: what it is, who made it, why it is lawful."""

from typing import Final

from cairn.agreements.format.fields import Field, Kind, Need, Table
from cairn.rules.population import Grade
from cairn.rules.vocabulary import LegalBasis, Level, OrganizationKind, PartyRole, Purpose, Tier

TOP: Final = Table(
    "",
    "The agreement",
    "What the document is, from when to when, for what, and which others it rests on.",
    (
        Field("reference", Kind.TEXT, "A short name that nobody else uses.", Need.ALWAYS),
        Field("title", Kind.TEXT, "What the document calls itself, and its parties.", Need.ALWAYS),
        Field("tier", Kind.WORD, "The kind of document.", words=Tier),
        Field("purposes", Kind.WORDS, "What the data may be used for.", Need.SHARING, Purpose),
        Field("purpose_clause", Kind.TEXT, "The clause that states the purpose."),
        Field("starts", Kind.DAY, "The first day.", Need.ALWAYS),
        Field(
            "ends",
            Kind.LAST_DAY,
            'The last day, inclusive; or "until terminated". Without it nobody can rely on it.',
        ),
        Field("level", Kind.WORD, "How close to one child the data are.", words=Level),
        Field(
            "population",
            Kind.TEXT,
            "Whose data: which children, in words. Which children, by grade, school or age, is "
            "said once more in terms that are held up to each child.",
        ),
        Field(
            "pilot",
            Kind.TEXT,
            "What is tried, where only synthetic data come under it; left out for real children.",
        ),
        Field("under", Kind.TEXTS, "References of the agreements above, which must be in force."),
        Field("amends", Kind.TEXT, "The reference of the agreement that this one amends."),
        Field("joins", Kind.TEXT, "The reference of the agreement that this one joins."),
        Field("amendment_clause", Kind.TEXT, "The clause that says how it is amended."),
        Field("termination_notice_days", Kind.WHOLE, "Days of notice before it is terminated."),
        Field("termination_clause", Kind.TEXT, "The clause that says how it is terminated."),
        Field("terminated_on", Kind.DAY, "The day from which it no longer counts."),
        Field("fixed_on", Kind.DAY, "The day from which the text no longer changed."),
        Field("text_digest", Kind.TEXT, "sha256 of the signed document, where it is kept apart."),
    ),
)

PARTIES: Final = Table(
    "parties",
    "Parties",
    "Every organization that makes this agreement, its role and its signature.",
    (
        Field("organization", Kind.TEXT, "Its short name in Cairn.", Need.ALWAYS),
        Field("name", Kind.TEXT, "Its full name.", Need.ALWAYS),
        Field(
            "kind",
            Kind.WORD,
            "What it is, which decides the law that binds it.",
            Need.ALWAYS,
            OrganizationKind,
            stand_in=OrganizationKind.COMMUNITY_PROGRAM,
        ),
        Field(
            "role",
            Kind.WORD,
            "What it is in this agreement.",
            Need.ALWAYS,
            PartyRole,
            stand_in=PartyRole.RECIPIENT,
        ),
        Field("signed_by", Kind.TEXT, "Who signed for it."),
        Field("signed_capacity", Kind.TEXT, "In what capacity."),
        Field("signed_on", Kind.DAY, "On what day."),
        Field("signed_how", Kind.TEXT, "How the signer was known: on paper, before whom."),
        Field("signed_digest", Kind.TEXT, "sha256 of the document that was signed."),
    ),
    many=True,
    need=Need.ALWAYS,
)

CHILDREN: Final = Table(
    "children",
    "Which children",
    "Whose records they are, in terms that are held up to each child: all that are given must "
    "hold. A child of whom it is not known is left out.",
    (
        Field("everyone", Kind.FLAG, "true: every child of the provider; then nothing else here."),
        Field("grades", Kind.WORDS, "The grades, each by itself.", words=Grade),
        Field("schools", Kind.TEXTS, "The schools, by the provider's own number of each."),
        Field("programs", Kind.TEXTS, "Enrolled in one of these: short names in Cairn."),
        Field("born_from", Kind.DAY, "The earliest birth date, inclusive."),
        Field("born_to", Kind.DAY, "The latest birth date, inclusive."),
        Field("age_from", Kind.WHOLE, "The youngest age in full years."),
        Field("age_to", Kind.WHOLE, "The oldest age in full years, inclusive."),
        Field("age_on", Kind.DAY, "The day on which these ages count."),
        Field("enrolled_from", Kind.DAY, "Enrolled on this day or later."),
        Field("enrolled_to", Kind.DAY, "Enrolled on this day or earlier."),
        Field("clause", Kind.TEXT, "The clause that says so."),
    ),
)

LEGAL_BASIS: Final = Table(
    "legal_basis",
    "Legal basis",
    "Why the data may be shared at all, and where the text shows what the law asks of it.",
    (
        Field(
            "basis",
            Kind.WORD,
            "The basis in law.",
            Need.ALWAYS,
            LegalBasis,
            stand_in=LegalBasis.NO_DISCLOSURE,
        ),
        Field("clause", Kind.TEXT, "The clause that declares it.", attribute="basis_clause"),
        Field(
            "criteria",
            Kind.CRITERIA,
            "For each criterion of the basis, the clause or sentence that meets it.",
        ),
    ),
    need=Need.ALWAYS,
)
