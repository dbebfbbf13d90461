#!/usr/bin/env python3
"""A policy of many rules over eight facts, the same for the same numbers: what the benchmark of lint reads.

Usage: policy.py [rules [facts a rule tests [seed [hit]]]] > amends.toml
"""
import random
import sys

SHOP = """[shop]
name = "Bench"
timezone = "Europe/London"
currency = "GBP"

[fields]
weight = "number"
bags = "number"
level = "gold | silver | bronze | none"
fragile = "boolean"
booked_on = "date"
"""


def interval(dice, top, step=1):
    low = dice.randrange(0, top, step)
    high = low + dice.randrange(step, top // 3 + step, step)
    return dice.choice([f'"[{low}..{high})"', f'">= {low}"', f'"< {high}"', f'"[{low}..{high}]"'])


def tests(dice):
    day = dice.randrange(1, 28)
    return {
        "late_days": interval(dice, 60),
        "kind": dice.choice(['"late"', '["late", "overdue"]', '"lost"', '["lost", "damaged"]']),
        "order_value": interval(dice, 500, 5),
        "weight": interval(dice, 100),
        "bags": interval(dice, 20),
        "level": dice.choice(['"gold"', '["gold", "silver"]', '"not(none)"']),
        "fragile": dice.choice(["true", "false"]),
        "booked_on": f'">= 2026-{dice.randrange(1, 13):02}-{day:02}"',
    }


def amount(dice):
    if dice.randrange(2):
        return f'{{ kind = "credit", amount = "{dice.randrange(1, 40)}.00" }}'
    return f'{{ kind = "credit", amount = "{dice.randrange(1, 60)}%", of = "order_value", min = "{dice.randrange(1, 9)}.00", max = "80.00" }}'


def main():
    arguments = sys.argv[1:]
    if "--help" in arguments:
        print(__doc__)
        return
    rules = int(arguments[0]) if arguments else 200
    width = int(arguments[1]) if len(arguments) > 1 else 4
    dice = random.Random(int(arguments[2]) if len(arguments) > 2 else 1)
    hit = arguments[3] if len(arguments) > 3 else "first"
    print(SHOP)
    print(f'[policy.delay]\nhit = "{hit}"\n')
    for i in range(rules):
        all_tests = tests(dice)
        named = sorted(dice.sample(sorted(all_tests), width))
        when = ", ".join(f"{fact} = {all_tests[fact]}" for fact in named)
        print(f'[[policy.delay.rule]]\nname = "r{i}"\nwhen = {{ {when} }}\ngive = [ {amount(dice)} ]\n')


main()
