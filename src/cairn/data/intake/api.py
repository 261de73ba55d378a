"""Public face of cairn.data.intake: what other packages may import."""

from cairn.data.intake.actions.conformance import check_delivery
from cairn.data.intake.actions.receipt import (
    DeliveryReceipt,
    ReceiptResult,
    decide_submission,
    receive_delivery,
)
from cairn.data.intake.facts import (
    Submission,
    load_agreement_by_reference,
    load_delivery_fact,
    parse_delivery_mapping,
)
from cairn.data.intake.feed_recognition import (
    RecognizedFeed,
    UnrecognizedFile,
    make_feed_name,
    recognize_feeds,
    refuse_mixed_encodings,
)
from cairn.data.intake.models import Delivery
from cairn.data.intake.queries import (
    find_inactive_deliveries,
    find_superseded_deliveries,
    list_current_deliveries,
    list_delivery_files,
    list_delivery_tasks,
    list_derived_files,
    list_saved_mappings,
)
from cairn.data.intake.students import (
    build_rows_fact,
    describe_row_origin,
    iterate_landed_local_ids,
    list_conformed_local_ids,
)
from cairn.data.intake.views.deliveries import get_visible_delivery
from cairn.data.intake.views.delivery_page import DeliveryPage

__all__ = [
    "Delivery",
    "DeliveryPage",
    "DeliveryReceipt",
    "ReceiptResult",
    "RecognizedFeed",
    "Submission",
    "UnrecognizedFile",
    "build_rows_fact",
    "check_delivery",
    "decide_submission",
    "describe_row_origin",
    "find_inactive_deliveries",
    "find_superseded_deliveries",
    "get_visible_delivery",
    "iterate_landed_local_ids",
    "list_conformed_local_ids",
    "list_current_deliveries",
    "list_delivery_files",
    "list_delivery_tasks",
    "list_derived_files",
    "list_saved_mappings",
    "load_agreement_by_reference",
    "load_delivery_fact",
    "make_feed_name",
    "parse_delivery_mapping",
    "receive_delivery",
    "recognize_feeds",
    "refuse_mixed_encodings",
]
