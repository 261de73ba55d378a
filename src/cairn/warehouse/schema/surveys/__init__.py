"""Describe surveys: their forms, their questions, and how their answers become rows."""
