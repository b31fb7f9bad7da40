#!/usr/bin/env bats
# Jobs on the world's Slurm, without conda-stagehand: `src/test/slurm/world run bats src/test/slurm/jobs.bats`

# shellcheck disable=SC2016 # the jobs expand it
bats_require_minimum_version 1.5.0

setup_file() {
    : "${WORLD_DIR:?is not set: run this in a world}"
    # slurmctld looks for expired jobs every 30 s, so this one is begun now and looked at near the end
    expiring=$(job submit "${WORLD_USER3}" -t 1 -o expiring <<<'echo began; sleep 4712; echo survived')
    export expiring
    job wait "${expiring}" RUNNING
    scontrol update job "${expiring}" EndTime=now+1seconds
}
setup() {
    hooks=${WORLD_DIR}/hooks
    mkdir -p "${hooks}"
}
teardown() {
    job set Prolog= Epilog= TaskProlog= PrologFlags=
    [ -z "$(job node-state)" ]
}
job() { "${BATS_TEST_DIRNAME}/job" "$@"; }
hook() { # KEY, its script on stdin
    cat >"${hooks}/$1"
    chmod 755 "${hooks}/$1"
    job set "$1=${hooks}/$1"
}
output() { # USER-HOME SBATCH-ARGUMENTS... with the script on stdin: what the job printed
    home=$1
    shift
    number=$(job submit "${home##*/}" -o out.%J "$@")
    job wait "${number}"
    cat "${home}"/out.* && rm "${home}"/out.*
}

@test "a user's job runs as the user, on a node, in the home" {
    run output "${WORLD_HOME1}" <<<'id -un; hostname; pwd; umask; echo "${SLURM_CLUSTER_NAME}"'
    [ "${output}" = "${WORLD_USER1}"$'\n'"n1"$'\n'"${WORLD_HOME1}"$'\n0022\n'"${WORLD_CLUSTER}" ]
}

