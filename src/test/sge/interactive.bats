#!/usr/bin/env bats
# qrsh and qlogin on a real Grid Engine, on a queue for both kinds of jobs as Debian makes one:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/interactive.bats

# shellcheck disable=SC2016 # dollars that the job expands

bats_require_minimum_version 1.5.0

load hooked
: "${says:?}" # of hooked.bash

setup_file() {
    install_hooks
    set_queue qtype 'BATCH INTERACTIVE'
    # the shell that qlogin starts greets with what it finds in the home directory; its prompt is all that is needed
    echo 'PS1="$ "' | tee "${WORLD_HOME1}/.bashrc" >"${WORLD_HOME1}/.profile"
    # a busy machine is slow to report a slot as free, and `-now y`, the default of qrsh and qlogin, gives up at once
    echo '-now n' >"${WORLD_HOME1}/.sge_request"
}
teardown() {
    rm -rf "${WORLD_SPOOL}/active_jobs/0.1" "${WORLD_HOME1}/evil" "${WORLD_HOME2}/evil"
    all_clear
}
as_user() { # COMMAND...: with a deadline, for Grid Engine's interactive clients wait for ever
    timeout -k 1 120 "${BATS_TEST_DIRNAME}/job" as "${WORLD_USER1}" "$@" </dev/null
}
typed() { # TEXT COMMAND...: the same on a terminal
    text=$1
    shift
    "${BATS_TEST_DIRNAME}/terminal" 120 "${text}" "${BATS_TEST_DIRNAME}/job" as "${WORLD_USER1}" "$@"
}
over() { # all jobs have ended and left nothing
    deadline=$(($(date +%s) + 120))
    until [ -z "$(qstat -u '*')$(find "${WORLD_SPOOL}/active_jobs" "${WORLD_TMP}" -mindepth 1 -maxdepth 1)" ]; do
        [ "$(date +%s)" -lt "${deadline}" ]
        sleep 0.1
    done
    all_clear
}
attribute() { SGE_SINGLE_LINE=1 qconf -sq "${Q}" | awk -v name="$1" '$1 == name {print $2}'; }
line() { printf '. "$(%s/prolog/sge-activate)"' "${TREE}"; } # what a user types in a session

@test "set-up gives a queue that takes qrsh the starter alone, and batch jobs are staged all the same" {
    run with_hooks
    [ "$(attribute prolog),$(attribute epilog),$(attribute starter_method)" = "NONE,NONE,${TREE}/prolog/sge-starter" ]
    [[ ${output} == *"one types: $(line)"* ]]
    for mode in posix_compliant unix_behavior script_from_stdin; do # bash, for a login sh reads a profile that sets PATH
        set_queue shell_start_mode "${mode}"
        run output "${WORLD_HOME1}" -S /bin/bash -l conda_env=demo <<<"${says}"
        [[ ${output} == *"status=staged prefix=${WORLD_TMP}/"*"me=${WORLD_TMP}/"* ]]
    done
    set_queue shell_start_mode posix_compliant
    run output "${WORLD_HOME1}" -l conda_env=demp <<<'echo began'
    [[ ${output} == *'no environment `demp`'* && ${output} != *began* ]]
    without_java
    run output "${WORLD_HOME1}" <<<'env | grep -c ^CONDA_; ls -A "${TMPDIR}" | wc -l'
    [ "${lines[*]}" = '0 0' ]
    over
}

@test "qrsh COMMAND runs in the environment, with a terminal and without, and sourcing again is harmless" {
    twice='source "$TMPDIR/conda-stage/activate" && source "$TMPDIR/conda-stage/activate" && '
    run --separate-stderr as_user qrsh -l conda_env=demo "${says}"
    [ "${status}" -eq 0 ]
    [[ ${output} == "status=staged prefix=${WORLD_TMP}/"*"me=${WORLD_TMP}/"* ]] # and no line of ours among it
    run --separate-stderr as_user qrsh -pty n -l conda_env=demo bash -c "${twice}${says}"
    [ "${status}" -eq 0 ]
    [[ ${output} == "status=staged prefix=${WORLD_TMP}/"*"me=${WORLD_TMP}/"* ]]
    run typed '' qrsh -l conda_env=demo "${twice}${says}; exit 3"
    [ "${status}" -eq 3 ]
    [[ ${output} == *"status=staged prefix=${WORLD_TMP}/"* ]]
    run as_user qrsh -l conda_env=demp echo began
    [ "${status}" -eq 1 ]
    [[ ${output} == *'no environment `demp`'* && ${output} != *began* ]]
    over
}

@test "qrsh COMMAND means what it means without our starter" {
    set_queue starter_method NONE
    without=$(commands)
    with_hooks
    [ -n "${without}" ]
    [ "$(commands)" = "${without}" ]
    over
}
commands() { # what users type, and what it says
    as_user qrsh 'echo one | tr a-z A-Z; echo "$0"'
    as_user qrsh echo 'two  words' '~' '$((1 + 1))'
    as_user qrsh bash -c '"echo   three"'
    as_user qrsh -noshell /bin/echo 'four  words' '$HOME'
    as_user qrsh exit 5 || echo "status $?"
}

