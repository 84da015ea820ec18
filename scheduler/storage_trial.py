"""Whether media can be kept in the bucket that is configured: one small file goes there, comes back and is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

if TYPE_CHECKING:
    from scheduler.storage import Bucket

FOLDER = "oncue/trial"
BODY = b"Oncue may keep media here.\n"
NO_BUCKET = frozenset({"NoSuchBucket", "404"})
REFUSED = frozenset({"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"})


def trouble_with(bucket: Bucket) -> str:
    """Why not, as a sentence for the operator that holds no secret; nothing where it is all well."""
    where = f"the bucket “{bucket.bucket_name}” at {bucket.endpoint_url}"
    try:
        came_back = _try(bucket)
    except NoCredentialsError:
        return f"MEDIA_STORAGE_URL names no key for {where}, and this host has none."
    except ClientError as refused:
        return _refusal(str(refused.response["Error"]["Code"]), where)
    except BotoCoreError as silent:
        return f"MEDIA_STORAGE_URL: {where} does not answer ({type(silent).__name__})."
    return (
        "" if came_back == BODY else f"MEDIA_STORAGE_URL: {where} gave back another file than was put there."
    )


def _try(bucket: Bucket) -> bytes:
    name = {"Bucket": bucket.bucket_name, "Key": f"{FOLDER}/{uuid4()}"}
    bucket.client.put_object(**name, Body=BODY)
    came_back = bytes(bucket.client.get_object(**name)["Body"].read())
    bucket.client.delete_object(**name)
    return came_back


def _refusal(code: str, where: str) -> str:
    if code in NO_BUCKET:
        return (
            f"MEDIA_STORAGE_URL names a bucket that does not exist: {where}. Create it, or correct the name."
        )
    if code in REFUSED:
        return f"The key in MEDIA_STORAGE_URL may not write, read and delete in {where} ({code})."
    return f"MEDIA_STORAGE_URL: {where} refuses to keep a file ({code})."
