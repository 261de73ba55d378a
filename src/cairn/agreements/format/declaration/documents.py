"""What only some kinds of document have: a consent form, a license, a plan, an amendment."""

from typing import Final

from cairn.agreements.format.fields import Field, Kind, Need, Table
from cairn.rules.vocabulary import Purpose, Relation

_CLAUSE: Final = Field("clause", Kind.TEXT, "The clause that says so.")

DOCUMENTS: Final = (
    Table(
        "consent",
        "Consent of families",
        "What a consent form shows a family, who may sign it, and how long a yes lasts.",
        (
            Field("notice", Kind.TEXT, "The version of the notice it shows.", Need.ALWAYS),
            Field("languages", Kind.TEXTS, "The languages in which it exists.", Need.ALWAYS),
            Field("signers", Kind.WORDS, "Who may sign.", Need.ALWAYS, Relation),
            Field("lasts_days", Kind.WHOLE, "How many days a yes lasts."),
            Field("collected_by", Kind.TEXT, "The party that collects the forms."),
            Field("verified_by", Kind.TEXT, "The party that verifies each."),
            _CLAUSE,
        ),
    ),
    Table(
        "project",
        "Project",
        "The project that a license or a plan is for.",
        (
            Field("reference", Kind.TEXT, "The project's reference.", Need.ALWAYS),
            Field("questions", Kind.TEXTS, "The questions it answers.", Need.ALWAYS),
            Field("products", Kind.TEXTS, "What will be made: tables, pages, a report."),
            _CLAUSE,
        ),
    ),
    Table(
        "milestones",
        "Plan",
        "The steps of a data plan: what is done, by whom, by when.",
        (
            Field("what", Kind.TEXT, "The step.", Need.ALWAYS),
            Field("organization", Kind.TEXT, "The party that does it.", Need.ALWAYS),
            Field("by", Kind.DAY, "By what day.", Need.ALWAYS),
            Field("purpose", Kind.WORD, "The purpose it serves.", words=Purpose),
        ),
        many=True,
    ),
    Table(
        "changes",
        "Changes",
        "What an amendment changes: the term, what it said, what it says from now on.",
        (
            Field("term", Kind.TEXT, "The term: the key in this form.", Need.ALWAYS),
            Field("was", Kind.TEXT, "What it said.", Need.ALWAYS),
            Field("now", Kind.TEXT, "What it says from now on.", Need.ALWAYS),
            _CLAUSE,
        ),
        many=True,
    ),
)
