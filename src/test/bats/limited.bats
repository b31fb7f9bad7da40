#!/usr/bin/env bats
# libexec/limited: the time limit of the hooks, which never waits for what does not end.

bats_require_minimum_version 1.5.0

load common

setup() {
    make_tree
    limited=${dist}/libexec/limited
    mark=4700.${BATS_TEST_NUMBER}$$ # what the sleeps of a test are told from others by
}
teardown() {
    gone pgrep -f "$(marked)"
    remove_tree
}
marked() { printf '^sleep %s' "${mark}"; }
gone() { # COMMAND...: until it fails
    until=$((SECONDS + 60))
    while "$@" >/dev/null; do
        [ "${SECONDS}" -lt "${until}" ] || return 1
        sleep 0.1
    done
}
wait_for() { # COMMAND...
    until=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        [ "${SECONDS}" -lt "${until}" ] || return 1
        sleep 0.05
    done
}
limited() { stagehand "${limited}" "$@"; }
alarms_of() { # PID
    pgrep -f "alarm [0-9]+ $1 "
}
background() { # SECONDS COMMAND...: `caller` is a shell that waits for `pid`, limited itself
    # a signal that is ignored where the tests are run, as nohup has it, would be ignored here too
    # shellcheck disable=SC2016 # for the inner shell
    env --default-signal "${place}/sh" -p -c '"$@" & echo "$!" >"$0"; wait' "${place}/pid" "${place}/sh" -p "${limited}" "$@" \
        >/dev/null 2>&1 3>&- &
    caller=$!
    wait_for [ -s "${place}/pid" ]
    pid=$(cat "${place}/pid")
}

@test "passes on arguments, status, descriptors, and leaves no alarm" {
    # shellcheck disable=SC2016 # for the inner shell
    run limited "60$$" sh -c 'cat; echo "$1|$2"; exit 7' - 'a b' '' <<<'stdin'
    [ "${status}" -eq 7 ]
    [ "${output}" = "a b|" ]
    run ! pgrep -f "alarm 60$$ "
}

@test "when time is up the command ends, with all that it started, and nothing else waits" {
    started=${SECONDS}
    # shellcheck disable=SC2016 # for the inner shell
    run limited 1 sh -c 'sleep "$1" & sleep "$1"' - "${mark}"
    [ "${status}" -eq 124 ]
    run ! pgrep -f "$(marked)"
    # shellcheck disable=SC2016 # for the inner shell
    run limited 1 sh -c 'trap "" TERM; sleep "$1"; sleep "$1"; sleep "$1"' - "${mark}"
    [ "${status}" -eq 124 ]
    [ $((SECONDS - started)) -le 60 ]
}

@test "no time at all starts nothing" {
    run limited 0 touch "${place}/began"
    [ "${status}" -eq 124 ]
    [ ! -e "${place}/began" ]
}

@test "a stopped command does not hold it up" {
    background 1 sleep "${mark}"
    wait_for pgrep -f "$(marked)"
    pkill -STOP -f "$(marked)"
    gone kill -0 "${pid}"
}

@test "its own end by a signal ends the command and the alarm" {
    for signal in TERM HUP KILL; do
        rm -f "${place}/pid"
        background 600 sleep "${mark}"
        wait_for pgrep -f "$(marked)"
        wait_for alarms_of "${pid}"
        kill "-${signal}" "${pid}"
        gone pgrep -f "$(marked)"
        gone alarms_of "${pid}"
    done
}

@test "the end of its caller ends all of it" {
    background 600 sleep "${mark}"
    wait_for alarms_of "${pid}"
    kill -KILL "${caller}"
    gone kill -0 "${pid}"
    run ! alarms_of "${pid}"
}
