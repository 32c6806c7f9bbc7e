"""Verbs of backup (バックアップ): take, keep the keys apart, restore, put back in place, rehearse.

A backup holds everything of one municipality but its keys and sign-ins, sealed under a backup key
that opens nothing else. Residents' data opens only with three things: this file, the keys' own
backup, and the key file of the house (ADR 0018).
"""

from privacy.backups._backup_key import BackupKey as BackupKey
from privacy.backups._backup_key import read as read_backup_key
from privacy.backups._keys import keep_keys as keep_keys
from privacy.backups._manifest import Manifest as Manifest
from privacy.backups._put_back import PutBack as PutBack
from privacy.backups._put_back import put_back as put_back
from privacy.backups._put_back import shred_spoiled as shred_spoiled
from privacy.backups._refusals import BackupRefused as BackupRefused
from privacy.backups._restore import rehearse as rehearse
from privacy.backups._restore import restore as restore
from privacy.backups._take import last_taken_at as last_taken_at
from privacy.backups._take import take as take

__all__ = [
    "BackupKey",
    "BackupRefused",
    "Manifest",
    "PutBack",
    "keep_keys",
    "last_taken_at",
    "put_back",
    "read_backup_key",
    "rehearse",
    "restore",
    "shred_spoiled",
    "take",
]
