# For the bats files about worlds: what one does to the machine, which is nothing. Read by `load ../world/world`; the file
# has `traces`: what a world could leave on the machine, which others may use meanwhile.

setup() {
    [ "$(id -u)" -eq 0 ] || skip 'needs root'
    world=${BATS_TEST_DIRNAME}/world
    job=${BATS_TEST_DIRNAME}/job
    "${world}" install
    all_traces >"${BATS_TEST_TMPDIR}/before"
}
all_traces() {
    traces
    grep ' /run ' /proc/self/mountinfo || true
    grep -hv ^csit /etc/hosts /etc/passwd /etc/group /etc/shadow # the integration tests make accounts and may run meanwhile
    hostname
} 2>&1
in_world() { # COMMAND...: and note which process namespace it has
    rm -f "${BATS_TEST_TMPDIR}/ended"
    # shellcheck disable=SC2016 # the inner shell expands it
    TMPDIR=${BATS_TEST_TMPDIR}/tmp "${world}" run \
        sh -c 'mkdir -p "${TMPDIR}"; readlink /proc/self/ns/pid >"$0"; exec "$@"' "${BATS_TEST_TMPDIR}/namespace" "$@"
}
nothing_left() { # one chain, since nothing else fails inside wait_for
    [ -e "${BATS_TEST_TMPDIR}/ended" ] || date +%s >"${BATS_TEST_TMPDIR}/ended"
    diff "${BATS_TEST_TMPDIR}/before" <(all_traces) &&
        [ -s "${BATS_TEST_TMPDIR}/namespace" ] &&
        [ -z "$(processes_left)" ] &&
        [ -z "$(ls "${BATS_TEST_TMPDIR}/tmp")" ]
}
processes_left() { # of the world, and not of a younger one: the kernel gives the number of a namespace again
    ps -eo pidns=,etimes=,args= | awk -v world="$(tr -cd 0-9 <"${BATS_TEST_TMPDIR}/namespace")" \
        -v since="$(($(date +%s) - $(cat "${BATS_TEST_TMPDIR}/ended") + 1))" '$1 == world && $2 > since'
}
wait_for() { # COMMAND...: at most two minutes
    local until=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${until}" ] || return 1
        sleep 0.1
    done
}
start_sleep() { # in the background of this test; its process is $!
    rm -f "${BATS_TEST_TMPDIR}/ended"
    # env: what runs in the background would ignore SIGINT
    TMPDIR=${BATS_TEST_TMPDIR}/tmp env --default-signal=INT "${world}" run \
        sh -c 'mkdir -p "${TMPDIR}"; readlink /proc/self/ns/pid >"$0"; exec sleep 4711' \
        "${BATS_TEST_TMPDIR}/namespace" >"${BATS_TEST_TMPDIR}/log" 2>&1 3>&- &
    wait_for test -s "${BATS_TEST_TMPDIR}/namespace"
}
ends_with() { # SIGNAL
    start_sleep
    kill "-$1" $!
    status=0
    wait $! || status=$?
    [ "${status}" -eq "$((128 + $(kill -l "$1")))" ]
    nothing_left
    rm "${BATS_TEST_TMPDIR}/namespace"
}
