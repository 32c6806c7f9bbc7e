"""No host, no page: the middleware chooses the list of pages by host.

A fault before that, or in the middleware below it, has the same calm page as every other.
"""

from config.urls_common import handler500

__all__ = ["handler500", "urlpatterns"]

urlpatterns: list[object] = []
