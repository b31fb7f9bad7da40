#!/usr/bin/env bats
# The world itself: what it does to the machine, which is nothing. As root: `bats src/test/slurm/world.bats`

bats_require_minimum_version 1.5.0
load ../world/world

traces() {
    grep -E 'slurm|munge| [0-9a-z/]*\.boot_id | n[0-9]+ ' /proc/self/mountinfo || true
    find /tmp /var/tmp -mindepth 1 -maxdepth 1 '(' -name '*slurm*' -o -name '*munge*' ')'
    find /var/lib/slurm /var/log/slurm /etc/slurm /etc/munge /var/lib/munge /var/log/munge /run/munge -printf '%p %T@\n' || true
    ls /run/slurm* || true
}

@test "jobs run in it, and nothing is left" {
    in_world bats "${BATS_TEST_DIRNAME}/jobs.bats"
    nothing_left
}

@test "it has as many nodes as WORLD_NODES says; its exit status and its streams are COMMAND's" {
    for WORLD_NODES in 1 4; do
        export WORLD_NODES
        # shellcheck disable=SC2016 # the inner shell expands it
        run in_world sh -c '"$0" as "${WORLD_USER1}" srun -N "${WORLD_NODES}" hostname </dev/null | sort; cat; exit 7' "${job}" \
            <<<'from outside'
        [ "${status}" -eq 7 ]
        [ "${output}" = "$(seq -f 'n%g' "${WORLD_NODES}")"$'\nfrom outside' ]
        nothing_left
    done
}

@test "a job that is still running ends with the world, on each node" {
    # shellcheck disable=SC2016 # the inner shell expands it
    in_world sh -c '
        number=$(echo "srun -N2 setsid sleep 4711 & sleep 4711" | "$0" submit "${WORLD_USER1}" -N2 -o /dev/null)
        "$0" wait "${number}" RUNNING
        timeout 120 sh -c "until [ \$(pgrep -xc sleep -u ${WORLD_USER1}) -eq 3 ]; do sleep 0.1; done"' "${job}"
    nothing_left
}

@test "a signal or kill -9 ends it" {
    for signal in INT TERM; do ends_with "${signal}"; done
    start_sleep
    kill -KILL $!
    wait_for nothing_left
}

@test "two at once do not see each other" {
    # shellcheck disable=SC2016 # the inner shell expands it
    timeout 120 "${world}" run sh -c 'echo true | "$0" submit "${WORLD_USER1}" --hold; touch "$1/held"
        until [ -e "$1/seen" ]; do sleep 0.1; done; squeue -h -o %r' "${job}" "${BATS_TEST_TMPDIR}" \
        >"${BATS_TEST_TMPDIR}/one" 3>&- &
    # shellcheck disable=SC2016 # the inner shell expands it
    in_world timeout 120 sh -c 'until [ -e "$0/held" ]; do sleep 0.1; done; squeue -h; echo end; touch "$0/seen"' \
        "${BATS_TEST_TMPDIR}" >"${BATS_TEST_TMPDIR}/two"
    wait $!
    [ "$(cat "${BATS_TEST_TMPDIR}/one")" = $'1\nJobHeldUser' ]
    [ "$(cat "${BATS_TEST_TMPDIR}/two")" = end ]
    nothing_left
}
