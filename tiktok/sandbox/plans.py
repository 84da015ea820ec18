"""The arithmetic of an upload: what chunk plan TikTok takes (contract 7.1), and which bytes come next."""

from __future__ import annotations

from dataclasses import dataclass

from .envelopes import Refusal

MAX_VIDEO_BYTES = 4_000_000_000
MIN_CHUNK_BYTES = 5_242_880  # 5 MB, binary: the larger reading
MAX_CHUNK_BYTES = 64_000_000  # 64 MB, decimal: the smaller reading
MAX_CHUNKS = 1_000


@dataclass(frozen=True)
class UploadPlan:
    """The three numbers of `source_info`. Bytes, except the count."""

    video_size: int
    chunk_size: int
    total_chunk_count: int

    def span(self, offset: int) -> tuple[int, int]:
        """First and last byte of the chunk that starts at `offset`; the final one absorbs the remainder."""
        if offset // self.chunk_size >= self.total_chunk_count - 1:
            return offset, self.video_size - 1
        return offset, offset + self.chunk_size - 1


def check_plan(plan: UploadPlan) -> None:
    """One chunk is the whole file, up to 64 MB; several are 5 to 64 MB each, counted by floor."""
    if not 0 < plan.video_size <= MAX_VIDEO_BYTES:
        raise Refusal("invalid_params", "The video size is invalid")
    if plan.chunk_size <= 0:
        raise Refusal("invalid_params", "The chunk size is invalid")
    if plan.total_chunk_count != plan.video_size // plan.chunk_size or plan.total_chunk_count > MAX_CHUNKS:
        raise Refusal("invalid_params", "The total chunk count is invalid")
    least = plan.video_size if plan.total_chunk_count == 1 else MIN_CHUNK_BYTES
    if not least <= plan.chunk_size <= MAX_CHUNK_BYTES:
        raise Refusal("invalid_params", "The chunk size is invalid")
