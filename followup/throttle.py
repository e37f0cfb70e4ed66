"""How often something may be asked within an hour, counted in the cache: against a guesser and a calendar gone wild."""

import hashlib

from django.core.cache import cache
from redis.exceptions import RedisError

PERIOD_SECONDS = 3600


def is_over(what: str, key: str, *, most: int) -> bool:
    """Count one more asking; say whether these are more than `most` within the period.

    Without the cache nobody is refused: what this guards is guarded by its own secret as well.
    """
    # A digest, because a key of the cache holds neither spaces nor any length.
    name = f"throttle:{what}:{hashlib.sha256(key.encode()).hexdigest()}"
    try:
        cache.add(name, 0, PERIOD_SECONDS)
        return cache.incr(name) > most
    except (RedisError, OSError, ValueError):
        return False
