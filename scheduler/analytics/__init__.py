"""The numbers that posts and accounts earn at TikTok: fetched, kept, drawn.

`turns` chooses whose turn it is, `ages` what is due in it, and `measuring` asks TikTok: all they do is add rows.
`counts` and `days` add those up and `chart` draws them; `page` and `panel` gather what a page shows, `obstacles` says
why numbers are missing, and `exports` takes them out. Nothing here touches a post: that it is live is
`scheduler.confirm`'s to know.
"""
