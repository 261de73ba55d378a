"""Records of single students, ready for the pages of those who serve them."""
