"""A draft for the app has no words of its own: its file's name stands for it, in words."""

from __future__ import annotations

import pytest

from scheduler.templatetags.scheduler import name_in_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("autumn-loaf_v3.mp4", "Autumn loaf v3"),
        ("IMG_2041.MOV", "IMG 2041"),
        ("Rye at dawn.mp4", "Rye at dawn"),
        (".mp4", ".mp4"),
    ],
)
def test_a_file_is_called_what_a_person_would_say(name: str, words: str) -> None:
    assert name_in_words(name) == words
