"""Where media is kept, read from one address: a folder of this machine, or a bucket of an S3-compatible server.

/srv/oncue/media  or  file:///srv/oncue/media
s3://KEY:SECRET@HOST/BUCKET?region=REGION      over https; s3+http:// for a server on the same machine
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

LOCAL = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
SCHEMES = {"s3": "https", "s3+http": "http"}
ANY_REGION = "us-east-1"
"""What servers that have no regions expect in a signature."""


def read(address: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    """The folder for what lies on this machine, and Django's entry in STORAGES for media.

    Without an address both are `folder`. Raises ValueError, with a sentence that repeats nothing of the address.
    """
    if "://" not in address or address.startswith("file://"):
        return Path(address.removeprefix("file://") or folder), LOCAL
    parts = urlsplit(address)
    bucket = parts.path.strip("/")
    if parts.scheme not in SCHEMES or not parts.hostname or not bucket or "/" in bucket:
        raise ValueError("it is a folder, or s3://KEY:SECRET@HOST/BUCKET")
    if bool(parts.username) != bool(parts.password) or "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("a key needs its secret; a / in either is written %2F, ? is %3F, # is %23")
    return folder, {"BACKEND": "scheduler.storage.Bucket", "OPTIONS": _options(parts, bucket)}


def _options(parts: SplitResult, bucket: str) -> dict[str, Any]:
    """As django-storages calls them. Without a key boto3 looks for one where the host keeps it."""
    host = parts.netloc.rpartition("@")[2]
    asked = parse_qs(parts.query).get("region", [""])[0]
    return {
        "bucket_name": bucket,
        "endpoint_url": f"{SCHEMES[parts.scheme]}://{host}",
        "region_name": asked or _region_of(parts.hostname or ""),
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
    }


def _region_of(host: str) -> str:
    """Amazon's hosts name it: s3.eu-central-1.amazonaws.com."""
    labels = host.split(".")
    named = host.endswith(".amazonaws.com") and len(labels) == 4 and labels[0] == "s3"
    return labels[1] if named else ANY_REGION
