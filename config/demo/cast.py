"""Who and where the demo plays: two municipalities that do not exist, and those who work there."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from tenancy.permissions import Role


@dataclass(frozen=True)
class Town:
    """One municipality of the demo."""

    code: str
    name: str
    name_en: str
    label: str

    @property
    def hosts(self) -> dict[str, str]:
        """Its exact hosts; browsers lead *.localhost to this machine."""
        return {
            "resident": f"{self.label}.localhost",
            "staff": f"staff.{self.label}.localhost",
            "hooks": f"hooks.{self.label}.localhost",
        }

    @property
    def sms_name(self) -> str:
        """The name its SMS come from."""
        return self.label.title()

    @property
    def mail_address(self) -> str:
        """Where its mail comes from."""
        return f"waku@{self.label}.example"

    @property
    def resident_url(self) -> str:
        """The residents' site as a browser on this machine opens it."""
        return f"http://{self.hosts['resident']}:{settings.WAKU_PORT_SHOWN}/"

    @property
    def staff_url(self) -> str:
        """The staff pages as a browser on this machine opens them."""
        return f"http://{self.hosts['staff']}:{settings.WAKU_PORT_SHOWN}/"


@dataclass(frozen=True)
class Worker:
    """One staff account."""

    login_name: str
    display_name: str
    role: Role


MIHON: Final = Town("999997", "見本市", "Mihon City", "mihon")
TAMESHI: Final = Town("999989", "試市", "Tameshi City", "tameshi")
TOWNS: Final = (MIHON, TAMESHI)

# Known to everybody who has this file: the demo listens on this machine only.
PASSWORD: Final = "waku-demo-on-this-machine"  # noqa: S105 as said above
WORKERS: Final = (
    Worker("officer1", "区職員 見本 一", Role.WARD_OFFICER),
    Worker("officer2", "区職員 見本 二", Role.WARD_OFFICER),
    Worker("operator1", "オペレーター 試験 一", Role.OPERATOR),
    Worker("operator2", "オペレーター 試験 二", Role.OPERATOR),
    Worker("supervisor1", "管理者 試験 三", Role.SUPERVISOR),
    Worker("contractor1", "委託先管理者 試験 四", Role.CONTRACTOR),
    Worker("contractor2", "委託先管理者 試験 五", Role.CONTRACTOR),
    Worker("auditor1", "監査 架空 一", Role.AUDITOR),
)
