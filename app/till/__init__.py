"""What happens at a counter with an enrolled tablet: no meal is lost there, and none is doubled."""
