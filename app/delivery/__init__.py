"""Lunches carried home: subscriptions, riders, runs and route sheets."""
