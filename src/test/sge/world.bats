#!/usr/bin/env bats
# The world itself: what it does to the machine, which is nothing. As root: `bats src/test/sge/world.bats`

bats_require_minimum_version 1.5.0
load ../world/world

traces() {
    grep gridengine /proc/self/mountinfo || true
    find /tmp /var/tmp -mindepth 1 -maxdepth 1 '(' -name '*sge*' -o -name '*_messages.*' -o -name 'shepherd.*' ')'
    find /var/lib/gridengine /var/spool/gridengine /run/gridengine -printf '%p %T@\n' || true
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

@test "a signal ends it" {
    for signal in INT TERM; do ends_with "${signal}"; done
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
