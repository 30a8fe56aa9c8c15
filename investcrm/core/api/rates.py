"""How many requests an account, or an address without one, may send in a minute: counted in Redis, in one round trip.

Where Redis is away nobody is limited, and it is asked again after some seconds only, so that no answer waits for it.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60
AWAY_SECONDS = 5.0
POLICY = "default"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of the quota of the present window, and the seconds until the next one."""

    quota: int
    remaining: int
    resets_in: int
    is_exceeded: bool = False

    def headers(self) -> dict[str, str]:
        """As the IETF draft `ratelimit-headers` writes it."""
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{POLICY}";r={self.remaining};t={self.resets_in}',
        }


class _Counter:
    """The counter of this process's connection; remembers that Redis was away."""

    def __init__(self) -> None:
        self.away_until = 0.0

    def add(self, name: str) -> int | None:
        """One more under this name; how many there are now, None where Redis is away."""
        if time.monotonic() < self.away_until:
            return None
        try:
            with get_redis_connection("default").pipeline(transaction=False) as pipe:
                pipe.incr(name)
                pipe.expire(name, 2 * WINDOW_SECONDS)
                return int(pipe.execute()[0])
        except (RedisError, OSError) as error:
            self.away_until = time.monotonic() + AWAY_SECONDS
            logger.warning("Redis is away; requests are not limited: %s", error)
            return None


counter = _Counter()


def count_request(who: str) -> Allowance:
    """Count one request of this account or address."""
    quota = settings.API_RATE
    now = time.time()
    window = int(now // WINDOW_SECONDS)
    resets_in = max(1, math.ceil((window + 1) * WINDOW_SECONDS - now))
    prefix: Any = settings.CACHES["default"]["KEY_PREFIX"]
    count = counter.add(f"{prefix}:rate:{who}:{window}") or 0
    return Allowance(quota, max(0, quota - count), resets_in, is_exceeded=count > quota)
