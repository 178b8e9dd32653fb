"""Home of donations.csv: how each of its columns is written, and what a row says."""
# ruff: noqa: RUF009 - column() makes a field of the dataclass, it is no shared default

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.donations.rules.records import LARGEST_FEN, DonationRecord
from app.sheet.cells import choice, day, fen, line_of_text
from app.sheet.form import RowForm, column


class Consent(StrEnum):
    """Whether a donor agreed to be named in public."""

    YES = "yes"
    NO = "no"


RECEIPT_NO = line_of_text(max_length=40)
DONOR = line_of_text(max_length=120, empty=True)
_ANONYMOUS = {"匿名", "匿名人士", "anonymous"}
_consent = choice(
    Consent, also={"是": Consent.YES, "否": Consent.NO, "同意": Consent.YES, "不同意": Consent.NO}
)


@dataclass(frozen=True, slots=True)
class DonationRow:
    """One row of donations.csv, cell by cell."""

    receipt_no: str = column(RECEIPT_NO, "收据号", "票据号", "捐赠票据号")
    fund: str = column(line_of_text(max_length=60), "慈善资金", "资金名称", "用途")
    received_on: date = column(day, "收到日期", "捐赠日期", "到账日期")
    donor: str = column(DONOR, "捐赠人", "捐赠单位")
    public: Consent = column(_consent, "同意公示姓名", "同意公示")
    amount_fen: int = column(fen(high=LARGEST_FEN), "金额分")

    def record(self) -> DonationRecord:
        """Give what the row says.

        Raises: Unreadable when its cells do not go together.
        """
        donor = "" if self.donor in _ANONYMOUS else self.donor
        is_public = self.public is Consent.YES and bool(donor)
        return DonationRecord(self.fund, self.received_on, self.amount_fen, self.receipt_no, donor, is_public)


DONATIONS_FILE = RowForm(DonationRow, DonationRow.record, keys=("receipt_no",))
"""How donations.csv is read; its rows give DonationRecord."""
