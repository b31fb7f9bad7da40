# What the fault matrix needs of Slurm: see ../world/faults.bash. Everything happens on node n1.

# shellcheck disable=SC2154,SC2034

column=Slurm
else_by=nobody
hold_back=(--hold)
may_run_again=(--requeue)
not_leftovers=(! -path '*/stage/turns/*' "${of_cache[@]}")
job_names='/(jobs|trash)/slurm-[^/]*$'

own_disk() { # the world's nodes have one
    records=${WORLD_DISKS}/n1/stage/records
    export records cache=${WORLD_DISKS}/n1/stage/cache/v1
    cp "${TREE}/etc/hooks.conf" "${WORLD_DIR}/hooks.conf"
    # a job that takes more memory than it asked for is ended; looked at every second
    sed -i 's/^SelectTypeParameters=.*/SelectTypeParameters=CR_Core_Memory/; s/^NodeName=.*/& RealMemory=8000/' "${SLURM_CONF}"
    printf 'JobAcctGather%s\n' Type=jobacct_gather/linux Frequency=task=1 Params=OverMemoryKill >>"${SLURM_CONF}"
    for daemon in slurmctld n1 n2; do job restart "${daemon}"; done
    job wait-nodes
}
chain_epilog() {
    { cat "${WORLD_DIR}/hooks.conf" && echo "next_epilog=${WORLD_DIR}/note-epilog"; } >"${TREE}/etc/hooks.conf"
    [ -z "$(out_of_service)" ] || mend
}
launch() { # BODY SUBMIT-ARGUMENT...
    number=$(job submit "${who}" -w n1 --mem=500 --open-mode=append -o 'said.%j' ${asks:+--comment="conda_env=${asks}"} "${@:2}" \
        <<<"${says}; $1")
    out=${home}/said.${number}
    top=${WORLD_DISKS}/n1/stage/jobs/slurm-${WORLD_CLUSTER}-${number}
    node_top=${ROOT}/jobs/${top##*/}
}
launch_array() { # TASKS
    number=$(job submit "${WORLD_USER1}" -w n1 --array="1-$1" --mem=500 -o said.%a --comment="conda_env=${asks}" <<<"${says}")
}
over() { job wait "${number}"; }
cancel() { scancel "${1:-${number}}"; }
cancelling() { [ "$(job state "${number}")" != CONFIGURING ]; }
cancel_all() { scancel -u "${WORLD_USER1}"; }
fewer_jobs_than() { [ "$(squeue -h -u "${WORLD_USER1}" | wc -l)" -lt "$1" ]; }
release() { scontrol release "${number}"; }
leave_behind() { # USER
    install -d -o "$1" -m 700 "${top}" "${top}/conda-stage" "${top}/conda-stage/envs" "${top}/conda-stage/envs/left"
    printf 'format=1\nnode=n1\njob=%s\nuid=%s\ngid=%s\ndirectory=%s\nidentity=%s\nconf=%s\nboot=%s\nend\n' "${number}" "$(id -u "$1")" \
        "$(id -g "$1")" "${node_top}" "$(job on n1 stat -c %d:%i "${node_top}")" "${SLURM_CONF}" \
        "$(job on n1 cat /proc/sys/kernel/random/boot_id)" >"${records}/${top##*/}"
}
requeue() { scontrol requeue "${number}"; }
time_limit() {
    hold
    scontrol update JobId="${number}" EndTime=now # looked at every 30 s
    over
    [ "$(job state "${number}")" = TIMEOUT ]
}
memory_limit() {
    launch 'exec python3 -c "
import time
held = b\"x\" * (800 << 20)
time.sleep(600)"'
    over
    said 'memory limit'
}
hook_shell() { pgrep -u root -f "^/bin/sh -p ${TREE}/$1/slurm-$1\$"; } # prolog|epilog
end_daemon() { job kill n1; }
start_daemon() { job start n1; }
end_keeper() { # while slurmd itself runs the prolog there is none
    job on n1 pkill -KILL -f "slurmstepd: \[${number}\." || not_yet=1
}
saved() { # a slurmctld that is killed forgets what it has not saved, and starts a job anew whose end it has not
    local mark=saved-${SECONDS}-${RANDOM}
    scontrol update JobId="${number}" AdminComment="${mark}" || return 0
    wait_for grep -qaF "${mark}" "${WORLD_DIR}/slurmctld/job_state"
}
reboot() { # staging|running|again
    saved
    job kill slurmctld
    job power-off n1
    job start slurmctld
    scontrol update NodeName=n1 State=DOWN Reason=power
    [ "$1" = again ] || cancel
    job boot n1
    job wait-nodes
}
on_node() { job on n1 "$@"; }
disk_point() { echo "${WORLD_LOCAL}"; }
disk_mounted() { echo "${WORLD_DISKS}/n1"; }
prepare_disk() { job on n1 "${TREE}/libexec/local-root" "${ROOT}"; }
leftovers() {
    find "${WORLD_DISKS}"/n?/stage -mindepth 2 "${not_leftovers[@]}"
    for node in n1 n2; do job on "${node}" find /run/conda-stagehand -mindepth 2 2>/dev/null; done
    :
}
on_disk() { job on n1 find "${ROOT}" -mindepth 2 "${not_leftovers[@]}"; }
out_of_service() { job node-state; }
mend() {
    scontrol update NodeName=n1 State=RESUME 2>/dev/null || :
    wait_for eval '[ -z "$(out_of_service)" ]'
    for held in $(squeue -h -u "${WORLD_USER1}" -t PENDING -o '%i %r' | awk '/[Hh]eld/ {print $1}'); do scontrol release "${held}"; done
}
sweep() { for node in n1 n2; do job on "${node}" "${TREE}/bin/conda-stagehand" sweep; done; }
