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
    DeliveryMode,
    Frequency,
    LegalBasis,
    Level,
    NoResponseEffect,
    OrganizationKind,
    PartyRole,
    PenaltyKind,
    Purpose,
    RenewalKind,
    ReportContents,
    RetentionEvent,
    Role,
    SecurityCondition,
    SignerRelation,
)

TOP_TABLE: Final = FormatTable(
    "",
    "The agreement",
    "Type of document, term, purposes, and the agreements it depends on.",
    (
        FormatField("reference", FieldKind.TEXT, "A unique short name.", FieldNeed.ALWAYS),
        FormatField(
            "title",
            FieldKind.TEXT,
            "Title of the document.",
            FieldNeed.ALWAYS,
        ),
        FormatField("tier", FieldKind.WORD, "Type of document.", words=AgreementTier),
        FormatField(
            "purposes",
            FieldKind.WORDS,
            "Purposes for which the data may be used.",
            FieldNeed.SHARING,
            Purpose,
        ),
        FormatField("purpose_clause", FieldKind.TEXT, "Clause that states the purpose."),
        FormatField("starts", FieldKind.DAY, "First day of the term.", FieldNeed.ALWAYS),
        FormatField(
            "ends",
            FieldKind.LAST_DAY,
            'Last day of the term, inclusive, or "until terminated". Without it the agreement is '
            "not in force.",
        ),
        FormatField(
            "level",
            FieldKind.WORD,
            "Level of detail of the data.",
            words=Level,
        ),
        FormatField(
            "population",
            FieldKind.TEXT,
            "Description of the students covered. Enter the criteria that Cairn checks for each "
            "student in the section “Student criteria”.",
        ),
        FormatField(
            "pilot",
            FieldKind.TEXT,
            "Purpose of the pilot, if only synthetic data may be submitted.",
        ),
        FormatField(
            "under",
            FieldKind.TEXTS,
            "References of the agreements that this one depends on. They must be in force.",
        ),
        FormatField("amends", FieldKind.TEXT, "Reference of the agreement that this one amends."),
        FormatField("joins", FieldKind.TEXT, "Reference of the agreement that this one joins."),
        FormatField("amendment_clause", FieldKind.TEXT, "Clause on amendments."),
        FormatField(
            "termination_notice_days", FieldKind.WHOLE, "Days of notice required for termination."
        ),
        FormatField("termination_clause", FieldKind.TEXT, "Clause on termination."),
        FormatField("terminated_on", FieldKind.DAY, "Date from which the agreement is terminated."),
        FormatField("fixed_on", FieldKind.DAY, "Date since which the text has not changed."),
        FormatField(
            "text_digest",
            FieldKind.TEXT,
            "SHA-256 checksum of the signed document, if it is stored separately.",
        ),
    ),
)

PARTIES_TABLE: Final = FormatTable(
    "parties",
    "Parties",
    "Each organization that signs this agreement, with its role and signature.",
    (
        FormatField(
            "organization",
            FieldKind.TEXT,
            "Short name of the organization in Cairn.",
            FieldNeed.ALWAYS,
        ),
        FormatField("name", FieldKind.TEXT, "Full legal name.", FieldNeed.ALWAYS),
        FormatField(
            "kind",
            FieldKind.WORD,
            "Type of organization. It determines which laws apply.",
            FieldNeed.ALWAYS,
            OrganizationKind,
            stand_in=OrganizationKind.COMMUNITY_PROGRAM,
        ),
        FormatField(
            "role",
            FieldKind.WORD,
            "Role in this agreement.",
            FieldNeed.ALWAYS,
            PartyRole,
            stand_in=PartyRole.RECIPIENT,
        ),
        FormatField(
            "approved_on",
            FieldKind.DAY,
            "Date on which its board or other authority approved the agreement, if one must.",
        ),
        FormatField("signed_by", FieldKind.TEXT, "Name of the person who signed."),
        FormatField("signed_capacity", FieldKind.TEXT, "Title of the person who signed."),
        FormatField("signed_on", FieldKind.DAY, "Date of signature."),
        FormatField(
            "signed_how", FieldKind.TEXT, "Method of signature, such as on paper, with the witness."
        ),
        FormatField("signed_digest", FieldKind.TEXT, "SHA-256 checksum of the signed document."),
    ),
    many=True,
    need=FieldNeed.ALWAYS,
)

