"""Many posts at once: from a list and a pile of files to rows that people mend, and from rows to posts.

`lists` reads a CSV, `words` what its cells mean, `matching` finds the files that a row names, `checking` says what is
wrong with a row, `table` gathers them, `keeping` holds all of it between two visits, `adding` makes rows of files that
no row names, `placing` gives rows the times of free slots, and `storing` makes posts of them. What a post must satisfy
is said elsewhere (`forms`, `content`, `authoring`).
"""
