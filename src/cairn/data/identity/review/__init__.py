"""Prepare clerical review: doubtful matches, decisions, samples and measured accuracy."""
