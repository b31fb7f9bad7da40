#!/usr/bin/env bats
# libexec/turn: how many prologs of one node stage at a time. TEST_SHELL is the shell that reads it.

# shellcheck disable=SC2016,SC2154 # dollars that the shell under test expands; bats sets `output` and `lines`

bats_require_minimum_version 1.5.0

setup() {
    places=${BATS_TEST_TMPDIR}/places home=${BATS_TEST_TMPDIR}/home
    mkdir -p "${places}"/{line,1,2,3} "${home}/etc"
    printf 'stage_timeout=120\nmax_concurrent=2\n' >"${home}/etc/hooks.conf"
}
teardown() {
    cat "${BATS_TEST_TMPDIR}"/*.pid 2>/dev/null | xargs -r kill -KILL 2>/dev/null || :
}
with_turn() { # SCRIPT: by a shell that has read it
    "${TEST_SHELL:-sh}" -c 'home=$1 libexec=$2 places=$3
        . "${libexec}/hook"; . "${libexec}/turn"; '"$1" - "${home}" "${BATS_TEST_DIRNAME}/../../main/dist/libexec" "${places}" 3>&-
}
holder() { # NAME: takes a place, tells it in a file of that name and keeps it
    with_turn 'echo $$ >"${places}/../'"$1"'.pid"; take_turn "${places}" && echo "limit ${limit}" >"${places}/../'"$1"'"; exec sleep 300' &
}
said() { # NAME...
    for name; do [ -s "${BATS_TEST_TMPDIR}/${name}" ] || return 1; done
}
until_true() { # COMMAND...
    deadline=$((SECONDS + 60))
    until "$@"; do
        [ "${SECONDS}" -lt "${deadline}" ] || return 1
        sleep 0.05
    done
}
in_line() { # how many wait: each has the line open
    [ "$(find /proc/[0-9]*/fd -lname "${places}/line" 2>/dev/null | cut -d/ -f3 | sort -u | wc -l)" -ge "$1" ]
}

@test "so many as may have a place at once, and whoever is killed leaves it to the next" {
    holder one
    until_true said one
    holder two
    until_true said two
    [ "$(cat "${BATS_TEST_TMPDIR}/one")" = 'limit 120' ]
    holder three
    holder four
    until_true in_line 2
    [ ! -e "${BATS_TEST_TMPDIR}/three" ]
    [ ! -e "${BATS_TEST_TMPDIR}/four" ]
    kill -KILL "$(cat "${BATS_TEST_TMPDIR}/one.pid")"
    until_true eval 'said three || said four'
    run ! said three four
}

@test "who waits in vain is told so while there is time left" {
    printf 'stage_timeout=4\nmax_concurrent=1\n' >"${home}/etc/hooks.conf"
    holder one
    until_true said one
    run with_turn 'fault=; take_turn "${places}"; echo "$? ${limit} ${fault}"'
    [ "${output}" = '1 1 no turn within 3 s: this node stages 1 environments at a time (max_concurrent)' ]
}

@test "a node without places, or with fewer than it should have, stages all the same" {
    run with_turn 'take_turn "${places}/none"; echo "$? ${limit}"; read -r line <&9 || echo closed' 2>/dev/null
    [ "${lines[0]}" = '0 120' ]
    rmdir "${places}/2"
    holder one
    until_true said one
    holder two
    until_true in_line 1
    [ ! -e "${BATS_TEST_TMPDIR}/two" ]
}

@test "a wait of more than five seconds is told" {
    run with_turn 'tell_of_turn 115; tell_of_turn 114'
    [ "${output}" = 'conda-stagehand: waited 6 s: this node stages 2 environments at a time (job )' ]
}
