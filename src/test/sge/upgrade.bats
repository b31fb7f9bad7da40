#!/usr/bin/env bats
# A new version takes the place of one whose jobs run, on a real Grid Engine whose hooks are root's:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/upgrade.bats

# shellcheck disable=SC2154,SC2030,SC2031 # variables of hooked.bash; each test sets its own

bats_require_minimum_version 1.5.0
load hooked
load ../world/upgrade

setup_file() {
    install_hooks
    as_installed
    new_version
}
setup() {
    with_hooks --root-hooks
    [ -d "${ROOT}/records" ] || install -d -m 700 "${ROOT}/records"
}
teardown() { # what `install` adds to the local root that hooked.bash made stays empty
    [ -z "$(job queue-state)" ]
    [ -z "$(find "${WORLD_TMP}" "${ROOT}/records" "${ROOT}/users" "${ROOT}/jobs" "${ROOT}/trash" -mindepth 1 2>/dev/null)" ]
}
wait_until() { # COMMAND...
    deadline=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${deadline}" ] || { echo "not in time: $*" && return 1; }
        sleep 0.1
    done
}
hold() { # sets number, record, directory
    number=$(job submit "${WORLD_USER1}" -j y -o out -l conda_env=demo <<<"${says}; sleep 600")
    wait_until grep -qs 'status=staged' "${WORLD_HOME1}/out"
    rm "${WORLD_HOME1}/out"
    record=${ROOT}/records/sge-default-${Q}-${number}.1 directory=${WORLD_TMP}/${number}.1.${Q}
}
ended() {
    job as "${WORLD_USER1}" qdel "${number}"
    job wait "${number}"
    [ -z "$(job queue-state)" ]
}

@test "what the version before staged the new one's epilog strikes" {
    hold
    sed -i '/^disk=/d' "${record}" # as this format was written at first
    "${NEW}/install" --prefix "${TREE}"
    is_new
    [ -d "${directory}/conda-stage/envs/demo" ]
    ended
    [ ! -e "${record}" ]
    hold # and the new one stages
    ended
}

@test "a record of a version that is newer still is left for it, and the queue stays in service" {
    hold
    sed -i 's/^format=.*/format=2/' "${record}"
    ended
    [ -s "${record}" ]
    run -69 "${TREE}/bin/conda-stagehand" sweep
    [[ ${output} == *"another version of conda-stagehand wrote \`${record}\`; it is left for that version's sweep"* ]]
    [ -s "${record}" ]
    sed -i 's/^format=.*/format=1/' "${record}" # and this one is it
    "${TREE}/bin/conda-stagehand" sweep
    [ ! -e "${record}" ]
}
