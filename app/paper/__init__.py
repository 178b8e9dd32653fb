"""Home of printing: papers as PDF/A, their fonts, and long lists laid out on pages."""

from app.paper.fonts import printable
from app.paper.lists import ListColumn, ListRow, PaperList
from app.paper.press import printed

__all__ = ["ListColumn", "ListRow", "PaperList", "printable", "printed"]
