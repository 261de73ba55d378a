"""Describe each event of the audit log for people: one table, event to sentence.

The chain keeps the events' own names, which never change; a page shows these sentences with
them.
"""

from collections.abc import Mapping
from typing import Final

EVENT_SENTENCES: Final[Mapping[str, str]] = {
    # agreements
    "agreement.closed": "Agreement closed after all its data were destroyed",
    "agreement.closing": "Agreement closing started",
    "agreement.loaded": "Agreement recorded",
    "agreement.notice_taken_back": "Notice of termination withdrawn",
    "agreement.signed": "Agreement signed by all parties and recorded",
    "agreement.terminated": "Notice of termination given",
    "agreement.unchanged": "Agreement loaded again without changes",
    "draft.begun": "Agreement draft created",
    "draft.cleared": "Counsel approved an agreement draft",
    "draft.declined": "A party declined to sign an agreement draft",
    "draft.criterion_attested": "Counsel's confirmation of a criterion recorded",
    "draft.criterion_confirmed": "Data owner's counsel confirmed a criterion of the legal basis",
    "draft.overridden": "Data owner's counsel overrode a legal finding",
    "draft.paper_confirmed": "Signer confirmed a signature on paper",
    "draft.paper_denied": "Named signer denied a signature on paper",
    "draft.paper_recorded": "Signature on paper recorded; it waits for its signer",
    "draft.returned": "Counsel returned an agreement draft for changes",
    "draft.review_attested": "Counsel's review outside Cairn recorded",
    "draft.saved": "Agreement draft edited",
    "draft.sent_out": "Agreement draft sent for signature",
    "draft.set_aside": "Agreement draft discarded",
    "draft.signed": "One party signed an agreement draft",
    "draft.submitted": "Agreement draft sent to counsel",
    "draft.taken_back": "Agreement draft recalled for changes",
    "element_request.answered": "Data owner answered a request for a data element",
    "element_request.asked": "Writer of a draft asked for a data element",
    "element_request.read": "Writer of a draft read the answer about a data element",
    "draft.unchanged": "Agreement draft saved without changes",
    # families
    "amendment.asked": "Family asked to correct its child's record",
    "amendment.decided": "School decided a request to correct a record",
    "amendment.heard": "Decision after a hearing about a record saved",
    "amendment.hearing_asked": "Family asked for a hearing about a record",
    "amendment.hearing_set": "Hearing about a record scheduled",
    "amendment.recorded": "Request to correct a record, made on paper or by phone, saved",
    "amendment.statement_placed": "Family placed a statement in its child's record",
    "amendment.withdrawn": "Family withdrew a request to correct a record",
    "annual_notice.corrected": "Annual notice to families corrected",
    "annual_notice.recorded": "Annual notice to families recorded",
    "annual_notice.withdrawn": "Annual notice to families withdrawn",
    "child.tax_dependency_ended": "Evidence that a student is a tax dependent ended",
    "child.tax_dependency_recorded": "Evidence that a student is a tax dependent saved",
    "child.rights_changed": "Holder of a student's consent rights recorded",
    "children.kept_back": "School recorded which student data it withholds",
    "children.nations_recorded": "School recorded students' Tribal nations",
    "children.stated": "School stated what its student records contain",
    "consent.answered": "Family answered a consent form online",
    "consent.decided": "District decided a disagreement between parents",
    "consent.recorded": "Signed consent forms recorded",
    "consent.returned": "District returned consents to the program",
    "consent.revocation_undone": "Family undid a consent revocation",
    "consent.revoked": "Consent revoked",
    "consent.scan_destroyed": "Scan of a signed form destroyed",
    "consent.undone": "Recorded list of signed forms undone",
    "consent.verified": "District verified consents",
    "consent_form.published": "Consent form published",
    "consent_form.retired": "Consent form retired",
    "copy.answered": "School responded to a request for a copy of records",
    "copy.asked": "Family requested a copy of its child's records",
    "copy.withdrawn": "Family withdrew a request for a copy of records",
    "family.invited": "Letters to families created",
    "family.letter_stopped": "Access code of one family letter deactivated",
    "family.letters_stopped": "Access codes of a batch of family letters deactivated",
    "family.named": "Name given on a family page to see own requests",
    "family.opened": "Family page opened",
    "opt_out.by_family": "Family opted out online",
    "opt_out.decided": "District decided a disputed opt-out",
    "opt_out.ended_by_family": "Family ended its opt-out online",
    "opt_out.recorded": "Opt-outs recorded",
    "opt_out.undone": "Recorded list of opt-outs undone",
    "opt_out.withdrawn": "Opt-outs withdrawn",
    "roster.added": "Program added students to its roster",
    "roster.confirmed": "District confirmed students on a program roster",
    "roster.ended": "Student left a program roster",
    "roster.struck": "District removed students from a program roster",
    # breaches
    "breach.closed": "Breach record closed",
    "breach.owner_notified": "Data owner notified of a breach",
    "breach.recorded": "Breach recorded",
    # legal process and public-records requests
    "legal.decided": "Counsel decided about a legal demand",
    "legal.disclosed": "Disclosure under a legal demand recorded",
    "legal.notified": "Effort to notify a family of a legal demand recorded",
    "legal.recorded": "Legal demand recorded and put on hold",
    "legal.withdrawn": "Legal demand withdrawn by its issuer",
    "public_request.answered": "Public-records request answered",
    "public_request.recorded": "Public-records request recorded",
    # deliveries
    "delivery.checked_again": "New check of a data submission requested",
    "delivery.conformed": "Data submission checked",
    "delivery.conforming": "Check of a data submission started",
    "delivery.corrected": "Corrected rows of a data submission imported as a new version",
    "delivery.correction_sent": "Correction file stored until a person confirms it",
    "delivery.destroyed": "Files of a withdrawn data submission destroyed",
    "delivery.errors_downloaded": "Rows with problems downloaded by the sender of the data",
    "delivery.held": "Data submission held, because it would replace a different file",
    "delivery.held_added": "Held data submission added as a part",
    "delivery.held_canceled": "Held data submission canceled and destroyed",
    "delivery.held_compared": "Held data submission compared with a newer file",
    "delivery.held_replaced": "Held data submission accepted in place of the earlier one",
    "delivery.proposal_canceled": "File with unconfirmed columns canceled and destroyed",
    "delivery.proposal_changed": "Column mapping of an unconfirmed file changed",
    "delivery.proposal_confirmed": "Columns of a file confirmed",
    "delivery.proposal_expired": "File with unconfirmed columns destroyed after 14 days",
    "delivery.proposed": "File stored until its columns are confirmed",
    "delivery.received": "Data submission accepted",
    "delivery.refused": "Data submission refused",
    "delivery.reinstated": "Earlier data submission restored",
    "delivery.reread": "Data submission imported again with a new column mapping",
    "delivery.sent_again": "Duplicate data submission received",
    "delivery.superseded": "Data submission replaced by a newer one",
    "delivery.unusable": "Uploaded file could not be read",
    "delivery.withdrawn": "Data submission withdrawn",
    "file_request.answered": "Requested file accepted; its link takes no other",
    "file_request.asked": "Partner asked for a file by a link",
    "file_request.file_sent": "File sent by the link of a file request",
    "file_request.not_accepted": "File sent by a link not accepted; the link still works",
    "file_request.reminded": "Partner reminded of a requested file",
    "file_request.withdrawn": "Request for a file withdrawn",
    "survey.answered": "Survey answered by its link",
    "survey.answers_destroyed": "Survey answers that were not imported destroyed",
    "survey.answers_discarded": "Survey answers discarded instead of imported",
    "survey.changed": "Survey changed before it was opened",
    "survey.closed": "Survey closed",
    "survey.consent_refused": "Consent to a survey refused",
    "survey.drafted": "Survey written",
    "survey.imported": "Survey answers imported and erased from the survey",
    "survey.links_added": "Personal links of a survey made for new students",
    "survey.opened": "Survey opened",
    "survey.question_removed": "Question of a survey removed",
    "survey.question_saved": "Question of a survey saved",
    "watched_folder.added": "Folder watched for a partner's files",
    "watched_folder.ended": "Folder no longer watched",
    "watched_folder.file_dismissed": "File of a watched folder looked at by a person",
    "watched_folder.file_sorted": "File of a watched folder received, kept waiting or not accepted",
    "mapping.changed": "Column mapping changed",
    # published data
    "program.attendance_recorded": "Attendance of a program's group recorded",
    "program.created": "Program added",
    "program.enrollment_ended": "A child's enrollment in a group ended",
    "program.group_added": "Group added to a program",
    "program.nightly_delivery_refused": "Nightly sending of a program's records refused, and ended",
    "program.nightly_delivery_started": "Nightly sending of a program's records started",
    "program.nightly_delivery_stopped": "Nightly sending of a program's records stopped",
    "program.participant_enrolled": "Child enrolled in a group of a program",
    "program.session_cancelled": "Session of a group cancelled",
    "program.session_restored": "Cancelled session of a group restored",
    "public_source.added": "Published table added",
    "public_source.discarded": "Published table discarded before it was added",
    "public_source.hidden": "Published table hidden from the public",
    "public_source.replaced": "Published table replaced by a newer edition",
    "public_source.shown": "Published table shown to the public",
    "public_source.uploaded": "Published table uploaded, to be confirmed",
    # data dictionaries
    "dictionary.confirmed": "Suggested classifications confirmed",
    "dictionary.imported": "Data dictionary imported",
    "element.classified": "Data element classified",
    "element.unconfirmed": "Classification of a data element withdrawn",
    # who is who
    "lesson.kept": "Pilot lesson recorded",
    "lesson.settled": "Pilot lesson resolved",
    "linkage.answer_undone": "Reviewer undid an answer about a record pair",
    "linkage.answered": "Reviewer answered a record pair",
    "linkage.child_entered": "Student entered by hand",
    "linkage.decided": "Match decision recorded",
    "linkage.decision_undone": "Match decision undone",
    "linkage.forgotten": "Destroyed records removed from the person index",
    "linkage.linked": "Records matched to people",
    "linkage.measured": "Quality of record matching measured",
    "linkage.person_seen": "Reviewer viewed the names and records of one person",
    "linkage.question_seen": "Reviewer viewed the names in a possible match",
    "linkage.pilots_linked": "Synthetic records of pilots matched",
    "linkage.related": "Reviewer recorded a relationship",
    "linkage.relatives_followed": "Relationships derived from data submissions",
    "linkage.relationship_undone": "Reviewer undid a recorded relationship",
    "linkage.sampled": "Random record pairs drawn for review",
    "linkage.shadow": "Test matching run for comparison",
    # projects and those who decide
    "body.invited": "Data partner invited to a committee",
    "body.seat_ended": "Committee member's term ended",
    "body.seated": "Committee member added",
    "body.written": "Committee rules saved",
    "meeting.agenda": "Project added to a meeting agenda",
    "meeting.attendance": "Members present at a meeting recorded",
    "meeting.called": "Meeting scheduled",
    "meeting.minutes": "Meeting minutes saved",
    "meeting.proxy_named": "Committee member named a proxy for a vote",
    "meeting.proxy_voted": "Member voted for an absent member",
    "meeting.stepped_aside": "Committee member recused from a vote",
    "meeting.vote_closed": "Voting closed",
    "meeting.voted": "A member voted",
    "policy.acknowledged": "Policy acknowledged",
    "policy.adopted": "Policy adopted",
    "project.answered": "Reviewer responded to a project",
    "project.asked_for": "Data elements of a project saved",
    "project.authorized": "Project authorized",
    "project.challenges": "Data minimization questions of a project answered",
    "project.agreements_named": "Signed agreement added to a project",
    "project.condition_met": "Project condition met",
    "project.engagement": "Community engagement of a project recorded",
    "project.made_real": "Project created from a pilot",
    "project.moved_on": "Project moved to its next step",
    "project.parties_named": "Data owners and recipients of a project saved",
    "project.proposed": "Project started",
    "project.reflection": "Closing reflection of a project recorded",
    "project.revised": "New version of a project started",
    "project.revoked": "Project authorization revoked",
    "project.scored": "Project proposal scored",
    "project.withdrawn": "Project withdrawn",
    "project.written": "Purpose and description of a project saved",
    "question.added": "Project question added",
    "question.dropped": "Project question dropped",
    "question.reworded": "Project question edited",
    "question.taken_up": "Project question restored",
    # what leaves
    "disclosure.disclosed": "Data disclosed",
    "disclosure.put_out": "De-identified figures released",
    "disclosure.refused": "Data request refused",
    "disclosure.used": "Data used internally",
    "record.answered": "Disclosure record provided to a data owner",
    "record.asked_for": "Data owner requested its disclosure record",
    "refused": "Action refused",
    "extract.requested": "Extract requested",
    "extract.prepared": "Extract prepared",
    "extract.text_seen": "Reviewer viewed a free-text answer in an extract",
    "extract.text_read": "Reviewer decided what to mask in a free-text answer",
    "extract.text_taken_back": "Decision about a free-text answer undone",
    "extract.reviewed": "Reviewer decided on an extract",
    "extract.verdicts_opened": "Both reviews of an extract unsealed",
    "extract.issued": "Download link for an extract issued",
    "extract.fetched": "Extract downloaded",
    "extract.withdrawn": "Extract withdrawn",
    "extract.destroyed": "Stored copy of an extract destroyed",
    "figures.own_viewed": "Data steward viewed its organization's own figures",
    "target.changed": "Target changed",
    "target.ended": "Target ended",
    "target.resumed": "Target resumed",
    "target.set": "Target set",
    "release.answered": "Data owner responded to a release",
    "release.checked": "Disclosure check of a release completed",
    "release.given_back": "Report to a partner provided",
    "release.figure_named": "Data owner reported a figure as wrong",
    "release.figure_right": "Data owner withdrew a report of a wrong figure",
    "release.groups_apart": "Combined groups of a release separated",
    "release.groups_merged": "Groups of a release combined",
    "release.met_earlier": "Disclosure check stopped: conflict with an earlier release",
    "release.drafted": "Release drafted",
    "release.nation_said": "Tribal nation decided whether a release counts its children",
    "release.published": "Release published",
    "release.reported": "Report of a release to the state recorded",
    "release.correction_begun": "Correction of a published release started",
    "release.corrected": "Release replaced by its correction",
    "release.reworded": "Text of a release edited",
    "release.redrafted": "Contents of a release changed",
    "release.reviewed": "Reviewer decided on a release",
    "release.verdicts_opened": "Both reviews of a release unsealed",
    "release.sent_back": "Release sent to data owners for preview",
    "release.submitted": "Release sent to reviewers",
    "release.withdrawn": "Release withdrawn",
    # destruction
    "destruction.accepted": "Data owner accepted a certificate of destruction",
    "destruction.begun": "Data destruction started",
    "destruction.begun_again": "Data destruction resumed",
    "destruction.certified": "Certificate of destruction issued",
    "destruction.demand_taken_back": "Data owner withdrew a destruction request",
    "destruction.demanded": "Data owner requested data destruction",
    "destruction.destroyed": "Files and their encryption keys destroyed",
    "destruction.disputed": "Data owner disputed a certificate of destruction",
    # people and organizations
    "partner.added": "Partner added",
    "partner.bar_lifted": "Bar on a partner lifted",
    "partner.barred": "Partner barred from receiving data",
    "partner.described": "Legal status of a partner recorded",
    "partner.state_reviewed": "Counsel's review of a state's law recorded",
    "person.added": "Role assigned to a person",
    "person.corrected": "Name or email of a person corrected",
    "person.deactivated": "Sign-in of a person deactivated",
    "email.address_cleared": "Email to an address that bounced allowed again",
    "email.address_marked": "Email address marked as undeliverable",
    "email.bounced": "Email bounced",
    "email.chosen": "Person chose when to get email about tasks",
    "email.failed": "Email was not sent",
    "email.queued": "Email made",
    "email.retried": "Email that failed was sent again",
    "email.sent": "Email sent",
    "calendar_feed.ended": "Person ended the secret address of their calendar",
    "calendar_feed.renewed": "Person made a secret address for their calendar",
    "notice.read": "Person read a notice on Home",
    "schedule.failed": "Scheduled job failed",
    "schedule.requested": "Scheduled job started by hand",
    "person.ended": "Role of a person ended",
    "person.invited": "Sign-in link created",
    "person.reactivated": "Sign-in of a person reactivated",
    "person.role_changed": "Role of a person changed",
    "second_factor.added": "Multi-factor authentication set up",
    "second_factor.reset": "Multi-factor authentication reset by a data manager",
    "second_factor.removed": "Multi-factor authentication removed",
    "security.assessed": "Security self-assessment submitted",
    "security.control": "Security control and evidence recorded",
    "security.planned": "Privacy and security plan filed",
    "security.sub_processor": "Subprocessor recorded",
    "session.began": "Signed in",
    "session.ended": "Signed out",
    "session.refused": "Sign-in failed",
    "tour.closed": "Welcome tour closed",
    "training.attested": "Course attendance recorded",
    "training.quiz": "Quiz submitted",
    "training.rated": "Skills self-rating submitted",
    "training.signed": "Confidentiality agreement signed",
    # the installation
    "demo.begun": "Demo setup started",
    "demo.made": "Demo created",
    "installation.founded": "Installation set up",
    "verified": "Installation verified",
}

