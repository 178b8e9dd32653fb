"""The forms of complaints, and the rows of the hotline's sheet."""
