"""Manage projects, their questions, committee reviews and authorizations."""