CHILDREN_TABLE: Final = FormatTable(
    "children",
    "Student criteria",
    "Criteria that Cairn checks for each student. A student must meet all criteria. Students for "
    "whom a criterion is not known are excluded.",
    (
        FormatField(
            "everyone",
            FieldKind.FLAG,
            "true: all students of the provider are covered. Do not enter other criteria.",
        ),
        FormatField("grades", FieldKind.WORDS, "Grades covered, each listed.", words=GradeLevel),
        FormatField(
            "schools", FieldKind.TEXTS, "Schools covered, by the provider's local school ID."
        ),
        FormatField(
            "programs",
            FieldKind.TEXTS,
            "Programs in which the student must be enrolled: short names in Cairn.",
        ),
        FormatField("born_from", FieldKind.DAY, "Earliest birth date, inclusive."),
        FormatField("born_to", FieldKind.DAY, "Latest birth date, inclusive."),
        FormatField("age_from", FieldKind.WHOLE, "Minimum age in full years."),
        FormatField("age_to", FieldKind.WHOLE, "Maximum age in full years, inclusive."),
        FormatField("age_on", FieldKind.DAY, "Date as of which ages are calculated."),
        FormatField("enrolled_from", FieldKind.DAY, "Enrolled on or after this date."),
        FormatField("enrolled_to", FieldKind.DAY, "Enrolled on or before this date."),
        FormatField("clause", FieldKind.TEXT, "Clause number in the signed document."),
    ),
)

LEGAL_BASIS_TABLE: Final = FormatTable(
    "legal_basis",
    "Legal basis",
    "Legal basis for sharing the data, and the clauses that meet its requirements.",
    (
        FormatField(
            "basis",
            FieldKind.WORD,
            "Legal basis.",
            FieldNeed.ALWAYS,
            LegalBasis,
            stand_in=LegalBasis.NO_DISCLOSURE,
        ),
        FormatField(
            "clause",
            FieldKind.TEXT,
            "Clause that states the legal basis.",
            attribute="basis_clause",
        ),
        FormatField(
            "criteria",
            FieldKind.CRITERIA,
            "For each requirement of the legal basis, a table [legal_basis.criteria.…] that states "
            "how the agreement meets it.",
        ),
    ),
    need=FieldNeed.ALWAYS,
)

PART_TABLE: Final = FormatTable(
    "part",
    "Parts",
    "For an agreement with several legal bases, in place of [legal_basis] and purposes: each part "
    "with its legal basis and purposes. Each [[data]] table names its part. Everything else is "
    "shared.",
    (
        FormatField("id", FieldKind.TEXT, "Letter of the part, from A.", FieldNeed.ALWAYS),
        FormatField(
            "basis",
            FieldKind.WORD,
            "Legal basis of this part.",
            FieldNeed.ALWAYS,
            LegalBasis,
            stand_in=LegalBasis.NO_DISCLOSURE,
        ),
        FormatField(
            "purposes",
            FieldKind.WORDS,
            "Purposes for which the data of this part may be used.",
            FieldNeed.ALWAYS,
            Purpose,
        ),
        FormatField(
            "clause",
            FieldKind.TEXT,
            "Clause that states the legal basis.",
            attribute="basis_clause",
        ),
        FormatField("purpose_clause", FieldKind.TEXT, "Clause that states the purposes."),
        FormatField(
            "criteria",
            FieldKind.CRITERIA,
            "For each requirement of the legal basis, a table [part.criteria.…] in its part.",
        ),
    ),
    many=True,
)

CRITERION_FIELDS: Final = (
    FormatField(
        "value",
        FieldKind.TEXT,
        "Answer: a code, a period such as 3 years, or the short name of an organization.",
    ),
    FormatField("clause", FieldKind.TEXT, "Clause that says so."),
    FormatField("quotation", FieldKind.LONG_TEXT, "Words of that clause."),
    FormatField("confirmed_by", FieldKind.TEXT, "Counsel who confirmed it."),
    FormatField("confirmed_for", FieldKind.TEXT, "Data owner for which counsel confirmed it."),
    FormatField("confirmed_on", FieldKind.DAY, "Date on which counsel confirmed it."),
)
"""Keys of the table of one criterion, ``[legal_basis.criteria.use_limit]``.

In a part it is ``[part.criteria.use_limit]``.
"""

