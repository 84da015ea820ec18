"""Why a stack did not start, or did not go on; each text is a sentence for the terminal."""

from __future__ import annotations


class StackError(Exception):
    """The branch to catch: the message says what happened and where to look."""


class AlreadyRunning(StackError):
    """Another stack works in the same state folder."""


class PartFailed(StackError):
    """A part did not get ready, or ended too often."""
