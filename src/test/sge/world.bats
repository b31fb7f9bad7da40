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
        "$0" wait "${number}" r' "${job}"
    nothing_left
}

@test "a signal ends it" {
    for signal in INT TERM; do ends_with "${signal}"; done
}

@test "kill -9 ends it" {
    start_sleep
    kill -KILL $!
    wait_for nothing_left
}

@test "two at once do not see each other" {
    # shellcheck disable=SC2016 # the inner shell expands it
    timeout 120 "${world}" run sh -c '"$0" submit "${WORLD_USER1}" -b y -h true >&2; touch "$1/held"
        until [ -e "$1/seen" ]; do sleep 0.1; done; qstat -u "*"' "${job}" "${BATS_TEST_TMPDIR}" \
        >"${BATS_TEST_TMPDIR}/one" 3>&- &
    # shellcheck disable=SC2016 # the inner shell expands it
    in_world timeout 120 sh -c 'until [ -e "$0/held" ]; do sleep 0.1; done; qstat -u "*"; echo end; touch "$0/seen"' \
        "${BATS_TEST_TMPDIR}" >"${BATS_TEST_TMPDIR}/two"
    wait $!
    grep -q ' hqw ' "${BATS_TEST_TMPDIR}/one"
    [ "$(cat "${BATS_TEST_TMPDIR}/two")" = end ]
    nothing_left
}
