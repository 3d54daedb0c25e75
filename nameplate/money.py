"""Money: Decimal at the doors, integers of one millionth of the currency in the database; and how each currency is rounded and written."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from nameplate.quantities import MILLIONTHS

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS = {**dict.fromkeys(_WITHOUT.split(), 0), **dict.fromkeys(_THREE.split(), 3)}
"""How many decimals a currency's smallest coin has (ISO 4217), where they are not two."""


def decimals_of(currency: str) -> int:
    """How many decimals an amount of this currency has."""
    return DECIMALS.get(currency, 2)


def amount_of(quantity: int, price: int, currency: str) -> int:
    """What a quantity comes to at a price of one, all in millionths; rounded to the currency's smallest coin, halves up."""
    coin = int(10 ** (6 - decimals_of(currency)))
    unit = MILLIONTHS * coin
    return (quantity * price + unit // 2) // unit * coin


def written_sum(number: Decimal, currency: str) -> str:
    """A sum of money as people read it: rounded to the currency's smallest coin, halves up, though costs that went into it have more."""
    rounded = number.quantize(Decimal(1).scaleb(-decimals_of(currency)), ROUND_HALF_UP)
    return f"{rounded:,f}"


def written(number: Decimal, currency: str) -> str:
    """An amount or a price as people write it: with the currency's decimals, and with more where a price has more."""
    places = max(decimals_of(currency), -int(number.as_tuple().exponent))
    return f"{number:,.{places}f}"