_SHARING_CLAUSE_FIELD: Final = FormatField(
    "clause", FieldKind.TEXT, "Clause number in the signed document."
)

SHARING_TABLES: Final = (
    FormatTable(
        "data",
        "Data",
        "Data elements of one record type that may be shared, and the school years.",
        (
            FormatField(
                "record",
                FieldKind.TEXT,
                "Record type, as listed in the data elements reference.",
                FieldNeed.ALWAYS,
            ),
            FormatField(
                "elements", FieldKind.TEXTS, "Names of the data elements.", FieldNeed.ALWAYS
            ),
            FormatField("part", FieldKind.TEXT, "Letter of the part, in an agreement with parts."),
            FormatField("years", FieldKind.YEARS, "First and last school year, inclusive."),
            _SHARING_CLAUSE_FIELD,
            FormatField("used_for", FieldKind.TEXT, "Purpose for which these elements are used."),
            FormatField(
                "retention_days",
                FieldKind.WHOLE,
                "Retention period of these elements in days, if shorter than the agreement's.",
            ),
            FormatField(
                "provider",
                FieldKind.TEXT,
                "Provider of these data, if there are several providers.",
            ),
            FormatField("data_set", FieldKind.TEXT, "Provider's name for the data set."),
            FormatField(
                "file_names",
                FieldKind.TEXTS,
                "File names, if known. Cairn rejects files with other names. An asterisk (*) "
                "matches any letters.",
            ),
            FormatField(
                "mode",
                FieldKind.WORD,
                "What each file does: it has all rows of its period and replaces the file before "
                "(full), adds rows (append), or has only what changed (changes).",
                words=DeliveryMode,
            ),
        ),
        many=True,
    ),
    FormatTable(
        "retention",
        "Retention",
        "How long data may be kept, and how they are destroyed.",
        (
            FormatField(
                "period_days",
                FieldKind.WHOLE,
                "Retention period in days. Without it no use is allowed.",
            ),
            FormatField(
                "counted_from",
                FieldKind.WORD,
                "Event that starts the retention period.",
                words=RetentionEvent,
            ),
            FormatField("method", FieldKind.TEXT, "Method of destruction."),
            FormatField("certificate", FieldKind.TEXT, "Terms of the certificate of destruction."),
            FormatField("backups", FieldKind.TEXT, "Destruction of copies in backups."),
            FormatField(
                "on_demand", FieldKind.TEXT, "How the provider may require earlier destruction."
            ),
            FormatField(
                "revoked_days",
                FieldKind.WHOLE,
                "Days within which a data submission received under a consent must be destroyed "
                "after the family revokes it. Without it, revocation does not require destruction.",
            ),
            _SHARING_CLAUSE_FIELD,
        ),
        need=FieldNeed.SHARING,
    ),
    FormatTable(
        "disclosure",
        "Publication",
        "Provider's requirements for every table, page or file made from the data.",
        (
            FormatField(
                "minimum_cell",
                FieldKind.WHOLE,
                "Smallest group that may be published. Smaller groups are suppressed.",
            ),
            FormatField(
                "send_back_days",
                FieldKind.WHOLE,
                "Business days for the data-owner preview before publication.",
            ),
            FormatField(
                "no_ranking", FieldKind.FLAG, "true: publications may not rank schools or programs."
            ),
            FormatField(
                "silence",
                FieldKind.WORD,
                "Effect if the provider does not respond during the preview.",
                words=NoResponseEffect,
            ),
            _SHARING_CLAUSE_FIELD,
        ),
        need=FieldNeed.SHARING,
    ),
    FormatTable(
        "delivery",
        "Data submissions",
        "How and how often data are submitted, and who sends and receives them.",
        (
            FormatField(
                "channels", FieldKind.WORDS, "Methods of submission.", FieldNeed.ALWAYS, Channel
            ),
            FormatField("frequency", FieldKind.WORD, "Frequency.", words=Frequency),
            FormatField(
                "contacts", FieldKind.PEOPLE, "Name and e-mail of each person who may send data."
            ),
            FormatField(
                "receivers",
                FieldKind.PEOPLE,
                "Name and e-mail of each person who may receive data.",
            ),
            _SHARING_CLAUSE_FIELD,
        ),
        need=FieldNeed.SHARING,
    ),
    FormatTable(
        "access",
        "Roles with access",
        "Roles whose holders may see the data, with their legitimate interest.",
        (
            FormatField("organization", FieldKind.TEXT, "Party.", FieldNeed.ALWAYS),
            FormatField("role", FieldKind.TEXT, "Role with access.", FieldNeed.ALWAYS),
            FormatField(
                "interest",
                FieldKind.TEXT,
                "Legitimate interest of this role in the data.",
                FieldNeed.ALWAYS,
            ),
            FormatField(
                "account_roles",
                FieldKind.WORDS,
                "Roles in Cairn that these people have. Without any, every role of the party.",
                words=Role,
            ),
            _SHARING_CLAUSE_FIELD,
        ),
        many=True,
    ),
    FormatTable(
        "onward",
        "Redisclosure",
        "Organizations to which the recipient may redisclose the data (34 CFR 99.33(b)).",
        (
            FormatField(
                "organization",
                FieldKind.TEXT,
                "Short name of the organization in Cairn.",
                FieldNeed.ALWAYS,
            ),
            FormatField(
                "interest",
                FieldKind.TEXT,
                "Legitimate interest of the organization in the data.",
                FieldNeed.ALWAYS,
            ),
            _SHARING_CLAUSE_FIELD,
        ),
        many=True,
    ),
)

