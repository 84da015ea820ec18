"""The numbers that posts and accounts earn at TikTok: fetched, kept, drawn.

`turns` chooses whose turn it is and `measuring` asks TikTok; both only ever add rows. `counts` reads those rows for
pages and `chart` draws them; `page` and `panel` gather what a page shows, `obstacles` says why numbers are missing, and
`exports` takes them out. Nothing here touches a post: that it is live is `scheduler.confirm`'s to know.
"""
