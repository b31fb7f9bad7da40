#!/usr/bin/env bats
# What jobs and users do to what is staged, and what is not theirs to end; on a real Slurm. How jobs end is in ../world/faults.bats:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/ends.bats

# shellcheck disable=SC2016,SC2154,SC2030,SC2031 # dollars that the job expands; variables of hooked.bash; each test sets its own

bats_require_minimum_version 1.5.0
load hooked

setup_file() {
    install_hooks
    python3 -B "${BATS_TEST_DIRNAME}/../world/big_env.py" "${WORLD_HOME1}/.conda/envs"
    chown -R "${WORLD_USER1}" "${WORLD_HOME1}/.conda"
    export DISK=${WORLD_DISKS}/n1/stage CONF=${TREE}/etc/hooks.conf
    cp "${CONF}" "${WORLD_DIR}/hooks.conf"
}
setup() {
    with_hooks
    [ -z "$(job node-state)" ] || scontrol update NodeName=n1 State=RESUME || : # after a test that failed
    cp "${WORLD_DIR}/hooks.conf" "${CONF}"
}
wait_until() { # COMMAND...
    deadline=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${deadline}" ] || return 1
        sleep 0.02
    done
}
slow_to_strike() { # NUMBER: for a job, of directories that nobody can find before those around them have been opened
    cat <<JOB
cd "\${TMPDIR}" && python3 - <<'PY'
import os
for i in range($1):
    os.makedirs("%d/in" % i)
    os.chmod("%d/in" % i, 0)
    os.chmod("%d" % i, 0)
PY
JOB
}
says_in() { # FILE TEXT
    grep -qsF "$2" "$1"
}
begin() { # USER-HOME BODY SUBMIT-ARGUMENTS...: a job on n1 that has its environment, then does BODY; sets number, dir, out
    number=$(job submit "${1##*/}" -w n1 --open-mode=append -o 'said.%j' --comment=conda_env=demo "${@:3}" <<<"${says}; $2")
    id=slurm-${WORLD_CLUSTER}-${number} out=$1/said.${number}
    dir=${DISK}/jobs/${id}
    wait_until says_in "${out}" 'status=staged'
}
hold() { # USER-HOME SUBMIT-ARGUMENTS...: one that runs until it is ended
    begin "$1" 'exec sleep 600' "${@:2}"
}
over() { # NUMBER...: and nothing of it is left on its nodes
    for number; do
        job wait "${number}"
        nothing_of "${number}"
    done
}
nothing_of() { # NUMBER; after it only a dot, for a boot id may have any digits
    [ -z "$(find "${WORLD_DISKS}"/n?/stage -mindepth 2 '(' -name "*-$1" -o -name "*-$1.*" ')')" ]
}
by_hand() { # HOOK NAME=VALUE...: as slurmd starts it on n1, for the first user
    job on n1 env -i SLURM_JOB_ID=900000 SLURM_JOB_UID="$(id -u "${WORLD_USER1}")" SLURM_JOB_GID="$(id -g "${WORLD_USER1}")" \
        SLURM_JOB_USER="${WORLD_USER1}" SLURM_CLUSTER_NAME="${WORLD_CLUSTER}" SLURMD_NODENAME=n1 SLURM_CONF="${SLURM_CONF}" \
        SLURM_JOB_WORK_DIR="${WORLD_HOME1}" "${@:2}" "${TREE}/$1"
}
# shellcheck disable=SC2120 # `run` passes them
sweep() { job on n1 "${TREE}/bin/conda-stagehand" sweep "$@"; }
again_as() { # NUMBER UID: what the job has on n1, once more, as if a job of this number and user had left it there
    copy=${DISK}/jobs/slurm-${WORLD_CLUSTER}-$1
    cp -a "${dir}" "${copy}"
    chown "$2" "${copy}"
    sed "s/^job=.*/job=$1/;s/^uid=.*/uid=$2/;s/^identity=.*/identity=$(stat -c %d:%i "${copy}")/;s:^directory=.*:directory=${ROOT}/jobs/${copy##*/}:" \
        "${DISK}/records/${id}" >"${DISK}/records/${copy##*/}"
}
staging() { # USER-HOME SUBMIT-ARGUMENTS...: a job whose staging is stopped in the middle; sets jvm
    number=$(job submit "${1##*/}" -w n1 -o 'said.%j' --comment=conda_env=big "${@:2}" <<<"${says}")
    id=slurm-${WORLD_CLUSTER}-${number} out=$1/said.${number}
    dir=${DISK}/jobs/${id}
    wait_until jvm_of "${1##*/}"
    wait_until has_files
    kill -STOP "${jvm}"
    [ ! -e "${dir}/conda-stage/envs/big" ]
}
jvm_of() { jvm=$(pgrep -u "$1" -f 'bin/java .*hook slurm_prolog'); } # USER
has_files() { [ -n "$(find "${dir}/conda-stage/envs/.big.stage" -mindepth 1 -print -quit 2>/dev/null)" ]; }

