#!/usr/bin/env bats
# libexec/observe: what hooks tell syslog and count. TEST_SHELL is the shell that reads it.

# shellcheck disable=SC2016,SC2154 # dollars that the shell under test expands; bats sets `output` and `lines`

bats_require_minimum_version 1.5.0

setup() {
    home=${BATS_TEST_TMPDIR}/home stage=${BATS_TEST_TMPDIR}/stage told=${BATS_TEST_TMPDIR}/told
    mkdir -p "${home}/etc" "${stage}" "${BATS_TEST_TMPDIR}/bin"
    printf 'stage_timeout=120\nmetrics=true\n' >"${home}/etc/hooks.conf"
    printf '#!/bin/sh\nprintf "%%s\\n" "$4" >>%s\n' "${told}" >"${BATS_TEST_TMPDIR}/bin/logger"
    chmod 755 "${BATS_TEST_TMPDIR}/bin/logger"
}
hook() { # SCRIPT: by a shell that has read it, of job 7 of ada's
    PATH=${BATS_TEST_TMPDIR}/bin:${PATH} SLURM_JOB_ID=7 USER=${USER_OF_JOB-ada} "${TEST_SHELL:-sh}" -c 'home=$1 libexec=$2 stage=$3
        . "${libexec}/hook"; . "${libexec}/observe"; journal=$4/journal limit=118; read_ticks; '"$1" \
        - "${home}" "${BATS_TEST_DIRNAME}/../../main/dist/libexec" "${stage}" "${BATS_TEST_TMPDIR}/counts" 3>&-
}
until_told() {
    deadline=$((SECONDS + 60))
    until [ -s "${told}" ]; do
        [ "${SECONDS}" -lt "${deadline}" ] || return 1
        sleep 0.05
    done
    cat "${told}"
}

@test "the program's line is sent with what the shell knows before it, and root gets its code" {
    for outcome in 'staged source=archive :20' 'staged source=prefix :21' 'staged source=image :22' 'staged source=cache :23' \
        'fallback env=verdict=staged:24' 'failed reason=x:25' 'requeued reason=x:25' 'staged:25' 'staged source=other :25'; do
        rm -f "${told}"
        echo "verdict=${outcome%:*}" >"${stage}/outcome"
        run hook 'tell_outcome "${stage}" 0 "${ticks}"; echo "${code}"'
        [ "${output}" = "${outcome##*:}" ]
        [[ $(until_told) =~ ^'event=stage job=7 user=ada queue_seconds=2 total_seconds=2.'[0-9]{2}' status=0 verdict='"${outcome%:*}"$ ]]
    done
}

@test "a program that was killed is told with its status, and one that was asked for nothing is not" {
    run hook 'tell_outcome "${stage}" 0 "${ticks}"; tell_outcome "${stage}" 3 "${ticks}"; echo "${code}"; tell_outcome "${stage}" 124 "${ticks}"; echo "${code}"'
    [ "${lines[*]}" = '0 25' ]
    [[ $(until_told) == 'event=stage job=7 user=ada '*' status=124 verdict=failed' ]]
}

@test "what is no line of the program's is not sent" {
    for outcome in "$(head -c 5000 /dev/zero | tr '\0' x)\\n" 'verdict=staged source=archive cut off'; do
        rm -f "${told}"
        printf '%b' "${outcome}" >"${stage}/outcome"
        run hook 'tell_outcome "${stage}" 1 "${ticks}"; echo "${code}"'
        [ "${output}" = 25 ]
        [[ $(until_told) == *' status=1 verdict=failed' ]]
    done
    rm "${stage}/outcome" "${told}"
    mkdir "${stage}/outcome"
    run hook 'tell_outcome "${stage}" 0 "${ticks}"; echo "${code}"'
    [ "${output}" = 0 ]
}

@test "a name that would need quotes is not told" {
    USER_OF_JOB='a verdict=x' hook 'tell_strike 0 "${ticks}" "${USER}"'
    [[ $(until_told) == 'event=strike job=7 user=- total_seconds=0.'*' verdict=struck' ]]
}

@test "a site that wants no lines gets none, and one that wants no metrics counts none" {
    printf 'syslog=false\nmetrics=false\n' >"${home}/etc/hooks.conf"
    run hook 'tell_strike 0 "${ticks}" ada; count_stage 20 "${ticks}"; pgrep -P $$ logger || echo none'
    [ "${output}" = none ]
    [ ! -e "${told}" ]
    [ ! -e "${BATS_TEST_TMPDIR}/counts" ]
}

@test "whatever a user's part ends with, root counts one of a few, and goes on when it cannot" {
    [ "$(id -u)" -eq 0 ] || skip 'needs root'
    hook 'for code in 0 20 21 22 23 24 25 75 99 100 124 255 -1 x; do count_stage "${code}" "${ticks}"; done; tell_strike 1 "${ticks}" ada'
    [ "$(grep -c '^stage failed none [0-9]*$' "${BATS_TEST_TMPDIR}/counts/journal")" -eq 7 ]
    for line in 'stage staged archive' 'stage staged prefix' 'stage staged image' 'stage staged cache' 'stage fallback none' \
        'stage requeued none' 'strike left none'; do
        [ "$(grep -c "^${line} [0-9]*$" "${BATS_TEST_TMPDIR}/counts/journal")" -eq 1 ]
    done
    [ "$(stat -c %a "${BATS_TEST_TMPDIR}/counts")" = 700 ]
    rm -r "${BATS_TEST_TMPDIR}/counts"
    echo 'a file' >"${BATS_TEST_TMPDIR}/counts"
    run -0 hook 'count_stage 20 "${ticks}"; echo on'
    [ "${output}" = on ]
}
