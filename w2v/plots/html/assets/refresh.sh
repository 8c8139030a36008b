#!/usr/bin/env bash
# Makes d3.js: the modules of d3 that the map's page needs, as their authors publish them on npm, and their licence.
# Run it after changing a version below; the versions and the licence stand in the file that it writes.
set -euo pipefail
cd "$(dirname "$0")"
# In the order in which they need each other; d3-zoom needs all but d3-quadtree.
modules=(d3-dispatch@3.0.2 d3-timer@3.0.2 d3-ease@3.0.2 d3-color@3.1.1 d3-interpolate@3.0.2 d3-selection@3.0.1
    d3-drag@3.0.1 d3-transition@3.0.2 d3-zoom@3.0.1 d3-quadtree@3.0.2)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
for module in "${modules[@]}"; do
    name=${module%@*}
    npm pack --silent --pack-destination "$folder" "$module" > /dev/null
    tar -xzf "$folder/$name-${module#*@}.tgz" -C "$folder"
    mv "$folder/package" "$folder/$name"
done
{
    printf '/* %s\n\nISC licence, of all but d3-ease\n\n' "${modules[*]}"
    cat "$folder/d3-zoom/LICENSE"
    printf '\nBSD 3-clause licence, of d3-ease\n\n'
    cat "$folder/d3-ease/LICENSE"
    printf '*/\n'
    for module in "${modules[@]}"; do cat "$folder/${module%@*}/dist/${module%@*}.min.js" && echo; done
} > d3.js