_PROMISE_CLAUSE_FIELD: Final = FormatField(
    "clause", FieldKind.TEXT, "Clause number in the signed document."
)

PROMISE_TABLES: Final = (
    FormatTable(
        "giveback",
        "Reports to the partner",
        "Results that the recipient reports back to the provider.",
        (
            FormatField(
                "what",
                FieldKind.TEXT,
                "What is reported, such as a table, report or meeting.",
                FieldNeed.ALWAYS,
            ),
            FormatField(
                "to", FieldKind.TEXT, "Party that receives the report. If left out, every provider."
            ),
            FormatField(
                "within_days",
                FieldKind.WHOLE,
                "Days after a data submission within which it is due.",
            ),
            FormatField("frequency", FieldKind.WORD, "Frequency.", words=Frequency),
            FormatField(
                "contents",
                FieldKind.WORD,
                "What Cairn makes the report of and delivers by itself: the published tables in "
                "which the partner's own children are counted. If left out, a person makes and "
                "records the report.",
                words=ReportContents,
            ),
            _PROMISE_CLAUSE_FIELD,
        ),
        many=True,
    ),
    FormatTable(
        "security",
        "Security",
        "Safeguards that the recipient must maintain while it holds the data.",
        (
            FormatField(
                "conditions",
                FieldKind.WORDS,
                "Required safeguards.",
                FieldNeed.ALWAYS,
                SecurityCondition,
                attribute="security",
            ),
            FormatField(
                "clause",
                FieldKind.TEXT,
                "Clause number in the signed document.",
                attribute="security_clause",
            ),
        ),
    ),
    FormatTable(
        "penalties",
        "Remedies",
        "Consequences if a party does not comply with the agreement.",
        (
            FormatField("kind", FieldKind.WORD, "Consequence.", FieldNeed.ALWAYS, PenaltyKind),
            FormatField("amount", FieldKind.TEXT, "Amount, if any."),
            _PROMISE_CLAUSE_FIELD,
        ),
        many=True,
    ),
    FormatTable(
        "renewal",
        "Renewal",
        "What happens at the end of the term.",
        (
            FormatField("kind", FieldKind.WORD, "Type of renewal.", FieldNeed.ALWAYS, RenewalKind),
            FormatField("months", FieldKind.WHOLE, "Length of the renewal in months."),
            FormatField(
                "notice_days",
                FieldKind.WHOLE,
                "Days before the end date by which the parties decide.",
            ),
            _PROMISE_CLAUSE_FIELD,
        ),
    ),
    FormatTable(
        "clauses",
        "Other clauses",
        "Each other clause of the text: its number, its type, and its content.",
        (
            FormatField("ref", FieldKind.TEXT, "Clause number.", FieldNeed.ALWAYS),
            FormatField("kind", FieldKind.WORD, "Type of clause.", FieldNeed.ALWAYS, ClauseKind),
            FormatField(
                "said",
                FieldKind.LONG_TEXT,
                "Text of the clause, such as “shall notify the Provider of any breach.”",
                FieldNeed.ALWAYS,
            ),
            FormatField(
                "party", FieldKind.TEXT, "Party that the clause binds. If left out, all parties."
            ),
            FormatField("days", FieldKind.WHOLE, "Time limit in days, if any."),
            FormatField(
                "hours", FieldKind.WHOLE, "Time limit in hours, such as for notice of a breach."
            ),
        ),
        many=True,
    ),
    FormatTable(
        "exhibits",
        "Exhibits",
        "Schedules and exhibits that the agreement names.",
        (
            FormatField(
                "name", FieldKind.TEXT, "Name in the text, such as Exhibit A.", FieldNeed.ALWAYS
            ),
            FormatField("title", FieldKind.TEXT, "Title of the exhibit.", FieldNeed.ALWAYS),
            FormatField("attached", FieldKind.FLAG, "false: the exhibit is not attached yet."),
        ),
        many=True,
    ),
)

