"""Who is who: which records of which partners are of one child."""
