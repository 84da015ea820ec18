"""`python -m tiktok.sandbox --port 8010 --state .data/sandbox.json`: the sandbox without Django."""

from __future__ import annotations

import argparse

from .server import add_arguments, options_from, serve

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tiktok.sandbox", description="Run the TikTok sandbox.")
    add_arguments(parser)
    serve(options_from(vars(parser.parse_args())))