@test "a job that is cancelled leaves nothing: pending, while its prolog waits or stages, running" {
    hold "${WORLD_HOME2}" && bystander=${number} beside=${dir}
    pending=$(job submit "${WORLD_USER1}" --begin=now+1hour --comment=conda_env=demo <<<'echo began')
    scancel "${pending}"
    over "${pending}"
    hold "${WORLD_HOME1}"
    scancel "${number}"
    over "${number}"
    staging "${WORLD_HOME1}"
    scancel "${number}"
    wait_until eval '[ "$(job state "${number}")" != CONFIGURING ]'
    [ -d "${dir}/conda-stage" ]
    kill -CONT "${jvm}"
    over "${number}"
    printf '#!/bin/sh\n[ "${SLURM_JOB_ID}" != "$(cat %s)" ] || : >%s; read -r _ <%s || :\n' "${WORLD_DIR}/which" "${WORLD_DIR}/waits" "${WORLD_DIR}/gate" \
        >"${WORLD_DIR}/site-prolog"
    chmod 755 "${WORLD_DIR}/site-prolog"
    mkfifo "${WORLD_DIR}/gate"
    echo "next_prolog=${WORLD_DIR}/site-prolog" >>"${CONF}"
    number=$(job submit "${WORLD_USER1}" -w n1 --hold --comment=conda_env=demo <<<'echo began')
    echo "${number}" >"${WORLD_DIR}/which"
    scontrol release "${number}"
    wait_until [ -e "${WORLD_DIR}/waits" ]
    scancel "${number}"
    : >"${WORLD_DIR}/gate"
    over "${number}"
    cp "${WORLD_DIR}/hooks.conf" "${CONF}"
    [ -x "${beside}/conda-stage/envs/demo/bin/where-am-i" ]
    scancel "${bystander}"
    over "${bystander}"
}

@test "what a job of another user with the same number left goes first" { # slurmctld has begun to count anew
    hold "${WORLD_HOME2}"
    first=${number}
    again_as "$((number + 1))" "$(id -u "${WORLD_USER2}")"
    hold "${WORLD_HOME1}"
    [ "${number}" -eq "$((first + 1))" ]
    [ "$(stat -c %U "${dir}")" = "${WORLD_USER1}" ]
    scancel "${number}" "${first}"
    over "${number}" "${first}"
}

