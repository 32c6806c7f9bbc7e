"""Which prefectures a postal code's first two digits belong to (郵便番号の上2桁)."""

from typing import Final

_AREAS: Final = """
北海道 00 04 05 06 07 08 09
青森県 03
岩手県 02
宮城県 98
秋田県 01
山形県 99
福島県 96 97
茨城県 30 31
栃木県 32
群馬県 37
埼玉県 33 34 35 36
千葉県 26 27 28 29
東京都 10 11 12 13 14 15 16 17 18 19 20
神奈川県 21 22 23 24 25
新潟県 94 95
富山県 93 92
石川県 92
福井県 91 92
山梨県 40
長野県 38 39
岐阜県 50
静岡県 41 42 43
愛知県 44 45 46 47 48 49
三重県 51 49 64
滋賀県 52
京都府 60 61 62 63 52
大阪府 53 54 55 56 57 58 59 61
兵庫県 65 66 67 56
奈良県 63 64
和歌山県 64
鳥取県 68
島根県 69 68
岡山県 70 71
広島県 72 73
山口県 74 75
徳島県 77
香川県 76
愛媛県 79
高知県 78
福岡県 80 81 82 83 87
佐賀県 84
長崎県 85 81
熊本県 86
大分県 87
宮崎県 88
鹿児島県 89
沖縄県 90
"""

PREFECTURES: Final = tuple(line.split()[0] for line in _AREAS.strip().splitlines())

_BY_START: Final[dict[str, tuple[str, ...]]] = {}
for _line in _AREAS.strip().splitlines():
    _prefecture, *_starts = _line.split()
    for _start in _starts:
        _BY_START[_start] = (*_BY_START.get(_start, ()), _prefecture)


def agrees(*, postal_code: str, address: str) -> bool:
    """Whether the prefecture an address names can have this postal code; unnamed ones agree."""
    if address.startswith(_BY_START.get(postal_code[:2], ())):
        return True
    return not address.startswith(PREFECTURES)
