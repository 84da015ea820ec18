from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiktok.client import ChunkPlan, plan_staged, plan_upload
from tiktok.client.chunks import STAGED_CHUNK

sizes = st.integers(1, 4_000_000_000)
plans = st.sampled_from([plan_upload, plan_staged])


# tiktok-api.md section 7.1, the table of plans.
@pytest.mark.parametrize(
    ("size", "chunk_size", "count", "last_bytes", "last_range"),
    [
        (3_000_000, 3_000_000, 1, 3_000_000, "bytes 0-2999999/3000000"),
        (5_000_000, 5_000_000, 1, 5_000_000, "bytes 0-4999999/5000000"),
        (5_242_880, 5_242_880, 1, 5_242_880, "bytes 0-5242879/5242880"),
        (50_000_000, 50_000_000, 1, 50_000_000, "bytes 0-49999999/50000000"),
        (64_000_000, 64_000_000, 1, 64_000_000, "bytes 0-63999999/64000000"),
        (64_000_001, 32_000_000, 2, 32_000_001, "bytes 32000000-64000000/64000001"),
        (67_108_864, 32_000_000, 2, 35_108_864, "bytes 32000000-67108863/67108864"),
        (65_000_000, 32_000_000, 2, 33_000_000, "bytes 32000000-64999999/65000000"),
        (1_000_000_000, 32_000_000, 31, 40_000_000, "bytes 960000000-999999999/1000000000"),
        (1_073_741_824, 32_000_000, 33, 49_741_824, "bytes 1024000000-1073741823/1073741824"),
        (4_000_000_000, 32_000_000, 125, 32_000_000, "bytes 3968000000-3999999999/4000000000"),
    ],
)
def test_an_ordinary_plan_is_the_one_of_the_contract(
    size: int, chunk_size: int, count: int, last_bytes: int, last_range: str
) -> None:
    plan = plan_upload(size)
    assert (plan.video_size, plan.chunk_size, plan.total_chunk_count) == (size, chunk_size, count)
    assert plan.length(plan.last_index) == last_bytes
    assert plan.content_range(plan.last_index) == last_range


def test_the_official_example_gives_five_chunks() -> None:
    plan = ChunkPlan(50_000_123, 10_000_000, 5)
    assert [plan.length(index) for index in range(5)] == [10_000_000] * 4 + [10_000_123]
    assert plan.content_range(0) == "bytes 0-9999999/50000123"
    assert plan.content_range(4) == "bytes 40000000-50000122/50000123"


@pytest.mark.parametrize(
    ("size", "chunk_size", "count", "last_bytes"),
    [
        (1, 1, 1, 1),
        (5_242_880, 5_242_880, 1, 5_242_880),
        (10_485_759, 10_485_759, 1, 10_485_759),
        (10_485_760, 5_242_880, 2, 5_242_880),
        (64_000_001, 5_242_880, 12, 6_328_321),
        (4_000_000_000, 5_242_880, 762, 10_168_320),
    ],
)
def test_a_staged_plan_keeps_back_a_small_last_chunk(
    size: int, chunk_size: int, count: int, last_bytes: int
) -> None:
    plan = plan_staged(size)
    assert (plan.chunk_size, plan.total_chunk_count) == (chunk_size, count)
    assert plan.length(plan.last_index) == last_bytes


@given(size=sizes, planner=plans)
def test_a_plan_always_obeys_the_rule_of_its_count(size: int, planner) -> None:
    plan = planner(size)
    assert plan.total_chunk_count == plan.video_size // plan.chunk_size
    assert plan.total_chunk_count != 1 or plan.chunk_size == plan.video_size
    assert 1 <= plan.total_chunk_count <= 1000


@given(size=sizes, planner=plans)
def test_a_plan_stays_inside_both_readings_of_a_megabyte(size: int, planner) -> None:
    plan = planner(size)
    assert plan.chunk_size <= 64_000_000
    assert plan.length(plan.last_index) <= 128_000_000
    if plan.total_chunk_count > 1:
        assert plan.chunk_size >= 5_242_880


@given(size=sizes, planner=plans)
def test_the_chunks_cover_every_byte_once(size: int, planner) -> None:
    plan, expected = planner(size), 0
    for index in range(plan.total_chunk_count):
        first, last = plan.span(index)
        assert first == expected
        assert last - first + 1 == plan.length(index)
        expected = last + 1
    assert expected == size


@given(size=st.integers(2 * STAGED_CHUNK, 4_000_000_000))
def test_the_last_chunk_of_a_staged_plan_is_5_to_10_and_a_half_megabytes(size: int) -> None:
    plan = plan_staged(size)
    assert 5_242_880 <= plan.length(plan.last_index) < 10_485_760


@given(size=sizes, planner=plans, data=st.data())
def test_progress_reads_the_same_as_a_count_and_as_a_last_byte(size: int, planner, data) -> None:
    plan = planner(size)
    done = data.draw(st.integers(0 if size > 1 else 1, plan.total_chunk_count))
    count = size if done == plan.total_chunk_count else done * plan.chunk_size
    readings = [count] if count <= 1 else [count, count - 1]
    for reading in readings:
        assert plan.chunks_within(reading) == done
        assert plan.bytes_within(reading) == count


@given(planner=plans, size=st.integers(20_000_000, 4_000_000_000), data=st.data())
def test_progress_inside_a_chunk_goes_back_to_its_beginning(planner, size: int, data) -> None:
    plan = planner(size)
    index = data.draw(st.integers(0, plan.last_index))
    first, last = plan.span(index)
    reported = data.draw(st.integers(first + 2, last - 2))
    assert plan.chunks_within(reported) == index
    assert plan.bytes_within(reported) == reported


def test_progress_beyond_the_video_means_everything() -> None:
    plan = plan_upload(70_000_000)
    assert plan.chunks_within(80_000_000) == plan.total_chunk_count


@pytest.mark.parametrize("planner", [plan_upload, plan_staged])
@pytest.mark.parametrize(
    ("size", "sentence"),
    [(0, "The file is empty."), (-1, "The file is empty."), (4_000_000_001, "larger than 4 GB")],
)
def test_a_file_that_no_plan_can_carry_is_refused_in_words(planner, size: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        planner(size)


@pytest.mark.parametrize(
    ("size", "chunk_size", "count"),
    [
        (100_000_000, 64_000_000, 2),  # ceil instead of floor (quirk 7)
        (100_000_000, 64_000_000, 1),  # count 1 with another chunk size (quirk 6)
        (100_000_000, 100_000_000, 1),  # one chunk over 64 MB
        (20_000_000, 4_000_000, 5),  # chunks under 5 MB
        (10, 0, 1),
        (10, 11, 0),
    ],
)
def test_numbers_that_tiktok_would_refuse_make_no_plan(size: int, chunk_size: int, count: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        ChunkPlan(size, chunk_size, count)


@pytest.mark.parametrize("index", [-1, 2])
def test_a_chunk_outside_the_plan_is_refused(index: int) -> None:
    with pytest.raises(IndexError):
        plan_upload(64_000_001).span(index)
