"""The record was wrong, nothing happened to the unit: numbers corrected, swapped, given later; units that belong to another lot."""

from nameplate.operations.correcting.lots import correct_lot
from nameplate.operations.correcting.missing import give_numbers, units_waiting
from nameplate.operations.correcting.numbers import correct_number_or_swap, correct_numbers, swap_numbers

__all__ = ["correct_lot", "correct_number_or_swap", "correct_numbers", "give_numbers", "swap_numbers", "units_waiting"]
