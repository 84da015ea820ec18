from __future__ import annotations

import hashlib

import pytest

from tests.benchmarks.sparse import BLOCK, KNOWN, digest
from tiktok.client.chunks import LARGEST_VIDEO


@pytest.mark.parametrize("size", [0, 1, len(BLOCK) - 1, len(BLOCK), 2 * len(BLOCK) + 7])
def test_the_digest_of_zeros_is_that_of_so_many_zeros(size):
    assert digest(size) == hashlib.sha256(bytes(size)).hexdigest()


def test_the_digest_of_the_largest_video_is_known():
    """Its value is what `digest` gave once, in ten seconds; the engine refuses the file if it is wrong."""
    assert set(KNOWN) == {LARGEST_VIDEO}
    assert len(bytes.fromhex(KNOWN[LARGEST_VIDEO])) == hashlib.sha256().digest_size
