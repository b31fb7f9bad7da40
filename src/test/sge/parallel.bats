#!/usr/bin/env bats
# A parallel job on two real execution hosts: what execd does on the second one, and `conda-stagehand exec` there:
#   WORLD_HOSTS=2 STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/parallel.bats

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # dollars that the job expands; variables of hooked.bash

load hooked
load watched

setup_file() {
    [ "${WORLD_HOSTS-}" = 2 ] || { echo 'this file needs a world of two hosts: WORLD_HOSTS=2' && return 1; }
    install_hooks
    export SLAVE=${WORLD_HOST2} SLAVE_FILES=${WORLD_DIR}/hosts/${WORLD_HOST2} SLAVE_SPOOL=${WORLD_DIR}/execd/${WORLD_HOST2}
    export RANK=${WORLD_DIR}/rank EXEC="${TREE}/bin/conda-stagehand exec"
    job on "${SLAVE}" "${TREE}/libexec/local-root" "${ROOT}"
    big_environment
    printf '%s\n' 'pe_name pairs' 'slots 99' 'user_lists NONE' 'xuser_lists NONE' 'start_proc_args NONE' 'stop_proc_args NONE' \
        'allocation_rule 2' 'control_slaves TRUE' 'job_is_first_task FALSE' 'urgency_slots min' \
        'accounting_summary FALSE' 'qsort_args NONE' >"${BATS_FILE_TMPDIR}/pe"
    qconf -Ap "${BATS_FILE_TMPDIR}/pe"
    qconf -mattr queue pe_list pairs "${Q}"
    cat >"${RANK}" <<-'END' # NAME [FILE]: tells what a rank sees, then is `sleep` until FILE is there
	#!/bin/bash
	echo "$1: on=$(uname -n) status=${CONDA_STAGE_STATUS} prefix=${CONDA_PREFIX} me=$(where-am-i) tmp=${TMPDIR}"
	echo "$1: job=${JOB_ID} task=${SGE_TASK_ID} hostfile=${PE_HOSTFILE} spool=${SGE_JOB_SPOOL_DIR} data=${DEMO_DATA}"
	echo "$1: child of $(ps -o comm= -p "${PPID}"), PATH=${PATH}, envs=${CONDA_ENVS_PATH}"
	[ -z "$2" ] || until [ -e "$2" ]; do sleep 0.1; done
	END
    chmod 755 "${RANK}"
}
setup() {
    other='other=$(awk -v me="$(uname -n)" '\''$1 != me {print $1}'\'' "${PE_HOSTFILE}"); master=$(uname -n)'
    rm -f "${WORLD_HOME1}"/go* "${WORLD_HOME1}/out" "${WORLD_HOME1}/.conda-stage.toml"
}
teardown() { # execd removes TMPDIR; records stay for the sweep
    touch "${WORLD_HOME1}/go"
    [ -n "${BATS_TEST_COMPLETED-}" ] || { cat "${WORLD_HOME1}/out"; qdel -u "${WORLD_USER1}"; }
    wait_for slave_idle
    [ -z "$(ls "${SLAVE_FILES}/tmp")" ]
    [ -z "$(find "${WORLD_TMP}" -mindepth 1)" ]
    [ -z "$(job queue-state)" ]
}
teardown_file() {
    sweep_slave
    nothing_on_slave
    "${TREE}/bin/conda-stagehand" sweep
    all_clear
}

sweep_slave() { on_slave "${TREE}/bin/conda-stagehand" sweep; }
on_slave() { job on "${SLAVE}" "$@"; }
begin() { # SUBMIT-ARGUMENTS... with the script on stdin: a job that begins on the first host
    { echo "${other}" && cat; } >"${BATS_TEST_TMPDIR}/script"
    number=$(job submit "${WORLD_USER1}" -pe pairs 4 -masterq "${Q}@${WORLD_HOST}" -v EXEC="${EXEC}",RANK="${RANK}" -j y -o out \
        "$@" <"${BATS_TEST_TMPDIR}/script")
    slave_stage=${SLAVE_FILES}/tmp/${number}.1.${Q}/conda-stage
}
task() { # with a bash script on stdin: a job whose only task on the other host is that
    cat >"${WORLD_DIR}/task"
    begin <<<'qrsh -inherit "${other}" bash '"${WORLD_DIR}/task"
}
over() { job wait "${number}" && wait_for slave_idle; }
slave_idle() { [ -z "$(ls "${SLAVE_SPOOL}/active_jobs")" ] && ! on_slave pgrep -u "${WORLD_USER1}" >/dev/null; }
nothing_on_slave() { # of the user's; the local root is as it was made
    find "${SLAVE_FILES}/tmp" "${SLAVE_FILES}"/local-root/{users,jobs,records,trash} -mindepth 1 | tee "${BATS_TEST_TMPDIR}/left"
    [ ! -s "${BATS_TEST_TMPDIR}/left" ]
}
said() { grep -qE -- "$1" "${WORLD_HOME1}/out"; }
times() { [ "$(grep -cE -- "$2" "${WORLD_HOME1}/out")" -eq "$1" ]; } # COUNT PATTERN
records() { grep -lFx "directory=${WORLD_TMP}/${number}.1.${Q}" -r "${SLAVE_FILES}/local-root/users"; }
staging() { find "${slave_stage}/envs/.big.stage" -mindepth 1 2>/dev/null | grep -q .; }
slave_jvm() { jvm=$(on_slave pgrep -f 'cli.Main hook sge_rank'); }
stop_in_mid_staging() { # when the slave's JVM has begun to write
    wait_for staging
    slave_jvm
    on_slave kill -STOP "${jvm}"
    [ ! -e "${slave_stage}/envs/big" ]
}
parent() { on_slave ps -o ppid= -p "$1" | tr -d ' '; }
waits() { [ "$(on_slave pgrep -fc '^flock -w')" -ge 1 ]; }

