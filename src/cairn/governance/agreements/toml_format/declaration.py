"""Declare the written form of an agreement for the parser, writer, checks and manual.

The tables are: the agreement itself, its parties, legal basis and children; the
shared data; the duties of the parties; and the terms that only some kinds of document have.
"""

from typing import Final

from cairn.governance.agreements.toml_format.fields import (
    FieldKind,
    FieldNeed,
    FormatField,
    FormatTable,
)
from cairn.policy.facts import ClauseKind, GradeLevel
from cairn.policy.vocabulary import (
    AgreementTier,
    Channel,
    Frequency,
    LegalBasis,
    Level,
    NoResponseEffect,
    OrganizationKind,
    PartyRole,
    PenaltyKind,
    Purpose,
    RenewalKind,
    RetentionEvent,
    SecurityCondition,
    SignerRelation,
)

TOP_TABLE: Final = FormatTable(
    "",
    "The agreement",
    "What the document is, from when to when, for what, and which others it rests on.",
    (
        FormatField(
            "reference", FieldKind.TEXT, "A short name that nobody else uses.", FieldNeed.ALWAYS
        ),
        FormatField(
            "title",
            FieldKind.TEXT,
            "What the document calls itself, and its parties.",
            FieldNeed.ALWAYS,
        ),
        FormatField("tier", FieldKind.WORD, "The kind of document.", words=AgreementTier),
        FormatField(
            "purposes",
            FieldKind.WORDS,
            "What the data may be used for.",
            FieldNeed.SHARING,
            Purpose,
        ),
        FormatField("purpose_clause", FieldKind.TEXT, "The clause that states the purpose."),
        FormatField("starts", FieldKind.DAY, "The first day.", FieldNeed.ALWAYS),
        FormatField(
            "ends",
            FieldKind.LAST_DAY,
            'The last day, inclusive; or "until terminated". Without it nobody can rely on it.',
        ),
        FormatField("level", FieldKind.WORD, "How close to one child the data are.", words=Level),
        FormatField(
            "population",
            FieldKind.TEXT,
            "Whose data: which children, in words. Which children, by grade, school or age, is "
            "said once more in terms that are held up to each child.",
        ),
        FormatField(
            "pilot",
            FieldKind.TEXT,
            "What is tried, where only synthetic data come under it; left out for real children.",
        ),
        FormatField(
            "under", FieldKind.TEXTS, "References of the agreements above, which must be in force."
        ),
        FormatField(
            "amends", FieldKind.TEXT, "The reference of the agreement that this one amends."
        ),
        FormatField("joins", FieldKind.TEXT, "The reference of the agreement that this one joins."),
        FormatField("amendment_clause", FieldKind.TEXT, "The clause that says how it is amended."),
        FormatField(
            "termination_notice_days", FieldKind.WHOLE, "Days of notice before it is terminated."
        ),
        FormatField(
            "termination_clause", FieldKind.TEXT, "The clause that says how it is terminated."
        ),
        FormatField("terminated_on", FieldKind.DAY, "The day from which it no longer counts."),
        FormatField("fixed_on", FieldKind.DAY, "The day from which the text no longer changed."),
        FormatField(
            "text_digest", FieldKind.TEXT, "sha256 of the signed document, where it is kept apart."
        ),
    ),
)

PARTIES_TABLE: Final = FormatTable(
    "parties",
    "Parties",
    "Every organization that makes this agreement, its role and its signature.",
    (
        FormatField("organization", FieldKind.TEXT, "Its short name in Cairn.", FieldNeed.ALWAYS),
        FormatField("name", FieldKind.TEXT, "Its full name.", FieldNeed.ALWAYS),
        FormatField(
            "kind",
            FieldKind.WORD,
            "What it is, which decides the law that binds it.",
            FieldNeed.ALWAYS,
            OrganizationKind,
            stand_in=OrganizationKind.COMMUNITY_PROGRAM,
        ),
        FormatField(
            "role",
            FieldKind.WORD,
            "What it is in this agreement.",
            FieldNeed.ALWAYS,
            PartyRole,
            stand_in=PartyRole.RECIPIENT,
        ),
        FormatField("signed_by", FieldKind.TEXT, "Who signed for it."),
        FormatField("signed_capacity", FieldKind.TEXT, "In what capacity."),
        FormatField("signed_on", FieldKind.DAY, "On what day."),
        FormatField(
            "signed_how", FieldKind.TEXT, "How the signer was known: on paper, before whom."
        ),
        FormatField("signed_digest", FieldKind.TEXT, "sha256 of the document that was signed."),
    ),
    many=True,
    need=FieldNeed.ALWAYS,
)

