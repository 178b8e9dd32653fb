"""The system that runs elder meal assistance, from registration to statement and to the door."""
