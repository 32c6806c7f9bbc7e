"""Password hash (safety.md 6.2): argon2id, 46 MiB, few at once."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

_few_at_once = BoundedSemaphore(4)


class Argon2(Argon2PasswordHasher):
    """Argon2 with a bounded memory bill: 4 hashes at once, 46 MiB each."""

    time_cost = 2
    memory_cost = 47_104
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash, waiting for one of four turns."""
        with _few_at_once:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        """Compare, waiting for one of four turns."""
        with _few_at_once:
            return bool(super().verify(password, encoded))
