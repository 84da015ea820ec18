"""The arithmetic of an upload: how a video is cut into chunks, and where a broken upload goes on.

Pure numbers; the bytes themselves travel in `uploads`. Rules: `tiktok-api.md` section 7.1; staging:
`design.md` 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LARGEST_VIDEO: Final = 4_000_000_000
LARGEST_SINGLE_CHUNK: Final = 64_000_000
PLAIN_CHUNK: Final = 32_000_000
STAGED_CHUNK: Final = 5_242_880
# The widest reading of "5 MB to 64 MB"; the planners stay inside the narrowest.
SMALLEST_CHUNK: Final = 5_000_000
LARGEST_CHUNK: Final = 67_108_864


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """A declared upload: bytes in all, bytes per chunk, number of chunks; the last one takes the remainder.

    Raises ValueError where TikTok would refuse the three numbers.
    """

    video_size: int
    chunk_size: int
    total_chunk_count: int

    def __post_init__(self) -> None:
        check_size(self.video_size)
        if not 0 < self.chunk_size <= self.video_size:
            raise ValueError("A chunk must be at least one byte and at most the whole video.")
        if self.total_chunk_count != self.video_size // self.chunk_size:
            raise ValueError("The number of chunks must be the size divided by the chunk size, rounded down.")
        if self.total_chunk_count == 1 and self.chunk_size != self.video_size:
            raise ValueError("A single chunk must be as large as the video.")
        if self.total_chunk_count > 1 and self.chunk_size < SMALLEST_CHUNK:
            raise ValueError("Each of several chunks must be at least 5 MB.")
        if self.chunk_size > LARGEST_CHUNK:
            raise ValueError("A chunk must be at most 64 MB; only the last of several may be longer.")

    @property
    def last_index(self) -> int:
        """The index of the chunk that commits the upload."""
        return self.total_chunk_count - 1

    def span(self, index: int) -> tuple[int, int]:
        """The first and the last byte of a chunk, both included, counted from 0."""
        if not 0 <= index <= self.last_index:
            raise IndexError(f"There is no chunk {index} of {self.total_chunk_count}.")
        first = index * self.chunk_size
        return first, self.video_size - 1 if index == self.last_index else first + self.chunk_size - 1

    def length(self, index: int) -> int:
        """The number of bytes of a chunk."""
        first, last = self.span(index)
        return last - first + 1

    def content_range(self, index: int) -> str:
        """The `Content-Range` header of a chunk (section 7.2)."""
        first, last = self.span(index)
        return f"bytes {first}-{last}/{self.video_size}"

    def chunks_within(self, reported: int) -> int:
        """How many whole chunks TikTok has, from the progress it reports; also the index of the next one.

        The contract prints progress as `0-{UPLOADED_BYTES}` in a header whose form elsewhere means "last byte
        included", so the number may be a count or the index of the last byte. Chunks are accepted whole and
        are megabytes long, hence one byte more or less never changes the answer.
        """
        if reported <= 0:
            return 0
        if reported >= self.video_size - 1:
            return self.total_chunk_count
        return min((reported + 1) // self.chunk_size, self.last_index)

    def bytes_within(self, reported: int) -> int:
        """The reported progress as a count of bytes: exact at the border of a chunk, else as reported."""
        done = self.chunks_within(reported)
        border = self.video_size if done == self.total_chunk_count else done * self.chunk_size
        return border if abs(border - reported) <= 1 else reported


def check_size(video_size: int) -> None:
    """Raise ValueError, with a sentence for the person, for a file that no plan can carry."""
    if video_size <= 0:
        raise ValueError("The file is empty.")
    if video_size > LARGEST_VIDEO:
        raise ValueError("The video is larger than 4 GB, the most that TikTok takes.")


def plan_upload(video_size: int) -> ChunkPlan:
    """The plan of an ordinary upload, safe under both readings of "MB" (section 7.1)."""
    check_size(video_size)
    if video_size <= LARGEST_SINGLE_CHUNK:
        return ChunkPlan(video_size, video_size, 1)
    return ChunkPlan(video_size, PLAIN_CHUNK, video_size // PLAIN_CHUNK)


def plan_staged(video_size: int, chunk_size: int = STAGED_CHUNK) -> ChunkPlan:
    """The plan of an upload whose last chunk is kept back until the due instant: many small chunks.

    Below two chunks the whole file is the last chunk (`design.md` 4.3).
    """
    check_size(video_size)
    count = video_size // chunk_size
    return ChunkPlan(video_size, chunk_size, count) if count >= 2 else ChunkPlan(video_size, video_size, 1)
