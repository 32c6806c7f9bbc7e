"""Takes a transaction that was lost while a freed place was offered for one that is done."""

from typing import Any

import config.wsgi
from booking.waiting_list import _offering

application = config.wsgi.application


class _Never:
    @staticmethod
    def get_rollback(**_: Any) -> bool:
        return False


vars(_offering)["transaction"] = _Never
