"""Rule: words that a call note must not need (思想・信条・宗教・差別・犯罪・病歴, S-136).

They warn, they do not refuse: a note that carries one is kept only when the operator says so again,
and stands on the ward's review list.
"""

from typing import Final
from unicodedata import normalize

WORDS: Final = (
    "宗教", "信仰", "信者", "創価", "教会", "思想", "信条", "政党", "支持政党", "組合活動",
    "部落", "同和", "在日", "国籍", "外国人", "人種", "門地", "本籍",
    "犯罪", "前科", "逮捕", "刑務所", "暴力団",
    "病歴", "既往", "持病", "障害", "障がい", "精神", "うつ", "認知症", "癌", "がん", "ＨＩＶ",
    "HIV", "妊娠", "中絶", "性的", "同性", "生活保護", "借金", "離婚", "DV", "虐待", "予診",
)  # fmt: skip


def found_in(text: str) -> list[str]:
    """The delicate words in a text, in the order of the list."""
    folded = normalize("NFKC", text)
    return [
        word for word in dict.fromkeys(normalize("NFKC", one) for one in WORDS) if word in folded
    ]
