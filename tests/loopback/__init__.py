"""The network guard of the test run; a folder of its own because child processes import it by PYTHONPATH."""
