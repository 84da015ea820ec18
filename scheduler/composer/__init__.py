"""What the composer's page shows, gathered once: form, accounts, files, time, and what to warn of.

The templates only draw. `page` holds the whole, `accounts`, `files` and `timing` its parts; what belongs to one account
is its `scheduler.destinations.Destination`. Options come from the creator's answer alone (tiktok-api.md 15 points 6 to
10); without an answer nothing is offered beyond what the person had chosen before.
"""

from scheduler.composer.page import Composer

__all__ = ["Composer"]
