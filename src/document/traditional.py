"""Makes traditional.tsv of the character tables of OpenCC (Apache-2.0).

    python3 traditional.py FOLDER VERSION > traditional.tsv

FOLDER holds TSCharacters.txt, TWVariantsRev.txt and HKVariantsRev.txt as OpenCC or its data package ships them.
"""

import sys
from pathlib import Path

HEADER = """\
# Traditional characters and the simplified character of each, both of the same length in UTF-8.
# Source: OpenCC {version} (https://github.com/BYVoid/OpenCC), TSCharacters.txt, TWVariantsRev.txt and HKVariantsRev.txt;
# licence: Apache-2.0. Made by traditional.py: the first simplified character of each entry; variants of Taiwan and Hong
# Kong through their standard form; CHOICES of that script; nothing outside the Basic Multilingual Plane.
# Third column "both": the character also stands in simplified text (it is in GB 2312, or OpenCC lets it stay), so it does
# not tell that a text is traditional.
"""

# Where OpenCC's first choice is to leave the character, for the sake of rare words (瞭望, 慰藉, 神祇), and administrative
# writing nearly always means the other one (瞭解, 藉由, 祇有, 復甦).
CHOICES = {"瞭": "了", "藉": "借", "祇": "只", "甦": "苏", "彷": "仿"}


def table(path):
    """The entries of an OpenCC table: a character and what it may become, best first."""
    lines = (line.rstrip("\n") for line in path.open(encoding="utf-8"))
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {source: targets.split(" ") for source, targets in pairs if len(source) == 1}


def in_gb2312(char):
    try:
        char.encode("gb2312")
        return True
    except UnicodeEncodeError:
        return False


def main():
    folder, version = Path(sys.argv[1]), sys.argv[2]
    simplified = table(folder / "TSCharacters.txt")
    entries = {source: (targets[0], source in targets) for source, targets in simplified.items()}
    for name in ("TWVariantsRev.txt", "HKVariantsRev.txt"):
        for variant, standard in table(folder / name).items():
            if variant not in entries and not in_gb2312(variant):
                entries[variant] = (simplified.get(standard[0], standard)[0], False)
    for source, target in CHOICES.items():
        entries[source] = (target, True)
    print(HEADER.format(version=version), end="")
    for source, (target, stays) in sorted(entries.items()):
        if source != target and ord(source) <= 0xFFFF and len(source.encode()) == len(target.encode()):
            both = "\tboth" if stays or in_gb2312(source) else ""
            print(f"{source}\t{target}{both}")


main()
