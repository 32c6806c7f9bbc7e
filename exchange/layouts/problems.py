"""What can be wrong with a file or a row, as codes and words that hold no personal value."""

from enum import StrEnum
from typing import NamedTuple


class Code(StrEnum):
    """E: the row or file is not taken. W: it is taken, and somebody should look."""

    HEADER = "E01"
    ENCODING = "E02"
    LENGTH = "E03"
    CHARACTERS = "E04"
    REQUIRED = "E05"
    VALUE = "E06"
    DUPLICATE = "E07"
    UNKNOWN_PERSON = "E08"
    DATE = "E09"
    MUNICIPALITY = "E10"
    FORBIDDEN = "E11"
    GAIJI = "E12"
    FORMULA = "E13"
    LOST_ZEROS = "E14"
    CONFLICT = "E15"
    UNKNOWN_SERIAL = "E16"
    NUMBER_DIFFERS = "E17"
    ENDED_TWICE = "E18"
    LONG_NAME = "W01"
    POSTAL_MISMATCH = "W02"
    NOT_IN_CP932 = "W03"
    AGE = "W04"
    PARTLY_UNKNOWN = "W05"
    NOT_PULLED = "W06"
    PULLED_UNASKED = "W07"

    @property
    def is_error(self) -> bool:
        """Whether the row cannot be taken as it stands."""
        return self.value.startswith("E")

    @property
    def label(self) -> str:
        """The code in a word or two, for a table heading."""
        return LABELS[self]


LABELS = {
    Code.HEADER: "見出し・列の数",
    Code.ENCODING: "文字コード",
    Code.LENGTH: "桁数・文字数",
    Code.CHARACTERS: "使えない文字",
    Code.REQUIRED: "必須項目が空",
    Code.VALUE: "区分の値",
    Code.DUPLICATE: "番号の重複",
    Code.UNKNOWN_PERSON: "登録のない対象者",
    Code.DATE: "日付の誤り",
    Code.MUNICIPALITY: "自治体コード",
    Code.FORBIDDEN: "受け取れない項目",
    Code.GAIJI: "外字・置換文字",
    Code.FORMULA: "数式になる文字",
    Code.LOST_ZEROS: "先頭の0の欠落",
    Code.CONFLICT: "区分どうしの矛盾",
    Code.UNKNOWN_SERIAL: "印字データにない連番",
    Code.NUMBER_DIFFERS: "券番号の相違",
    Code.ENDED_TWICE: "二重の納品・抜取",
    Code.LONG_NAME: "氏名が20文字超",
    Code.POSTAL_MISMATCH: "郵便番号と住所の不一致",
    Code.NOT_IN_CP932: "CP932にない文字",
    Code.AGE: "年齢が対象外",
    Code.PARTLY_UNKNOWN: "生年月日の一部不詳",
    Code.NOT_PULLED: "抜取リストにあるのに納品",
    Code.PULLED_UNASKED: "抜取リストにない抜取",
}


class Finding(NamedTuple):
    """One thing found in one cell."""

    column: str
    code: Code
    words: str


class Problem(NamedTuple):
    """One thing found in one cell of one row; the words never repeat the cell."""

    row: int
    column: str
    code: Code
    words: str


class FileRefused(Exception):
    """The whole file is refused; `row` is 0 when no row is to blame."""

    def __init__(self, code: Code, words: str, *, row: int = 0, column: str = "") -> None:
        super().__init__(code, row, column)
        self.code = code
        self.words = words
        self.row = row
        self.column = column

    @property
    def problem(self) -> Problem:
        """The refusal as one line of the error table."""
        return Problem(self.row, self.column, self.code, self.words)