CHILDREN_TABLE: Final = FormatTable(
    "children",
    "Which children",
    "Whose records they are, in terms that are held up to each child: all that are given must "
    "hold. A child of whom it is not known is left out.",
    (
        FormatField(
            "everyone", FieldKind.FLAG, "true: every child of the provider; then nothing else here."
        ),
        FormatField("grades", FieldKind.WORDS, "The grades, each by itself.", words=GradeLevel),
        FormatField(
            "schools", FieldKind.TEXTS, "The schools, by the provider's own number of each."
        ),
        FormatField("programs", FieldKind.TEXTS, "Enrolled in one of these: short names in Cairn."),
        FormatField("born_from", FieldKind.DAY, "The earliest birth date, inclusive."),
        FormatField("born_to", FieldKind.DAY, "The latest birth date, inclusive."),
        FormatField("age_from", FieldKind.WHOLE, "The youngest age in full years."),
        FormatField("age_to", FieldKind.WHOLE, "The oldest age in full years, inclusive."),
        FormatField("age_on", FieldKind.DAY, "The day on which these ages count."),
        FormatField("enrolled_from", FieldKind.DAY, "Enrolled on this day or later."),
        FormatField("enrolled_to", FieldKind.DAY, "Enrolled on this day or earlier."),
        FormatField("clause", FieldKind.TEXT, "The clause that says so."),
    ),
)

LEGAL_BASIS_TABLE: Final = FormatTable(
    "legal_basis",
    "Legal basis",
    "Why the data may be shared at all, and where the text shows what the law asks of it.",
    (
        FormatField(
            "basis",
            FieldKind.WORD,
            "The basis in law.",
            FieldNeed.ALWAYS,
            LegalBasis,
            stand_in=LegalBasis.NO_DISCLOSURE,
        ),
        FormatField(
            "clause", FieldKind.TEXT, "The clause that declares it.", attribute="basis_clause"
        ),
        FormatField(
            "criteria",
            FieldKind.CRITERIA,
            "For each criterion of the basis, the clause or sentence that meets it.",
        ),
    ),
    need=FieldNeed.ALWAYS,
)

_SHARING_CLAUSE_FIELD: Final = FormatField("clause", FieldKind.TEXT, "The clause that says so.")

