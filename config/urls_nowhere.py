"""No host, no page: the middleware chooses the list of pages by host."""

urlpatterns: list[object] = []
