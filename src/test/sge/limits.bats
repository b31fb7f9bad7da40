#!/usr/bin/env bats
# What a real Grid Engine, or a disk, does not grant: memory, time, space, an answer. As root:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/limits.bats

# shellcheck disable=SC2016 # dollars that the job expands

bats_require_minimum_version 1.5.0

load hooked
load watched
load ../world/held

setup_file() {
    install_hooks
    big_environment
}
setup() {
    declare -gA number=()
    with_hooks
    watch
}
teardown() {
    thaw
    ! mountpoint -q "${WORLD_DIR}/disk" || umount -l "${WORLD_DIR}/disk"
    set_queue tmpdir "${WORLD_TMP}"
    nothing_left
}
limit() { # KEY VALUE: until the next with_hooks
    sed -i "s/^$1=.*/$1=$2/" "${TREE}/etc/hooks.conf"
    grep -qx "$1=$2" "${TREE}/etc/hooks.conf"
}
disk() { # MOUNT-ARGUMENTS...: a disk of its own for the jobs' TMPDIR
    disk=${WORLD_DIR}/disk
    mkdir -p "${disk}"
    mount "$@" "${disk}"
    install -d -m 1777 "${disk}/tmp"
    set_queue tmpdir "${disk}/tmp"
}
freezable_disk() {
    truncate -s 256M "${WORLD_DIR}/disk.img"
    mkfs.ext4 -q "${WORLD_DIR}/disk.img"
    disk -o loop "${WORLD_DIR}/disk.img"
}
freeze() {
    fsfreeze -f "${disk}"
    frozen=${disk}
}
thaw() {
    [ -z "${frozen-}" ] || fsfreeze -u "${frozen}"
    frozen=
}
said() { grep -q "$2" "${WORLD_HOME1}/$1.out" 2>/dev/null; } # NAME TEXT
no_spool() { [ ! -e "$(job spool "$1")" ]; } # NUMBER: execd is done with it
hangs() { # PROCESS: one of its threads
    ps -L -o stat= -p "$1" | grep -q ^D
}

@test "within a memory limit the environment is staged, or the job is told of h_vmem" {
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        for size in 100M 480M 512M; do begin "h_${size}" -l "h_vmem=${size}" <<<''; done
        for size in 1G 2G; do begin "h_${size}" -l "h_vmem=${size},conda_env=big" <<<''; done
        begin soft -l s_vmem=512M <<<''
        for name in "${!number[@]}"; do job wait "${number[${name}]}"; done
        for name in soft h_512M h_1G h_2G; do staged "${name}"; done
        for name in h_100M h_480M; do
            said "${name}" 'staging ended with status 69, within h_vmem'
            ! said "${name}" '^status='
        done
        rm "${WORLD_HOME1}"/*.out
    done
}

@test "a program that is only slow to end keeps what it staged" {
    bin=${TREE}/lib/runtime/bin
    ln "${bin}/java" "${bin}/java.real"
    rm "${bin}/java"
    printf '#!/bin/sh\n"$0.real" "$@"\nsleep 600\n' >"${bin}/java"
    chmod 755 "${bin}/java"
    for seconds in 4 20 90; do # as much as it takes to stage on a machine that has other things to do
        limit stage_timeout "${seconds}"
        rm -f "${WORLD_HOME1}"/*.out
        begin slow <<<''
        job wait "${number[slow]}"
        said slow "did not end within ${seconds} s"
        ! said slow '^status=staged' || break
    done
    mv "${bin}/java.real" "${bin}/java"
    said slow "^status=staged prefix=${WORLD_TMP}.*me=${WORLD_TMP}"
    rm "${WORLD_HOME1}"/*.out
}

@test "a disk that stops to answer while it is staged to: the verdict comes in time, and the epilog ends" {
    freezable_disk
    local WORLD_TMP=${disk}/tmp
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        limit stage_timeout 15
        limit epilog_wait 2
        begin frozen -l conda_env=big <<<''
        in_mid_staging "${number[frozen]}"
        freeze
        kill -CONT "${jvm}"
        wait_for said frozen '^status=fallback'
        hangs "${jvm}"
        wait_for said frozen 'not all is struck'
        [ -z "$(job queue-state)" ]
        thaw
        # execd tries once to remove TMPDIR, and gives up when a change that the disk had held back comes between
        wait_for no_spool "${number[frozen]}"
        ! grep -F "recursive rmdir(${WORLD_TMP}/${number[frozen]}." "${WORLD_SPOOL}/messages" ||
            rm -rf "${WORLD_TMP:?}/${number[frozen]}".*
        job wait "${number[frozen]}"
        rm "${WORLD_HOME1}"/*.out
        sweep
        nothing_left
    done
    umount "${disk}"
}

@test "a disk that does not answer at all parks the job" {
    freezable_disk
    local WORLD_TMP=${disk}/tmp
    hold_hooks
    begin frozen <<<''
    wait_for process "${number[frozen]}" 'prolog/sge-prolog'
    freeze
    let_hooks
    wait_for said frozen 'cannot make'
    thaw
    job wait "${number[frozen]}" Eqw
    job as "${WORLD_USER1}" qdel "${number[frozen]}"
    job wait "${number[frozen]}"
    umount "${disk}"
    rm "${WORLD_HOME1}"/*.out
}

@test "a full disk falls back to the original, and when not even a script fits the job is told" {
    disk -t tmpfs -o size=3m tmpfs
    local WORLD_TMP=${disk}/tmp
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        begin small -l conda_env=big <<<''
        job wait "${number[small]}"
        said small '^status=fallback'
        ! head -c 4m /dev/zero >"${disk}/all"
        begin nothing <<<''
        job wait "${number[nothing]}"
        ! said nothing '^status='
        rm "${disk}/all" "${WORLD_HOME1}"/*.out
    done
    umount "${disk}"
}

@test "a .conda-stage.toml that does not answer holds a job up for seconds only" {
    touch "${WORLD_HOME1}/.conda-stage.toml"
    python3 - "${WORLD_HOME1}/.conda-stage.toml" <<'PY' 3>&- &
import ctypes, os, sys, time
fuse = os.open("/dev/fuse", os.O_RDWR)
options = "fd=%d,rootmode=100644,user_id=0,group_id=0,allow_other" % fuse
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"nobody", sys.argv[1].encode(), b"fuse", 0, options.encode()):
    sys.exit(os.strerror(ctypes.get_errno()))
time.sleep(600)
PY
    server=$!
    wait_for grep -q "${WORLD_HOME1}/.conda-stage.toml fuse" /proc/mounts
    began=${SECONDS}
    number[hung]=$(job submit "${WORLD_USER1}" -j y -o hung.out <<<'echo began')
    job wait "${number[hung]}"
    [ $((SECONDS - began)) -le 60 ] # of 600
    said hung began
    kill "${server}"
    umount "${WORLD_HOME1}/.conda-stage.toml"
    rm "${WORLD_HOME1}/.conda-stage.toml" "${WORLD_HOME1}/hung.out"
}
