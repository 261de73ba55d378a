"""Two programs that may not send names, and what they send instead."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import timezone
from tests.matching.pprl.encoded_files import SUMMER, encoded

from cairn.matching.pprl.project_secret import ProjectSecret
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.schema.column_mapping import ColumnMapping

ENCODED = ColumnMapping(
    record="encoded_child",
    columns={name: name for name in ("local_id", "encoding", "encoding_project", "encoding_mark")},
)
ATTENDED = ColumnMapping(
    record="session_attendance",
    columns={"id": "local_id", "program": "program", "day": "date", "there": "present"},
)
AGREEMENT = """
reference = "RC-DSA-9{number}"
title = "Data sharing agreement of {name}"
tier = "data_sharing_agreement"
purposes = ["public_reporting"]
starts = 2024-07-01
ends = 2031-06-30

[[parties]]
organization = "{slug}"
name = "{name}"
kind = "community_program"
role = "provider"
signed_by = "A. Director"
signed_capacity = "Director"
signed_on = 2024-06-12

[[parties]]
organization = "river-county-partnership"
name = "River County Partnership"
kind = "backbone"
role = "recipient"
signed_by = "Dana Whitfield"
signed_capacity = "Executive Director"
signed_on = 2024-06-14

[legal_basis]
basis = "own_records"
clause = "§4"

[children]
everyone = true

[[data]]
record = "encoded_child"
elements = ["local_id", "encoding", "encoding_project", "encoding_mark"]
clause = "Exhibit A, 1"

[[data]]
record = "session_attendance"
elements = ["local_id", "program", "date", "present"]
clause = "Exhibit A, 2"

[retention]
period_days = 730
counted_from = "delivery"
method = "crypto-shredding"
clause = "§9"

[disclosure]
minimum_cell = 10
send_back_days = 10
no_ranking = true
clause = "§10"

[delivery]
channels = ["upload", "command"]
frequency = "yearly"
clause = "§7"
"""
PROGRAMS = {"clinic": "River Clinic", "camp": "River Camp"}


def delivering(manager: Any) -> Callable[..., Any]:
    """Two agreements are loaded; then `deliver("clinic", children)` receives and checks a file."""
    from cairn.data.intake.actions.conformance import check_delivery
    from cairn.data.intake.actions.receipt import receive_delivery
    from cairn.governance.agreements.actions.signature_and_record import load_agreement
    from cairn.governance.partners.models import Organization

    laws = {
        slug: load_agreement(
            text=AGREEMENT.format(number=number, slug=slug, name=name),
            newcomers=[slug],
            by=manager,
            at=timezone.localtime(),
        )
        for number, (slug, name) in enumerate(PROGRAMS.items())
    }

    def deliver(
        slug: str,
        children: Iterable[Mapping[str, str]] = (),
        secret: ProjectSecret = SUMMER,
        *,
        content: bytes | None = None,
        mapping: ColumnMapping = ENCODED,
        feed: str = "encodings",
    ) -> Any:
        received = receive_delivery(
            name=f"{feed}.parquet" if content is None else f"{feed}.csv",
            content=encoded(children, secret) if content is None else content,
            organization=Organization.objects.get(slug=slug),
            agreement=laws[slug],
            feed=feed,
            period="2025-26",
            channel=Channel.COMMAND,
            mapping=mapping,
            by=manager,
            at=timezone.localtime(),
            replace_earlier=True,
        )
        return check_delivery(delivery=received.delivery, by=manager, at=timezone.localtime())

    return deliver
