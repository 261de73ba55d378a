"""The record of every request for data and every disclosure (34 CFR 99.32)."""