@test "on a slave TMPDIR is there while tasks run, the starter begins each, and there is no prolog and no epilog" {
    for hook in prolog:prolog/sge-prolog epilog:epilog/sge-epilog starter_method:prolog/sge-starter; do
        printf '#!/bin/sh\necho "%s on $(uname -n) in $TMPDIR" >>%s\nexec %s "$@"\n' "${hook%%:*}" "${WORLD_DIR}/noted" \
            "${TREE}/${hook#*:}" >"${WORLD_DIR}/note-${hook%%:*}"
        chmod 755 "${WORLD_DIR}/note-${hook%%:*}"
        set_queue "${hook%%:*}" "${WORLD_DIR}/note-${hook%%:*}"
    done
    install -m 666 /dev/null "${WORLD_DIR}/noted"
    begin -l conda_env=demo <<-'END'
	until [ -e ~/go-first ]; do sleep 0.1; done
	qrsh -inherit "${other}" "${RANK}" alone
	slave=/var/spool/gridengine/hosts/${other}/tmp
	until [ -z "$(ls "${slave}")" ]; do sleep 0.1; done
	echo "between tasks: spool $(ls /var/spool/gridengine/execd/${other}/active_jobs), on the slave <$(ls "${slave}")>"
	qrsh -inherit "${other}" "${RANK}" first ~/go &
	until [ -n "$(ls "${slave}")" ]; do sleep 0.1; done
	qrsh -inherit -V "${other}" bash -c 'touch "${TMPDIR}/seen"; exec "${RANK}" second'
	echo "one is left: $(ls "${slave}"/*)"
	touch ~/go
	wait
	qrsh -inherit "${master}" "${RANK}" local
	END
    # before the first task: the job is known there, with what it asks for, and has no directory
    job wait "${number}" r
    [ -d "${SLAVE_SPOOL}/active_jobs/${number}.1" ]
    [ ! -e "${SLAVE_SPOOL}/active_jobs/${number}.1/config" ]
    grep -qa conda_env "$(find "${SLAVE_SPOOL}/jobs" -type f)"
    [ -z "$(ls "${SLAVE_FILES}/tmp")" ]
    touch "${WORLD_HOME1}/go-first"
    over
    set_queue prolog "${TREE}/prolog/sge-prolog"
    set_queue epilog "${TREE}/epilog/sge-epilog"
    set_queue starter_method "${TREE}/prolog/sge-starter"

    tmp=${WORLD_TMP}/${number}.1.${Q}
    [ "$(grep -c prolog "${WORLD_DIR}/noted")" -eq 1 ]
    [ "$(grep -c epilog "${WORLD_DIR}/noted")" -eq 1 ]
    [ "$(grep -c "starter_method on ${SLAVE} in ${tmp}$" "${WORLD_DIR}/noted")" -eq 3 ]
    [ "$(grep -c "starter_method on ${WORLD_HOST} in ${tmp}$" "${WORLD_DIR}/noted")" -eq 2 ]
    said "^between tasks: spool ${number}.1, on the slave <>$"
    said '^(one is left: )?seen$' # first or not in its list: the directory of two tasks at once is one, and it stays for the one that is left
    # nothing is inherited without -V, and with it all but what Grid Engine itself says of a task
    said "^alone: on=${SLAVE} status= prefix= me= tmp=${tmp}$"
    said "^alone: job=${number} task=undefined hostfile= spool=${SLAVE_SPOOL}/active_jobs/${number}.1/1.${SLAVE} data=$"
    said "^second: on=${SLAVE} status=staged prefix=${tmp}/conda-stage/envs/demo me= tmp=${tmp}$"
    said "^second: job=${number} task=undefined hostfile=${WORLD_SPOOL}/active_jobs/${number}.1/pe_hostfile spool=${SLAVE_SPOOL}/"
    # on the first host the starter activates for a task, too
    said "^local: on=${WORLD_HOST} status=staged prefix=${tmp}/conda-stage/envs/demo me=${tmp}/conda-stage/envs/demo/share/demo"
}

