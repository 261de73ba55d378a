"""Prepare a linkage run: the deliveries it reads, their findings, and the files it makes."""
