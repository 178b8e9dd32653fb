"""The road network as arrays: read from an extract, kept as bytes, asked for minutes.

Nothing outside `app.delivery.travel.roads` imports it: it brings numpy, scipy and osmium along.
"""