@test "what a job makes of its directory goes, what it points at stays, and a comment or an account may change meanwhile" {
    install -d -m 777 "${WORLD_DIR}/precious"
    echo root >"${WORLD_DIR}/precious/root"
    install -d -o "${WORLD_USER2}" "${WORLD_DIR}/precious/other"
    before=$(cd "${WORLD_DIR}/precious" && find . -printf '%p %i %m %u %T@\n' | sort)
    cat >"${WORLD_DIR}/wild" <<'PY'
import os, shutil, sys
precious, top = sys.argv[1], os.environ["TMPDIR"]
os.chdir(top)
for name in (b"new\nline", b"\xff\xfe", b"-rf", b"*", b" ", b"a" * 255):
    open(name, "w").close()
os.symlink(precious, "link")
os.symlink("/", "root")
os.mkdir("shut"); os.mkdir("shut/inner"); os.symlink(precious, "shut/inner/link"); os.chmod("shut/inner", 0); os.chmod("shut", 0)
try:
    os.rename(top, top + "-mine")
    print("RENAMED")
except OSError:
    pass
try:
    os.mkdir(os.path.dirname(top) + "/slurm-stage-1000000")
    print("MADE")
except OSError:
    pass
os.mkfifo("fifo")
for _ in range(3000):
    os.mkdir("d")
    os.chdir("d")
os.mkdir("shut"); os.mkdir("shut/inner"); os.chmod("shut/inner", 0); os.chmod("shut", 0)
os.chdir(top + "/conda-stage")
os.mkfifo("links")  # strike reads a list of this name
os.rename("envs", "moved")
os.symlink(precious, "envs")
print("wild")
PY
    begin "${WORLD_HOME1}" "python3 -B ${WORLD_DIR}/wild ${WORLD_DIR}/precious; exec sleep 600"
    wait_until says_in "${out}" wild
    scontrol update JobId="${number}" Comment=conda_env=none
    scancel "${number}"
    over "${number}"
    run -1 grep -E 'RENAMED|MADE' "${out}"
    begin "${WORLD_HOME1}" "mv \${TMPDIR}/conda-stage \${TMPDIR}/moved; ln -s ${WORLD_DIR}/precious \${TMPDIR}/conda-stage; exec sleep 600"
    wait_until [ -L "${dir}/conda-stage" ]
    scancel "${number}"
    over "${number}"
    [ "${before}" = "$(cd "${WORLD_DIR}/precious" && find . -printf '%p %i %m %u %T@\n' | sort)" ]
    useradd -m -d "${WORLD_DIR}/home/csh-gone" csh-gone
    cp -a "${WORLD_HOME1}/.conda" "${WORLD_DIR}/home/csh-gone"
    chown -R csh-gone "${WORLD_DIR}/home/csh-gone/.conda"
    hold "${WORLD_DIR}/home/csh-gone"
    userdel -f csh-gone
    scancel "${number}"
    over "${number}"
}

@test "a process that outlives its job writes nothing that stays, and cannot hold up the epilog of another" {
    begin "${WORLD_HOME1}" '(cd "${TMPDIR}" && setsid bash -c "echo \$\$ >${HOME}/survivor; while echo x >>file && mkdir -p d/e; do sleep 0.1; done; sleep 600" >/dev/null 2>&1 &); exec sleep 600'
    wait_until [ -e "${dir}/file" ]
    scancel "${number}"
    over "${number}"
    job on n1 kill -0 "$(cat "${WORLD_HOME1}/survivor")"
    job on n1 kill -9 "$(cat "${WORLD_HOME1}/survivor")"
    sed -i 's/^epilog_wait=.*/epilog_wait=1/' "${CONF}"
    # slurmd waits until nobody has the output of an epilog any more, and a user may take what a process of theirs has open
    cat >"${WORLD_DIR}/grab" <<'PY'
import ctypes, glob, os
taken = set()
while True:
    for name in glob.glob("/proc/[0-9]*/fd/[012]"):
        try:
            process, pipe = int(name.split("/")[2]), os.readlink(name)
            if pipe.startswith("pipe:") and pipe not in taken:
                words = open("/proc/%d/cmdline" % process).read().replace("\0", " ")
                if ctypes.CDLL(None).syscall(438, os.pidfd_open(process), int(name[-1]), 0) >= 0:  # pidfd_getfd
                    taken.add(pipe)
                    print("grabbed", words, flush=True)
        except OSError:
            pass
PY
    begin "${WORLD_HOME1}" "$(slow_to_strike 1000)
        until [ -e ~/grabbing ]; do sleep 0.1; done"
    grabber=$(job submit "${WORLD_USER1}" -w n1 -o grabbed <<<"touch ~/grabbing; exec python3 ${WORLD_DIR}/grab")
    job wait "${number}"
    scancel "${grabber}"
    over "${grabber}"
    run -0 sweep # with another process of the user's at work on it, a strike may not come to its end
    over "${number}"
}

