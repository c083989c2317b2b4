#!/usr/bin/env python3
"""Writes stations.csv, measurements.csv and expected.csv, always the same bytes.

A linear congruential generator (x -> 1103515245 x + 12345 mod 2^31, from seed 42) stands in for weather: 40 stations in
8 regions, 5,000 readings in tenths of a degree. expected.csv is what algorithm.sh must find: a region's number of
readings, their least, mean (to a tenth, halves up) and greatest, by region.
"""
x = 42


def rand(n):
    global x
    x = (1103515245 * x + 12345) % 2**31
    return (x >> 16) % n


regions = ["north", "east", "south", "west", "coast", "hills", "plain", "delta"]
stations = [(f"S{i:02d}", regions[rand(8)], rand(900)) for i in range(40)]
readings = []
for i in range(5000):
    station = stations[rand(40)]
    readings.append((i, station[0], 150 - station[2] // 10 + rand(200) - 100))
with open("stations.csv", "w") as f:
    f.write("station,region,height_m\n")
    f.writelines(f"{s},{r},{h}\n" for s, r, h in stations)
with open("measurements.csv", "w") as f:
    f.write("id,station,tenths_c\n")
    f.writelines(f"{i},{s},{t}\n" for i, s, t in readings)
region_of = {s: r for s, r, _ in stations}
by_region = {}
for _, s, t in readings:
    by_region.setdefault(region_of[s], []).append(t)
with open("expected.csv", "w") as f:
    f.write("region,readings,min_c,mean_c,max_c\n")
    for r in sorted(by_region):
        v = by_region[r]
        mean = (2 * sum(v) + len(v)) // (2 * len(v))
        f.write(f"{r},{len(v)},{min(v) / 10:.1f},{mean / 10:.1f},{max(v) / 10:.1f}\n")
