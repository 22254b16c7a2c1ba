"""The blob store: recordings and decoded audio, in a folder or on S3."""
