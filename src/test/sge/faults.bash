# What the fault matrix needs of Grid Engine: see ../world/faults.bash.

# shellcheck disable=SC2154,SC2034,SC2010

column="Grid Engine, hooks ${HOOKS:+as root}"
[ -n "${HOOKS-}" ] || column='Grid Engine, hooks as the user'
# who removes a job's TMPDIR itself
else_by=execd
hold_back=(-h)
may_run_again=(-r y)
not_leftovers=(! -name lost+found ! -path '*/local-root/turns*' ! -path '*/local-root/jobs' ! -path '*/local-root/trash' "${of_cache[@]}")
job_names='/[0-9]+\.1\.[^/]*$|/records/'

own_disk() { # of the jobs' TMPDIR, and another way to it
    records=${ROOT}/records
    export records cache=${ROOT}/cache/v1
    mkdir "${WORLD_DIR}/disk"
    mount -t tmpfs -o mode=1777 disk "${WORLD_DIR}/disk"
    mount --bind "${WORLD_DIR}/disk" "${WORLD_TMP}"
}
chain_epilog() {
    local as=''
    [ -z "${HOOKS-}" ] || as=root@
    sed -i "/^next_epilog[.]/d" "${TREE}/etc/hooks.conf"
    echo "next_epilog.${Q}=${as}${WORLD_DIR}/note-epilog" >>"${TREE}/etc/hooks.conf"
    mend
}
launch() { # BODY SUBMIT-ARGUMENT...
    number=$(job submit "${who}" ${asks:+-N "${asks##*/}" -l conda_env="${asks}"} -j y -o 'said.$JOB_ID' "${@:2}" <<<"${says}; $1")
    out=${home}/said.${number}
    top=${WORLD_TMP}/${number}.1.${Q} node_top=${WORLD_TMP}/${number}.1.${Q}
}
launch_array() { # TASKS
    number=$(job submit "${WORLD_USER1}" -t "1-$1" -j y -o 'said.$TASK_ID' -l conda_env="${asks}" <<<"${says}")
}
over() { wait_for forgotten; }
forgotten() { # by qmaster and by execd, which may have left TMPDIR
    ! qstat -j "${number}" >/dev/null 2>&1 && [ -z "$(find "${WORLD_SPOOL}/active_jobs" -maxdepth 1 -name "${number}.*")" ]
}
cancel() { job as "${WORLD_USER1}" qdel "${1:-${number}}"; }
cancelling() { [ "$(job state "${number}")" = dr ]; }
cancel_all() { job as "${WORLD_USER1}" qdel -u "${WORLD_USER1}" || :; }
fewer_jobs_than() { [ "$(qstat -u '*' | sed 1,2d | wc -l)" -lt "$1" ]; }
release() { qrls "${number}" >/dev/null; }
leave_behind() { # USER: where hooks are the user's there is no record, and only a rename takes another's out of the way
    install -d -o "$1" "${top}"
    install -d -o "$1" -m 700 "${top}/conda-stage" "${top}/conda-stage/envs" "${top}/conda-stage/envs/left"
    [ -z "${HOOKS-}" ] || printf 'format=1\nnode=%s\nuid=%s\ngid=%s\ndirectory=%s\nspool=%s\nboot=before\nend\n' "${WORLD_HOST}" \
        "$(id -u "$1")" "$(id -g "$1")" "${top}" "$(job spool "${number}")" >"${records}/sge-default-${Q}-${number}.1"
}
requeue() { qmod -rj "${number}"; }
time_limit() {
    launch 'exec sleep 600' -l h_rt=3
    over
    said '^status=staged'
}
memory_limit() {
    launch 'exec python3 -c "held = b\"x\" * (4 << 30)"' -l h_vmem=2G
    over
    said MemoryError
}
hook_shell() { # prolog|epilog
    case ${HOOKS-}:$1 in
        --root-hooks:prolog) pgrep -u root -f 'libexec/sge-drop prolog' || pgrep -u root -f "^/bin/sh -p ${TREE}/prolog/sge-prolog" ;;
        *) pgrep -f "^/bin/sh -p ${TREE}/$1/sge-$1" ;;
    esac | head -n 1 | grep .
}
end_daemon() { job kill execd; }
start_daemon() { job start execd; }
end_keeper() { # a job's shepherd
    local pid
    for pid in $(pgrep sge_shepherd); do
        [ "$(readlink "/proc/${pid}/cwd")" != "$(job spool "${number}")" ] || kill -KILL "${pid}"
    done
}
reboot() { # staging|running|again
    job reboot
    [ "$1" = again ] || cancel || : # qmaster may have given it up already
}
on_node() { "$@"; }
disk_point() { echo "${WORLD_TMP}"; }
disk_mounted() { echo "${WORLD_DIR}/disk"; }
prepare_disk() { chmod 1777 "${WORLD_TMP}"; }
leftovers() {
    find "${WORLD_TMP}" "${ROOT}" -mindepth 1 ! -path "${ROOT}/records" ! -path "${ROOT}/users" "${not_leftovers[@]}"
}
on_disk() { find "${WORLD_TMP}" -mindepth 1 "${not_leftovers[@]}"; }
out_of_service() { job queue-state; }
mend() { wait_for mended; }
mended() { # again and again: a job whose hook was killed before that may put the queue into its error state after it
    qmod -cq "${Q}" >/dev/null
    qstat -u '*' | awk '$5 ~ /E/ {print $1}' | sort -u | xargs -r qdel >/dev/null
    [ -z "$(out_of_service)" ]
}
sweep() { "${TREE}/bin/conda-stagehand" sweep; }
