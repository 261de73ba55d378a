"""What is shared, how long it is kept, how it comes, who may see it, what may leave."""

from typing import Final

from cairn.agreements.format.fields import Field, Kind, Need, Table
from cairn.rules.terms import Frequency, RetentionEvent
from cairn.rules.vocabulary import Channel, Silence

_CLAUSE: Final = Field("clause", Kind.TEXT, "The clause that says so.")

SHARING: Final = (
    Table(
        "data",
        "Data",
        "What may be shared of one record type: each element by name, for which school years.",
        (
            Field("record", Kind.TEXT, "The record type, as in the data elements.", Need.ALWAYS),
            Field("elements", Kind.TEXTS, "Each element by its name.", Need.ALWAYS),
            Field("years", Kind.YEARS, "The first and the last school year, inclusive."),
            _CLAUSE,
            Field("used_for", Kind.TEXT, "The question that these elements serve."),
            Field("provider", Kind.TEXT, "Whose data, where there are several providers."),
            Field("data_set", Kind.TEXT, "The provider's own name for the data set."),
            Field(
                "file_names",
                Kind.TEXTS,
                "The names of the files, where they are known: no other file is taken. A star "
                "stands for any letters.",
            ),
        ),
        many=True,
    ),
    Table(
        "retention",
        "Retention",
        "How long a delivery may be kept, and how it is destroyed.",
        (
            Field("period_days", Kind.WHOLE, "The period in days. Without it nothing is allowed."),
            Field("counted_from", Kind.WORD, "What it is counted from.", words=RetentionEvent),
            Field("method", Kind.TEXT, "How the data are destroyed."),
            Field("certificate", Kind.TEXT, "What is promised of a certificate of destruction."),
            Field("backups", Kind.TEXT, "What becomes of copies in backups."),
            Field("on_demand", Kind.TEXT, "How the owner may have the data destroyed earlier."),
            Field(
                "revoked_days",
                Kind.WHOLE,
                "Within how many days of a family taking its consent back a delivery that came "
                "while it counted is destroyed. Without it nothing is destroyed for that reason.",
            ),
            _CLAUSE,
        ),
        need=Need.SHARING,
    ),
    Table(
        "disclosure",
        "What may leave",
        "What the provider asks of every table, page or file made from the data.",
        (
            Field("minimum_cell", Kind.WHOLE, "The smallest number of children in a cell."),
            Field(
                "send_back_days",
                Kind.WHOLE,
                "Business days in which the provider looks at it first.",
            ),
            Field("no_ranking", Kind.FLAG, "Whether schools or programs may not be ranked."),
            Field(
                "silence", Kind.WORD, "What it means that a provider says nothing.", words=Silence
            ),
            _CLAUSE,
        ),
        need=Need.SHARING,
    ),
    Table(
        "delivery",
        "Deliveries",
        "By which ways data come, how often, and who sends and receives them.",
        (
            Field("channels", Kind.WORDS, "The ways.", Need.ALWAYS, Channel),
            Field("frequency", Kind.WORD, "How often.", words=Frequency),
            Field("contacts", Kind.PEOPLE, "Who delivers: name and e-mail of each; nobody else."),
            Field("receivers", Kind.PEOPLE, "Who receives: name and e-mail of each; nobody else."),
            _CLAUSE,
        ),
        need=Need.SHARING,
    ),
    Table(
        "access",
        "Who may see the data",
        "A role at one party, and its legitimate interest in the data.",
        (
            Field("organization", Kind.TEXT, "The party.", Need.ALWAYS),
            Field("role", Kind.TEXT, "The role of those who may see them.", Need.ALWAYS),
            Field("interest", Kind.TEXT, "Why they need to.", Need.ALWAYS),
            _CLAUSE,
        ),
        many=True,
    ),
    Table(
        "onward",
        "Onward recipients",
        "An organization that may receive the data from a party, and its own interest in them.",
        (
            Field("organization", Kind.TEXT, "Its short name in Cairn.", Need.ALWAYS),
            Field("interest", Kind.TEXT, "Why it needs them.", Need.ALWAYS),
            _CLAUSE,
        ),
        many=True,
    ),
)
