"""Pages that are there, but to which no link of River County leads today, each with its reason.

A route that `tests/entry_points` opens by POST ends a form; no link leads to it.
"""

from typing import Final

_REASONS: Final = {
    "the sign-in library's step between two of its own forms, or from a letter that it sends": (
        "account_confirm_email account_confirm_login_code account_email account_inactive "
        "account_email_verification_sent account_reset_password_done account_set_password "
        "account_reset_password_from_key account_reset_password_from_key_done account_signup"
    ),
    "asks for a second factor, which the demo's people are excused from": (
        "mfa_authenticate mfa_deactivate_totp mfa_download_recovery_codes "
        "mfa_edit_webauthn mfa_generate_recovery_codes mfa_list_webauthn mfa_login_webauthn "
        "mfa_reauthenticate mfa_reauthenticate_webauthn mfa_remove_webauthn "
        "mfa_view_recovery_codes"
    ),
    "opens with a one-time link that only the signer of a paper has": (
        "agreements:confirm_signature agreements:confirmation_page"
    ),
    "opens with a link that only the person who is asked for a file has; the demo asks for none": (
        "intake:requested_file intake:file_request_withdraw"
    ),
    "no survey of the demo is a draft or by roster; its link is for those who answer": (
        "surveys:answer surveys:change surveys:delete surveys:discard surveys:links surveys:open "
        "surveys:question surveys:question_new surveys:question_remove"
    ),
    "nobody whom the demo names chose or saved a filter": (
        "students:delete_filter students:filter students:save_filter"
    ),
    "the figures of the demo's survey are published": "survey_figures:publish",
    "opens with a one-time link that only a family has": (
        "programs:answer_offer programs:continue_link programs:email_link"
    ),
    "opens with the link of an email that only a subscriber gets": "dashboards:unsubscribe",
    "no steward of a program is shown, and no incident is a draft, no place accepted": (
        "programs:certificate programs:change_incident programs:close_incident "
        "programs:destroy_records programs:end_assignment programs:enroll_accepted "
        "programs:file_incident programs:records programs:staff"
    ),
    "comes after a form was sent": "dashboards:question_sent",
    "the walk opens the notes of one child, who has none; test_notes.py opens others": (
        "notes:correct_note notes:note notes:withdraw_note"
    ),
    "leaves, or changes the language: a walk would end there": "account_logout web:language",
    "for machines, or a picture inside a page": (
        "web:health web:ready dashboards:chart dashboards:target_chart deadlines:subscribed_feed "
        "programs:offline_roster programs:offline_worker"
    ),
    "work that is done by the time the demo is served": "web:progress",
    "the search box of every page leads here, and no link": "web:search",
    "nobody whom the demo names writes a draft of an agreement or signs one today": (
        "agreements:element_request agreements:sign agreements:signed_page agreements:step "
        "agreements:text"
    ),
    "every project of the demo is past its draft, or waits for somebody whom it does not name": (
        "projects:agreements projects:answer projects:answer_for projects:authorize "
        "projects:changes projects:condition projects:elements projects:parties projects:question "
        "projects:questions projects:score projects:words"
    ),
    "no release of the demo is ready to publish, and no figure sent back was answered with no": (
        "releases:decline releases:publish"
    ),
    "no release of the demo is for one partner": (
        "figures:partner_releases figures:partner_releases_file"
    ),
    "no draft of the demo tells groups of race and ethnicity apart": "releases:groups",
    "nothing of the demo was destroyed or demanded back": (
        "retention:certificate retention:certificate_json retention:certificate_pdf "
        "retention:dispute retention:run retention:take_back"
    ),
    "no file of the demo is without a record": "retention:unrecorded",
    "this family's child was in no disclosure, it ended nothing, and no family asked for a copy": (
        "families:answer families:ask_program families:copy_file families:copy_page "
        "families:copy_review "
        "families:stopped"
    ),
    "no family of the demo asked to correct a record": (
        "consents:statements families:amendment_decision families:amendment_detail "
        "families:amendment_hearing "
        "families:amendment_scan families:amendment_statement families:amendment_withdrawal "
        "families:hearing_decision families:hearing_schedule"
    ),
    "nobody served a subpoena on the demo's partners, or asked for public records": (
        "legal:answer legal:decide legal:disclose legal:notify legal:process legal:request "
        "legal:withdraw breaches:close breaches:detail breaches:notify"
    ),
    "the data steward of the program is not among those shown": "families:program_copy",
    "the steward of the one organization with annual notices is not among those shown": (
        "notices:correct notices:withdraw"
    ),
    "a data folder has a mailbox if its server is that of the demo": (
        "web:mailbox web:mailbox_mail"
    ),
    "the demo has no indicator of its own": (
        "indicators:approve indicators:change indicators:detail indicators:discard indicators:file"
    ),
    "the demo has no published table": (
        "public_sources:columns public_sources:detail public_sources:hide public_sources:show "
        "published_tables:detail published_tables:list"
    ),
    "no committee of the demo allows proxies": "projects:proxy projects:proxy_vote",
    "no list of the demo has a scan, no opt-out is disputed or can be undone": (
        "consents:end_tax_evidence consents:objection consents:scan consents:tax_evidence "
        "opt_outs:undo"
    ),
    "nobody wrote a note about a child who stays in the extract of a small River County": (
        "releases:extract_text releases:extract_texts"
    ),
    "nobody of the demo has named the products that its partners use": (
        "partners:change_tool partners:new_connection partners:remove_connection "
        "partners:remove_tool"
    ),
    "no partner of the demo is barred": "partners:lift_bar",
    "nobody of the demo has a second factor, or may no longer sign in": (
        "partners:reactivate partners:reset_second_factor"
    ),
    "the law of the demo's state is in a pack": "partners:review_state_law",
    "every row of a small River County can be read": (
        "intake:correct intake:correct_rows intake:correction intake:correction_csv "
        "intake:correction_workbook"
    ),
    "no file of the demo would replace a different one": "intake:cancel",
    "every layout of the demo is confirmed": (
        "intake:proposal intake:proposal_cancel intake:proposal_preview"
    ),
    "nobody in a small River County could be two children": (
        "linkage:alarm linkage:person linkage:find_relative linkage:relative linkage:guardian "
        "linkage:name_guardian"
    ),
}
NOT_REACHED: Final = {route: why for why, routes in _REASONS.items() for route in routes.split()}
