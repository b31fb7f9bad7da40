#!/usr/bin/env bats
# Many nodes, and what the file system that they share sees of them; an array of 24 tasks, and with FULL=1 of 200:
#   WORLD_NODES=4 FULL=1 STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/scale.bats
# On each node the first user's home is behind a file system of its own that writes down each call, ../../bench/slowfs.c:
# what the node's kernel answers from its caches is none, as on a client of a parallel file system.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # dollars that the job expands; bats; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked

TASKS=24
[ -z "${FULL-}" ] || TASKS=200
MOST_LOOKS=90             # of one staging, at what tells where the environment is and how old; and of the job's Python
READ_AHEAD=$((1 << 20))   # the kernel's, whose requests need not arrive in their order
FRAMES=$((18 << 20))      # of 4 MiB that four threads read at a time, and what the kernel reads ahead

setup_file() {
    install_hooks
    export ENVS=${WORLD_HOME1}/.conda/envs CALLS=${WORLD_DIR}/calls SAID=${WORLD_DIR}/said
    install -d -m 755 "${CALLS}"
    install -d -o "${WORLD_USER1}" "${SAID}"
    python3 -B "${BATS_TEST_DIRNAME}/../world/big_env.py" "${ENVS}" noise
    mv "${ENVS}/noise.tar.gz" "${WORLD_DIR}"
    "${TREE}/bin/conda-stagehand" pack "${ENVS}/noise" -o "${WORLD_DIR}/noise.tar.zst"
    chown -R "${WORLD_USER1}" "${WORLD_HOME1}/.conda" "${WORLD_DIR}"/noise.tar.*
    # shellcheck disable=SC2046 # words
    cc -O2 -Wall -o "${WORLD_DIR}/slowfs" "${BATS_TEST_DIRNAME}/../../bench/slowfs.c" $(pkg-config --cflags --libs fuse3)
}
setup() { # mounted anew: nothing of an earlier test is in the kernel's caches
    with_hooks
    rm -f "${SAID}"/* "${CALLS}"/*
    for node in $(nodes); do behind_calls "${node}" "${WORLD_HOME1}" "${node}"; done
}
behind_calls() { # NODE DIRECTORY LOG
    job on "$1" env SLOWFS_LOG="${CALLS}/$3" "${WORLD_DIR}/slowfs" "$2" 0 "$2" -o allow_other,default_permissions,auto_cache 3>&- 4>&-
}
teardown() {
    for node in $(nodes); do job on "${node}" umount -l "${WORLD_HOME1}"; done # bats waits for who keeps its files open
    all_clear
}
with_cache() { printf '[cache]\nenabled = true\nmin_free = "0"\n' >>"${TREE}/site-config/site.toml"; }
with_decompressor() { printf 'decompressor = "%s"\n' "$1" >>"${TREE}/site-config/site.toml"; }
with_archive() { # ENDING: the one beside the environment `noise`
    rm -f "${ENVS}"/noise.tar.*
    cp -p "${WORLD_DIR}/noise.$1" "${ENVS}"
}
on_every_node() { # [SUBMIT-ARGUMENT...] with a script on stdin, which runs once on each node
    script=$(cat)
    number=$(job submit "${WORLD_USER1}" -N "${WORLD_NODES}" -o "${SAID}/out" "$@" <<<"srun sh -c '${script}'")
    job wait "${number}"
    output=$(cat "${SAID}/out")
    echo "${output}"
}
over_in_time() { # an array takes longer than a job
    local until=$((SECONDS + 600))
    while [ -n "$(squeue -h -j "${number}" 2>/dev/null)" ] && [ "${SECONDS}" -lt "${until}" ]; do sleep 0.2; done
    job wait "${number}"
}
# a program that imports a hundred modules of the environment
use='greet && python -c "
import importlib
for number in range(100): importlib.import_module(\"demo.table_%03d\" % number)"'

calls() { # NODE CALL PATH: how often it asked that of the path, or of what is below it
    awk -v call="$2" -v path="$3" '$1 ~ call && ($4 == path || index($4, path "/") == 1) {n++} END {print n + 0}' "${CALLS}/$1"
}
figures() { # NODE ENV ARCHIVE-ENDING
    looks=$(calls "$1" 'getattr|readlink|readdir' '')
    opens=$(calls "$1" open "/.conda/envs/$2.$3")
    bytes=$(awk -v path="/.conda/envs/$2.$3" '$1 == "read" && $4 == path {n += $3} END {print n + 0}' "${CALLS}/$1")
    size=$(stat -c %s "${ENVS}/$2.$3")
    echo "# $1, $2.$3: ${looks} looks, ${opens} opens, ${bytes} bytes read of ${size}" | tee /dev/fd/3
}
nothing_else_is_read() { # NODE ARCHIVE
    ! awk '$1 == "open" || $1 == "read" {print $1, $4}' "${CALLS}/$1" | sort -u | grep -v " /.conda/envs/$2\$"
}
is_read_once() { # NODE ARCHIVE OUT-OF-TURN: no byte twice, and from the beginning to the end: few so far behind others, as when a
    # thread waits for a busy machine; the index at the end does not count
    awk -v path="/.conda/envs/$2" '$1 == "read" && $4 == path {print $2, $3}' "${CALLS}/$1" >"${BATS_TEST_TMPDIR}/reads"
    sort -n "${BATS_TEST_TMPDIR}/reads" | awk '$1 != end {print "at " $1 ", where " end " is next"; exit 1} {end = $1 + $2}'
    awk -v most="$3" -v index_at="$(($(stat -c %s "${ENVS}/$2") - (256 << 10)))" '
        $1 >= index_at {next}
        $1 < reached - most {late++; print $1 " is read after " reached}
        $1 + $2 > reached {reached = $1 + $2}
        END {exit late * 8 > NR}' "${BATS_TEST_TMPDIR}/reads"
}

@test "a job of many nodes has its environment on the disk of each, and leaves nothing on any" {
    on_every_node --comment=conda_env=demo <<<'echo "$(hostname) $(where-am-i) $(df --output=source "${CONDA_PREFIX}/" | tail -n 1)"'
    for node in $(nodes); do
        grep -qx "${node} ${ROOT}/jobs/slurm-${WORLD_CLUSTER}-${number}/conda-stage/envs/demo/share/demo ${node}" <<<"${output}"
    done
    [ "$(grep -c 'staged `demo`' <<<"${output}")" -eq "${WORLD_NODES}" ]
    all_clear
}

@test "each node reads conda-pack's archive once, and nothing of the environment, not even when it is used" {
    with_archive tar.gz
    with_decompressor java
    reads_once tar.gz 1 "${READ_AHEAD}"
}
@test "the node's own decompressor opens the archive once more, and no byte of it is read twice" {
    [ -n "${FULL-}" ] || skip 'left to ./dev test --full'
    command -v igzip || skip 'there is no igzip'
    with_archive tar.gz
    with_decompressor igzip
    reads_once tar.gz 2 "${READ_AHEAD}"
}
@test "each node reads an archive of ours once, and nothing of the environment, not even when it is used" {
    with_archive tar.zst
    reads_once tar.zst 2 "${FRAMES}" # once for the state that it holds
}
reads_once() { # ENDING OPENS OUT-OF-TURN
    on_every_node --comment=conda_env=noise <<<"asked() { grep -c /.conda ${CALLS}/\$(hostname); }
        before=\$(asked); ${use} && echo \$(hostname) \$before \$(asked)"
    for node in $(nodes); do
        [[ $(grep "^${node} " <<<"${output}") =~ ^${node}\ ([0-9]+)\ ([0-9]+)$ ]]
        [ "${BASH_REMATCH[1]}" -eq "${BASH_REMATCH[2]}" ]
        figures "${node}" noise "$1"
        [ "${opens}" -eq "$2" ]
        is_read_once "${node}" "noise.$1" "$3"
        [ "${bytes}" -ge "${size}" ]
        nothing_else_is_read "${node}" "noise.$1"
        [ "${looks}" -le "${MOST_LOOKS}" ]
    done
}

@test "without us the same program asks the shared file system for each of its files" {
    on_every_node <<<"PATH=${ENVS}/noise/bin:/usr/bin:/bin; ${use}"
    for node in $(nodes); do
        echo "# ${node}, in place: $(calls "${node}" . /.conda/envs/noise) calls" | tee /dev/fd/3
        [ "$(calls "${node}" open /.conda/envs/noise)" -ge 100 ]
    done
}

@test "a tar by hand in each job reads the archive in each job, as staging without the cache does" {
    [ -n "${FULL-}" ] || skip 'left to ./dev test --full'
    with_archive tar.gz
    for turn in 1 2; do
        on_every_node <<<"tar -xzOf ${ENVS}/noise.tar.gz >/dev/null"
    done
    for node in $(nodes); do
        figures "${node}" noise tar.gz
        [ "${opens}" -eq 2 ]
    done
}

@test "the installed tree on the shared file system is read once on a node, and then looked at only" {
    [ -n "${FULL-}" ] || skip 'left to ./dev test --full'
    behind_calls n1 "${TREE}" tree
    for turn in first second; do
        : >"${CALLS}/tree"
        number=$(job submit "${WORLD_USER1}" -w n1 -o "${SAID}/out" --comment=conda_env=demo <<<"${says}")
        job wait "${number}"
        grep -q '^status=staged' "${SAID}/out"
        awk -v turn="${turn}" '{n[$1 == "open" || $1 == "read" ? $1 : "look"]++} $1 == "read" {bytes += $3}
            END {printf "# tree, %s job: %d looks, %d opens, %d bytes\n", turn, n["look"], n["open"], bytes}' "${CALLS}/tree" | tee /dev/fd/3
    done
    job on n1 umount -l "${TREE}"
    [ "$(grep -c '^read ' "${CALLS}/tree")" -eq 0 ]
}

@test "an array stages once on each node with the cache, every task sees it, and no lease is left" {
    with_decompressor java
    with_cache
    begun=${SECONDS}
    # -c: else they would all find room on one node
    number=$(job submit "${WORLD_USER1}" --array="1-${TASKS}" -c4 -o "${SAID}/%a" --comment=conda_env=demo <<<"${says}; greet")
    over_in_time
    echo "# ${TASKS} tasks: $((SECONDS - begun)) s" | tee /dev/fd/3
    cat "${SAID}"/*
    [ "$(cat "${SAID}"/* | grep -cE '^status=staged prefix=.*/conda-stage/envs/demo me=.*/cache/v1/[0-9]+/[0-9a-f]+/share/demo$')" -eq "${TASKS}" ]
    [ "$(cat "${SAID}"/* | grep -c '^hello from ')" -eq "${TASKS}" ]
    [ "$(cat "${SAID}"/* | grep -c 'staged `demo`')" -eq "${WORLD_NODES}" ]
    [ "$(cat "${SAID}"/* | grep -c '`demo` was on this node already')" -eq $((TASKS - WORLD_NODES)) ]
    for node in $(nodes); do
        cache=${WORLD_DISKS}/${node}/stage/cache/v1
        [ "$(find "${cache}" -mindepth 2 -maxdepth 2 -type d ! -name '.*' | wc -l)" -eq 1 ]
        [ -z "$(find "${cache}" -mindepth 4 -path '*/.leases/*')" ]
        figures "${node}" demo tar.gz
        [ "${opens}" -eq 1 ]
        nothing_else_is_read "${node}" demo.tar.gz
        find "${cache}" -mindepth 1 ! -user conda-stagehand -delete
    done
    all_clear
}
