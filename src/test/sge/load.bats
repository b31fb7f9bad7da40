#!/usr/bin/env bats
# Many jobs that begin at once on one node of a real Grid Engine: 16, and with FULL=1 64:
#   FULL=1 STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/load.bats

# shellcheck disable=SC2154 # variables of hooked.bash and load.bash

bats_require_minimum_version 1.5.0
load hooked
load ../world/load

setup_file() {
    install_hooks
    "${TREE}/libexec/local-root" "${ROOT}"
    make_crowd
    make_gate
    set_queue slots "${CROWD}"
}
setup() { :; }
teardown() { :; }
hooks() { # [--root-hooks]: behind the gate
    for hook in prolog epilog starter_method; do set_queue "${hook}" NONE; done
    set_queue prolog "${1:+root@}${gate}"
    with_hooks "$@"
}
submit() { # USER KIND
    case $2 in
        request | broken) set -- "$1" -l conda_env=demo ;;
        mistake) set -- "$1" -l conda_env=demp ;;
        toml) set -- "$1" -cwd ;;
        *) set -- "$1" ;;
    esac
    job submit "$1" -j y -o said "${@:2}" >>"${WORLD_DIR}/numbers"
}
all_gone() {
    [ -z "$(qstat -u '*')$(find "${WORLD_SPOOL}/active_jobs" "${WORLD_TMP}" -mindepth 1 -maxdepth 1)" ]
}
crowd() { # NAME [--root-hooks]
    hooks "${@:2}"
    let_crowd_in "$1" submit
    right_verdicts "${WORLD_TMP}/"
    wait_for_crowd all_gone
    [ -z "$(job queue-state)" ]
    [ -z "$(find "${ROOT}/records" -type f)" ]
    is_bounded "$1"
}

@test "a crowd of users begins at once: each job gets its own, in time, with bounded memory" {
    crowd users
}

@test "the same with hooks that the queue runs as root" {
    crowd roots --root-hooks
}

@test "who gets no turn in time has the original and is told why" {
    hooks # root's are as Slurm's
    sed -i 's/^stage_timeout=.*/stage_timeout=16/' "${TREE}/etc/hooks.conf"
    hold_places "${ROOT}/turns"
    job submit load1 -j y -o late -l conda_env=demo <<<"${says}"
    wait_for_crowd all_gone
    let_places
    late=$(cat "${WORLD_DIR}/home/load1/late")
    [[ ${late} == *'no turn within 12 s: this node stages 4 environments at a time'*"status=fallback prefix=${WORLD_DIR}/home/load1/"* ]]
}

@test "a sweep strikes thousands of jobs of several users in bounded time and memory" {
    hooks --root-hooks
    leave "${TRIED}" 47201 "${GONE_UID}"
    one_by_one "${ROOT}/records" "${TREE}/libexec/sge-drop" sweep
    [ -z "$(ls "${WORLD_TMP}")" ]
    leave "${LEFTOVERS}" 47201 47202 47203 "${GONE_UID}"
    [ "$(find "${ROOT}/records" -type f | wc -l)" -eq "${LEFTOVERS}" ]
    sweep_them "${TREE}/bin/conda-stagehand" sweep
    [ -z "$(find "${ROOT}/records" -type f)" ]
    [ -z "$(ls "${WORLD_TMP}")" ]
    [ "$(grep -c '^struck ' "${WORLD_DIR}/swept")" -eq "${LEFTOVERS}" ]
    is_bounded_sweep
}
leave() { # COUNT UID...
    python3 -B "${BATS_TEST_DIRNAME}/../world/leftovers.py" sge "${ROOT}" "${WORLD_HOST}" "$1" "${WORLD_TMP}" "${@:2}"
}
