"""What the calendar shows: the address as asked (`asked`), how much stands where (`tally`), and the boards.

A board draws one kind of view: `grid` the week by account or by time, `days` the month and the list. `page` puts
one of them beside filters, drafts and what needs a person; `everyone` lays several workspaces below each other.
"""