EVENT_AREAS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "agreements": ("Agreements", frozenset({"agreement", "draft"})),
    "families": (
        "Families and students",
        frozenset(
            {
                "amendment",
                "annual_notice",
                "child",
                "children",
                "consent",
                "consent_form",
                "copy",
                "family",
                "opt_out",
                "roster",
            }
        ),
    ),
    "submissions": (
        "Data submissions and published data",
        frozenset(
            {"delivery", "file_request", "mapping", "public_source", "survey", "watched_folder"}
        ),
    ),
    "dictionaries": ("Data dictionaries", frozenset({"dictionary", "element"})),
    "matching": ("Record matching", frozenset({"linkage"})),
    "projects": (
        "Projects and committees",
        frozenset({"body", "lesson", "meeting", "policy", "project", "question"}),
    ),
    "disclosures": (
        "Data requests and disclosures",
        frozenset({"breach", "disclosure", "legal", "public_request", "record"}),
    ),
    "releases": (
        "Releases, extracts and figures",
        frozenset({"extract", "figures", "release", "target"}),
    ),
    "destruction": ("Data destruction", frozenset({"destruction"})),
    "people": (
        "People, partners and security",
        frozenset(
            {
                "email",
                "partner",
                "person",
                "second_factor",
                "security",
                "session",
                "tour",
                "training",
            }
        ),
    ),
    "system": ("System and refusals", frozenset({"demo", "installation", "refused", "verified"})),
}
"""Areas of events for a filter: title, and what the names of their events begin with."""

