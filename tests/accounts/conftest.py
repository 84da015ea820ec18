"""The people of `tests.people`, for every test of this folder."""

from __future__ import annotations

from tests.accounts.second_steps import one_period  # noqa: F401
from tests.people import alice, bob, charlie, elsewhere, harbour, in_harbour  # noqa: F401
