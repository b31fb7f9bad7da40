#!/usr/bin/env bats
# Environments that stay on a node: staged once, seen by many jobs, gone when nobody may see them any more. In either
# scheduler's world, as root:
#   STAGEHAND_TREE=INSTALLED-TREE CACHE=1 src/test/slurm/world run bats src/test/world/cache.bats
#   STAGEHAND_TREE=INSTALLED-TREE CACHE=1 [HOOKS=--root-hooks] src/test/sge/world run bats src/test/world/cache.bats

# shellcheck disable=SC2016,SC2034,SC2154 # dollars that the job expands; variables of faults.bash

bats_require_minimum_version 1.5.0
load "${WORLD_TESTS:?is not set: run this in a world}/hooked"
load held
load faults
load "${WORLD_TESTS}/faults"

entries() { find "${cache}" -mindepth 2 -maxdepth 2 -type d ! -name '.*' | wc -l; }
leases() { find "${cache}" -mindepth 3 -path '*/.leases/*'; }
staged_anew() { grep -hsc 'staged `' "$@" | awk '{n += $1} END {print n}'; }

@test "an array stages once, every task sees the same, and with the last job the last lease is gone" {
    empty_cache
    launch_array 12
    over
    wait_for idle
    cat "${WORLD_HOME1}"/said.*
    [ "$(staged_anew "${WORLD_HOME1}"/said.*)" -eq 1 ]
    [ "$(cat "${WORLD_HOME1}"/said.* | grep -c '`demo` was on this node already')" -eq 11 ]
    [ "$(cat "${WORLD_HOME1}"/said.* | grep -cE '^status=staged prefix=.*/conda-stage/envs/demo me=/.*/cache/v1/[0-9]+/[0-9a-f]+/share/demo$')" -eq 12 ]
    [ "$(entries)" -eq 1 ]
    [ -z "$(leases)" ]
    [ -z "$(leftovers)" ]
}

@test "who stages is killed: who waits for it takes over, and says so" {
    empty_cache
    in_mid_staging
    local first=${out} killed=${jvm}
    launch ''
    wait_for eval 'grep -qs "waits for another job" "${out}" "${top}/conda-stage/messages"'
    kill -KILL "${killed}"
    over
    cat "${out}" "${first}"
    said 'waits for another job of this user'
    said '^status=staged'
    [ "$(staged_anew "${out}")" -eq 1 ]
    grep -q '^status=fallback' "${first}"
    wait_for idle
    [ -z "$(leases)" ]
    [ -z "$(leftovers)" ]
}

@test "an environment that has changed is staged anew, and a job that sees the old one keeps it" {
    empty_cache
    hold
    echo 'one more transaction' >>"${WORLD_HOME1}/.conda/envs/demo/conda-meta/history"
    local old=${number} seen
    seen=$(readlink "${top}/conda-stage/envs/demo")
    launch ''
    over
    said 'staged `demo`'
    find "${cache}" -maxdepth 3 ! -name '*.py' | head -60
    [ "$(entries)" -eq 2 ]
    find "${cache}" -path '*/.notes/*' -exec touch -d '-15 days' '{}' +
    sweep
    [ "$(entries)" -eq 1 ]
    [ -e "${cache}/${seen#*/cache/v1/}/conda-meta" ]
    cancel "${old}"
    number=${old}
    over
    wait_for idle
    sweep
    [ "$(entries)" -eq 0 ]
    [ -z "$(leftovers)" ]
}

@test "status tells what is cached, and whether a job sees it" {
    empty_cache
    hold
    on_node "${TREE}/bin/conda-stagehand" status | grep -E '^cache:demo .* cached, in use '
    cancel
    over
    wait_for idle
    on_node "${TREE}/bin/conda-stagehand" status --json | grep -F '"cached"'
}

@test "another user stages it again, and cannot see the first one's" {
    empty_cache
    launch ''
    over
    [ "$(stat -c '%a %U' "$(find "${cache}" -mindepth 1 -maxdepth 1)")" = "700 ${WORLD_USER1}" ]
    who=${WORLD_USER2} home=${WORLD_HOME2}
    launch ''
    over
    said 'staged `demo`'
    [ "$(entries)" -eq 2 ]
    rm "${out}"
}
