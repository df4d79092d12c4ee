"""Draws how the cost of a search grows: python benches/plot_search.py FIGURES.tsv PICTURE.svg

FIGURES.tsv holds a figure a line: panel, series, passages, value. Both axes of every panel are logarithmic.
"""

import math
import sys
from collections import defaultdict

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 420, 300, 58, 34, 118, 40
COLUMNS = 2
COLOURS = ["#1b6ca8", "#d1495b", "#2e8b57", "#8a5a9e", "#b8860b", "#555555"]


def read(path):
    panels = defaultdict(lambda: defaultdict(list))
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                panel, series, passages, value = line.rstrip("\n").split("\t")
                panels[panel][series].append((float(passages), float(value)))
    return panels


def short(value):
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g} {name}"
    return f"{value:g}"


def panel(name, series, left, top):
    points = [point for line in series.values() for point in line]
    low_x, high_x = (f(math.log10(x) for x, _ in points) for f in (min, max))
    low_y = math.floor(min(math.log10(y) for _, y in points))
    high_y = max(math.ceil(max(math.log10(y) for _, y in points)), low_y + 1)
    inner_w, inner_h = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    x_of = lambda x: left + LEFT + (math.log10(x) - low_x) / max(high_x - low_x, 1e-9) * inner_w
    y_of = lambda y: top + TOP + (high_y - math.log10(y)) / (high_y - low_y) * inner_h
    out = [f'<text x="{left + LEFT}" y="{top + 20}" font-weight="bold">{name}</text>']
    for power in range(low_y, high_y + 1):
        y = y_of(10**power)
        out.append(f'<path d="M{left + LEFT} {y:.1f}h{inner_w}" stroke="#ddd"/>')
        out.append(f'<text x="{left + LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{short(10.0**power)}</text>')
    for x in sorted({x for x, _ in points}):
        out.append(f'<path d="M{x_of(x):.1f} {top + TOP}v{inner_h}" stroke="#eee"/>')
        y = top + HEIGHT - BOTTOM + 16
        out.append(f'<text x="{x_of(x):.1f}" y="{y}" text-anchor="middle">{short(x)}</text>')
    for colour, (label, line) in zip(COLOURS, series.items()):
        line.sort()
        way = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in line)
        out.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x_of(x):.1f}" cy="{y_of(y):.1f}" r="3" fill="{colour}"/>' for x, y in line]
    ends = sorted(zip(series.items(), COLOURS), key=lambda item: -item[0][1][-1][1])
    last = -math.inf
    for (label, line), colour in ends:
        last = max(y_of(line[-1][1]) + 4, last + 14)
        out.append(f'<text x="{left + WIDTH - RIGHT + 8}" y="{last:.1f}" fill="{colour}">{label}</text>')
    return out


def main():
    panels = read(sys.argv[1])
    rows = math.ceil(len(panels) / COLUMNS)
    size = f'width="{COLUMNS * WIDTH}" height="{rows * HEIGHT}"'
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="white"/>')
    for number, (name, series) in enumerate(panels.items()):
        out += panel(name, series, number % COLUMNS * WIDTH, number // COLUMNS * HEIGHT)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("\n".join(out + ["</svg>", ""]))


main()
