"""`python -m config.probe URL`: the container's health check, which has no curl.

It asks as the public host would be asked, because the site answers to no other name.
"""

from __future__ import annotations

import http.client
import sys
from urllib.parse import urlsplit

from config import env

SECONDS = 5


def answers(url: str) -> bool:
    """Whether a GET of this plain-http URL, in the name of `PUBLIC_BASE_URL`, answers 200."""
    target = urlsplit(url)
    host = urlsplit(env.url("PUBLIC_BASE_URL", url)).netloc
    link = http.client.HTTPConnection(target.hostname or "", target.port, timeout=SECONDS)
    try:
        link.request("GET", target.path, headers={"Host": host})
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1]) else 1)
