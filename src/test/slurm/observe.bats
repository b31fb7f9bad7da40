#!/usr/bin/env bats
# What administrators and users see of a job, on a real Slurm:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/observe.bats

# shellcheck disable=SC2016,SC2154 # dollars that the job expands; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked
load ../world/observe

where_hooks_are() { job on n1 "$@"; }
setup_file() {
    export PROM=${WORLD_DIR}/collector/stages.prom
    mkdir "${WORLD_DIR}/collector"
    install_hooks
    with_metrics
    "${TREE}/site-config/slurm/setup" --apply "${SLURM_CONF}" --yes-installed-everywhere
}
with_metrics() { printf '[metrics]\ntextfile = "%s"\n' "${PROM}" >>"${TREE}/site-config/site.toml"; }
setup() {
    with_hooks
    with_metrics
}
teardown() {
    forget
    rm -rf /run/conda-stagehand-counts "${WORLD_DISKS}"/n?/stage/records/metrics
    all_clear
}
submit() { # SUBMIT-ARGUMENTS... with the body on stdin: sets number and said
    number=$(job submit "${WORLD_USER1}" -w n1 -o said "$@")
    job wait "${number}" || true
    said=$(cat "${WORLD_HOME1}/said")
    rm "${WORLD_HOME1}/said"
    echo "${said}"
}
sweep() { job on n1 "${TREE}/bin/conda-stagehand" sweep; }

@test "syslog gets a line for each job that is staged, and one for each that is struck" {
    listen
    submit --comment=conda_env=demo <<<"${says}"
    [[ ${said} == *status=staged* ]]
    logged stage "${number}" "user=${WORLD_USER1} queue_seconds=[0-9]+ total_seconds=[0-9.]+ status=0 verdict=staged source=archive env=demo from=${WORLD_HOME1}/.conda/envs/demo.tar.gz files=[0-9]+ bytes=[0-9]+ resolve_seconds=[0-9.]+ stage_seconds=[0-9.]+ activate_seconds=[0-9.]+$"
    logged strike "${number}" "user=${WORLD_USER1} total_seconds=[0-9.]+ verdict=struck$"
    submit --comment='asks for nothing' <<<true
    run ! grep -q "job=${number} " "${LOG}"
    for value in 'a"b\c=d' "$(printf 'x%.0s' $(seq 900))" $'\x1b[31mred' '$(touch${IFS}ran)' ümläut; do
        submit --comment="conda_env=${value}" <<<'echo began'
        [[ ${said} != *began* ]]
        logged stage "${number}" 'verdict=failed .*reason='
    done
    is_logfmt
}

@test "what was counted is in the file for Prometheus, over sweeps, and a job that was lost too" {
    submit --comment=conda_env=demo <<<true
    submit --comment=conda_env="${WORLD_HOME1}/.conda/envs/demo" <<<true
    submit --comment=conda_env=nowhere <<<true
    archive=${WORLD_HOME1}/.conda/envs/demo.tar.gz
    cp -p "${archive}" "${WORLD_DIR}/whole"
    head -c 20000 "${WORLD_DIR}/whole" >"${archive}"
    submit --comment=conda_env=demo <<<"${says}"
    cp -p "${WORLD_DIR}/whole" "${archive}"
    [[ ${said} == *status=fallback* ]]
    without_java
    submit --comment=conda_env=demo <<<true
    with_hooks
    with_metrics
    sweep
    [ "$(stat -c '%U %a' "${PROM}")" = 'root 644' ]
    [ "$(ls -A "${PROM%/*}")" = stages.prom ]
    has_metric 'stages_total{verdict="staged",source="archive"}' 2
    has_metric 'stages_total{verdict="fallback",source="none"}' 1
    has_metric 'stages_total{verdict="failed",source="none"}' 2
    has_metric 'strikes_total{verdict="struck"}' 5
    has_metric 'stage_seconds_count{source="archive"}' 2
    has_metric leftovers_struck_total 0
    has_metric last_sweep_success 1
    submit --comment=conda_env=demo <<<true
    rm -r /run/conda-stagehand-counts # as after a boot: what no sweep had seen is gone, what one had stays
    submit --comment=conda_env=demo <<<true
    sweep
    has_metric 'stages_total{verdict="staged",source="archive"}' 3
    chmod o+w "${PROM%/*}"
    run sweep
    chmod o-w "${PROM%/*}"
    [ "${status}" -eq 78 ]
    [[ ${output} == *'can be changed by users'* ]]
}

@test "a logger that hangs, that is missing, or to which nobody listens holds no job up" {
    logger_is $'#!/bin/sh\nexec sleep 4713'
    submit --comment=conda_env=demo <<<"${says}"
    [[ ${said} == *status=staged* ]]
    wait_until eval '! pgrep -f "sleep 4713"'
    job on n1 umount /usr/bin/logger
    logger_is 'no program' 644
    submit --comment=conda_env=demo <<<"${says}"
    [[ ${said} == *status=staged* ]]
    job on n1 umount /usr/bin/logger
    listen deaf
    submit --comment=conda_env=demo <<<"${says}"
    [[ ${said} == *status=staged* ]]
    wait_until eval '! pgrep -x logger'
}

@test "a job that wants less is told what went wrong, and nothing else" {
    submit --export=ALL,CONDA_STAGE_VERBOSE=0 --comment=conda_env=demo <<<"${says}"
    [[ ${said} == status=staged* ]]
    submit --export=ALL,CONDA_STAGE_VERBOSE=0 --comment=conda_env=nowhere <<<'echo began'
    [[ ${said} == *'error: no environment `nowhere`'* && ${said} != *began* ]]
}
