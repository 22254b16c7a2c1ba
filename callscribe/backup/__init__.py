"""A backup of the archive in a folder: one dump of the database, and the recordings' files beside it."""

from callscribe.backup.manifest import Manifest
from callscribe.backup.restoring import Restored, restore
from callscribe.backup.saving import back_up

__all__ = ["Manifest", "Restored", "back_up", "restore"]
