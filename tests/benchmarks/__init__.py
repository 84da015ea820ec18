"""`make bench`: what Oncue promises, measured beside its peers and its limits in one run on this machine.

A *scenario* sets a scene and measures it; a *row* is one line of the table, judged against its goal. Reading order:
`rows` and `lateness` (pure), `bench` (the run), `load` (posts), `burst` (arrivals), then `scenarios/`.
"""