SHARING_TABLES: Final = (
    FormatTable(
        "data",
        "Data",
        "What may be shared of one record type: each element by name, for which school years.",
        (
            FormatField(
                "record",
                FieldKind.TEXT,
                "The record type, as in the data elements.",
                FieldNeed.ALWAYS,
            ),
            FormatField("elements", FieldKind.TEXTS, "Each element by its name.", FieldNeed.ALWAYS),
            FormatField("years", FieldKind.YEARS, "The first and the last school year, inclusive."),
            _SHARING_CLAUSE_FIELD,
            FormatField("used_for", FieldKind.TEXT, "The question that these elements serve."),
            FormatField(
                "provider", FieldKind.TEXT, "Whose data, where there are several providers."
            ),
            FormatField("data_set", FieldKind.TEXT, "The provider's own name for the data set."),
            FormatField(
                "file_names",
                FieldKind.TEXTS,
                "The names of the files, where they are known: no other file is taken. A star "
                "stands for any letters.",
            ),
        ),
        many=True,
    ),
    FormatTable(
        "retention",
        "Retention",
        "How long a delivery may be kept, and how it is destroyed.",
        (
            FormatField(
                "period_days", FieldKind.WHOLE, "The period in days. Without it nothing is allowed."
            ),
            FormatField(
                "counted_from", FieldKind.WORD, "What it is counted from.", words=RetentionEvent
            ),
            FormatField("method", FieldKind.TEXT, "How the data are destroyed."),
            FormatField(
                "certificate", FieldKind.TEXT, "What is promised of a certificate of destruction."
            ),
            FormatField("backups", FieldKind.TEXT, "What becomes of copies in backups."),
            FormatField(
                "on_demand", FieldKind.TEXT, "How the owner may have the data destroyed earlier."
            ),
            FormatField(
                "revoked_days",
                FieldKind.WHOLE,
                "Within how many days of a family taking its consent back a delivery that came "
                "while it counted is destroyed. Without it nothing is destroyed for that reason.",
            ),
            _SHARING_CLAUSE_FIELD,
        ),
        need=FieldNeed.SHARING,
    ),
    FormatTable(
        "disclosure",
        "What may leave",
        "What the provider asks of every table, page or file made from the data.",
        (
            FormatField(
                "minimum_cell", FieldKind.WHOLE, "The smallest number of children in a cell."
            ),
            FormatField(
                "send_back_days",
                FieldKind.WHOLE,
                "Business days in which the provider looks at it first.",
            ),
            FormatField(
                "no_ranking", FieldKind.FLAG, "Whether schools or programs may not be ranked."
            ),
            FormatField(
                "silence",
                FieldKind.WORD,
                "What it means that a provider says nothing.",
                words=NoResponseEffect,
            ),
            _SHARING_CLAUSE_FIELD,
        ),
        need=FieldNeed.SHARING,
    ),
    FormatTable(
        "delivery",
        "Deliveries",
        "By which ways data come, how often, and who sends and receives them.",
        (
            FormatField("channels", FieldKind.WORDS, "The ways.", FieldNeed.ALWAYS, Channel),
            FormatField("frequency", FieldKind.WORD, "How often.", words=Frequency),
            FormatField(
                "contacts", FieldKind.PEOPLE, "Who delivers: name and e-mail of each; nobody else."
            ),
            FormatField(
                "receivers", FieldKind.PEOPLE, "Who receives: name and e-mail of each; nobody else."
            ),
            _SHARING_CLAUSE_FIELD,
        ),
        need=FieldNeed.SHARING,
    ),
    FormatTable(
        "access",
        "Who may see the data",
        "A role at one party, and its legitimate interest in the data.",
        (
            FormatField("organization", FieldKind.TEXT, "The party.", FieldNeed.ALWAYS),
            FormatField(
                "role", FieldKind.TEXT, "The role of those who may see them.", FieldNeed.ALWAYS
            ),
            FormatField("interest", FieldKind.TEXT, "Why they need to.", FieldNeed.ALWAYS),
            _SHARING_CLAUSE_FIELD,
        ),
        many=True,
    ),
    FormatTable(
        "onward",
        "Onward recipients",
        "An organization that may receive the data from a party, and its own interest in them.",
        (
            FormatField(
                "organization", FieldKind.TEXT, "Its short name in Cairn.", FieldNeed.ALWAYS
            ),
            FormatField("interest", FieldKind.TEXT, "Why it needs them.", FieldNeed.ALWAYS),
            _SHARING_CLAUSE_FIELD,
        ),
        many=True,
    ),
)

_PROMISE_CLAUSE_FIELD: Final = FormatField("clause", FieldKind.TEXT, "The clause that says so.")

PROMISE_TABLES: Final = (
    FormatTable(
        "giveback",
        "What comes back",
        "What the recipient returns to the provider of what it learns.",
        (
            FormatField(
                "what", FieldKind.TEXT, "A table, a report, a conversation.", FieldNeed.ALWAYS
            ),
            FormatField(
                "to", FieldKind.TEXT, "The party it goes to; every provider where it is left out."
            ),
            FormatField("within_days", FieldKind.WHOLE, "Within how many days of a delivery."),
            FormatField("frequency", FieldKind.WORD, "How often.", words=Frequency),
            _PROMISE_CLAUSE_FIELD,
        ),
        many=True,
    ),
    FormatTable(
        "security",
        "Security",
        "What the recipient's systems and people must have while they hold the data.",
        (
            FormatField(
                "conditions",
                FieldKind.WORDS,
                "The conditions.",
                FieldNeed.ALWAYS,
                SecurityCondition,
                attribute="security",
            ),
            FormatField(
                "clause", FieldKind.TEXT, "The clause that says so.", attribute="security_clause"
            ),
        ),
    ),
    FormatTable(
        "penalties",
        "Consequences",
        "What follows when a party does not keep to the agreement.",
        (
            FormatField("kind", FieldKind.WORD, "The consequence.", FieldNeed.ALWAYS, PenaltyKind),
            FormatField("amount", FieldKind.TEXT, "The sum, where there is one."),
            _PROMISE_CLAUSE_FIELD,
        ),
        many=True,
    ),
    FormatTable(
        "renewal",
        "Renewal",
        "What happens at the end of the term.",
        (
            FormatField(
                "kind", FieldKind.WORD, "Whether it goes on.", FieldNeed.ALWAYS, RenewalKind
            ),
            FormatField("months", FieldKind.WHOLE, "For how many months."),
            FormatField("notice_days", FieldKind.WHOLE, "How many days before this must be said."),
            _PROMISE_CLAUSE_FIELD,
        ),
    ),
    FormatTable(
        "clauses",
        "Clauses",
        "Every other promise of the text: its number, its kind, and what it says in a sentence.",
        (
            FormatField("ref", FieldKind.TEXT, "The number of the clause.", FieldNeed.ALWAYS),
            FormatField("kind", FieldKind.WORD, "What it promises.", FieldNeed.ALWAYS, ClauseKind),
            FormatField(
                "said", FieldKind.LONG_TEXT, "What it says, in a sentence.", FieldNeed.ALWAYS
            ),
            FormatField(
                "party", FieldKind.TEXT, "The party bound by it; all where it is left out."
            ),
            FormatField(
                "days", FieldKind.WHOLE, "The limit in days that it sets, where it sets one."
            ),
        ),
        many=True,
    ),
    FormatTable(
        "exhibits",
        "Exhibits",
        "The schedules and exhibits that the text refers to.",
        (
            FormatField(
                "name", FieldKind.TEXT, "As the text calls it: Exhibit A.", FieldNeed.ALWAYS
            ),
            FormatField("title", FieldKind.TEXT, "What it holds.", FieldNeed.ALWAYS),
            FormatField(
                "attached", FieldKind.FLAG, "Whether it is attached; it is, unless this says false."
            ),
        ),
        many=True,
    ),
)

