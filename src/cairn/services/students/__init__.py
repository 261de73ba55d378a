"""The pages about single students, for those who serve them."""
