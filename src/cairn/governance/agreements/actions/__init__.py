"""Actions on agreements and drafts.

Each asks the policy question, changes rows and writes an audit line, in one transaction.
"""
