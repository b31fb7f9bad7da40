#!/usr/bin/env bats
# site-config/sge/jsv with a real qsub and a real qmaster:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/jsv.bats
# shellcheck disable=SC2016 # what another shell expands

bats_require_minimum_version 1.5.0

setup_file() {
    : "${WORLD_DIR:?is not set: run this in a world}" "${STAGEHAND_TREE:?is not set: an installed tree}"
    export JSV=${WORLD_DIR}/jsv
    install -m 755 "${STAGEHAND_TREE}/site-config/sge/jsv" "${JSV}"
    { qconf -sc && echo 'conda_env conda_env RESTRING != YES NO NONE 0'; } >"${BATS_FILE_TMPDIR}/complexes"
    qconf -Mc "${BATS_FILE_TMPDIR}/complexes"
    qconf -mattr exechost complex_values conda_env=-none- global
}
setup() {
    sge=${BATS_TEST_DIRNAME}
    qconf -sconf >"${BATS_TEST_TMPDIR}/before"
}
teardown() {
    mv "${BATS_TEST_TMPDIR}/before" "${BATS_TEST_TMPDIR}/global"
    qconf -Mconf "${BATS_TEST_TMPDIR}/global" || true
    job as "${WORLD_USER1}" qdel -u "${WORLD_USER1}" || true
    rm -f "${WORLD_HOME1}/.sge_request"
} >/dev/null 2>&1
job() { "${sge}/job" "$@"; }
jsv_url() { # URL
    sed "s:^jsv_url .*:jsv_url $1:" "${BATS_TEST_TMPDIR}/before" >"${BATS_TEST_TMPDIR}/global"
    qconf -Mconf "${BATS_TEST_TMPDIR}/global"
}
variable() { # QSUB-ARGUMENT...: what a job that is submitted so finds in CONDA_STAGE_ENV
    number=$(echo 'echo "${CONDA_STAGE_ENV-unset}"' | job submit "${WORLD_USER1}" "$@" -S /bin/sh -j y -o variable.out)
    job wait "${number}"
    cat "${WORLD_HOME1}/variable.out"
    rm "${WORLD_HOME1}/variable.out"
}
refused() { # REASON QSUB-ARGUMENT...
    local reason=$1
    shift
    run job as "${WORLD_USER1}" qsub -b y "$@" true
    echo "${output}"
    [ "${status}" -ne 0 ]
    [[ ${output} == *"${reason}"* ]]
    [ -z "$(qstat -u '*')" ]
}

@test "a job finds what -l asked for, hard or soft, among other requests" {
    [ "$(variable -jsv "${JSV}" -l conda_env=foo)" = foo ]
    [ "$(variable -jsv "${JSV}" -l h_rt=60,conda_env=foo-1.2_b+c,h_vmem=2G)" = foo-1.2_b+c ]
    [ "$(variable -jsv "${JSV}" -soft -l conda_env=/sw/envs/foo)" = /sw/envs/foo ]
    [ "$(variable -jsv "${JSV}" -l conda_env=foo -soft -l conda_env=foo)" = foo ]
    [ "$(variable -jsv "${JSV}" -l conda_env=first -l conda_env=last)" = last ]
    [ "$(variable -jsv "${JSV}" -l conda_env=naïve)" = naïve ]
    [ "$(variable -jsv "${JSV}" -l conda_env=none)" = none ]
    [ "$(variable -jsv "${JSV}" -l conda_env=foo -v CONDA_STAGE_ENV=other)" = foo ]
}

@test "a job that asks for nothing is left alone" {
    [ "$(variable -jsv "${JSV}" -l h_rt=60)" = unset ]
    [ "$(variable -jsv "${JSV}" -v CONDA_STAGE_ENV=own)" = own ]
    [ "$(variable)" = unset ]
}

