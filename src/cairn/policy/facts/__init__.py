"""Frozen facts about one noun each, as they are on record on a date."""

from cairn.policy.facts.agreements.agreement import *
from cairn.policy.facts.agreements.agreement_clause import *
from cairn.policy.facts.agreements.agreement_parts import *
from cairn.policy.facts.agreements.agreement_terms import *
from cairn.policy.facts.agreements.criterion import *
from cairn.policy.facts.agreements.data_dictionary import *
from cairn.policy.facts.agreements.population import *
from cairn.policy.facts.agreements.state_review import *
from cairn.policy.facts.data.breach import *
from cairn.policy.facts.data.delivery import *
from cairn.policy.facts.data.file_request import *
from cairn.policy.facts.data.legal_process import *
from cairn.policy.facts.data.record_keeping import *
from cairn.policy.facts.data.use import *
from cairn.policy.facts.outputs.dashboard import *
from cairn.policy.facts.outputs.extract import *
from cairn.policy.facts.outputs.release import *
from cairn.policy.facts.people.access import *
from cairn.policy.facts.people.organization import *
from cairn.policy.facts.projects.committee import *
from cairn.policy.facts.projects.project import *
from cairn.policy.facts.students.amendment import *
from cairn.policy.facts.students.circumstance import *
from cairn.policy.facts.students.consent import *
from cairn.policy.facts.students.nation import *
from cairn.policy.facts.students.student import *