@test "two ranks at once on a slave stage once, under one record; a third needs no JVM; a sweep keeps it" {
    begin -l conda_env=demo <<-'END'
	${EXEC} -- "${RANK}" master
	qrsh -inherit "${other}" ${EXEC} -- "${RANK}" first ~/go &
	qrsh -inherit -V "${other}" ${EXEC} -- "${RANK}" second ~/go &
	until [ -e ~/go-third ]; do sleep 0.1; done
	qrsh -inherit "${other}" env SGE_JOB_SPOOL_DIR="${SGE_JOB_SPOOL_DIR}" TMPDIR=/nonexistent ${EXEC} "${RANK}" third
	qrsh -inherit "${master}" ${EXEC} -- "${RANK}" local
	touch ~/go
	wait
	END
    wait_for said '^first: child'
    wait_for said '^second: child'
    [ "$(records | wc -l)" -eq 1 ]
    run sweep_slave
    [[ ${output} == *"kept ${WORLD_TMP}/${number}.1.${Q}"* && ${output} != *struck* ]]
    [ -d "${slave_stage}/envs/demo" ]
    run on_slave "${TREE}/bin/conda-stagehand" status
    [[ ${output} == *"${WORLD_TMP}/${number}.1.${Q}"* ]]
    without_java
    touch "${WORLD_HOME1}/go-third"
    over
    mv "${TREE}/java.away" "${TREE}/lib/runtime/bin/java"
    times 2 'staged `demo`' # by the prolog, and here
    here=${WORLD_TMP}/${number}.1.${Q}
    for rank in "master ${WORLD_HOST}" "first ${SLAVE}" "second ${SLAVE}" "third ${SLAVE}" "local ${WORLD_HOST}"; do
        said "^${rank% *}: on=${rank#* } status=staged prefix=${here}/conda-stage/envs/demo me=${here}/conda-stage/envs/demo/share/demo tmp=${here}$"
        said "^${rank% *}: job=.* data=${here}/conda-stage/envs/demo/share/demo$"
    done
    said '^first: child of qrsh_starter, ' # it became the command
    # what was inherited of the first host is replaced: it stands there once
    said "^second: child of qrsh_starter, PATH=${here}/conda-stage/envs/demo/bin:[^,]*, envs=${here}/conda-stage/envs$"
    [ "$(grep '^second: child' "${WORLD_HOME1}/out" | grep -o conda-stage/envs/demo/bin | wc -l)" -eq 1 ]
}

@test "whoever stages is killed with kill -9: one that waits takes over, and nobody is without" {
    # both of one task, as below a daemon of MPI: a task that dies of a signal takes the job with it
    task <<-END
	${EXEC} --env big -- "${RANK}" first &
	until [ -e ~/go-second ]; do sleep 0.1; done
	${EXEC} --env big -- "${RANK}" second
	wait
	END
    stop_in_mid_staging
    touch "${WORLD_HOME1}/go-second"
    wait_for waits
    stager=$(on_slave pgrep -f 'prolog/sge-prolog --rank')
    on_slave kill -KILL "$(parent "${stager}")" "${stager}"
    over
    times 1 'staged `big`'
    times 2 "^(first|second): on=${SLAVE} status=staged .* me=${WORLD_TMP}/${number}.1.${Q}/conda-stage/envs/big/share/demo "
}

@test "a JVM that is killed: every rank gets the original, told once, and what was inherited of the first host goes" {
    begin -l conda_env=big <<-'END'
	qrsh -inherit -V "${other}" ${EXEC} -- "${RANK}" first ~/go &
	until [ -e ~/go-second ]; do sleep 0.1; done
	qrsh -inherit "${other}" ${EXEC} -- "${RANK}" second
	touch ~/go
	wait
	END
    stop_in_mid_staging
    on_slave kill -KILL "${jvm}"
    wait_for said '^first: child'
    touch "${WORLD_HOME1}/go-second"
    over
    times 1 'error: staging ended with status 137 \(job '
    original=${WORLD_HOME1}/.conda/envs/big
    for rank in first second; do
        said "^${rank}: on=${SLAVE} status=fallback prefix=${original} me=${original}/share/demo tmp=${WORLD_TMP}/${number}.1.${Q}$"
        said "^${rank}: child of qrsh_starter, PATH=${original}/bin:[^,]*, envs=$"
    done
    ! grep -E '^(first|second): child' "${WORLD_HOME1}/out" | grep -q conda-stage
}

