"""How gunicorn serves the site, on one machine and in the container alike (`gunicorn -c python:config.gunicorn`)."""

from __future__ import annotations

import gc
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from config.discretion import without_locks

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = 2
logger_class = "config.gunicorn.DiscreetLogger"
threads = 8
preload_app = True  # the workers share what was loaded
graceful_timeout = 25
# Its control socket has one name for all instances of a user, so two stacks would share it.
control_socket_disable = True
accesslog = "-"
errorlog = "-"
# The path without its query: the OAuth callback carries the code and the state there.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms %({x-request-id}o)s'


class DiscreetLogger(Logger):  # type: ignore[misc]
    """An address that is its own lock stands in no log (R-25)."""

    def atoms(self, *arguments: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(*arguments)
        found["U"] = without_locks(str(found["U"]))
        return found


def when_ready(server: Any) -> None:
    """Before the workers fork: keep the collector from touching, and so copying, what they share."""
    gc.collect()
    gc.freeze()
