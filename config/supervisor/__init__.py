"""Runs everything Oncue consists of on one machine: `manage.py up`, and `stack()` for `make demo` and tests.

It knows processes, ports, logs and folders; what the processes do is none of its business. It is told from
`config/embedded` by scope: that starts a database server, this starts Oncue.
"""
