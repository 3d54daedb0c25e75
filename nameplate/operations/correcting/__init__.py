"""The record was wrong, nothing happened to the unit: numbers corrected, swapped, given later; units that belong to another lot."""

from nameplate.operations.correcting.lots import correct_lot
from nameplate.operations.correcting.missing import give_numbers, units_waiting
from nameplate.operations.correcting.numbers import correct_number_or_swap, correct_numbers, swap_numbers
from nameplate.operations.correcting.pairs import PairsAnswer, correct_from_list, judge_pairs, text_of_file

__all__ = [
    "PairsAnswer",
    "correct_from_list",
    "correct_lot",
    "correct_number_or_swap",
    "correct_numbers",
    "give_numbers",
    "judge_pairs",
    "swap_numbers",
    "text_of_file",
    "units_waiting",
]
