"""The blob store: recordings and decoded audio, in a folder or on S3."""

from callscribe.blobs.blobs import Blobs, StoredBlob
from callscribe.blobs.failures import BlobForbidden, BlobNotFound

__all__ = ["BlobForbidden", "BlobNotFound", "Blobs", "StoredBlob"]
