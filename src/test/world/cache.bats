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
leases() { find "${cache}" -mindepth 4 -path '*/.leases/*'; }
staged_anew() { grep -hsc 'staged `' "$@" | awk '{n += $1} END {print n}'; }

unused_since() { find "${cache}" -path '*/.leases/*' -exec touch -h -d "$1" '{}' +; } # TIME
entry_of() { # NAME
    local note
    note=$(grep -lx "name=$1" "${cache}"/*/.notes/*)
    echo "${note%/.notes/*}/${note##*/}"
}
published() { # NAME: an environment of the site's, and what jobs ask for from now on
    sw=${WORLD_DIR}/software/that-the-site-publishes/for-all-of-its-users
    [ -d "${sw}" ] || { mkdir -p "${sw}" && python3 "${BATS_TEST_DIRNAME}/../../demo/make_env.py" "${sw}"; }
    printf '[envs]\n%s = "%s"\n' "$1" "${sw}/demo" >>"${TREE}/site-config/site.toml"
    on_node "${TREE}/libexec/local-root" "${ROOT}"
    asks=$1
}

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
    unused_since '-15 days'
    sweep
    [ "$(entries)" -eq 1 ]
    [ -e "${cache}/${seen#*/cache/v1/}/conda-meta" ]
    cancel "${old}"
    number=${old}
    over
    wait_for idle
    unused_since '-15 days'
    sweep
    [ "$(entries)" -eq 0 ]
    [ -z "$(leftovers)" ]
}

@test "what the site publishes is staged once for all, by an account of its own, and no user can change it" {
    [ "${column}" != 'Grid Engine, hooks as the user' ] || skip 'only root can become the account'
    empty_cache
    published tools
    launch ''
    over
    cat "${out}"
    said '`tools` is on this node for everybody'
    said '^status=staged prefix=.*/conda-stage/envs/tools me=/.*/cache/v1/[0-9]+/[0-9a-f]+/share/demo$'
    [ "$(stat -c %U "$(entry_of tools)")" = conda-stagehand ]
    who=${WORLD_USER2} home=${WORLD_HOME2}
    launch 'entry=$(readlink -f "${CONDA_PREFIX}") area=${entry%/*} key=${entry##*/}
        for path in "${entry}" "${entry}/bin" "${area}" "${area}/.notes" "${area}/.locks" "${area}/.leases" "${area}/.trash"; do
            : >"${path}/mine" && echo "written: ${path}"
        done
        chmod -R u+w "${entry}" && echo "written: modes"
        rm -rf "${entry}" "${area}/.notes/${key}" "${area}/.leases" && echo "written: gone"
        mv "${area}/.leases/${key}" "${area}/.leases/mine" && echo "written: moved"
        : 2>/dev/null <"${area}/.locks/${key}" && echo "written: can lock"
        ls "${area}/.leases/${key}"'
    over
    cat "${out}"
    said '`tools` is on this node for everybody'
    said '^status=staged'
    run ! said '^written'
    [ "$(entries)" -eq 1 ]
    [ -e "$(entry_of tools)/conda-meta/history" ]
    wait_for idle
    [ -z "$(leases)" ]
    [ -z "$(leftovers)" ]
    rm "${out}"
}

@test "jobs that begin together have what the site publishes staged once" {
    [ "${column}" != 'Grid Engine, hooks as the user' ] || skip 'only root can become the account'
    empty_cache
    published tools
    launch_array 6
    over
    wait_for idle
    cat "${WORLD_HOME1}"/said.*
    [ "$(cat "${WORLD_HOME1}"/said.* | grep -c '`tools` is on this node for everybody')" -eq 6 ]
    [ "$(entries)" -eq 1 ]
    [ -z "$(leases)" ]
    [ -z "$(find "${cache}" -path '*/.wanted/*')" ]
    [ -z "$(leftovers)" ]
}

@test "what the account cannot read is staged for each user, and nobody waits for it twice" {
    [ "${column}" != 'Grid Engine, hooks as the user' ] || skip 'only root can become the account'
    empty_cache
    published tools
    chown "root:${WORLD_USER1}" "${sw}" && chmod 750 "${sw}"
    launch ''
    over
    said 'staged `tools`'
    said '^status=staged'
    launch ''
    over
    said '`tools` was on this node already'
    [ "$(stat -c %U "$(entry_of tools)")" = "${WORLD_USER1}" ]
    wait_for idle
    [ -z "$(leftovers)" ]
}

@test "of several environments the first is activated, and the others are where conda looks first" {
    empty_cache
    [ -d "${WORLD_HOME1}/.conda/envs/second" ] || python3 "${BATS_TEST_DIRNAME}/../../demo/make_env.py" "${WORLD_HOME1}/.conda/envs" second
    echo 'env = ["demo", "second"]' >"${WORLD_HOME1}/.conda-stage.toml"
    chown -R "${WORLD_USER1}" "${WORLD_HOME1}/.conda-stage.toml" "${WORLD_HOME1}/.conda/envs/second"
    asks=
    launch 'staged=${CONDA_ENVS_PATH%%:*}; ls "${staged}"; echo "second=$("${staged}/second/bin/where-am-i")"; echo "greets: $(greet)"'
    over
    rm "${WORLD_HOME1}/.conda-stage.toml"
    cat "${out}"
    said '^status=staged prefix=.*/conda-stage/envs/demo me=/.*/cache/v1/'
    said '^second=/.*/cache/v1/.*/share/demo$'
    said '^greets: hello from /.*(cache/v1|conda-stage/envs/demo)'
    [ "$(grep -cxE 'demo|second' "${out}")" -eq 2 ]
    [ "$(entries)" -eq 2 ]
    wait_for idle
    [ -z "$(leases)" ]
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
    [ "$(stat -c '%a %U' "$(entry_of demo)/..")" = "700 ${WORLD_USER1}" ]
    who=${WORLD_USER2} home=${WORLD_HOME2}
    launch ''
    over
    said 'staged `demo`'
    [ "$(entries)" -eq 2 ]
    rm "${out}"
}
