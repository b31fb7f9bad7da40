#!/usr/bin/env bats
# Archives that jobs pack by themselves: one, for all nodes, by one job; gone with a job that ends first. In either scheduler's
# world, as root:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/world/archives.bats
#   STAGEHAND_TREE=INSTALLED-TREE [HOOKS=--root-hooks] src/test/sge/world run bats src/test/world/archives.bats

# shellcheck disable=SC2016,SC2034,SC2154 # dollars that the job expands; variables of faults.bash

bats_require_minimum_version 1.5.0
load "${WORLD_TESTS:?is not set: run this in a world}/hooked"
load held
load faults
load "${WORLD_TESTS}/faults"

with_archives() {
    printf '[archive]\nauto = true\nmin_free = "0"\n' >>"${TREE}/site-config/site.toml"
    archives=${WORLD_HOME1}/.cache/conda-stagehand/archives
    rm -rf "${WORLD_HOME1}/.cache" "${WORLD_HOME1}"/.conda/envs/*.tar.gz # beside them, and as good
}
kept() { find "${archives}" -name "${1:-demo}-*.tar.zst" ! -name '.*' 2>/dev/null; }
half() { find "${archives}" -name ".$1-*.tar.zst.*" 2>/dev/null | grep -q .; }
packers() { pgrep -u "${WORLD_USER1}" -f 'bin/java .*hook archive '; }
until_kept='d=~/.cache/conda-stagehand/archives n=0
    until ls "${d}"/demo-*.tar.zst >/dev/null 2>&1 || [ $((n += 1)) -gt 600 ]; do
        [ "$(ls -d "${d}"/.demo-*.tar.zst.* 2>/dev/null | wc -l)" -le 1 ] || echo two at once
        sleep 0.1
    done'

@test "the first job keeps an archive, and the next one stages from it what it staged" {
    with_archives
    local tell='cd "${CONDA_PREFIX}" && find . | sort | md5sum && find . -type f | sort | xargs cat | LC_ALL=C sed "s:${CONDA_PREFIX}:PREFIX:g" | md5sum'
    launch "${until_kept}; ${tell}"
    over
    cat "${out}"
    local first=${out}
    said "from prefix .${WORLD_HOME1}/.conda/envs/demo"
    [ "$(kept | wc -l)" -eq 1 ]
    [ "$(stat -c '%a %U' "${archives}" "$(kept)" | tr '\n' ' ')" = "700 ${WORLD_USER1} 600 ${WORLD_USER1} " ]
    launch "${tell}"
    over
    cat "${out}"
    said "from archive .${archives}/demo-"
    said '^status=staged'
    [ "$(grep -c ' -$' "${first}")" -eq 2 ]
    [ "$(grep ' -$' "${first}")" = "$(grep ' -$' "${out}")" ]
    wait_for idle
    [ -z "$(leftovers)" ]
    job as "${WORLD_USER1}" "${TREE}/bin/conda-stagehand" archives | grep -E '/demo +fresh '
    [ "$(find "${archives}" -mindepth 1 | wc -l)" -eq 2 ]
}

@test "of two jobs at once one packs, and after conda install the next is staged from the environment" {
    with_archives
    launch "${until_kept}"
    local first=${number}
    launch "${until_kept}"
    over
    number=${first}
    over
    [ "$(kept | wc -l)" -eq 1 ]
    cat "${WORLD_HOME1}"/said.*
    run ! grep -q 'two at once' "${WORLD_HOME1}"/said.*
    [ "$(find "${archives}" ! -name '*.used' ! -name '*.tar.zst' -mindepth 1 | wc -l)" -eq 0 ]
    echo 'one more transaction' >>"${WORLD_HOME1}/.conda/envs/demo/conda-meta/history"
    launch ''
    over
    said 'from prefix'
    wait_for idle
}

@test "a job that is cancelled takes the half of its archive along, and is struck as soon as any" {
    with_archives
    asks=noise
    hold
    until half noise; do # by and by, however quick it is
        wait_for packers
        pkill -CONT -u "${WORLD_USER1}" -f 'hook archive ' && sleep 0.05
        pkill -STOP -u "${WORLD_USER1}" -f 'hook archive '
    done
    [ -z "$(kept noise)" ]
    cancel
    over # nobody waits for the packer, which stands
    [ -z "$(find "${top}/conda-stage" 2>/dev/null)" ]
    pkill -CONT -u "${WORLD_USER1}" -f 'hook archive '
    wait_for eval '! packers'
    find "${archives}" -mindepth 1
    [ -z "$(find "${archives}" -mindepth 1)" ]
    wait_for idle
    [ -z "$(leftovers)" ]
}
