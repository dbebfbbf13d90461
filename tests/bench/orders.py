#!/usr/bin/python3
"""Writes orders with their deliveries as columns, the same for the same number. Usage: orders.py COUNT FOLDER

Two weeks' promise after each order of 300 days; 6 in 100 arrive late, 1 in 100 is still on its way.
"""
import datetime
import pathlib
import random
import sys

START = datetime.datetime(2025, 1, 1)
STEMS = ("ana", "bo", "chen", "dilnoza", "emeka", "fatima", "gunnar", "hương")


def order(i, luck):
    placed = START + datetime.timedelta(minutes=luck.randrange(300 * 1440))
    promised = placed.date() + datetime.timedelta(days=14)
    days = luck.choice((15, 16, 19, 30)) if luck.random() < 0.06 else luck.randrange(2, 14)
    delivered = placed + datetime.timedelta(days=days, minutes=luck.randrange(60))
    open_still = luck.random() < 0.01
    person = luck.randrange(1, 60000)
    value = luck.randrange(500, 20000)
    return (f"N-{i:07d},{placed:%Y-%m-%d %H:%M},C-{person},{STEMS[person % 8]} number {person},c{person}@post.example,"
            f"{'in_transit' if open_still else 'delivered'},{('standard', 'express')[luck.random() < 0.2]},{promised},"
            f"{'' if open_still else delivered.strftime('%Y-%m-%d %H:%M:%S')},{value // 100}.{value % 100:02d},Royal Mail,TRK{i:09d}\n")


def main(count, folder):
    luck = random.Random(7)
    with open(folder / "orders.csv", "w", encoding="utf-8") as out:
        out.write("order_id,placed_at,customer_id,customer_name,email,status,service,promised_at,delivered_at,order_value,carrier,tracking\n")
        for i in range(count):
            out.write(order(i, luck))


main(int(sys.argv[1]), pathlib.Path(sys.argv[2]))