SUBJECT_LABELS: Final[Mapping[str, str]] = {
    "agendaitem": "agenda item",
    "annualnoticeversion": "annual notice",
    "assessment": "security self-assessment",
    "attempt": "quiz",
    "bar": "bar on a partner",
    "body": "committee",
    "conflictanswer": "decision on a disagreement",
    "completion": "training record",
    "copyrequest": "request for a copy",
    "delivery": "data submission",
    "filerequest": "file request",
    "watchedfolder": "watched folder",
    "job": "scheduled job",
    "demand": "destruction request",
    "demo": "demo",
    "destructionrun": "data destruction",
    "disclosurerecord": "disclosure",
    "door": "page",
    "letterrun": "batch of family letters",
    "mailmessage": "email",
    "linkage.person": "person in the index",
    "linkage.question": "possible match",
    "organization": "organization",
    "recording": "list of opt-outs",
    "recordrequest": "disclosure record request",
    "question": "project question",
    "rosterentry": "roster entry",
    "savedmapping": "column mapping",
    "sitting": "list of signed forms",
    "user": "person",
    "version": "project version",
}
"""The subject of a line, where the row's own name would not describe it.

A kind of several apps is named after the area of the event: a question of record matching is a
possible match, one of a project is a project question.
"""

DETAIL_LABELS: Final[Mapping[str, str]] = {
    "as": "for",
    "control": "security control",
    "covered_entity": "covered by HIPAA",
    "digest": "checksum",
    "dropped_columns": "columns not imported",
    "due": "due date",
    "education_program": "principally engaged in education",
    "educational_agency": "educational agency under FERPA",
    "deliveries": "data submissions",
    "ends": "last day",
    "few_others": "suppressed complements",
    "left_out": "rows left out",
    "feed": "file type",
    "file": "stored as",
    "kept": "rows imported",
    "kind": "kind",
    "minimum_cell": "minimum cell size",
    "no_college": "not enrolled in college",
    "of": "questions asked",
    "on": "date",
    "right": "correct answers",
    "rows": "rows received",
    "sha256": "checksum",
    "small": "small cells",
    "withheld": "suppressed cells",
    "weighed": "records compared",
}
"""Words of a line's details, where the key with spaces would not describe it."""


def describe_event(event: str) -> str:
    """Return the event in words.

    An event of a later or an earlier version is shown by its own name.

    Args:
        event: name of the event.

    Returns:
        The sentence.
    """
    return EVENT_SENTENCES.get(event, event)


def list_event_areas() -> list[tuple[str, str]]:
    """List the areas of events: code and title.

    Returns:
        The areas, as choices of a form.
    """
    return [(code, title) for code, (title, _prefixes) in EVENT_AREAS.items()]


def find_events_of_area(area: str) -> list[str]:
    """List the events of one area.

    Args:
        area: its code.

    Returns:
        Names of the events; empty for an unknown area.
    """
    _title, prefixes = EVENT_AREAS.get(area, ("", frozenset[str]()))
    return [event for event in EVENT_SENTENCES if event.partition(".")[0] in prefixes]


def find_events_by_word(word: str) -> list[str]:
    """List the events with a sentence that contains this word."""
    return [
        event
        for event, event_sentence in EVENT_SENTENCES.items()
        if word.casefold() in event_sentence.casefold()
    ]
