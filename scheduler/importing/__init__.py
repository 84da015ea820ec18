"""Many posts at once: from a list and a pile of videos to rows that people mend, and from rows to posts.

`lists` reads a CSV, `words` what its cells mean, `matching` finds the file that a row names, `table` says what is
wrong with each row, `keeping` holds all of it between two visits, `placing` gives rows the times of free slots, and
`storing` makes posts of them. What a post must satisfy is said elsewhere (`forms`, `content`, `authoring`).
"""
