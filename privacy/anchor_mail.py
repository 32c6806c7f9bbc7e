"""A second place for heads: the ward's own mailbox."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy import lookouts
from privacy.anchor_lines import Anchored, written

BODY = gettext_noop(
    "閲覧記録の連鎖の写しです。個人情報は含みません。このメールは消さずに保存してください。\n"
    "記録が書き換えられていないかを確かめるときに、保存したメールを検証に使います。"
)


def tell(anchored: Anchored) -> str | None:
    """Mail the head; an error's name, "" when the server took it, None where it is not wished."""
    wished = lookouts.lookout()
    if not (wished.heads_by_mail and wished.mailbox):
        return None
    subject = _("閲覧記録の写し %(number)s") % {"number": anchored.number}
    return lookouts.mail_ward(subject=subject, body=f"{_(BODY)}\n\n{written(anchored)}\n")
