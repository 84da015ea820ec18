"""Pages of connected accounts (`accounts`) and of the way to TikTok and back (`connect`)."""
