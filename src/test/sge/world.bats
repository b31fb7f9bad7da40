#!/usr/bin/env bats
# The world itself: what it does to the machine, which is nothing. As root: `bats src/test/sge/world.bats`

bats_require_minimum_version 1.5.0

setup() {
    [ "$(id -u)" -eq 0 ] || skip 'needs root'
    world=${BATS_TEST_DIRNAME}/world
    job=${BATS_TEST_DIRNAME}/job
    "${world}" install
    traces >"${BATS_TEST_TMPDIR}/before"
}
traces() { # what a world could leave on the machine, which others may use meanwhile
    grep -e gridengine -e ' /run ' /proc/self/mountinfo || true
    find /tmp /var/tmp -mindepth 1 -maxdepth 1 '(' -name '*sge*' -o -name '*_messages.*' -o -name 'shepherd.*' ')'
    find /var/lib/gridengine /var/spool/gridengine /run/gridengine -printf '%p %T@\n' || true
    cat /etc/hosts /etc/passwd /etc/group /etc/shadow
    hostname
} 2>&1
in_world() { # COMMAND...: and note which process namespace it has
    # shellcheck disable=SC2016 # the inner shell expands it
    TMPDIR=${BATS_TEST_TMPDIR}/tmp "${world}" run \
        sh -c 'mkdir -p "${TMPDIR}"; readlink /proc/self/ns/pid >"$0"; exec "$@"' "${BATS_TEST_TMPDIR}/namespace" "$@"
}
nothing_left() {
    diff "${BATS_TEST_TMPDIR}/before" <(traces)
    [ -s "${BATS_TEST_TMPDIR}/namespace" ]
    run ! grep -Fxf "${BATS_TEST_TMPDIR}/namespace" <(readlink /proc/[0-9]*/ns/pid)
    [ -z "$(ls "${BATS_TEST_TMPDIR}/tmp")" ]
}
wait_for() { # SECONDS COMMAND...
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "${SECONDS}" -lt "${until}" ] || return 1
        sleep 0.1
    done
}

@test "jobs run in it, and nothing is left" {
    in_world bats "${BATS_TEST_DIRNAME}/jobs.bats"
    nothing_left
}

@test "its exit status and its streams are COMMAND's" {
    run in_world sh -c 'cat; exit 7' <<<'from outside'
    [ "${status}" -eq 7 ]
    [ "${output}" = 'from outside' ]
    nothing_left
}

@test "a job that is still running ends with the world" {
    # shellcheck disable=SC2016 # the inner shell expands it
    in_world sh -c '
        number=$(echo "setsid sleep 4711 & sleep 4711" | "$0" submit "${WORLD_USER1}" -S /bin/sh -j y -o out)
        "$0" wait "${number}" 30 r' "${job}"
    nothing_left
}

start_sleep() { # in the background of this test; its process is $!
    # env: what runs in the background would ignore SIGINT
    TMPDIR=${BATS_TEST_TMPDIR}/tmp env --default-signal=INT "${world}" run \
        sh -c 'mkdir -p "${TMPDIR}"; readlink /proc/self/ns/pid >"$0"; exec sleep 4711' \
        "${BATS_TEST_TMPDIR}/namespace" >"${BATS_TEST_TMPDIR}/log" 2>&1 3>&- &
    wait_for 60 test -s "${BATS_TEST_TMPDIR}/namespace"
}

@test "a signal ends it" {
    for signal in INT TERM; do
        start_sleep
        kill "-${signal}" $!
        status=0
        wait $! || status=$?
        [ "${status}" -eq "$((128 + $(kill -l "${signal}")))" ]
        nothing_left
        rm "${BATS_TEST_TMPDIR}/namespace"
    done
}

@test "kill -9 ends it" {
    start_sleep
    kill -KILL $!
    wait_for 10 nothing_left
}

@test "two at once do not see each other" {
    # shellcheck disable=SC2016 # the inner shell expands it
    "${world}" run sh -c '"$0" submit "${WORLD_USER1}" -b y -h true >&2; sleep 5; qstat -u "*"' "${job}" \
        >"${BATS_TEST_TMPDIR}/one" 3>&- &
    in_world sh -c 'sleep 4; qstat -u "*"; echo end' >"${BATS_TEST_TMPDIR}/two"
    wait $!
    grep -q ' hqw ' "${BATS_TEST_TMPDIR}/one"
    [ "$(cat "${BATS_TEST_TMPDIR}/two")" = end ]
    nothing_left
}