@test "the epilog by hand: twice, for no job, for a record that is not its job's" {
    hold "${WORLD_HOME2}"
    uid=$(id -u "${WORLD_USER2}")
    before=$(find "${DISK}" -printf '%p %i %m %u\n' | sort)
    by_hand epilog/slurm-epilog
    for number in '' ../x 'a b' "1
2" '*' "${number}/." .; do
        by_hand epilog/slurm-epilog SLURM_JOB_ID="${number}"
        by_hand prolog/slurm-prolog SLURM_JOB_ID="${number}" SLURM_JOB_COMMENT=conda_env=demo
    done
    number=${id##*-}
    for cluster in a/b ../.. 'a b' '*'; do
        by_hand epilog/slurm-epilog SLURM_JOB_ID="${number}" SLURM_CLUSTER_NAME="${cluster}"
        by_hand prolog/slurm-prolog SLURM_CLUSTER_NAME="${cluster}" SLURM_JOB_COMMENT=conda_env=demo
    done
    by_hand prolog/slurm-prolog SLURM_JOB_UID=0 SLURM_JOB_GID=0 SLURM_JOB_COMMENT=conda_env=demo
    [ "${before}" = "$(find "${DISK}" -printf '%p %i %m %u\n' | sort)" ]
    # a record that says other than what is there; what it asks for stays
    again_as 900000 "${uid}"
    record=${DISK}/records/slurm-${WORLD_CLUSTER}-900000
    cp "${record}" "${WORLD_DIR}/record"
    for wrong in 's/^identity=.*/identity=1:1/' 's/^uid=.*/uid=4711/' 's/^uid=.*/uid=0/' 's/^uid=.*/uid=/' \
        "s:^directory=.*:directory=${WORLD_HOME2}:" "s:^directory=.*:directory=${ROOT}/jobs/../jobs/x:"; do
        sed "${wrong}" "${WORLD_DIR}/record" >"${record}"
        by_hand epilog/slurm-epilog
        [ -x "${copy}/conda-stage/envs/demo/bin/where-am-i" ]
        [ -e "${record}" ]
    done
    # the job of that number that comes now falls back, for the record is not its own either
    by_hand prolog/slurm-prolog SLURM_JOB_COMMENT=conda_env=demo
    [ -e "${record}" ]
    job on n1 grep -q 'there from before' "/run/conda-stagehand/jobs/slurm-${WORLD_CLUSTER}-900000/conda-stage/messages"
    cp "${WORLD_DIR}/record" "${record}"
    for _ in 1 2; do by_hand epilog/slurm-epilog; done
    [ ! -e "${copy}" ]
    [ ! -e "${record}" ]
    scancel "${number}"
    over "${number}"
}

@test "a prolog takes hostile values for what they are" {
    mkfifo "${WORLD_HOME1}/fifo"
    ln -s /root "${WORLD_HOME1}/symlink"
    long=$(head -c 100000 /dev/zero | tr '\0' x)
    for value in 'conda_env=$(touch /ran)' 'conda_env=demo"; touch /ran; "' "conda_env=demo'; touch /ran; '" \
        "conda_env=demo
conda_env=other
uid=0" "conda_env=${long}" "${long} conda_env=demo" 'conda_env=' "conda_env=$(printf '\377\376')"; do
        by_hand prolog/slurm-prolog SLURM_JOB_COMMENT="${value}" SPANK_CONDA_STAGE_ENV="${value}"
        [ -s "${DISK}/jobs/slurm-${WORLD_CLUSTER}-900000/conda-stage/task-prolog" ] || [ -s "${DISK}/jobs/slurm-${WORLD_CLUSTER}-900000/conda-stage/messages" ]
        by_hand epilog/slurm-epilog SLURM_JOB_COMMENT="${value}"
        all_clear
    done
    for directory in "${WORLD_HOME1}/fifo" "${WORLD_HOME1}/symlink" . ../.. '' -L /proc/self/fd "${long}" '$(touch /ran)'; do
        by_hand prolog/slurm-prolog SLURM_JOB_WORK_DIR="${directory}"
        all_clear
    done
    for directory in "${WORLD_HOME1}/fifo" . "${long}"; do
        by_hand prolog/slurm-prolog SLURM_JOB_WORK_DIR="${directory}" SLURM_JOB_COMMENT=conda_env=demo
        by_hand epilog/slurm-epilog SLURM_JOB_WORK_DIR="${directory}"
        all_clear
    done
    rm "${WORLD_HOME1}/fifo" "${WORLD_HOME1}/symlink"
    [ ! -e /ran ]
}

@test "a hostile .conda-stage.toml and variables that srun hands on: no node notices" {
    toml=${WORLD_HOME1}/.conda-stage.toml
    for make in "ln -s /etc/shadow ${toml}" "mkfifo ${toml}" "mkdir ${toml}" "ln -s /dev/zero ${toml}" "truncate -s 1G ${toml}" \
        "ln -s ${toml} ${toml}"; do
        # shellcheck disable=SC2086 # a command
        job as "${WORLD_USER1}" ${make}
        run output "${WORLD_HOME1}" <<<'echo began'
        echo "${make}: ${output}"
        rm -rf "${toml}"
        [[ ${output} != *root:* ]]
        case ${make} in
            *mkfifo* | *mkdir* | *zero* | "ln -s ${toml}"*) [ "${output}" = began ] ;;
            *) [[ ${output} == *'.conda-stage.toml'* ]] ;;
        esac
    done
    run job as "${WORLD_USER1}" SLURM_SPANK_CONDA_ENV='$(touch /ran)' SLURM_SPANK_PATH=/tmp SLURM_SPANK_LD_PRELOAD=/tmp/x SPANK_CONDA_ENV=/etc \
        CONDA_STAGE_PREFIX=/etc CONDA_STAGE_STATUS=staged BASH_ENV=/tmp/x 'BASH_FUNC_id%%=() { touch /ran; }' \
        srun -w n1 --export=ALL,CONDA_EXE=/tmp/x,CONDA_ENVS_PATH=/etc --comment=conda_env=demo sh -c "${says}"
    [[ ${output} == *"me=${ROOT}/jobs/"* ]]
    [ ! -e /ran ]
    wait_until eval '[ -z "$(squeue -h)" ]'
}

