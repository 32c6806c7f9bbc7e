"""The demo's venues and their hours: three in the first town, one in the second."""

from dataclasses import dataclass
from datetime import time
from typing import Final


@dataclass(frozen=True)
class Place:
    """One venue and how its days run."""

    code: str
    name: str
    name_en: str
    address: str
    address_en: str
    access: str
    access_en: str
    starts_at: time
    ends_at: time
    lanes: int
    places_per_lane: int
    slot_minutes: int = 15
    step_free: bool = True


BRING: Final = "接種券、予診票（ご記入のうえ）、本人確認書類、おくすり手帳"
BRING_EN: Final = "Voucher, completed questionnaire, proof of identity, medicine notebook"

HALL: Final = Place(
    code="V001",
    name="見本市民ホール",
    name_en="Mihon Civic Hall",
    address="見本市本町９９丁目１番（ダミー）",
    address_en="99-1 Honcho, Mihon City (dummy)",
    access="架空線 見本駅 北口から歩いて5分",
    access_en="5 minutes on foot from the north exit of Mihon Station",
    starts_at=time(9, 0),
    ends_at=time(17, 0),
    lanes=4,
    places_per_lane=4,
)
GYM: Final = Place(
    code="V002",
    name="見本総合体育館",
    name_en="Mihon Gymnasium",
    address="見本市架空町９９丁目２番（ダミー）",
    address_en="99-2 Kakucho, Mihon City (dummy)",
    access="市バス 体育館前 すぐ。駐車場60台",
    access_en="At the bus stop Taiikukan-mae; 60 parking spaces",
    starts_at=time(10, 0),
    ends_at=time(19, 0),
    lanes=3,
    places_per_lane=3,
)
HEALTH_CENTRE: Final = Place(
    code="V003",
    name="見本保健センター",
    name_en="Mihon Health Centre",
    address="見本市例示町９９丁目３番（ダミー）",
    address_en="99-3 Reijicho, Mihon City (dummy)",
    access="架空線 例示駅から歩いて12分",
    access_en="12 minutes on foot from Reiji Station",
    starts_at=time(13, 0),
    ends_at=time(16, 0),
    lanes=1,
    places_per_lane=1,  # small, so that it fills before one's eyes
    slot_minutes=30,
    step_free=False,
)
OTHER_TOWN: Final = Place(
    code="V001",
    name="試公民館",
    name_en="Tameshi Community Hall",
    address="試市本町９９丁目１番（ダミー）",
    address_en="99-1 Honcho, Tameshi City (dummy)",
    access="架空線 試駅から歩いて3分",
    access_en="3 minutes on foot from Tameshi Station",
    starts_at=time(9, 0),
    ends_at=time(12, 0),
    lanes=1,
    places_per_lane=3,
)
PLACES: Final = {"mihon": (HALL, GYM, HEALTH_CENTRE), "tameshi": (OTHER_TOWN,)}
