# The rows of the fault matrix, for either scheduler. A file `faults.bash` in its directory has what is the scheduler's own:
#   launch_array TASKS                 an array of jobs that only tell, each in a file said.TASK
#   launch BODY [SUBMIT-ARGUMENT...]   a job of `who` in `home` that asks for `asks`, if that is anything; sets number, out (what it prints), top (its directory)
#   over                               until nothing is to come of the job any more
#   cancel [NUMBER], hold_back, release, requeue, time_limit, memory_limit
#   leave_behind USER                  what a job of that user and of this number would have left, an environment `left`
#   hook_shell prolog|epilog           the process of the hook's shell
#   end_daemon, start_daemon           slurmd, sge_execd; kill -9
#   end_keeper                         slurmstepd, sge_shepherd; kill -9
#   reboot                             all daemons killed, another boot id, all started; the job is there or not, as it is
#   disk_point, disk_mounted, on_node  where a node's disk is mounted, as seen from the test and from the node
#   leftovers, on_disk                 every name that may not stay; the same of the node's disk as the node sees it
#   out_of_service                     what the scheduler says of a node or queue that takes no jobs; mend puts it back

# With CACHE=1 the node keeps environments; what belongs to the cache and to no job may stay then. With IMAGES=1 besides, jobs that
# ask for `demo` see an image of it through FUSE; after each fault its lease is gone, and so is the mount when it is old.

# shellcheck disable=SC2154,SC2034

of_cache=(! -path '*/cache' ! -regex "${no_cache}")
[ -z "${CACHE-}" ] || of_cache+=(! -regex '.*/cache/images/[0-9a-f.sqfailedock]+\(/.*\)?' ! -regex '.*/cache/v1/[0-9]+\(/[0-9a-f]+\(/.*\)?\|/\.trash\|/\.\(locks\|notes\|leases\|images\|mount\)\(/[0-9a-f]+\)?\)?')

job() { "${WORLD_TESTS}/job" "$@"; }

setup_file() {
    install_hooks
    for kind in big noise; do
        python3 -B "${BATS_TEST_DIRNAME}/big_env.py" "${WORLD_HOME1}/.conda/envs" "${kind}"
    done
    chown -R "${WORLD_USER1}" "${WORLD_HOME1}/.conda"
    install -d -m 1777 "${WORLD_DIR}/epilogs"
    # the site's own epilog tells which jobs had one
    printf '#!/bin/sh\n: >>"%s/${SLURM_JOB_ID:-${JOB_ID}}"\n' "${WORLD_DIR}/epilogs" >"${WORLD_DIR}/note-epilog"
    chmod 755 "${WORLD_DIR}/note-epilog"
    own_disk
}
setup() {
    with_hooks ${HOOKS:+"${HOOKS}"}
    chain_epilog
    who=${WORLD_USER1} home=${WORLD_HOME1} asks=demo begun=1 note='' frozen='' hung=''
    [ -z "${CACHE-}" ] || printf '[cache]\nenabled = true\nmin_free = "0"\n' >>"${TREE}/site-config/site.toml"
    [ -z "${IMAGES-}" ] || { mounting users && packed; }
    rm -f "${WORLD_HOME1}"/said.*
    elsewhere | sort >"${BATS_TEST_TMPDIR}/before"
}
teardown() { # also after a test that failed, for the next one's sake
    [ -z "${frozen}" ] || on_node fsfreeze -u "${frozen}"
    [ -z "${hung}" ] || kill -KILL "${hung}" || :
    [ ! -p "${TREE}/etc/hooks.conf" ] || let_hooks
    [ -z "${BATS_TEST_COMPLETED-}${BATS_TEST_SKIPPED-}" ] || return 0
    job dump
    tail -n 20 "${WORLD_HOME1}"/said.*
    cancel_all
    pkill -KILL -u "${WORLD_USER1},${WORLD_USER2}" || :
    reboot staging || : # a scheduler may keep a job that nothing can end
    wait_for idle || :
    leftovers | xargs -rd '\n' rm -rf
}
full() { [ -n "${FULL-}" ] || skip 'left to ./dev test --full'; }
wait_for() { # COMMAND...: at most two minutes
    local until=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${until}" ] || { echo "not in time: $*" && return 1; }
        sleep 0.02
    done
}
elsewhere() { # where a job's and its hooks' files do not belong. /dev/shm is the world's own, the others are the machine's
    find /dev/shm -mindepth 1
    find /tmp /var/tmp -mindepth 1 -maxdepth 1 '(' -user "${WORLD_USER1}" -o -user "${WORLD_USER2}" -o -name '*conda-stage*' ')' \
        ! -name 'conda-stagehand-test.*'
}
nothing_elsewhere() { [ -z "$(comm -13 "${BATS_TEST_TMPDIR}/before" <(elsewhere | sort))" ]; } # that was not there before
of_hooks() { pgrep -f "${TREE}/(libexec|prolog|epilog|lib|bin)/" | grep -vx "$$" || pgrep -f '^/bin/sh -p -c .* alarm '; }
idle() { ! pgrep -u "${WORLD_USER1},${WORLD_USER2}" >/dev/null && ! of_hooks >/dev/null; }
said() { grep -qsE -- "$1" "${out}"; }

