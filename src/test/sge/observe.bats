#!/usr/bin/env bats
# What administrators and users see of a job, on a real Grid Engine:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/observe.bats

# shellcheck disable=SC2016,SC2154 # dollars that the job expands; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked
load ../world/observe

where_hooks_are() { "$@"; }
setup_file() {
    export PROM=${WORLD_DIR}/collector/stages.prom
    mkdir "${WORLD_DIR}/collector"
    install_hooks
}
hooks() { # [--root-hooks]: with metrics
    with_hooks "$@" >/dev/null
    printf '[metrics]\ntextfile = "%s"\n' "${PROM}" >>"${TREE}/site-config/site.toml"
    "${TREE}/site-config/sge/setup" --queue "${Q}" "$@"
}
setup() { hooks; }
teardown() {
    forget
    rm -rf /run/conda-stagehand-counts "${ROOT}/records/metrics"
    all_clear
}
submit() { # SUBMIT-ARGUMENTS... with the body on stdin: sets number and said
    number=$(job submit "${WORLD_USER1}" -j y -o said "$@")
    job wait "${number}" || true
    said=$(cat "${WORLD_HOME1}/said")
    rm "${WORLD_HOME1}/said"
    echo "${said}"
}

@test "syslog gets a line for each job that is staged and one for each that is struck, from hooks of the user's and of root's" {
    listen
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        hooks ${kind}
        submit -l conda_env=demo <<<"${says}"
        [[ ${said} == *status=staged* ]]
        logged stage "${number}.1" "user=${WORLD_USER1} queue_seconds=[0-9]+ total_seconds=[0-9.]+ status=0 verdict=staged source=archive env=demo from=.*demo.tar.gz files=[0-9]+"
        logged strike "${number}.1" "user=${WORLD_USER1} total_seconds=[0-9.]+ verdict=struck$"
        submit -l conda_env=nowhere <<<'echo began'
        [[ ${said} != *began* ]]
        logged stage "${number}.1" 'verdict=failed env=nowhere .*reason='
        submit <<<true
        run ! grep -q "job=${number}.1 " "${LOG}"
    done
    is_logfmt
}

@test "what root's hooks counted is in the file for Prometheus; a variable of the job's moves no verdict" {
    submit -l conda_env=demo -v CONDA_STAGE_COUNTED=1 <<<"${says}"
    [[ ${said} == *status=staged* ]]
    [ -z "$(job queue-state)" ]
    hooks --root-hooks
    submit -l conda_env=demo -v CONDA_STAGE_COUNTED= <<<"${says}"
    [[ ${said} == *status=staged* ]]
    archive=${WORLD_HOME1}/.conda/envs/demo.tar.gz
    cp -p "${archive}" "${WORLD_DIR}/whole"
    head -c 20000 "${WORLD_DIR}/whole" >"${archive}"
    submit -l conda_env=demo <<<"${says}"
    cp -p "${WORLD_DIR}/whole" "${archive}"
    [[ ${said} == *status=fallback* ]]
    without_java
    submit -l conda_env=demo <<<'echo began'
    [[ ${said} != *began* ]]
    mv "${TREE}/java.away" "${TREE}/lib/runtime/bin/java"
    "${TREE}/bin/conda-stagehand" sweep
    has_metric 'stages_total{verdict="staged",source="archive"}' 1
    has_metric 'stages_total{verdict="fallback",source="none"}' 1
    has_metric 'stages_total{verdict="failed",source="none"}' 1
    has_metric 'strikes_total{verdict="struck"}' 3
    has_metric jobs 0
}

@test "a logger that hangs, or is missing, holds no job up" {
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        hooks ${kind}
        logger_is $'#!/bin/sh\nexec sleep 4714'
        submit -l conda_env=demo <<<"${says}"
        [[ ${said} == *status=staged* ]]
        wait_until eval '! pgrep -f "sleep 4714"'
        umount /usr/bin/logger
    done
    logger_is 'no program' 644
    submit -l conda_env=demo <<<"${says}"
    [[ ${said} == *status=staged* ]]
}

@test "a job that wants less is told what went wrong and nothing else; one that wants more is told how" {
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        hooks ${kind}
        submit -l conda_env=demo -v CONDA_STAGE_VERBOSE=0 <<<"${says}"
        [[ ${said} == status=staged* ]]
        submit -l conda_env=nowhere -v CONDA_STAGE_VERBOSE=0 <<<'echo began'
        [[ ${said} == *'no environment `nowhere`'* && ${said} != *began* ]]
        submit -l conda_env=demo -v CONDA_STAGE_VERBOSE=2 <<<"${says}"
        [[ ${said} == *'asked for by'*'phases: resolve '*status=staged* ]]
    done
    submit -l conda_env=demo -v CONDA_STAGE_VERBOSE=loud <<<"${says}"
    [[ ${said} == *'`CONDA_STAGE_VERBOSE` is none of 0, 1 and 2: `loud`'*'staged `demo`'*status=staged* ]]
}
