"""The canteens and service points where meals are served."""
