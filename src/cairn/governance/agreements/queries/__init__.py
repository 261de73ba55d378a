"""Read agreements and drafts, limited to what the requester may see."""
