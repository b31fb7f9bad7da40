#!/usr/bin/env bats
# Staging that takes too long, and a disk that does not answer, on a real Slurm:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/limits.bats

# shellcheck disable=SC2016,SC2154,SC2030,SC2031 # what the job expands; variables of hooked.bash; each test sets its own

bats_require_minimum_version 1.5.0
load hooked

setup_file() {
    install_hooks
    python3 -B "${BATS_TEST_DIRNAME}/../world/big_env.py" "${WORLD_HOME1}/.conda/envs"
    chown -R "${WORLD_USER1}" "${WORLD_HOME1}/.conda"
    cp "${TREE}/etc/hooks.conf" "${WORLD_DIR}/hooks.conf"
    # a disk of n1's own that can be frozen: what writes to it then is in D state
    truncate -s 256M "${WORLD_DIR}/disk.img"
    mkfs.ext4 -q "${WORLD_DIR}/disk.img"
    job on n1 mount -o loop "${WORLD_DIR}/disk.img" "${ROOT}"
    job on n1 "${TREE}/libexec/local-root" "${ROOT}"
}
setup() {
    with_hooks
    sed -e 's/^stage_timeout=.*/stage_timeout=15/; s/^epilog_wait=.*/epilog_wait=2/' "${WORLD_DIR}/hooks.conf" >"${TREE}/etc/hooks.conf"
    frozen=''
}
teardown() {
    thaw
    nothing_left
    all_clear
}
teardown_file() {
    job on n1 umount "${ROOT}"
}
nothing_left() { # on the disk that only n1 sees
    [ -z "$(job on n1 find "${ROOT}/jobs" "${ROOT}/records" "${ROOT}/trash" -mindepth 1)" ]
}
freeze() {
    job on n1 fsfreeze -f "${ROOT}"
    frozen=1
}
thaw() {
    [ -z "${frozen}" ] || job on n1 fsfreeze -u "${ROOT}"
    frozen=''
}
wait_until() { # COMMAND...: at most two minutes
    deadline=$((SECONDS + 120))
    until "$@"; do
        if [ "${SECONDS}" -ge "${deadline}" ]; then
            echo "not in time: $*"
            job on n1 ps -eo pid,ppid,user,stat,etimes,args --forest
            job dump
            return 1
        fi
        sleep 0.05
    done
}
begin() { # a job on n1, stopped in the middle of its staging; sets number and jvm
    number=$(job submit "${WORLD_USER1}" -w n1 -o out --comment=conda_env=big <<<"${says}")
    wait_until part_is_there
    jvm=$(pgrep -u "${WORLD_USER1}" -f 'bin/java .*hook slurm_prolog')
    kill -STOP "${jvm}"
}
part_is_there() {
    job on n1 find "${ROOT}/jobs" -path '*/.big.stage/*' 2>/dev/null | grep -q .
}
no() { # HOOK: of root's runs on n1
    ! job on n1 pgrep -u root -f "$1/slurm-$1" >/dev/null
}
said() { grep -qs "$1" "${WORLD_HOME1}/out"; }
hangs() { ps -L -o stat= -p "$1" | grep -q ^D; }

@test "staging that takes too long is ended, and the job has the original" {
    begin
    job wait "${number}"
    said 'staging did not end within 15 s'
    said "^status=fallback prefix=${WORLD_HOME1}/.conda/envs/big"
    rm "${WORLD_HOME1}/out"
}

@test "a disk that stops to answer while it is staged to holds neither the prolog nor the epilog" {
    begin
    freeze
    kill -CONT "${jvm}"
    wait_until hangs "${jvm}"
    wait_until no prolog
    [ -z "$(job node-state)" ]
    thaw # the job itself waits for its disk
    job wait "${number}"
    said "^status="
    rm "${WORLD_HOME1}/out"

    number=$(job submit "${WORLD_USER1}" -w n1 -o out --comment=conda_env=demo <<<"${says}; exec sleep 600")
    wait_until said '^status='
    freeze
    job as "${WORLD_USER1}" scancel "${number}"
    job wait "${number}"
    [ -z "$(job node-state)" ]
    thaw
    rm "${WORLD_HOME1}/out"
    # what hung may still have been done in the end
    wait_until no epilog
    job on n1 "${TREE}/bin/conda-stagehand" sweep
}

@test "a disk that does not answer at all: the job is told and has the original" {
    freeze
    number=$(job submit "${WORLD_USER1}" -w n1 -o out --comment=conda_env=demo <<<"${says}")
    job wait "${number}"
    said 'does not answer on node n1'
    said "^status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"
    rm "${WORLD_HOME1}/out"
    [ -z "$(job node-state)" ]
    thaw
    # the record that could not be written may have been begun in the end; a sweep takes it when it is old
    job on n1 sh -c 'touch -c -d "2 hours ago" "$1"/records/*.new' - "${ROOT}"
    job on n1 "${TREE}/bin/conda-stagehand" sweep
}
