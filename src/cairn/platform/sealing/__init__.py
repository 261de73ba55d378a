"""Derive the keys of this installation, and encrypt fields of the relational database."""
