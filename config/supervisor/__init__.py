"""Runs everything Oncue consists of on one machine: `manage.py up`, and `stack()` for `make demo` and tests.

It knows processes, ports, logs and folders; what the processes do is none of its business. It is told from
`config/embedded` by scope: that starts a database server, this starts Oncue.
"""

from __future__ import annotations

from config.supervisor.errors import AlreadyRunning, PartFailed, StackError
from config.supervisor.running import Running
from config.supervisor.stack import WEB_PORT, stack, temporary_state

__all__ = ["WEB_PORT", "AlreadyRunning", "PartFailed", "Running", "StackError", "stack", "temporary_state"]
