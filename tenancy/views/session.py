"""Door: how long one's session still lives, and that one is still here."""

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tenancy import sessions
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of


@policy(staff_may(Permission.STAFF_HOME))
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """A look tells how long is left; a POST says "still here". Pages of before learn the token."""
    now = timezone.now()
    if request.method == "POST":
        sessions.go_on(request.session, at=now)
    return JsonResponse(
        {
            "left": sessions.seconds_left(request.session, at=now),
            "may_go_on": sessions.may_go_on(request.session, at=now),
            "whose": str(staff_of(request).pk),
            "token": get_token(request),
        }
    )
