"""A text that uses the whole of the written form."""

WHOLE = """
reference = "N-1"
title = "Sharing: Elm and the hub"
tier = "data_sharing_agreement"
purposes = ["program_evaluation", "research"]
purpose_clause = "2"
starts = 2026-01-01
ends = 2031-06-30
level = "de_identified"
population = "children of kindergarten age"
under = ["MOU-1"]
amends = "OLD-1"
amendment_clause = "10"
termination_notice_days = 1
termination_clause = "10"

[[parties]]
organization = "elm"
name = "Elm School District"
kind = "school_district"
role = "provider"

[[parties]]
organization = "hub"
name = "Hub"
kind = "backbone"
role = "authorized_representative"

[legal_basis]
basis = "audit_evaluation"
clause = "4"

[legal_basis.criteria.designation]
value = "designated"
clause = "4"
quotation = "designates the hub"

[legal_basis.criteria.activity]
clause = "2"
quotation = "evaluates"

[legal_basis.criteria.education_program]
clause = "2"
quotation = "grades"

[legal_basis.criteria.destruction]
value = "1 year"
clause = "9"
quotation = "erasure"

[legal_basis.criteria.policies]
clause = "6"

[legal_basis.criteria.program_operator]
value = "elm"

[children]
grades = ["K", "10"]
schools = ["101"]
programs = ["hub"]
born_from = 2015-01-01
born_to = 2020-12-31
age_from = 4
age_to = 9
age_on = 2026-09-01
enrolled_from = 2025-08-01
enrolled_to = 2026-06-30
clause = "3.3"

[[data]]
record = "enrollment"
elements = ["grade", "local_id"]
years = ["2021-22", "2025-26"]
clause = "Exhibit A"
used_for = "who attends"
provider = "elm"
data_set = "SIS"

[retention]
period_days = 365
counted_from = "delivery"
method = "erasure"
certificate = "in writing"
backups = "destroyed within 30 days"
on_demand = "at any time"
clause = "9"

[disclosure]
minimum_cell = 10
send_back_days = 10
silence = "waits"
clause = "7"

[delivery]
channels = ["upload"]
frequency = "monthly"
contacts = [{ name = "Jo Lindgren", email = "jo@elm.example" }]
receivers = [{ name = "Dana Whitfield", email = "dana@hub.example" }]
clause = "5"

[[access]]
organization = "hub"
role = "analyst"
interest = "counts what is asked"
clause = "3"

[[onward]]
organization = "college"
interest = "does the statistics"
clause = "3"

[[giveback]]
what = "a report"
to = "elm"
within_days = 90
frequency = "yearly"
contents = "published tables"
clause = "8"

[security]
conditions = ["security_plan"]
clause = "6"

[[penalties]]
kind = "fixed_sum"
amount = "$100"
clause = "11"

[renewal]
kind = "by_agreement"
months = 12
notice_days = 90
clause = "10"

[[clauses]]
ref = "14"
kind = "breach_notice"
said = "shall notify the provider"
party = "hub"
days = 2

[[exhibits]]
name = "Exhibit A"
title = "Schedule"

[consent]
notice = "2026-1"
languages = ["English", "Spanish"]
signers = ["parent", "student"]
lasts_days = 365

[project]
reference = "P-1"
questions = ["Who is absent", "Why?"]
products = ["a table", "a report"]

[[milestones]]
what = "counts what was delivered"
organization = "hub"
by = 2026-05-01

[[changes]]
term = "period_days"
was = "730"
now = "365"
"""
