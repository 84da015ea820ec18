"""How gunicorn serves the site, on one machine and in the container alike (`gunicorn -c python:config.gunicorn`)."""

from __future__ import annotations

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = 2
threads = 8
graceful_timeout = 25
# Its control socket has one name for all instances of a user, so two stacks would share it.
control_socket_disable = True
accesslog = "-"
errorlog = "-"
# The path without its query: the OAuth callback carries the code and the state there.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