# One row: as often as asked, and after each time nothing may be left; in the end the next job works.
fault() { # TIMES COMMAND...
    local times=$1 by
    shift
    [ -n "${FULL-}" ] || times=1
    declare -A struck=()
    for ((turn = 0; turn < times; turn++)); do
        by=''
        rm -f "${WORLD_DIR}"/epilogs/*
        empty_cache
        "$@"
        count
    done
    [ -z "${FULL-}" ] || next_job_works # else the next row's is the next job
    report
}
count() { # who struck it
    wait_for idle
    if [ -n "$(leftovers)" ]; then
        by=${by:+${by}, }sweep
        sweep
    elif [ -z "${by}" ]; then
        by=$(struck_by)
    fi
    [ -z "$(leftovers)" ] || { leftovers && return 1; }
    [ -z "${IMAGES-}" ] || nothing_mounted
    wait_for nothing_elsewhere
    [ -z "$(out_of_service)" ] || { note=' ¹' && mend; }
    struck[${by}]=$((${struck[${by}]-0} + 1))
}
next_job_works() {
    asks=demo
    launch ''
    over
    said '^status=staged'
    wait_for idle
    [ -z "$(leftovers)" ]
    wait_for nothing_elsewhere
    [ -z "$(out_of_service)" ]
}
report() {
    local cell=''
    for by in "${!struck[@]}"; do cell="${cell:+${cell}; }${by} ${struck[${by}]}"; done
    printf '%s\t%s\t%s\n' "${BATS_TEST_DESCRIPTION}" "${column}" "${cell}${note}" | tee -a "${FAULTS:-/dev/null}"
}
not_there() { # REASON: the scheduler has nothing of the kind
    printf '%s\t%s\t%s\n' "${BATS_TEST_DESCRIPTION}" "${column}" "none: $1" >>"${FAULTS:-/dev/null}"
    skip "$1"
}

hold() { # a job that has its environment, and runs
    launch 'exec sleep 600' "$@"
    wait_for said '^status=staged'
}
in_mid_staging() { # [SUBMIT-ARGUMENT...]: a job whose staging is stopped when it has begun to write; sets jvm
    local try
    [ "${asks}" != demo ] || asks=big
    for try in 1 2 3 4 5; do
        launch '' "$@"
        wait_for jvm_of
        wait_for has_files "${begun}"
        kill -STOP "${jvm}"
        wait_for stands "${jvm}"
        [ -e "${top}/conda-stage/envs/${asks}" ] || has_files 9000 || return 0
        echo "try ${try}: it had as good as ended" # on a busy machine this shell may look late
        kill -CONT "${jvm}" || :
        cancel || :
        over
        rm -f "${WORLD_DIR}"/epilogs/*
        empty_cache
    done
    return 1
}
reads() { find "/proc/$1/fd" -lname "*/$2" 2>/dev/null | grep -q .; } # PROCESS FILE
stands() { ! ps -L -o stat= -p "$1" | grep -qv ^T; } # with all its threads
jvm_of() { jvm=$(pgrep -o -u "${WORLD_USER1}" -f 'bin/java .*hook (slurm|sge)_prolog'); }
empty_cache() { # else a job of an earlier row has staged what this one wants
    [ -z "${IMAGES-}" ] || nothing_mounted
    find "${cache}" -mindepth 2 ! -name .wanted -delete
}
on_cached_disk() { # what is staged does not go to the disk of the jobs' directories
    [ -z "${CACHE-}" ] || [ "$(stat -c %d "${cache}")" -eq "$(stat -c %d "$(disk_mounted)")" ] || skip 'the cache is on another disk'
}
has_files() { [ "$(find "${top}/conda-stage/envs" "${cache}" -path '*/.*.stage/*' 2>/dev/null | wc -l)" -ge "$1" ]; } # AT-LEAST
gone() { ! kill -0 "$1" 2>/dev/null; } # PROCESS

ends() { # BODY
    launch "$1"
    over
    said '^status=staged'
}
cancelled_in_queue() {
    launch 'echo began' "${hold_back[@]}"
    cancel
    over
    ! said began
    by='nothing to strike'
}
cancelled_in_prolog() {
    hold_hooks
    launch 'echo began'
    wait_for hook_shell prolog >/dev/null
    cancel
    let_hooks
    over
    ! said began
}
cancelled_while_staging() {
    in_mid_staging
    cancel
    wait_for cancelling
    kill -CONT "${jvm}"
    over
    ! said '^status='
}
cancelled_while_running() {
    hold
    cancel
    over
}
cancelled_in_epilog() {
    launch 'until [ -e ~/go ]; do sleep 0.1; done'
    wait_for said '^status=staged'
    hold_hooks
    touch "${WORLD_HOME1}/go"
    wait_for hook_shell epilog >/dev/null
    cancel || : # Slurm knows the job as completing
    let_hooks
    over
    rm "${WORLD_HOME1}/go"
}
requeued() {
    hold "${may_run_again[@]}"
    touch "${top}/first"
    requeue
    wait_for staged_times 2
    [ ! -e "${top}/first" ]
    local first
    first=$(struck_by)
    cancel
    over
    by="${first/epilog/epilog, twice}"
}
staged_times() { [ "$(grep -cs '^status=staged' "${out}")" -eq "$1" ]; }

jvm_killed() { # at its start, when nothing is written; at eight points of its writing; when the environment has its name
    asks=big
    launch ''
    wait_for jvm_of
    [ -n "${FULL-}" ] || turn=4
    case ${turn} in
        0) ;;
        9) wait_for eval '[ -e "${top}/conda-stage/envs/big" ] || gone "${jvm}"' ;;
        *) wait_for eval 'has_files "$((turn * 1200))" || [ -e "${top}/conda-stage/envs/big" ]' ;;
    esac
    kill -KILL "${jvm}" 2>/dev/null || [ "${turn}" -ge 8 ]
    over
    case ${turn} in # no script was there yet: the job is told, and does not run; or nothing was left to kill
        0) said 'staging ended with status 137' ;;
        8 | 9) said '^status=(fallback|staged)' ;;
        *) said 'staging ended with status 137' && said "^status=fallback prefix=${WORLD_HOME1}/.conda/envs/big" ;;
    esac
}
prolog_killed() {
    in_mid_staging
    kill -KILL "$(hook_shell prolog)"
    wait_for gone "${jvm}"
    wait_for eval '[ -n "$(out_of_service)" ]' # for either scheduler a prolog that dies is its node's or queue's fault
    cancel
    note=' ¹'
    mend
    over
}
epilog_killed() {
    hold
    hold_hooks
    cancel
    wait_for hook_shell epilog >/dev/null
    kill -KILL "$(hook_shell epilog)"
    let_hooks 2 || : # a part of it may still wait, or nobody
    rm -f "${TREE}/etc/hooks.conf.fifo"
    over
}
daemon_killed() { # staging|running
    case $1 in
        staging) in_mid_staging ;;
        running) hold ;;
    esac
    end_daemon
    cancel || : # qdel says that execd does not answer
    [ "$1" != staging ] || kill -CONT "${jvm}" || : # slurmd's end may have been its end
    start_daemon
    over
}
keeper_killed() { # staging|running
    [ "$1" != staging ] || in_mid_staging
    [ "$1" != running ] || hold
    end_keeper
    [ "$1" != staging ] || kill -CONT "${jvm}"
    cancel || :
    over
    pkill -KILL -u "${WORLD_USER1}" -x sleep || : # the job's own, which nobody was there to end
}
rebooted() { # staging|running|again
    case $1 in
        staging) in_mid_staging ;;
        running) hold ;;
        again) hold "${may_run_again[@]}" && touch "${top}/first" ;;
    esac
    rm -f "${WORLD_DIR}"/epilogs/*
    reboot "$1"
    if [ "$1" = again ]; then
        wait_for staged_times 2
        [ ! -e "${top}/first" ]
        by=$(struck_by | sed 's/^nobody$/pre-clean/')
    fi
    cancel || :
    over
}
disk_full() { # size|inodes
    on_cached_disk
    local mounted
    mounted=$(disk_mounted)
    begun=500 # when they are gone the scripts of the original environment have room
    in_mid_staging
    case $1 in
        size) mount -o "remount,size=$(($(df --output=used -k "${mounted}" | tail -n 1) + 16))k" "${mounted}" ;;
        inodes) mount -o "remount,nr_inodes=$(($(df --output=iused "${mounted}" | tail -n 1) + 4))" "${mounted}" ;;
    esac
    kill -CONT "${jvm}"
    over
    mount -o remount,size=4g,nr_inodes=1m "${mounted}"
    said "^status=fallback prefix=${WORLD_HOME1}/.conda/envs/big"
}
disk_away() {
    hold
    on_node umount -l "$(disk_point)"
    cancel
    over
    on_node mount --bind "$(disk_mounted)" "$(disk_point)"
}
disk_read_only() {
    hold
    mount -o remount,ro "$(disk_mounted)"
    cancel
    over
    mount -o remount,rw "$(disk_mounted)"
}
disk_frozen() {
    on_cached_disk
    truncate -s 256M "${WORLD_DIR}/disk.img"
    mkfs.ext4 -q "${WORLD_DIR}/disk.img"
    on_node mount -o loop "${WORLD_DIR}/disk.img" "$(disk_point)"
    prepare_disk
    sed -i 's/^stage_timeout=.*/stage_timeout=10/; s/^epilog_wait=.*/epilog_wait=2/' "${TREE}/etc/hooks.conf"
    asks=big
    launch ''
    wait_for jvm_of
    wait_for eval 'on_node find "${node_top}/conda-stage/envs" -path "*/.*.stage/*" 2>/dev/null | grep -q .'
    on_node fsfreeze -f "$(disk_point)"
    frozen=$(disk_point)
    wait_for eval '! hook_shell prolog >/dev/null'
    wait_for hangs "${jvm}"
    on_node fsfreeze -u "${frozen}"
    frozen=''
    over
    wait_for idle
    by="$(on_disk_left)"
    on_node umount "$(disk_point)"
    rm "${WORLD_DIR}/disk.img"
}
on_disk_left() { # counted here: in the end the disk is another
    if [ -n "$(on_disk)" ]; then
        sweep >&2
        [ -z "$(on_disk)" ] && echo sweep
    else
        struck_by
    fi
}
hangs() { ps -L -o stat= -p "$1" | grep -q ^D; }
archive_cut() {
    asks=noise
    launch ''
    wait_for jvm_of
    wait_for reads "${jvm}" noise.tar.gz # it needs most of a second for all of it
    kill -STOP "${jvm}"
    wait_for stands "${jvm}"
    cp -p "${WORLD_HOME1}/.conda/envs/noise.tar.gz" "${WORLD_DIR}/noise"
    truncate -s 10M "${WORLD_HOME1}/.conda/envs/noise.tar.gz"
    kill -CONT "${jvm}"
    over
    cp -p "${WORLD_DIR}/noise" "${WORLD_HOME1}/.conda/envs/noise.tar.gz"
    said "^status=fallback prefix=${WORLD_HOME1}/.conda/envs/noise"
}
shared_hangs() { # not even SIGKILL ends who waits for a file whose server has the question and does not answer
    sed -i 's/^stage_timeout=.*/stage_timeout=10/; s/^epilog_wait=.*/epilog_wait=2/' "${TREE}/etc/hooks.conf"
    touch "${WORLD_HOME1}/hung.tar.gz"
    on_node python3 "${BATS_TEST_DIRNAME}/silent_file.py" "${WORLD_HOME1}/hung.tar.gz" 3>&- &
    wait_for eval 'on_node grep -q "${WORLD_HOME1}/hung.tar.gz fuse" /proc/mounts'
    hung=$(pgrep -f '^python3 .*/silent_file.py')
    asks=${WORLD_HOME1}/hung.tar.gz
    launch 'echo began'
    over
    ! said '^status=staged'
    kill -KILL "${hung}"
    hung=''
    on_node umount -l "${WORLD_HOME1}/hung.tar.gz"
    rm "${WORLD_HOME1}/hung.tar.gz"
}
clock_set_back() { # all that the job has there is dated a day ahead, then; the sweep and the epilog by turns
    hold
    find "${top}" "${records}" -exec touch -h -d '+1 day' '{}' +
    rm -f "${WORLD_DIR}"/epilogs/*
    [ $((turn % 2)) -eq 0 ] || reboot running
    cancel || :
    over
}

same_number() { # as when a node or an epilog was lost, and the scheduler has begun to count anew
    launch 'ls "${TMPDIR}/conda-stage/envs"' "${hold_back[@]}"
    leave_behind "${WORLD_USER2}"
    release
    over
    said '^status=staged'
    ! said '^left$'
    by=pre-clean
}

struck_by() { # of a job that is over and of which nothing is left
    if [ -e "${WORLD_DIR}/epilogs/${number}" ]; then echo epilog; else echo "${else_by}"; fi
}

# Short jobs of two users, most of which are killed in some way at some moment; SEED repeats the choices, not the moments.
soak() {
    local jobs=15 kinds=() seed=${SEED:-${RANDOM}}
    [ -z "${FULL-}" ] || jobs=150
    RANDOM=${seed}
    echo "SEED=${seed}"
    declare -A struck=() did=()
    for ((turn = 0; turn < jobs; turn++)); do
        wait_for fewer_jobs_than 4
        asks=demo
        [ $((RANDOM % 3)) -ne 0 ] || asks=big
        launch "sleep 0.$((RANDOM % 10)); exit $((RANDOM % 3))" "${may_run_again[@]}"
        kinds=(nothing cancel cancel jvm job job hooks keeper)
        [ $((turn % 25)) -ne 24 ] || kinds=(daemon)
        kind=${kinds[RANDOM % ${#kinds[@]}]}
        sleep "$((RANDOM % 3)).$((RANDOM % 10))" # a moment of its life
        case ${kind} in
            nothing) ;;
            cancel) cancel || : ;;
            jvm) pkill -KILL -u "${WORLD_USER1}" -f 'bin/java .*hook (slurm|sge)_prolog' || : ;;
            job) pkill -KILL -u "${WORLD_USER1}" -x sleep || : ;;
            hooks) kill -KILL $(hook_shell prolog || hook_shell epilog) 2>/dev/null || : ;;
            keeper) end_keeper && cancel || : ;;
            # slurmctld waits for minutes for the prologs of a slurmd that is dead
            daemon) end_daemon && start_daemon && cancel_all ;;
        esac
        did[${kind}]=$((${did[${kind}]-0} + 1))
        [ -z "$(out_of_service)" ] || mend
    done
    for ((tries = 0; tries < 60; tries++)); do # what waits for a queue or a node that a killed hook took out
        mend
        ! fewer_jobs_than 1 || break
        sleep 2
    done
    cancel_all
    wait_for fewer_jobs_than 1
    wait_for idle
    local left
    left=$(leftovers | grep -cE "${job_names}" || :)
    sweep
    [ -z "$(leftovers)" ] || { leftovers && return 1; }
    [ -z "$(out_of_service)" ] || mend
    next_job_works
    for kind in "${!did[@]}"; do note="${note}, ${kind} ${did[${kind}]}"; done
    struck=([prolog or epilog]=$((jobs - left)) [sweep]=${left})
    note=" (${note#, })"
    report
}
