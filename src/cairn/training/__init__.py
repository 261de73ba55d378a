"""Who may touch: confidentiality, training, clearance."""
