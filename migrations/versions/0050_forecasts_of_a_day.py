"""Find the forecasts of a day without reading those of all days."""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cover_forecast_for_on", "cover_forecast", ["for_on"])


def downgrade() -> None:
    op.drop_index("ix_cover_forecast_for_on", "cover_forecast")
