"""What is wrong with the access log, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.verifying import Finding, Kind

WORDS: dict[Kind, str | Promise] = {
    Kind.CHANGED: _("記録または順序が、綴じたときと違います。"),
    Kind.LINE_GONE: _("綴じた記録がなくなっています。"),
    Kind.LINK_GONE: _("連鎖の環がなくなっています。"),
    Kind.STRANGER: _("綴じる手順を通らずに入れられた記録があります。"),
    Kind.TWICE: _("同じ記録が二つの環にあります。"),
    Kind.CUT_OFF: _("第二の場所の写しより連鎖が短く、末尾が切り取られています。"),
    Kind.OTHER_HEAD: _("第二の場所の写しと違います。連鎖が書き直されています。"),
    Kind.FALSE_CUT: _("保存期間による切り離しの署名が正しくありません。"),
    Kind.PLACE: _("第二の場所の写しが失われているか、読めません。"),
    Kind.CLOCK: _("時刻が合いません。あとから差し込まれたか、時計が変えられています。"),
    Kind.NOT_LINKED: _("長く綴じられていない記録があります。綴じる係が動いていません。"),
}


def words_of(finding: Finding) -> str:
    """A finding and where it is."""
    where = ""
    if finding.number is not None:
        where += f" [{_('環')} {finding.number}]"
    if finding.entry_id is not None:
        where += f" [{_('記録')} {finding.entry_id}]"
    return f"{WORDS[finding.kind]}{where}"
