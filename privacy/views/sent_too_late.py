"""Door: what was sent after the session had ended; nothing typed is lost without a word."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from privacy import laid_by
from privacy.kept_posts import KeptPost
from tenancy.permissions import Permission
from tenancy.policies import policy, staff_may, staff_of


@policy(staff_may(Permission.STAFF_HOME))
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sent_too_late(request: HttpRequest) -> HttpResponse:
    """Show what waits, and send it or throw it away.

    A door that finds nobody signed in hands its own request in: then what it sent is laid by.
    """
    if request.path != reverse("sent_too_late"):
        return _lay_by(request)
    kept = laid_by.waiting(request.session, staff=staff_of(request), at=timezone.now())
    if kept is None:
        messages.info(request, _("保管している内容はありません。"))
        return redirect("staff_home")
    if request.method != "POST":
        facts = {"kept": kept, "words": laid_by.words(kept), "may_send": _may_send(kept)}
        return render(request, "privacy/sign_in/sent_too_late.html", facts)
    laid_by.drop(request.session)
    if request.POST.get("what") != "send" or not _may_send(kept):
        return redirect(kept.back)
    return render(request, "privacy/sign_in/go_on.html", {"kept": kept})


def _may_send(kept: KeptPost) -> bool:
    """What weighs most is typed anew: somebody else may have sat at the screen meanwhile."""
    return not resolve(kept.path.partition("?")[0]).func.policy.fresh  # type: ignore[attr-defined]


def _lay_by(request: HttpRequest) -> HttpResponse:
    is_kept = laid_by.lay_by(request, at=timezone.now())
    if is_kept:
        words = _(
            "ログインの有効期間が過ぎていたため、まだ送られていません。入力した内容は暗号化して30分間保管しています。同じ方がログインすると、続けて送れます。"
        )
    else:
        words = _(
            "ログインの有効期間が過ぎていたため、送られていません。パスワードやファイルを含む内容は保管できないため、ログインしてから、もう一度入力してください。"
        )
    messages.warning(request, words)
    wanted = reverse("sent_too_late") if is_kept else "/"
    return redirect_to_login(wanted, reverse("account_login"))