_DOCUMENT_CLAUSE_FIELD: Final = FormatField("clause", FieldKind.TEXT, "The clause that says so.")

DOCUMENT_TABLES: Final = (
    FormatTable(
        "consent",
        "Consent of families",
        "What a consent form shows a family, who may sign it, and how long a yes lasts.",
        (
            FormatField(
                "notice", FieldKind.TEXT, "The version of the notice it shows.", FieldNeed.ALWAYS
            ),
            FormatField(
                "languages", FieldKind.TEXTS, "The languages in which it exists.", FieldNeed.ALWAYS
            ),
            FormatField(
                "signers", FieldKind.WORDS, "Who may sign.", FieldNeed.ALWAYS, SignerRelation
            ),
            FormatField("lasts_days", FieldKind.WHOLE, "How many days a yes lasts."),
            FormatField("collected_by", FieldKind.TEXT, "The party that collects the forms."),
            FormatField("verified_by", FieldKind.TEXT, "The party that verifies each."),
            _DOCUMENT_CLAUSE_FIELD,
        ),
    ),
    FormatTable(
        "project",
        "Project",
        "The project that a license or a plan is for.",
        (
            FormatField("reference", FieldKind.TEXT, "The project's reference.", FieldNeed.ALWAYS),
            FormatField(
                "questions", FieldKind.TEXTS, "The questions it answers.", FieldNeed.ALWAYS
            ),
            FormatField("products", FieldKind.TEXTS, "What will be made: tables, pages, a report."),
            _DOCUMENT_CLAUSE_FIELD,
        ),
    ),
    FormatTable(
        "milestones",
        "Plan",
        "The steps of a data plan: what is done, by whom, by when.",
        (
            FormatField("what", FieldKind.TEXT, "The step.", FieldNeed.ALWAYS),
            FormatField(
                "organization", FieldKind.TEXT, "The party that does it.", FieldNeed.ALWAYS
            ),
            FormatField("by", FieldKind.DAY, "By what day.", FieldNeed.ALWAYS),
            FormatField("purpose", FieldKind.WORD, "The purpose it serves.", words=Purpose),
        ),
        many=True,
    ),
    FormatTable(
        "changes",
        "Changes",
        "What an amendment changes: the term, what it said, what it says from now on.",
        (
            FormatField(
                "term", FieldKind.TEXT, "The term: the key in this form.", FieldNeed.ALWAYS
            ),
            FormatField("was", FieldKind.TEXT, "What it said.", FieldNeed.ALWAYS),
            FormatField("now", FieldKind.TEXT, "What it says from now on.", FieldNeed.ALWAYS),
            _DOCUMENT_CLAUSE_FIELD,
        ),
        many=True,
    ),
)

FORMAT_TABLES: Final[tuple[FormatTable, ...]] = (
    TOP_TABLE,
    PARTIES_TABLE,
    LEGAL_BASIS_TABLE,
    CHILDREN_TABLE,
    *SHARING_TABLES,
    *PROMISE_TABLES,
    *DOCUMENT_TABLES,
)
"""Every table, in the order in which a text has them. The first is the top of the text."""

TABLE_BY_KEY: Final = {table.key: table for table in FORMAT_TABLES}
