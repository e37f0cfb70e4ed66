"""Whether the broker that wakes the workers answers: asked by `/healthz`."""

import redis
from django.conf import settings

PATIENCE_SECONDS = 1


def state() -> str:
    """Return "up", "down", or "in memory" where worker and broker are one process."""
    if not settings.REDIS_URL:
        return "in memory"
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS
    )
    try:
        client.ping()
    except redis.RedisError:
        return "down"
    finally:
        client.close()
    return "up"
