"""Quality control: what comes in waits for a verdict on every unit; what fails goes into a lot of its own, status Rejected.

Receiving and production import `arriving`, holding and correcting `waiting`; so nothing is imported here that imports them.
"""
