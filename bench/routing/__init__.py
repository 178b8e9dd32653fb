"""The planner's bench: generated lunches, the peers' plans beside ours, each checked on its own."""