@test "each node has a disk, a name and processes of its own" {
    for disk in "${WORLD_DISKS}"/*; do chmod 1777 "${disk}"; done
    output "${WORLD_HOME2}" -N2 <<<"srun sh -c 'hostname >${WORLD_LOCAL}/who'"
    for node in n1 n2; do
        [ "$(cat "${WORLD_DISKS}/${node}/who")" = "${node}" ]
        [ "$(job on "${node}" cat "${WORLD_LOCAL}/who")" = "${node}" ]
        [ "$(job on "${node}" hostname)" = "${node}" ]
        [ "$(job on "${node}" pgrep -xc slurmd)" -eq 1 ]
    done
}

@test "a step of 16 tasks runs on both nodes, in a batch job and alone" {
    run output "${WORLD_HOME1}" -N2 --ntasks-per-node=8 <<<'srun hostname'
    [ "$(sort <<<"${output}" | uniq -c | tr -s ' \n' ' ')" = ' 8 n1 8 n2 ' ]
    run job as "${WORLD_USER1}" srun -N2 --ntasks-per-node=8 hostname
    [ "$(sort <<<"${output}" | uniq -c | tr -s ' \n' ' ')" = ' 8 n1 8 n2 ' ]
}

@test "an array of four runs four tasks" {
    run output "${WORLD_HOME1}" --array=1-4 <<<'echo "task ${SLURM_ARRAY_TASK_ID}"'
    [ "$(sort <<<"${output}" | tr '\n' ,)" = 'task 1,task 2,task 3,task 4,' ]
}

@test "a job of two components runs on two nodes" {
    number=$(job as "${WORLD_USER1}" sbatch --parsable -o both -w n1 : -w n2 --wrap 'srun --het-group=0,1 hostname')
    job wait "${number}"
    [ "$(job state "${number}" | tr '\n' ,)" = COMPLETED,COMPLETED, ]
    [ "$(sort "${WORLD_HOME1}/both" | tr '\n' ,)" = n1,n2, ]
}

@test "the exit code of a job is known" {
    number=$(job submit "${WORLD_USER1}" -o /dev/null <<<'exit 7')
    job wait "${number}"
    [ "$(job state "${number}")" = FAILED ]
    [ "$(job exit "${number}")" = 7:0 ]
}

@test "prolog and epilog run as root on each node, before and after the job" {
    job set PrologFlags=Alloc,DeferBatch
    for key in Prolog Epilog; do
        hook "${key}" <<<"#!/bin/sh -p
PATH=/bin
echo ${key} \$(id -un) >>${WORLD_LOCAL}/trace"
    done
    for disk in "${WORLD_DISKS}"/*; do
        : >"${disk}/trace"
        chmod 666 "${disk}/trace"
    done
    output "${WORLD_HOME2}" -N2 <<<"srun sh -c 'id -un >>${WORLD_LOCAL}/trace'"
    for node in n1 n2; do
        [ "$(tr '\n' , <"${WORLD_DISKS}/${node}/trace")" = "Prolog root,${WORLD_USER2},Epilog root," ]
    done
}

@test "a task prolog sets, unsets and prints" {
    hook TaskProlog <<'SCRIPT'
#!/bin/sh
echo "export GIVEN=by $(id -un)"
echo 'unset TAKEN'
echo 'print from the prolog'
SCRIPT
    run output "${WORLD_HOME2}" --export=ALL,TAKEN=away <<<'echo "${GIVEN} ${TAKEN-unset}"'
    [ "${output}" = $'from the prolog\n'"by ${WORLD_USER2} unset" ]
}

@test "a failing prolog drains the node, and job node-state says so" {
    hook Prolog <<<$'#!/bin/sh -p\nexit 1'
    number=$(job submit "${WORLD_USER1}" -w n2 -o /dev/null <<<true)
    run job wait "${number}"
    [ "${status}" -eq 1 ]
    [[ ${output} == *"job ${number} is held: "*'== nodes'* ]]
    [ "$(job node-state)" = 'n2 drain Prolog error' ]
    job as "${WORLD_USER1}" scancel "${number}"
    job wait "${number}"
    scontrol update NodeName=n2 State=RESUME
    job wait-nodes
}

@test "scancel ends a running job and all its processes" {
    number=$(job submit "${WORLD_USER1}" -N2 -o /dev/null <<<'srun sleep 4711 & sleep 4711')
    job wait "${number}" RUNNING
    job as "${WORLD_USER1}" scancel "${number}"
    job wait "${number}"
    [ "$(job state "${number}")" = CANCELLED ]
    run ! pgrep -f 'sleep 471[1]'
}

@test "a job that is requeued begins again, with the same number" {
    number=$(job submit "${WORLD_USER1}" --requeue -o again --open-mode=append \
        <<<'echo "run ${SLURM_RESTART_COUNT-0}"; [ "${SLURM_RESTART_COUNT-0}" -gt 0 ] || sleep 4713')
    job wait "${number}" RUNNING
    wait_for grep -q 'run 0' "${WORLD_HOME1}/again"
    scontrol requeue "${number}"
    job wait "${number}"
    [ "$(grep -c '^run' "${WORLD_HOME1}/again")" -eq 2 ]
    [ "$(tail -n 1 "${WORLD_HOME1}/again")" = 'run 1' ]
}
wait_for() { # COMMAND...
    local until=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${until}" ] || return 1
        sleep 0.1
    done
}

@test "a job outlives its node's slurmd" {
    number=$(job submit "${WORLD_USER1}" -o lives <<<'touch began; until [ -e go ]; do sleep 0.1; done; echo lived')
    wait_for test -e "${WORLD_HOME1}/began"
    job kill n1
    run ! job on n1 pgrep -x slurmd
    job start n1
    touch "${WORLD_HOME1}/go"
    job wait "${number}"
    [ "$(cat "${WORLD_HOME1}/lives")" = lived ]
}

@test "a node without power loses its processes, keeps its disk and gets another boot id" {
    boot_id=$(job on n2 cat /proc/sys/kernel/random/boot_id)
    [ "${boot_id}" != "$(job on n1 cat /proc/sys/kernel/random/boot_id)" ]
    touch "${WORLD_DISKS}/n2/kept"
    number=$(job submit "${WORLD_USER1}" -w n2 --no-requeue -o /dev/null <<<'setsid sleep 4714 & sleep 4714')
    job wait "${number}" RUNNING
    job power-off n2
    run ! pgrep -f 'sleep 471[4]'
    scontrol update NodeName=n2 State=DOWN Reason=power # slurmctld itself takes minutes to see it
    job wait "${number}"
    [ "$(job state "${number}")" = NODE_FAIL ]
    job boot n2
    [ "$(job on n2 cat /proc/sys/kernel/random/boot_id)" != "${boot_id}" ]
    job on n2 test -e "${WORLD_LOCAL}/kept"
    job wait-nodes
}

@test "the job whose time is up was ended" {
    job wait "${expiring}"
    [ "$(job state "${expiring}")" = TIMEOUT ]
    [ "$(head -n 1 "${WORLD_HOME3}/expiring")" = began ]
    run ! grep survived "${WORLD_HOME3}/expiring"
    run ! pgrep -f 'sleep 471[2]'
}

@test "job_container/tmpfs gives a job a /tmp of its own" {
    printf 'AutoBasePath=true\nBasePath=%s/tmp\n' "${WORLD_LOCAL}" >/etc/slurm/job_container.conf
    job set JobContainerType=job_container/tmpfs PrologFlags=Contain
    # on one processor: Linux 6.18 numbers mount namespaces per processor, and the plug-in needs rising numbers
    job power-off n1
    taskset -c 0 "${BATS_TEST_DIRNAME}/job" boot n1
    run output "${WORLD_HOME1}" -w n1 <<<'touch /tmp/mine; ls /tmp'
    job set JobContainerType= PrologFlags=
    job restart n1
    [ "${output}" = mine ]
    [ ! -e /tmp/mine ]
}
