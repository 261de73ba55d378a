"""What of a page is random: a short name that must be absent can stand in it by chance."""

import re

RANDOM = re.compile(r'(?<=value=")[\w-]{40,}(?=")|(?<=nonce=")[^"]+(?=")|(?<=token=)[\w-]+')


def drop_random_values(page: str) -> str:
    """The page without form tokens and nonces: three letters stand in one of 64 by chance."""
    return RANDOM.sub("", page)
