"""What can be wrong with a cell (誤りの種類): codes as the platform has them, never a value."""

from collections import Counter
from enum import StrEnum
from typing import Final, NamedTuple

from wardside.words import Words


class Code(StrEnum):
    """E: the row cannot be taken. W: it is taken, and somebody should look."""

    HEADER = "E01"
    LENGTH = "E03"
    CHARACTERS = "E04"
    REQUIRED = "E05"
    VALUE = "E06"
    DUPLICATE = "E07"
    UNKNOWN = "E08"
    DATE = "E09"
    MUNICIPALITY = "E10"
    FORBIDDEN = "E11"
    GAIJI = "E12"
    FORMULA = "E13"
    LOST_ZEROS = "E14"
    CONFLICT = "E15"
    LONG_NAME = "W01"
    NOT_IN_CP932 = "W03"
    PARTLY_UNKNOWN = "W05"

    @property
    def is_error(self) -> bool:
        """Whether the row cannot be taken as it stands."""
        return self.value.startswith("E")


class Problem(NamedTuple):
    """One thing found in one cell of one row."""

    row: int
    column: str
    code: Code


EXPLAINED: Final = {
    Code.HEADER: Words("列の数が違います", "wrong number of columns"),
    Code.LENGTH: Words("長すぎます", "too long"),
    Code.CHARACTERS: Words("使えない文字・形です", "characters or a form that may not stand here"),
    Code.REQUIRED: Words("空です", "empty"),
    Code.VALUE: Words("区分の値ではありません", "no value of this code"),
    Code.DUPLICATE: Words("前の行と同じ番号です", "the same number as in a row before"),
    Code.UNKNOWN: Words("相手のファイルにない番号です", "a number the other file does not have"),
    Code.DATE: Words("暦にないか、ありえない日付です", "no such day, or an impossible one"),
    Code.MUNICIPALITY: Words("自治体コードが違います", "wrong municipality code"),
    Code.FORBIDDEN: Words(
        "12桁の番号(マイナンバーのおそれ)です", "may be an Individual Number (twelve digits)"
    ),
    Code.GAIJI: Words("外字または置き換えられた文字です", "a private-use or a lost character"),
    Code.FORMULA: Words("= + - @ で始まっています", "begins like a formula"),
    Code.LOST_ZEROS: Words(
        "桁が足りません(Excelで先頭の0が失われたおそれ)", "too few digits (Excel drops zeros)"
    ),
    Code.CONFLICT: Words("ほかの項目と合いません", "contradicts another column"),
    Code.LONG_NAME: Words("20文字を超えています", "longer than 20 characters"),
    Code.NOT_IN_CP932: Words("CP932にない文字があります", "a character CP932 does not have"),
    Code.PARTLY_UNKNOWN: Words("月または日が不詳です", "month or day unknown"),
}


class Found:
    """Everything found in one file: each kind counted, the first of them kept to be shown."""

    def __init__(self, *, most: int = 5000) -> None:
        self._most = most
        self.kept: list[Problem] = []
        self.counts: Counter[Code] = Counter()

    def note(self, problem: Problem) -> None:
        """Count a problem, and keep it while there is room."""
        self.counts[problem.code] += 1
        if len(self.kept) < self._most:
            self.kept.append(problem)

    @property
    def errors(self) -> int:
        """How many of them keep a row out."""
        return sum(count for code, count in self.counts.items() if code.is_error)
