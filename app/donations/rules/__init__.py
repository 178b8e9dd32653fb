"""The decisions about donations, pure: what a meal is given out of which fund, and how a month adds up."""