@test "sweep strikes what no epilog has reached, and nothing of a job that may be alive" {
    job set Epilog=
    hold "${WORLD_HOME1}" && lost=${number} lost_dir=${dir}
    again_as 999999 "$(id -u "${WORLD_USER1}")" # slurmctld does not know it any more
    scancel "${lost}"
    job wait "${lost}"
    hold "${WORLD_HOME2}" && alive=${number} alive_dir=${dir}
    job as "${WORLD_USER1}" salloc --no-shell -w n1 --comment=conda_env=demo 2>"${WORLD_DIR}/salloc"
    allocated=$(grep -o 'allocation [0-9]*' "${WORLD_DIR}/salloc" | cut -d' ' -f2)
    wait_until [ -x "${DISK}/jobs/slurm-${WORLD_CLUSTER}-${allocated}/conda-stage/envs/demo" ]
    job set "Epilog=${TREE}/epilog/slurm-epilog"
    install -d -o "${WORLD_USER1}" -m 700 "${DISK}/trash/slurm-${WORLD_CLUSTER}-5.x" "${DISK}/trash/slurm-${WORLD_CLUSTER}-5.x/y"

    job stop slurmctld
    run -0 sweep --dry-run
    [ "$(grep -c '^would strike' <<<"${output}")" -eq 1 ]
    [ "$(grep -c "^kept ${ROOT}/jobs/" <<<"${output}")" -eq 4 ]
    job start slurmctld
    run -0 sweep --dry-run
    [ "$(grep -c '^would strike' <<<"${output}")" -eq 3 ]
    [ -d "${lost_dir}" ]
    chmod 777 "${DISK}" # what is in it may be anybody's
    run -69 sweep
    [ -d "${lost_dir}" ]
    chmod 755 "${DISK}"
    run -0 sweep
    for there in "${alive_dir}" "${DISK}/jobs/slurm-${WORLD_CLUSTER}-${allocated}"; do
        [[ ${output} == *"kept ${ROOT}/jobs/${there##*/}"* ]]
        [ -x "${there}/conda-stage/envs/demo/bin/where-am-i" ]
    done
    [ "$(find "${DISK}/jobs" -mindepth 1 -maxdepth 1 | wc -l)" -eq 2 ]
    [ -z "$(ls "${DISK}/trash")" ]

    job power-off n1
    scontrol update NodeName=n1 State=DOWN Reason=power
    scancel "${alive}" "${allocated}"
    job boot n1
    job wait-nodes
    run -0 sweep
    over "${alive}" "${allocated}"
    all_clear
}

@test "a prolog that stages has its node swept too, every five minutes at most" {
    left=${DISK}/trash/slurm-${WORLD_CLUSTER}-5.x
    install -d -o "${WORLD_USER1}" -m 700 "${left}"
    hold "${WORLD_HOME1}" && numbers=${number}
    [ -z "$(find "${DISK}" -maxdepth 0 -newer "${CONF}")" ] # which setup wrote after it: no sweep was begun
    for time in '10 minutes ago' '1 hour'; do # the second as if the clock had been set back
        install -d -o "${WORLD_USER1}" -m 700 "${left}"
        touch -d "${time}" "${DISK}"
        hold "${WORLD_HOME2}" && numbers="${numbers} ${number}"
        wait_until [ ! -e "${left}" ]
        wait_until no_sweep # one that runs holds off the next
    done
    [ -x "${dir}/conda-stage/envs/demo/bin/where-am-i" ]
    # shellcheck disable=SC2086 # a list
    scancel ${numbers} && over ${numbers}
}
no_sweep() { ! job on n1 pgrep -f 'cli.Main sweep' >/dev/null; }

