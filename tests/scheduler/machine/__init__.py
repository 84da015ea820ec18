"""The world in which the engine is tried in every order of events.

A clock that can be moved, workers that stop anywhere, a TikTok that answers as told. The engine, the database and the
client's parsers are the real ones.
"""