@test "no rank runs without the environment: a wrong name, here on the first host, and on_failure = fail" {
    echo 'on_failure = "fail"' >"${WORLD_HOME1}/.conda-stage.toml"
    begin -S /bin/bash <<-'END'
	rank() { "${@:2}"; echo "$1 ended with $?"; }
	rank first qrsh -inherit "${other}" ${EXEC} --env big -- "${RANK}" first &
	until [ -e ~/go-second ]; do sleep 0.1; done
	rank second qrsh -inherit "${other}" ${EXEC} --env big -- "${RANK}" second
	wait
	rank third ${EXEC} --env nosuch -- true
	rank fourth ${EXEC} --env nosuch -- true
	END
    stop_in_mid_staging
    touch "${WORLD_HOME1}/go-second"
    wait_for waits # not for its starter: what is there by now would fail it
    on_slave kill -KILL "${jvm}"
    over
    for rank in first second third fourth; do said "^${rank} ended with 125$"; done
    times 2 'error: staging `big` did not come to its end'
    times 2 'error: .*`nosuch`'
    ! said '^(first|second): on'
}

@test "qdel while a rank stages: nothing is on the slave after a sweep" {
    begin <<<'qrsh -inherit "${other}" ${EXEC} --env big -- "${RANK}" first'
    stop_in_mid_staging
    [ "$(records | wc -l)" -eq 1 ]
    job as "${WORLD_USER1}" qdel "${number}"
    over
    [ ! -d "${slave_stage%/*}" ]
    sweep_slave
    nothing_on_slave
    ! said '^first:'
}

@test "the exit status, signals and name of the command are its own, and what goes wrong before is 125" {
    printf '#!/bin/sh\n[ "$1" != status ] || exit 7\nkill -"$1" $$\n' >"${WORLD_DIR}/ends"
    chmod 755 "${WORLD_DIR}/ends"
    task <<-END
	try() { "\$@"; echo "\${*: -1} ended with \$?"; }
	share() { echo "a function of the user's: \$1"; }
	export -f share
	export home=mine self=mine functions=mine
	${EXEC} -- "${RANK}" plain
	try ${EXEC} -- nosuch
	try ${EXEC} --no-such-option
	CONDA_STAGE=false ${EXEC} --env demo "${RANK}" off
	try ${EXEC} --env=demo -- "${WORLD_DIR}/ends" status
	for signal in TERM KILL INT; do try ${EXEC} --env demo "${WORLD_DIR}/ends" \${signal}; done
	try ${EXEC} --env demo -- /tmp
	${EXEC} --env demo -- bash -c 'share "a  b"; echo "<\${home}> <\${self}> <\${functions}>"'
	END
    over
    said "^plain: on=${SLAVE} status= prefix= me= "
    times 2 'warning: this job asks for no environment: the command runs as it is \(job '
    said '^nosuch ended with 127$'
    said 'error: no command `nosuch` in PATH \(job'
    said '^--no-such-option ended with 2$'
    said "^off: on=${SLAVE} status=off prefix= "
    times 1 'staged `demo`'
    said '^status ended with 7$'
    said '^TERM ended with 143$'
    said '^KILL ended with 137$'
    said '^INT ended with 130$'
    said '^/tmp ended with 126$'
    said "^a function of the user's: a  b$"
    said '^<mine> <mine> <mine>$'
}

@test "where execd has lost the job, with its tasks killed: the sweep strikes its TMPDIR, and not before" {
    begin <<-'END'
	qrsh -inherit "${other}" ${EXEC} --env demo -- "${RANK}" first ~/go
	END
    wait_for said '^first: child'
    on_slave pkill -KILL -x sge_execd
    on_slave pkill -KILL -x sge_shepherd
    on_slave pkill -KILL -u "${WORLD_USER1}"
    sweep_slave
    [ -d "${slave_stage}/envs/demo" ] # nothing but the spool is proof
    rm -r "${SLAVE_SPOOL:?}"/active_jobs/* "${SLAVE_SPOOL:?}"/jobs/*
    run sweep_slave
    [[ ${output} == *"struck ${WORLD_TMP}/${number}.1.${Q}"* ]]
    nothing_on_slave
    on_slave "${BATS_TEST_DIRNAME}/job" start execd
    qdel "${number}" || : # its script has lost the task, and may be over
    over
}
