"""What the scheduler remembers, one story a file: from uploads and posts to the numbers that these earned."""

from __future__ import annotations

from scheduler.models.attempts import MAX_ATTEMPTS, PublishAttempt, Pull
from scheduler.models.base import ClockTimestamp
from scheduler.models.composing import MAX_SNIPPET, Snippet, UnsavedPost
from scheduler.models.filters import SavedFilter
from scheduler.models.imports import BulkImport
from scheduler.models.lanes import Lane
from scheduler.models.media import Media, MediaKind, MediaStatus
from scheduler.models.numbers import COUNTED, AccountNumbers, PostNumbers, Reading
from scheduler.models.posts import MAX_IMAGES, Post, PostEvent, PostImage
from scheduler.models.repeats import Repeat, RepeatCopy
from scheduler.models.slots import PostingSlot
from scheduler.models.switches import Installation, PublishingSettings
from scheduler.models.tags import MAX_TAG, MediaTag
from scheduler.models.uploads import Upload
from scheduler.models.watches import CreatorWatch

__all__ = [
    "COUNTED",
    "MAX_ATTEMPTS",
    "MAX_IMAGES",
    "MAX_SNIPPET",
    "MAX_TAG",
    "AccountNumbers",
    "BulkImport",
    "ClockTimestamp",
    "CreatorWatch",
    "Installation",
    "Lane",
    "Media",
    "MediaKind",
    "MediaStatus",
    "MediaTag",
    "Post",
    "PostEvent",
    "PostImage",
    "PostNumbers",
    "PostingSlot",
    "PublishAttempt",
    "PublishingSettings",
    "Pull",
    "Reading",
    "Repeat",
    "RepeatCopy",
    "SavedFilter",
    "Snippet",
    "UnsavedPost",
    "Upload",
]
