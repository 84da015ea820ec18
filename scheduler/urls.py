"""Addresses of the scheduler: the calendar, posts and media of one workspace, and what TikTok fetches."""

from __future__ import annotations

from django.urls import path

from scheduler.views import (
    analytics,
    bulk,
    calendar,
    compose,
    everyone,
    exports,
    imports,
    library,
    media,
    moves,
    picking,
    post_table,
    posts,
    pulls,
    repeats,
    settings,
    slots,
    snippets,
    unsaved,
    uploads,
)

WORKSPACE = "w/<slug:workspace_slug>/"
POST = f"{WORKSPACE}posts/<uuid:post_id>/"
MEDIA = f"{WORKSPACE}media/<uuid:media_id>/"
IMPORT = f"{WORKSPACE}import/<uuid:import_id>/"
SNIPPET = f"{WORKSPACE}snippets/<uuid:snippet_id>/"
REPEAT = f"{POST}repeat/"
SLOTS = f"{WORKSPACE}accounts/<uuid:account_id>/slots/"

urlpatterns = [
    path("calendar/", everyone.all_calendars, name="all_calendars"),
    path(f"{WORKSPACE}calendar/", calendar.calendar, name="calendar"),
    path(f"{WORKSPACE}calendar/fill/", moves.calendar_fill, name="calendar_fill"),
    path(f"{WORKSPACE}calendar/undo/", moves.calendar_undo, name="calendar_undo"),
    path(f"{WORKSPACE}posts/", post_table.posts, name="posts"),
    path(f"{WORKSPACE}posts/history/", post_table.post_history, name="post_history"),
    path(f"{WORKSPACE}posts/views/", post_table.filter_save, name="filter_save"),
    path(f"{WORKSPACE}posts/views/<uuid:filter_id>/remove/", post_table.filter_remove, name="filter_remove"),
    path(f"{WORKSPACE}posts/bulk/", bulk.posts_bulk, name="posts_bulk"),
    path(f"{WORKSPACE}posts/bulk/done/", bulk.posts_bulk_done, name="posts_bulk_done"),
    path(f"{WORKSPACE}posts/bulk/undo/", bulk.posts_bulk_undo, name="posts_bulk_undo"),
    path(f"{WORKSPACE}posts/export/", exports.posts_export, name="posts_export"),
    path(f"{WORKSPACE}import/", imports.import_begin, name="import_begin"),
    path(f"{WORKSPACE}import/template/", imports.import_template, name="import_template"),
    path(IMPORT, imports.import_table, name="import_table"),
    path(f"{IMPORT}review/", imports.import_review, name="import_review"),
    path(f"{WORKSPACE}posts/new/", compose.post_new, name="post_new"),
    path(f"{WORKSPACE}posts/unsaved/", unsaved.post_unsaved, name="post_unsaved"),
    path(f"{WORKSPACE}posts/unsaved/<uuid:place>/media/", picking.media_pick, name="media_pick"),
    path(f"{WORKSPACE}snippets/", snippets.snippets, name="snippets"),
    path(SNIPPET, snippets.snippet_edit, name="snippet_edit"),
    path(f"{SNIPPET}delete/", snippets.snippet_delete, name="snippet_delete"),
    path(POST, posts.post_detail, name="post_detail"),
    path(f"{POST}edit/", compose.post_edit, name="post_edit"),
    path(f"{POST}move/", moves.post_move, name="post_move"),
    path(f"{POST}cancel/", posts.post_cancel, name="post_cancel"),
    path(f"{POST}draft/", posts.post_to_drafts, name="post_to_drafts"),
    path(f"{POST}try-again/", posts.post_try_again, name="post_try_again"),
    path(f"{POST}retry/", posts.post_retry, name="post_retry"),
    path(f"{POST}reschedule/", posts.post_reschedule, name="post_reschedule"),
    path(f"{POST}answer/", posts.post_answer, name="post_answer"),
    path(f"{POST}posted/", posts.post_mark_posted, name="post_mark_posted"),
    path(f"{WORKSPACE}uploads/", uploads.upload_new, name="upload_new"),
    path(f"{WORKSPACE}uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path(f"{WORKSPACE}media/", library.library, name="library"),
    path(f"{MEDIA}details/", library.library_file, name="library_file"),
    path(f"{MEDIA}tags/", library.media_tags, name="media_tags"),
    path(f"{MEDIA}rename/", library.media_rename, name="media_rename"),
    path(f"{MEDIA}delete/", library.media_remove, name="media_remove"),
    path(MEDIA, media.media_fragment, name="media_fragment"),
    path(f"{MEDIA}cover/", media.media_cover, name="media_cover"),
    path(f"{MEDIA}video/", media.media_video, name="media_video"),
    path(f"{MEDIA}image/", media.media_image, name="media_image"),
    path(f"{WORKSPACE}repeats/", repeats.repeat_list, name="repeat_list"),
    path(REPEAT, repeats.post_repeat, name="post_repeat"),
    path(f"{REPEAT}start/", repeats.repeat_start, name="repeat_start"),
    path(f"{REPEAT}stop/", repeats.repeat_stop, name="repeat_stop"),
    path(f"{REPEAT}skip/", repeats.repeat_skip, name="repeat_skip"),
    path(f"{REPEAT}match/", repeats.repeat_match, name="repeat_match"),
    path(f"{REPEAT}agree/", repeats.repeat_agree, name="repeat_agree"),
    path(f"{WORKSPACE}analytics/", analytics.analytics, name="analytics"),
    path(f"{WORKSPACE}analytics/export/", analytics.analytics_export, name="analytics_export"),
    path(SLOTS, slots.account_slots, name="account_slots"),
    path(f"{SLOTS}add/", slots.slots_add, name="slots_add"),
    path(f"{SLOTS}remove/", slots.slots_remove, name="slots_remove"),
    path(f"{SLOTS}copy/", slots.slots_copy, name="slots_copy"),
    path(f"{WORKSPACE}publishing/", settings.publishing_settings, name="publishing_settings"),
    path(f"{WORKSPACE}publishing/pause/", settings.publishing_pause, name="publishing_pause"),
    path(f"{WORKSPACE}publishing/resume/", settings.publishing_resume, name="publishing_resume"),
    path("pull/<str:pull_token>.<slug:pull_suffix>", pulls.pull, name="pull"),
]