_DOCUMENT_CLAUSE_FIELD: Final = FormatField(
    "clause", FieldKind.TEXT, "Clause number in the signed document."
)

DOCUMENT_TABLES: Final = (
    FormatTable(
        "consent",
        "Family consent",
        "The notice on a consent form, who may sign it, and how long the consent is valid.",
        (
            FormatField("notice", FieldKind.TEXT, "Version of the notice.", FieldNeed.ALWAYS),
            FormatField("languages", FieldKind.TEXTS, "Languages of the form.", FieldNeed.ALWAYS),
            FormatField(
                "signers", FieldKind.WORDS, "Who may sign.", FieldNeed.ALWAYS, SignerRelation
            ),
            FormatField("lasts_days", FieldKind.WHOLE, "Days for which a consent is valid."),
            FormatField("collected_by", FieldKind.TEXT, "Party that collects the forms."),
            FormatField("verified_by", FieldKind.TEXT, "Party that verifies each form."),
            _DOCUMENT_CLAUSE_FIELD,
        ),
    ),
    FormatTable(
        "project",
        "Project",
        "Project that a license or data plan covers.",
        (
            FormatField("reference", FieldKind.TEXT, "Reference of the project.", FieldNeed.ALWAYS),
            FormatField(
                "questions",
                FieldKind.TEXTS,
                "Questions that the project answers.",
                FieldNeed.ALWAYS,
            ),
            FormatField(
                "products", FieldKind.TEXTS, "Products, such as tables, pages or a report."
            ),
            _DOCUMENT_CLAUSE_FIELD,
        ),
    ),
    FormatTable(
        "milestones",
        "Milestones",
        "Steps of a data plan, with the responsible party and due date.",
        (
            FormatField("what", FieldKind.TEXT, "Step.", FieldNeed.ALWAYS),
            FormatField("organization", FieldKind.TEXT, "Responsible party.", FieldNeed.ALWAYS),
            FormatField("by", FieldKind.DAY, "Due date.", FieldNeed.ALWAYS),
            FormatField("purpose", FieldKind.WORD, "Purpose of the step.", words=Purpose),
        ),
        many=True,
    ),
    FormatTable(
        "changes",
        "Changes",
        (
            "Terms that an amendment changes. The amendment states each of them in full, as "
            "amended. From its first day they replace the earlier terms."
        ),
        (
            FormatField(
                "term",
                FieldKind.TEXT,
                "Name of the term: its key in this format.",
                FieldNeed.ALWAYS,
            ),
            FormatField("was", FieldKind.TEXT, "Text before the amendment.", FieldNeed.ALWAYS),
            FormatField("now", FieldKind.TEXT, "Text after the amendment.", FieldNeed.ALWAYS),
            FormatField(
                "part", FieldKind.TEXT, "Letter of the part, for data, purposes or legal basis."
            ),
            _DOCUMENT_CLAUSE_FIELD,
        ),
        many=True,
    ),
)

FORMAT_TABLES: Final[tuple[FormatTable, ...]] = (
    TOP_TABLE,
    PARTIES_TABLE,
    LEGAL_BASIS_TABLE,
    PART_TABLE,
    CHILDREN_TABLE,
    *SHARING_TABLES,
    *PROMISE_TABLES,
    *DOCUMENT_TABLES,
)
"""Every table, in the order in which a text has them. The first is the top of the text."""

TABLE_BY_KEY: Final = {table.key: table for table in FORMAT_TABLES}
