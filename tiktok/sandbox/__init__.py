"""A stand-in for TikTok: a process of its own that keeps to the contract, so no credentials are needed.

It is a server, not a mock: the app reaches it over HTTP through the two base URLs and cannot tell it by anything
but its address. It imports nothing of ours. Where the contract is silent (`tiktok-api.md` 19.4) it takes the stricter
reading, and the module that does so says it. Reading order: `endpoints`, `state`, `app`, then one module per surface.
"""