@test "a line in the script counts as -l does" {
    printf '#!/bin/sh\n#$ -l conda_env=scripted\n#$ -j y\n#$ -o scripted.out\necho "${CONDA_STAGE_ENV}"\n' >"${WORLD_HOME1}/scripted"
    number=$(job submit "${WORLD_USER1}" -jsv "${JSV}" scripted)
    job wait "${number}"
    [ "$(cat "${WORLD_HOME1}/scripted.out")" = scripted ]
}

@test "what can be neither a name nor a path is refused at submission" {
    for value in 'a*' 'a?' '[ab]' 'a|b' 'a&b' '!a'; do
        refused "conda_env=\`${value}\`: Grid Engine reads \`* ? [ ] | & !\` as a pattern" -jsv "${JSV}" -l "conda_env=${value}"
    done
    refused 'the path of an environment must be absolute' -jsv "${JSV}" -l conda_env=envs/foo
    refused 'a path must have no `.` and no `..`' -jsv "${JSV}" -l conda_env=/sw/../etc
    refused 'not the name of an environment' -jsv "${JSV}" -soft -l conda_env=-x
    refused 'not the name of an environment' -jsv "${JSV}" -l 'conda_env="foo"'
    refused 'too long for a name' -jsv "${JSV}" -l "conda_env=$(printf '%0201d' 0)"
    refused 'requested twice, -hard and -soft' -jsv "${JSV}" -l conda_env=a -soft -l conda_env=b
}

@test "works from a user's or a site's sge_request" {
    echo "-jsv ${JSV}" >"${WORLD_HOME1}/.sge_request"
    [ "$(variable -l conda_env=foo)" = foo ]
    rm "${WORLD_HOME1}/.sge_request"
    echo "-jsv ${JSV}" >"${SGE_ROOT}/${SGE_CELL}/common/sge_request"
    [ "$(variable -l conda_env=foo)" = foo ]
    refused 'must be absolute' -l conda_env=a/b
    rm "${SGE_ROOT}/${SGE_CELL}/common/sge_request"
}

@test "works for array tasks and for qrsh" {
    number=$(echo 'echo "${SGE_TASK_ID} ${CONDA_STAGE_ENV}"' |
        job submit "${WORLD_USER1}" -jsv "${JSV}" -l conda_env=foo -t 1-2 -S /bin/sh -j y -o 'array.$TASK_ID')
    job wait "${number}"
    [ "$(cat "${WORLD_HOME1}/array.1" "${WORLD_HOME1}/array.2" | tr '\n' ,)" = '1 foo,2 foo,' ]
    run job as "${WORLD_USER1}" timeout 120 qrsh -now n -jsv "${JSV}" -l conda_env=foo env
    [[ $'\n'${output//$'\r'/}$'\n' == *$'\n'CONDA_STAGE_ENV=foo$'\n'* ]]
}

@test "as the qmaster's jsv_url it serves one job after the other" {
    jsv_url "${JSV}"
    [ "$(variable -l conda_env=foo)" = foo ]
    [ "$(variable -l h_rt=60)" = unset ]
    refused 'must be absolute' -l conda_env=a/b
    [ "$(variable -l conda_env=/x/y)" = /x/y ]
}

@test "arguments that look like the protocol do not bring the next job a wrong answer" {
    jsv_url "${JSV}"
    job as "${WORLD_USER1}" qsub -b y -h true $'x\nBEGIN\nPARAM l_hard conda_env=evil\nBEGIN' || true
    [ "$(variable -l conda_env=foo)" = foo ]
    [ "$(variable)" = unset ]
}

@test "ends with the client" {
    run timeout 120 "${JSV}" </dev/null
    [ "${status}" -eq 0 ]
    run timeout 120 "${JSV}" <<<$'START\nPARAM l_hard conda_env=/a\\nb\nBEGIN\nQUIT\nSTART'
    [ "${output}" = $'STARTED\nENV ADD CONDA_STAGE_ENV /a\\nb\nRESULT STATE CORRECT' ]
}
