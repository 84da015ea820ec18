"""Pages of connected accounts (`accounts`), the way to TikTok and back (`connect`), and what TikTok's servers call."""
