"""Rule: passwords made of words that everybody here knows are refused (ASVS 6.1.2, 6.2.11)."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenancy.current import NoMunicipality, current
from tenancy.models.staff import Staff

# What a guesser tries first: the product, its trade, its roles; the town's names come with it.
WORDS: Final = (
    "waku", "yoyaku", "reservation", "booking", "vaccine", "vaccination", "wakuchin", "sesshu",
    "corona", "covid", "password", "passphrase", "kotei", "shiyakusho", "yakusho", "officer",
    "operator", "supervisor", "auditor", "callcenter", "callcentre", "hokenjo", "welcome",
    "枠", "予約", "接種", "ワクチン", "役所", "保健所",
)  # fmt: skip
LEFT: Final = 8  # letters that must remain when all those words and years are taken out
YEAR: Final = re.compile(r"(19|20)[0-9]{2}")


class HouseWordsValidator:
    """Refuses a password that is little more than such words and a year."""

    def validate(self, password: str, user: Staff | None = None) -> None:
        """Raise ValidationError where fewer than eight other letters are left."""
        left = YEAR.sub("", password.lower())
        for word in sorted(
            {*WORDS, *_names_of_the_town(), *_names_of(user)}, key=len, reverse=True
        ):
            left = left.replace(word, "")
        if len(re.sub(r"[\W_]", "", left)) < LEFT:
            raise ValidationError(
                _("製品名、自治体名、役割の名前などを除くと短すぎます。別の言葉を足してください。"),
                code="house_words",
            )

    def get_help_text(self) -> str:
        """One sentence beside the field."""
        return _("自治体名や製品名だけを組み合わせたものは使えません。")


def _names_of_the_town() -> set[str]:
    try:
        town = current()
    except NoMunicipality:
        return set()
    names = {town.name, town.code, *re.split(r"\W+", town.name_en)}
    return {one.lower() for one in names if len(one) > 1}


def _names_of(staff: Staff | None) -> set[str]:
    return {staff.login_name.lower()} if staff is not None and staff.login_name else set()
