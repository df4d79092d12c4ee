#!/usr/bin/env bash
# Runs fuzz targets for so many seconds each: fuzz/run.sh SECONDS [TARGET...]
# Needs the nightly compiler and cargo-fuzz. What is found lies in fuzz/artifacts, what was learnt in fuzz/corpus.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET...]}
shift
targets=("$@")
if ((${#targets[@]} == 0)); then
    mapfile -t targets < <(cargo +nightly fuzz list)
fi
for target in "${targets[@]}"; do
    mkdir -p "fuzz/corpus/$target"
    dirs=("fuzz/corpus/$target")
    for seeds in "fuzz/seeds/$target" "tests/fixtures/$target"; do
        if [[ -d $seeds ]]; then dirs+=("$seeds"); fi
    done
    cargo +nightly fuzz run "$target" "${dirs[@]}" -- -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096
done
