#!/usr/bin/env bats
# Jobs on the world's Grid Engine, without conda-stagehand: `src/test/sge/world run bats src/test/sge/jobs.bats`

bats_require_minimum_version 1.5.0

setup() {
    : "${WORLD_DIR:?is not set: run this in a world}"
    sge=${BATS_TEST_DIRNAME}
}
job() { "${sge}/job" "$@"; }
teardown() {
    qconf -mattr queue prolog NONE "${WORLD_QUEUE}" >/dev/null
    [ -z "$(job queue-state)" ]
}
set_prolog() { # VALUE
    qconf -mattr queue prolog "$1" "${WORLD_QUEUE}"
}
allow_conda_env() {
    qconf -sc >"${BATS_TEST_TMPDIR}/complexes"
    grep -q '^conda_env ' "${BATS_TEST_TMPDIR}/complexes" ||
        echo 'conda_env conda_env RESTRING != YES NO NONE 0' >>"${BATS_TEST_TMPDIR}/complexes"
    qconf -Mc "${BATS_TEST_TMPDIR}/complexes"
    qconf -mattr exechost complex_values conda_env=none global
}

@test "a user's job runs as the user, on this host, with its TMPDIR in the world" {
    number=$(echo 'id -un; hostname; echo "$TMPDIR"; umask' | job submit "${WORLD_USER1}" -S /bin/sh -j y -o out)
    job wait "${number}"
    run cat "${WORLD_HOME1}/out"
    [ "${lines[0]}" = "${WORLD_USER1}" ]
    [ "${lines[1]}" = "${WORLD_HOST}" ]
    [ "${lines[2]}" = "${WORLD_TMP}/${number}.1.${WORLD_QUEUE}" ]
    [ ! -e "${lines[2]}" ]
}

@test "-l conda_env takes any name and any path once the complex is there" {
    allow_conda_env
    for value in foo /opt/envs/foo-1.2; do
        number=$(echo 'echo ran' | job submit "${WORLD_USER2}" -l "conda_env=${value}" -j y -o out)
        job wait "${number}"
        grep -qx ran "${WORLD_HOME2}/out"
        rm "${WORLD_HOME2}/out"
    done
}

@test "an array of four runs four tasks" {
    number=$(echo 'echo "task $SGE_TASK_ID"' | job submit "${WORLD_USER1}" -t 1-4 -S /bin/sh -j y -o 'array.$TASK_ID')
    job wait "${number}"
    [ "$(sort "${WORLD_HOME1}"/array.* | tr '\n' ,)" = 'task 1,task 2,task 3,task 4,' ]
}

@test "a root@ prolog runs as root before the job" {
    install -d "${WORLD_DIR}/hooks"
    printf '#!/bin/sh -p\nid -un\n' >"${WORLD_DIR}/hooks/prolog"
    chmod 755 "${WORLD_DIR}/hooks/prolog"
    set_prolog "root@${WORLD_DIR}/hooks/prolog"
    number=$(echo 'id -un' | job submit "${WORLD_USER2}" -S /bin/sh -j y -o prolog.out)
    job wait "${number}"
    [ "$(tr '\n' , <"${WORLD_HOME2}/prolog.out")" = "root,${WORLD_USER2}," ]
}

@test "qdel ends a running job and all its processes" {
    number=$(echo 'sleep 4711 & sleep 4711' | job submit "${WORLD_USER1}" -S /bin/sh -j y -o out)
    job wait "${number}" r
    job as "${WORLD_USER1}" qdel "${number}"
    job wait "${number}"
    run ! pgrep -f 'sleep 471[1]'
}

@test "a job of a csh user runs in csh" {
    number=$(echo 'set shell = "is $version:q"; echo "${shell}"' | job submit "${WORLD_USER3}" -S /bin/tcsh -j y -o out)
    job wait "${number}"
    grep -q '^is tcsh' "${WORLD_HOME3}/out"
}

@test "waiting for a job that cannot run fails at once and says why" {
    number=$(echo true | job submit "${WORLD_USER1}" -S /no/such/shell -j y -o /no/such/directory/out)
    job wait "${number}" Eqw
    run job wait "${number}"
    [ "${status}" -eq 1 ]
    [[ ${output} == *"job ${number} is in state Eqw"*'error reason'* ]]
    job as "${WORLD_USER1}" qdel "${number}"
    job wait "${number}"
}
