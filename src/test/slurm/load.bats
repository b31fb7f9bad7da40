#!/usr/bin/env bats
# Many jobs that begin at once on one node of a real Slurm: 16, and with FULL=1 64:
#   FULL=1 STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/load.bats

# shellcheck disable=SC2154 # variables of hooked.bash and load.bash

bats_require_minimum_version 1.5.0
load hooked
load ../world/load

setup_file() {
    install_hooks
    make_crowd
    make_gate
    echo "next_prolog=${gate}" >>"${TREE}/etc/hooks.conf"
    sed -i "s/ CPUs=[0-9]*/ CPUs=${CROWD}/" "${SLURM_CONF}"
    for node in n1 n2; do job restart "${node}"; done
    job restart slurmctld
    job wait-nodes
}
submit() { # USER KIND
    case $2 in
        request | broken) set -- "$1" --comment=conda_env=demo ;;
        mistake) set -- "$1" --comment=conda_env=demp ;;
        *) set -- "$1" ;;
    esac
    job submit "$1" -w n1 -o said "${@:2}" >>"${WORLD_DIR}/numbers"
}

@test "a crowd of users begins at once: each job gets its own, in time, with bounded memory" {
    : >"${WORLD_DIR}/numbers"
    let_crowd_in Slurm submit
    right_verdicts "${ROOT}/jobs/slurm-${WORLD_CLUSTER}-"
    [ -z "$(job node-state)" ]
    while read -r number; do job wait "${number}"; done <"${WORLD_DIR}/numbers"
    is_bounded Slurm
}

@test "who gets no turn in time has the original and is told why, and who waited long is told that" {
    sed -i 's/^stage_timeout=.*/stage_timeout=16/' "${TREE}/etc/hooks.conf"
    hold_places /run/conda-stagehand-turns
    number=$(job submit load1 -w n1 -o late --comment=conda_env=demo <<<"${says}")
    job wait "${number}"
    late=$(cat "${WORLD_DIR}/home/load1/late")
    [[ ${late} == *'no turn within 12 s: this node stages 4 environments at a time'*"status=fallback prefix=${WORLD_DIR}/home/load1/"* ]]
    [[ ${late} == *'waited 1'[0-9]' s: this node stages 4 environments at a time'* ]]
    let_places
    number=$(job submit load1 -w n1 -o soon --comment=conda_env=demo <<<"${says}")
    job wait "${number}"
    soon=$(cat "${WORLD_DIR}/home/load1/soon")
    [[ ${soon} == *status=staged* && ${soon} != *waited* ]]
}

@test "a sweep strikes thousands of jobs of several users in bounded time and memory" {
    disk=${WORLD_DISKS}/n1/stage
    leave slurm "${TRIED}" "${WORLD_CLUSTER}" 47201 "${GONE_UID}"
    one_by_one "${disk}/records" job on n1 "${TREE}/libexec/slurm-drop" strike
    rm -rf "${disk}"/trash/*
    leave slurm "${LEFTOVERS}" "${WORLD_CLUSTER}" 47201 47202 47203 "${GONE_UID}"
    leave users "${LEFTOVERS}" - "${GONE_UID}"
    [ "$(find "${disk}/records" -type f | wc -l)" -eq $((LEFTOVERS * 9 / 10)) ]
    [ "$(find "${disk}/users/${GONE_UID}/records" -type f | wc -l)" -eq $((LEFTOVERS * 9 / 10)) ]
    sweep_them job on n1 "${TREE}/bin/conda-stagehand" sweep --json
    all_clear
    [ "$(python3 -c 'import json, sys; print(sum(one["state"] == "struck" for one in json.load(sys.stdin)["holdings"]))' \
        <"${WORLD_DIR}/swept")" -eq $((LEFTOVERS * 2)) ]
    is_bounded_sweep
}
leave() { # KIND COUNT BASE UID...
    job on n1 python3 -B "${BATS_TEST_DIRNAME}/../world/leftovers.py" "$1" "${ROOT}" n1 "${@:2}"
}
