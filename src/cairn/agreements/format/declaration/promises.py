"""What the parties promise each other besides: what comes back, care, consequences, renewal."""

from typing import Final

from cairn.agreements.format.fields import Field, Kind, Need, Table
from cairn.rules.clause import ClauseKind
from cairn.rules.terms import Frequency, PenaltyKind, RenewalKind, SecurityCondition

_CLAUSE: Final = Field("clause", Kind.TEXT, "The clause that says so.")

PROMISES: Final = (
    Table(
        "giveback",
        "What comes back",
        "What the recipient returns to the provider of what it learns.",
        (
            Field("what", Kind.TEXT, "A table, a report, a conversation.", Need.ALWAYS),
            Field("to", Kind.TEXT, "The party it goes to; every provider where it is left out."),
            Field("within_days", Kind.WHOLE, "Within how many days of a delivery."),
            Field("frequency", Kind.WORD, "How often.", words=Frequency),
            _CLAUSE,
        ),
        many=True,
    ),
    Table(
        "security",
        "Security",
        "What the recipient's systems and people must have while they hold the data.",
        (
            Field(
                "conditions",
                Kind.WORDS,
                "The conditions.",
                Need.ALWAYS,
                SecurityCondition,
                attribute="security",
            ),
            Field("clause", Kind.TEXT, "The clause that says so.", attribute="security_clause"),
        ),
    ),
    Table(
        "penalties",
        "Consequences",
        "What follows when a party does not keep to the agreement.",
        (
            Field("kind", Kind.WORD, "The consequence.", Need.ALWAYS, PenaltyKind),
            Field("amount", Kind.TEXT, "The sum, where there is one."),
            _CLAUSE,
        ),
        many=True,
    ),
    Table(
        "renewal",
        "Renewal",
        "What happens at the end of the term.",
        (
            Field("kind", Kind.WORD, "Whether it goes on.", Need.ALWAYS, RenewalKind),
            Field("months", Kind.WHOLE, "For how many months."),
            Field("notice_days", Kind.WHOLE, "How many days before this must be said."),
            _CLAUSE,
        ),
    ),
    Table(
        "clauses",
        "Clauses",
        "Every other promise of the text: its number, its kind, and what it says in a sentence.",
        (
            Field("ref", Kind.TEXT, "The number of the clause.", Need.ALWAYS),
            Field("kind", Kind.WORD, "What it promises.", Need.ALWAYS, ClauseKind),
            Field("said", Kind.LONG_TEXT, "What it says, in a sentence.", Need.ALWAYS),
            Field("party", Kind.TEXT, "The party bound by it; all where it is left out."),
            Field("days", Kind.WHOLE, "The limit in days that it sets, where it sets one."),
        ),
        many=True,
    ),
    Table(
        "exhibits",
        "Exhibits",
        "The schedules and exhibits that the text refers to.",
        (
            Field("name", Kind.TEXT, "As the text calls it: Exhibit A.", Need.ALWAYS),
            Field("title", Kind.TEXT, "What it holds.", Need.ALWAYS),
            Field("attached", Kind.FLAG, "Whether it is attached; it is, unless this says false."),
        ),
        many=True,
    ),
)