@test "root names nothing that is the user's: not in a prolog, not in an epilog, whatever a job did to its directory" {
    echo 'env = "demo"' >"${WORLD_HOME1}/.conda-stage.toml"
    chown "${WORLD_USER1}" "${WORLD_HOME1}/.conda-stage.toml"
    job on n1 strace -f -y -qq -s 4096 -e trace=%file,fork,vfork,clone,clone3,setuid,setreuid,setresuid \
        -o "${WORLD_DIR}/trace" -p "$(cat /run/slurmd-n1.pid)" 2>/dev/null 3>&- &
    wait_until traced
    theirs=("${WORLD_HOME1}")
    for request in --comment=conda_env=demo --comment=none --comment=conda_env=demp; do
        number=$(job submit "${WORLD_USER1}" -w n1 -o out "${request}" <<<'cd "${TMPDIR}"
            chmod 0 conda-stage; mkdir -p a/b && chmod 0 a; ln -s /etc/passwd conda-stage.link; echo "${CONDA_PREFIX}"')
        over "${number}"
        theirs+=("${ROOT}/jobs/slurm-${WORLD_CLUSTER}-${number}")
    done
    rm "${WORLD_HOME1}/.conda-stage.toml"
    pkill -INT -x strace # it lets go of slurmd
    wait
    # a control: the same trace has what the user's own processes did there
    grep -qF "\"${WORLD_HOME1}/.conda/envs/demo/bin" "${WORLD_DIR}/trace"
    run -0 python3 -B "${BATS_TEST_DIRNAME}/../world/root_paths.py" "${WORLD_DIR}/trace" "${TREE}" "${theirs[@]}"
    [ "${#lines[@]}" -eq 1 ]
    [ "${output}" -gt 100 ]
}
traced() { job on n1 grep -q '^TracerPid:[[:space:]]*[1-9]' "/proc/$(cat /run/slurmd-n1.pid)/status"; }

@test "what the epilog has no time for is the sweep's" {
    sed -i 's/^epilog_wait=.*/epilog_wait=-4/' "${CONF}"
    begin "${WORLD_HOME1}" "$(slow_to_strike 6000)"
    job wait "${number}"
    [ ! -e "${dir}" ]
    [ -n "$(ls "${DISK}/trash")" ]
    run -0 sweep
    all_clear
}

@test "a local root that cannot be used: jobs run with the original and say why, nothing is struck there, and no node is drained" {
    hold "${WORLD_HOME2}"
    chmod 777 "${DISK}"
    scancel "${number}"
    job wait "${number}"
    [ -d "${dir}" ]
    chmod 755 "${DISK}"
    run -0 sweep
    over "${number}"
    mkdir -m 700 "${DISK}/jobs/slurm-${WORLD_CLUSTER}-$((number + 1))" # nobody knows whose
    run output "${WORLD_HOME1}" -w n1 --comment=conda_env=demo <<<"${says}"
    [[ ${output} == *'is there from before on node n1'*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
    rmdir "${DISK}"/jobs/*
    chmod 777 "${DISK}"
    run output "${WORLD_HOME1}" -w n1 --comment=conda_env=demo <<<"${says}"
    [[ ${output} == *"\`${ROOT}\` is missing or not only root's to change on node n1"*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
    chmod 755 "${DISK}"
    mv "${DISK}" "${DISK}.away"
    for make in true "ln -s ${WORLD_LOCAL}/stage.away ${DISK}" "touch ${DISK}"; do
        ${make}
        run output "${WORLD_HOME1}" -w n1 --comment=conda_env=demo <<<"${says}"
        [[ ${output} == *"\`${ROOT}\` is missing or not only root's to change on node n1"*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
        [ -z "$(job on n1 find /run/conda-stagehand -mindepth 2)" ]
        rm -f "${DISK}"
    done
    mv "${DISK}.away" "${DISK}"
}
