"""Public face of cairn.outputs.releases: what other packages may import."""

from cairn.outputs.releases.actions.disclosure_check import check_release_disclosure
from cairn.outputs.releases.actions.drafts import draft_release, reword_release
from cairn.outputs.releases.actions.owner_answers import (
    answer_send_back,
    record_nation_decision,
    record_state_report,
    send_release_to_owners,
)
from cairn.outputs.releases.actions.publication import publish_release
from cairn.outputs.releases.actions.reviews import review_release, submit_release
from cairn.outputs.releases.extract_models import (
    TEXT_KEPT,
    TEXT_OPEN,
    TEXT_WITHHELD,
    Extract,
    ExtractReview,
    TextReading,
)
from cairn.outputs.releases.facts import find_tribal_nations, load_lineage, load_release_fact
from cairn.outputs.releases.figures import (
    COUNTY_KEY,
    NO_VALUE_ON_RECORD,
    FigureCount,
    FigureKey,
    FigureRow,
    MeasureAmount,
    OutcomeFigures,
    YearlyChange,
    collect_outcome_figures,
)
from cairn.outputs.releases.forms import WithdrawalForm
from cairn.outputs.releases.labels import (
    GENDER_CODES,
    describe_caveat,
    describe_merged_groups,
    format_amount,
    format_child_count,
    format_figure,
    format_figure_with_unit,
    format_percent,
    label_gender,
    label_legal_basis,
    label_race,
    label_school,
    localize_text,
    sort_races,
)
from cairn.outputs.releases.models import Release, SendBack
from cairn.outputs.releases.partner_reports.queries import find_last_report_days
from cairn.outputs.releases.protection.counts import SMALLEST_MINIMUM_CELL
from cairn.outputs.releases.queries.excluded_people import (
    load_nation_members,
    load_opt_outs,
    map_child_keys,
)
from cairn.outputs.releases.queries.partner_comparison import (
    PLACE_DIMENSIONS,
    RACE_AND_GENDER_DIMENSIONS,
    PartnerFigures,
    describe_margin,
    load_partner_figures,
)
from cairn.outputs.releases.queries.releases import (
    explain_nation_refusal,
    list_answerable_nations,
    list_drafting_organizations,
    list_published_releases,
    list_release_files,
    list_release_tasks,
    list_visible_releases,
    list_withdrawn_releases,
)
from cairn.outputs.releases.queries.sources import (
    LinkedSources,
    find_record_sources,
    load_row_facts,
)
from cairn.outputs.releases.tables import BreakdownKind, BreakdownTable, build_breakdown_tables

__all__ = [
    "COUNTY_KEY",
    "GENDER_CODES",
    "NO_VALUE_ON_RECORD",
    "PLACE_DIMENSIONS",
    "RACE_AND_GENDER_DIMENSIONS",
    "SMALLEST_MINIMUM_CELL",
    "TEXT_KEPT",
    "TEXT_OPEN",
    "TEXT_WITHHELD",
    "BreakdownKind",
    "BreakdownTable",
    "Extract",
    "ExtractReview",
    "FigureCount",
    "FigureKey",
    "FigureRow",
    "LinkedSources",
    "MeasureAmount",
    "OutcomeFigures",
    "PartnerFigures",
    "Release",
    "SendBack",
    "TextReading",
    "WithdrawalForm",
    "YearlyChange",
    "answer_send_back",
    "build_breakdown_tables",
    "check_release_disclosure",
    "collect_outcome_figures",
    "describe_caveat",
    "describe_margin",
    "describe_merged_groups",
    "draft_release",
    "explain_nation_refusal",
    "find_last_report_days",
    "find_record_sources",
    "find_tribal_nations",
    "format_amount",
    "format_child_count",
    "format_figure",
    "format_figure_with_unit",
    "format_percent",
    "label_gender",
    "label_legal_basis",
    "label_race",
    "label_school",
    "list_answerable_nations",
    "list_drafting_organizations",
    "list_published_releases",
    "list_release_files",
    "list_release_tasks",
    "list_visible_releases",
    "list_withdrawn_releases",
    "load_lineage",
    "load_nation_members",
    "load_opt_outs",
    "load_partner_figures",
    "load_release_fact",
    "load_row_facts",
    "localize_text",
    "map_child_keys",
    "publish_release",
    "record_nation_decision",
    "record_state_report",
    "review_release",
    "reword_release",
    "send_release_to_owners",
    "sort_races",
    "submit_release",
]
