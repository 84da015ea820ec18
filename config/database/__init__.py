"""Django's PostgreSQL backend, except that it waits a moment where the server has no connection to give."""
