"""Small exports of surveys, one for each tool, with invented respondents."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence

CONSENT = "Do you agree to take part in this survey?"


def write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def qualtrics(*, own_id: str = "StudentID") -> bytes:
    """Ten responses: a preview, one not finished, one no, one without consent, six yes."""
    details = [
        *("StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)"),
        *("Finished", "RecordedDate", "ResponseId", "RecipientLastName", "RecipientFirstName"),
        *("RecipientEmail", "ExternalReference", "LocationLatitude", "LocationLongitude"),
        *("DistributionChannel", "UserLanguage"),
    ]
    questions = {
        "Q1": CONSENT,
        "Q2": "How safe, in all, do you feel?",
        "Q3_1": "What do you like? - Art, music",
        "Q3_2": "What do you like? - Chess; go",
        "Q3_3": "What do you like? - Nothing",
        "Q3_3_TEXT": "What do you like? - Other - Text",
        "Q4": "What would you change?",
    }
    ids = [f'{{"ImportId":"{name}"}}' for name in ("_recordId", *details[1:])]
    question_ids = ("QID1", "QID2", "QID3_1", "QID3_2", "QID3_3", "QID3_3_TEXT", "QID4_TEXT")
    ids += [json.dumps({"ImportId": name}) for name in (*question_ids, own_id)]
    rows = [[*details, *questions, own_id], [*details, *questions.values(), own_id], ids]
    day = "2026-11-20 10:00:00"
    for n in range(10):
        status = "Survey Preview" if n == 6 else "IP Address"
        finished = "False" if n == 7 else "True"
        consent = {8: "No", 9: ""}.get(n, "Yes")
        about = [day, day, status, "192.0.2.1", "100", "60", finished, day, f"R_{n}", *[""] * 6]
        answers = [consent, f"{1 + n % 4} - Level", "Art, music", "Chess; go" if n % 2 else "", ""]
        written = ["Kites" if n == 2 else "", f"Idea {n}", str(100 + n)]
        rows.append([*about, "anonymous", "EN", *answers, *written])
    return write_csv(rows)


def survey_monkey() -> bytes:
    """Four respondents: three consent, and one does not."""
    head = [
        *("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address"),
        *("Email Address", "First Name", "Last Name", "Custom Data 1"),
    ]
    first = [*head, CONSENT, "What do you like?", "", "", "How are they?", "", "Your student ID"]
    second = [""] * len(head) + [
        *("Response", "Art, music", "Chess; go", "Other (please specify)"),
        *("Teachers", "Coaches", "Open-Ended Response"),
    ]
    rows = [first, second]
    at = ["11/20/2026 10:00:00", "11/20/2026 10:05:00", "192.0.2.1", "", "", "", ""]
    for n in range(4):
        likes = ["Art, music", "Chess; go" if n else "", "Kites" if n == 1 else ""]
        rates = ["Good", "Poor" if n % 2 else "Good", str(100 + n)]
        rows.append([f"1180{n}", "431", *at, "No" if n == 3 else "Yes", *likes, *rates])
    return write_csv(rows)


def google_forms() -> bytes:
    """Four anonymous respondents who may choose several answers."""
    head = ["Timestamp", "How safe do you feel at school?", "Rate us [Art]", "What do you like?"]
    likes = ("Chess", "Art, music, Chess")
    rows = [[f"2026/11/2{n} 3:12:45 PM EST", str(1 + n), "Good", likes[n % 2]] for n in range(4)]
    return write_csv([head, *rows])


def microsoft_forms() -> bytes:
    """Three respondents without an account."""
    head = ["ID", "Start time", "Completion time", "Email", "Name", "¿Acepta participar?"]
    rows = [[*head, "How was the camp?", "Points - How was the camp?"]]
    for n in range(3):
        at = f"11/2{n}/26 10:00:00"
        rows.append([str(n + 1), at, at, "anonymous", "", "No" if n == 2 else "Sí", "Good", "1"])
    return write_csv(rows)


def alchemer() -> bytes:
    """Three responses, one of them partial."""
    head = ["Response ID", "Time Started", "Date Submitted", "Status", "Contact ID", "Language"]
    rows = [[*head, "Referer", "How was it?", "Art:What do you like?", "Chess:What do you like?"]]
    for n in range(3):
        at = "Nov 20, 2026 10:00:00 AM"
        status = "Partial" if n == 2 else "Complete"
        rows.append([str(n), at, at, status, "", "English", "", "Good", "Art", "Chess" * n])
    rows[-1][-1] = "Chess"
    return write_csv(rows)


def formsite() -> bytes:
    """Three results, one of them incomplete."""
    head = ["Reference #", "Status", "Date", "Start Time", "Finish Time", "How was it?"]
    at = ["11/20/2026", "10:00:00", "10:05:00", "Good"]
    states = ("Complete", "Complete", "Incomplete")
    return write_csv([head, *([f"1400{n}", state, *at] for n, state in enumerate(states))])


def kobo() -> bytes:
    """Three submissions with a repeated group, as a zip file of two tables."""
    main = [["start", "end", "consent/Do you agree to take part?", "child/Student ID"]]
    main[0] += ["child/sports", "child/sports/chess club", "child/sports/run", "child/How is it?"]
    main[0] += ["_id", "_uuid", "_submission_time", "_validation_status", "_index"]
    for n in range(3):
        day = "2026-11-20T10:00:00"
        agrees = "no" if n == 2 else "yes"
        both = ["chess club run", "1", "1"] if n else ["run", "0", "1"]
        main.append(
            [day, day, agrees, str(100 + n), *both, "Good", str(900 + n), f"u{n}", day, "", str(n)]
        )
    repeat = [["sibling/How old is the sibling?", "_index", "_parent_table_name"]]
    repeat[0] += ["_parent_index", "_submission__id"]
    repeat += [[str(5 + n), str(n), "Camp", str(n), str(900 + n)] for n in (0, 1, 1, 2)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Camp.csv", write_csv(main))
        archive.writestr("sibling.csv", write_csv(repeat))
    return out.getvalue()


EXPORTS = {
    "Qualtrics": ("Youth+Voice_November 28, 2026_12.34.csv", qualtrics()),
    "SurveyMonkey": ("Youth Voice.csv", survey_monkey()),
    "Google Forms": ("Youth Voice (Responses) - Form Responses 1.csv", google_forms()),
    "Microsoft Forms": ("Youth Voice(1-3).csv", microsoft_forms()),
    "Alchemer": ("Youth_Voice.csv", alchemer()),
    "Formsite": ("Youth_Voice.csv", formsite()),
    "KoboToolbox": ("Youth Voice.zip", kobo()),
}
"""Tool → name and bytes of its export."""
