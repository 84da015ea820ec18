"""The sentences of the code tables, each written once (`ui.md` sections 3.2 and 5.7).

Grouped by what a person can do about it. Tables name a sentence; several codes may share one.
"""

from __future__ import annotations

from typing import Final

from tiktok.client.codes.rows import Words

# The connection
LOST_CONNECTION: Final = Words(
    "We lost the connection to {account}",
    "TikTok no longer accepts our access to {account}, and refreshing it didn't help. Its posts wait until "
    "you reconnect.",
    "Reconnect",
)
DISCONNECTED: Final = Words(
    "{account} disconnected us from TikTok",
    "Our access was removed or has ended. Every post of {account} waits until its owner reconnects.",
    "Reconnect",
)
NOT_ALLOWED_TO_POST: Final = Words(
    "{account} didn't allow us to post",
    "A permission was left out when {account} was connected. Its posts wait until it is allowed.",
    "Reconnect and allow posting",
)
ACCESS_DENIED: Final = Words(
    "TikTok didn't connect the account",
    "The request was declined on TikTok's page, so nothing was connected.",
    "Connect again",
)

# Limits
DAILY_LIMIT: Final = Words(
    "{account} reached TikTok's limit for today",
    "TikTok counts posts from all apps over 24 hours, and {account} has used them up.",
    "Pick a time",
)
DRAFTS_WAITING: Final = Words(
    "5 drafts are waiting in {account}'s TikTok inbox",
    "TikTok takes no more until some of them are finished or deleted in the TikTok app.",
    "I've finished them, try again",
)
BUSY: Final = Words(
    "TikTok is busy",
    "Nothing is wrong with your post or with {account}. We try again by ourselves.",
    "Try now",
)
TRY_LATER: Final = Words(
    "TikTok asks to try again later",
    "{account} can't post through an app right now, because a daily limit is used up. It ends within 24 "
    "hours.",
    "Tell me when it works",
)

# What the author can change
PRIVACY_GONE: Final = Words(
    "{account} can't post to the chosen audience any more",
    "The account's TikTok settings changed since this was planned. We never choose another audience for you.",
    "Choose who can watch",
)
TOO_LONG: Final = Words(
    "The video is too long for {account}",
    "TikTok sets the longest video for each account, and this one is longer.",
    "Replace the video",
)
UNREADABLE_FORMAT: Final = Words(
    "TikTok can't read this video",
    "Its format is not one that TikTok takes. Export it as MP4 with H.264.",
    "Replace the video",
)
UNREADABLE_RATE: Final = Words(
    "TikTok can't read this video",
    "TikTok needs 23 to 60 frames per second. Export it at 30.",
    "Replace the video",
)
UNREADABLE_SIZE: Final = Words(
    "TikTok can't read this video",
    "TikTok needs 360 to 4096 pixels on each side of a video, and at most 1080p for a photo.",
    "Replace the video",
)
UNREADABLE_UPLOAD: Final = Words(
    "TikTok can't read this file",
    "TikTok refused the file itself. Export it again, as MP4 with H.264.",
    "Replace the video",
)
RISKY_CAPTION: Final = Words(
    "TikTok found the caption risky",
    "TikTok doesn't post it with this text. Change it, and schedule the post again.",
    "Edit the caption",
)
OLD_APP: Final = Words(
    "The TikTok app of {account} is too old",
    "Drafts need TikTok 31.8 or newer on the phone that finishes them.",
    "I've updated it, try again",
)
REFUSED_SETTINGS: Final = Words(
    "TikTok refused this post's settings",
    "Something in the post is outside what TikTok accepts. Check the caption and the settings, then "
    "schedule it again.",
    "Edit the post",
)
NOT_POSTING: Final = Words(
    "TikTok doesn't let {account} post right now",
    "TikTok decided this, and it doesn't say for how long. The TikTok app shows what it says to the "
    "account's owner.",
    "Open TikTok",
)
CANCELLED: Final = Words(
    "This post was cancelled",
    "We asked TikTok to stop it, and TikTok did. Nothing was posted.",
    "Schedule it again",
)

# What the operator can change
PRIVATE_ONLY: Final = Words(
    "Until TikTok approves this app, {account} must be a private account",
    "It is the account that has to be private, not only the post. The setting stands in the TikTok app, "
    "under Privacy.",
    "Show me how",
)
CANNOT_FETCH: Final = Words(
    "TikTok couldn't fetch the media from our server",
    "The file is safe with us; TikTok didn't get it. The people who run this service have been told.",
    "Try now",
)
OUR_SETUP: Final = Words(
    "This app's connection to TikTok isn't set up correctly",
    "Nothing is wrong with {account}. The people who run this service have been told, and posts wait until "
    "it is fixed.",
    "See what waits",
)
OUR_MISTAKE: Final = Words(
    "TikTok didn't understand our request",
    "Nothing is wrong with {account}. The people who run this service have been told.",
    "Try now",
)
UNKNOWN_POST: Final = Words(
    "TikTok doesn't know this post",
    "TikTok has no record of it under {account}. Check the profile before you post it again.",
    "Check now",
)
TOO_LATE_TO_CANCEL: Final = Words(
    "TikTok can't stop this post any more",
    "It is already being processed and will appear on {account}'s profile.",
    "Check now",
)
UNKNOWN_REFUSAL: Final = Words(
    "TikTok refused this for a reason we don't know",
    "The people who run this service have been told. The technical details hold what TikTok said.",
    "See the details",
)
UNKNOWN_FAILURE: Final = Words(
    "TikTok didn't post this, for a reason we don't know",
    "Nothing was posted. The technical details hold what TikTok said.",
    "See the details",
)

# The upload, and the line itself
UPLOAD_RESTARTS: Final = Words(
    "TikTok ended the upload",
    "An upload stays open for an hour at most. Nothing was posted, and we start it again.",
    "Try now",
)
UPLOAD_RESUMES: Final = Words(
    "The upload to TikTok was interrupted",
    "We ask TikTok what has arrived and go on from there.",
    "Try now",
)
UNREACHABLE: Final = Words(
    "We couldn't reach TikTok",
    "Nothing was sent. We try again by ourselves.",
    "Try now",
)
NO_ANSWER: Final = Words(
    "TikTok didn't answer",
    "We try again by ourselves, and we never send the same post twice.",
    "Try now",
)
ANSWER_LOST: Final = Words(
    "Did this go out?",
    "TikTok may have received our request, but its answer never arrived. We ask TikTok before anything is "
    "sent again.",
    "Check now",
)