@test "in a session of qlogin or qrsh one line finds the job, stages and activates" {
    for client in qlogin qrsh; do
        run typed "$(line); $(line); ${says}; echo \"job=\${JOB_ID} in=\${TMPDIR}\"; exit" "${client}" -l conda_env=demo
        [[ ${output} == *"status=staged prefix=${WORLD_TMP}/"*"me=${WORLD_TMP}/"*"job="[1-9]*" in=${WORLD_TMP}/"* ]]
        over
    done
}

@test "in a session the line says why there is no environment and returns 1, and asking later helps" {
    run typed "$(line); echo \"returned=\$?\"; exit" qlogin -l conda_env=demp
    [[ ${output} == *'no environment `demp`'*'returned=1'* ]]
    run typed "$(line); echo \"returned=\$?\"; export CONDA_STAGE_ENV=demo; $(line); ${says}; exit" qlogin
    [[ ${output} == *'no environment is staged: start the session with -l conda_env=NAME'*'returned=1'*'status=staged'* ]]
    for shell in sh bash ksh zsh; do
        run as_user "${shell}" -c "$(line) || echo \"returned=\$?\""
        [[ ${output} == *'this shell belongs to no Grid Engine job'*'returned=1'* ]]
    done
    over
}

@test "a session believes only what execd wrote and only a directory of its own user" {
    evil=${WORLD_SPOOL}/active_jobs/0.1
    mkdir -p "${evil}" "${WORLD_HOME1}/evil/conda-stage" "${WORLD_HOME2}/evil/conda-stage"
    for home in "${WORLD_HOME1}" "${WORLD_HOME2}"; do echo 'echo misled' >"${home}/evil/conda-stage/activate"; done
    chown -R "${WORLD_USER1}" "${WORLD_HOME1}/evil"
    chown -R "${WORLD_USER2}" "${WORLD_HOME2}/evil"
    check() { # HOME OWNER: whose directory a file of that owner names
        printf 'add_grp_id=47101\ntmpdir=%s\njob_id=1\n' "$1/evil" >"${evil}/config"
        chown "$2" "${evil}/config"
        run as_user bash -c "$(line); echo \"returned=\$?\""
    }
    check "${WORLD_HOME1}" sgeadmin
    [[ ${output} == *misled* ]] # what the others are measured by
    check "${WORLD_HOME1}" "${WORLD_USER2}"
    [[ ${output} == *'belongs to no Grid Engine job'*'returned=1'* && ${output} != *misled* ]]
    check "${WORLD_HOME2}" sgeadmin
    [[ ${output} == *'is not your own'*'returned=1'* && ${output} != *misled* ]]
}

@test "on a queue with prolog and epilog qrsh -pty n is safe, and source gives the reason and 1" {
    set_queue prolog "${TREE}/prolog/sge-prolog"
    set_queue epilog "${TREE}/epilog/sge-epilog"
    set_queue starter_method NONE
    run as_user qrsh -pty n -l conda_env=demo "source \"\$TMPDIR/conda-stage/activate\"; ${says}"
    [[ ${output} == *"status=staged prefix=${WORLD_TMP}/"*"me=${WORLD_TMP}/"* ]]
    run as_user qrsh -pty n -l conda_env=demp 'source "$TMPDIR/conda-stage/activate"; echo "returned=$?"'
    [ "${status}" -eq 0 ]
    [[ ${output} == *'no environment `demp`'*'returned=1'* ]]
    over
}

@test "Grid Engine disables a queue for any prolog, which is why there is none of ours" {
    printf '#!/bin/sh\nexit 0\n' >"${WORLD_DIR}/nothing"
    chmod 755 "${WORLD_DIR}/nothing"
    set_queue prolog "${WORLD_DIR}/nothing"
    set_queue epilog "${WORLD_DIR}/nothing"
    set_queue starter_method NONE
    for _ in 1 2 3 4 5; do # a race, which we lost 20 times of 20
        # then it waits for ever for the queue
        timeout -k 1 120 "${BATS_TEST_DIRNAME}/job" as "${WORLD_USER1}" qrsh true </dev/null 3>&- &
        while kill -0 $! 2>/dev/null && [ -z "$(job queue-state)" ]; do sleep 0.1; done
        kill $! 2>/dev/null || true
        wait $! || true
        [ -z "$(job queue-state)" ] || break
    done
    [ "$(job queue-state)" = E ]
    qstat -f -explain E | grep 'marked QERROR'
    set_queue prolog NONE
    set_queue epilog NONE
    qdel -f -u '*' || true
    qmod -c "${Q}"
    over
}
