"""The pages of the scheduler, one module per family. Each view fetches scoped, validates, calls a verb, renders."""
