"""Receive deliveries from partners and record how their columns are read. See README.md."""
