#!/usr/bin/env bats
# Environments that are mounted instead of being unpacked: by the kernel what the site publishes, through FUSE what is a user's own.
# In either scheduler's world, as root:
#   STAGEHAND_TREE=INSTALLED-TREE CACHE=1 src/test/slurm/world run bats src/test/world/images.bats
#   STAGEHAND_TREE=INSTALLED-TREE CACHE=1 [HOOKS=--root-hooks] src/test/sge/world run bats src/test/world/images.bats

# shellcheck disable=SC2016,SC2034,SC2154 # dollars that the job expands; variables of faults.bash

bats_require_minimum_version 1.5.0
load "${WORLD_TESTS:?is not set: run this in a world}/hooked"
load held
load faults
load images
load "${WORLD_TESTS}/faults"

explained() { job as "${WORLD_USER1}" "${TREE}/bin/conda-stagehand" explain --env demo | grep -E "^$1"; } # PATTERN
published() { # what the site publishes is an image, of which nothing else is there
    sw=${WORLD_DIR}/software/that-the-site-publishes/for-all-of-its-users
    [ -d "${sw}" ] || { mkdir -p "${sw}" && python3 "${BATS_TEST_DIRNAME}/../../demo/make_env.py" "${sw}"; }
    "${TREE}/bin/conda-stagehand" pack --image --site "${sw}/demo" -o "${sw}/tools.sqfs" --force
    printf '[envs]\ntools = "%s"\n' "${sw}/tools.sqfs" >>"${TREE}/site-config/site.toml"
    asks=tools
}
nothing_stays() { # when nothing has been used for long
    wait_for idle
    nothing_mounted
    [ -z "$(find "${cache}" -mindepth 2 ! -path '*/site/*' ! -regex "${no_cache}" ! -regex '.*/\.\(notes\|locks\|leases\|trash\|images\|mount\|wanted\)')" ]
    [ -z "$(find "${images}" -mindepth 1)" ]
    [ -z "$(leftovers)" ]
}
root_hooks() { [ "${column}" != 'Grid Engine, hooks as the user' ] || skip 'only hooks of root'"'"'s mount'; }

@test "the kernel mounts what the site publishes, once for all, and no user can write there" {
    root_hooks
    empty_cache
    mounting site
    published
    launch 'cd "$(readlink -f "${CONDA_PREFIX}")" && stat -fc "type=%T" . && touch mine'
    over
    cat "${out}"
    said '`tools` is on this node for everybody'
    said '^status=staged prefix=.*/conda-stage/envs/tools me=/.*/cache/images/[0-9a-f]{24}/share/demo$'
    said '^type=squashfs$'
    said 'Read-only file system'
    mounted "${ROOT}/cache/images/"
    who=${WORLD_USER2} home=${WORLD_HOME2}
    launch ''
    over
    said '^status=staged .*/cache/images/'
    rm "${out}"
    mounted "${ROOT}/cache/images/"
    on_node "${TREE}/bin/conda-stagehand" status | grep -E '^cache:tools .* cached '
    [ -z "$(leftovers)" ]
    nothing_stays
}

@test "what a job sees that the kernel has mounted no sweep unmounts" {
    root_hooks
    empty_cache
    mounting site
    published
    hold
    unused
    sweep
    mounted "${ROOT}/cache/images/"
    cancel
    over
    nothing_stays
}

@test "what is not only root's the kernel does not mount, and the job has it all the same" {
    root_hooks
    empty_cache
    mounting site
    published
    chown "${WORLD_USER2}" "${sw}/tools.sqfs"
    launch ''
    over
    cat "${out}"
    said 'is not mounted: it is not only root.s to change: as root, conda-stagehand pack --image --site'
    said '^status=staged .*/cache/v1/'
    no_mount
    chown root "${sw}/tools.sqfs"
    chmod 664 "${sw}/tools.sqfs"
    launch ''
    over
    said 'is not mounted: it is not only root.s to change'
    nothing_stays
}

@test "where the kernel cannot mount it jobs stage from what it was made of, and are not kept waiting again" {
    root_hooks
    empty_cache
    mounting site
    published
    # broken behind its superblock: what the kernel reads first
    dd if=/dev/urandom of="${sw}/tools.sqfs" bs=1k seek=1 count=9 conv=notrunc status=none
    launch ''
    over
    cat "${out}"
    said '^status=staged .*/cache/v1/'
    [ -e "$(find "${images}" -name '*.failed')" ]
    launch ''
    over
    said 'is not mounted: the kernel of this node could not mount it'
    said '^status=staged .*/cache/v1/'
    touch -d '-2 days' "${images}"/*.failed
    nothing_stays
}

@test "a user's own image is mounted through FUSE, once for the user's jobs, and nobody else sees it" {
    root_hooks
    empty_cache
    mounting users
    rm -f "${WORLD_HOME1}/.conda/envs/demo.sqfs"
    explained 'image: +none; where jobs are short'
    packed
    explained 'image: +/.*/demo.sqfs, 12 KiB, '
    launch 'until [ -e ~/go ]; do sleep 0.1; done; echo "still=$(where-am-i)"'
    local first=${number} first_out=${out}
    wait_for said '^status=staged'
    grep -qE '^status=staged prefix=.*/conda-stage/envs/demo me=/.*/cache/v1/[0-9]+/[0-9a-f]{24}/share/demo$' "${first_out}"
    grep -q 'staged `demo`: 508 files, .* from image' "${first_out}"
    launch 'stat -fc "type=%T" "$(readlink -f "${CONDA_PREFIX}")"; ps -o ni= -C squashfuse_ll'
    over
    cat "${out}"
    said '`demo` was on this node already'
    said '^type=fuseblk|^type=UNKNOWN|^type=fuse'
    if on_node prlimit --nice=20:20 true; then said '^ +0$'; else said '^ +10$'; fi # as nice as the job, if root may say so
    mounted "${ROOT}/cache/v1/"
    run ! on_node sh -c 'ls "$1"/*/*/bin' - "${ROOT}/cache/v1" # not even root
    unused
    sweep
    mounted "${ROOT}/cache/v1/"
    if [ "${column}" = Slurm ]; then # FUSE lets in one user and one group; the one that runs keeps it
        number=$(sbatch --parsable --uid="${WORLD_USER1}" --gid="$(id -g "${WORLD_USER2}")" -D "${WORLD_HOME1}" -w n1 --mem=500 -o said.%j \
            --comment=conda_env=demo <<<"#!/bin/bash
${says}")
        out=${home}/said.${number}
        over
        cat "${out}"
        said 'demo.sqfs. is not mounted: '
        said '^status=staged'
        touch "${WORLD_HOME1}/go"
    else
        touch "${WORLD_HOME1}/go"
    fi
    number=${first} out=${first_out}
    over
    rm "${WORLD_HOME1}/go"
    said '^still=.*/share/demo$'
    wait_for idle
    sweep
    mounted "${ROOT}/cache/v1/" # not old yet, and root's sweep may not look into it
    nothing_stays
}

@test "who locks what is root's, or takes the place of the account's area, keeps nobody from it and has root do nothing" {
    root_hooks
    empty_cache
    mounting site
    published
    local keeper taken
    keeper=$(readlink "${cache%/v1}/site") && taken=${cache%/v1}/${keeper}
    on_node setpriv --reuid "${WORLD_USER2}" --regid "${WORLD_USER2}" --clear-groups flock "${ROOT}/cache/images" sleep 30 3>&- 4>&- &
    launch ''
    over
    said '^status=staged .*/cache/images/'
    kill "$!" || :
    nothing_stays
    mv "${taken}" "${WORLD_DIR}/taken"
    install -d -o "${WORLD_USER2}" -m 755 "${taken}" "${taken}/.mount"
    local key=0123456789abcdef01234567
    ln -s "${sw}/tools.sqfs" "${taken}/.mount/${key}"
    ln -s "${ROOT}/cache/images/${key}" "${taken}/${key}"
    on_node "${TREE}/libexec/image" mount "${ROOT}"
    no_mount
    [ -L "${taken}/.mount/${key}" ]
    rm -r "${taken}" && mv "${WORLD_DIR}/taken" "${taken}"
}

@test "a server of FUSE's is killed: the next job mounts anew, and the one that lost its environment sees it again" {
    root_hooks
    empty_cache
    mounting users
    packed
    launch 'until [ -e ~/go ]; do sleep 0.1; done; where-am-i >/dev/null && echo "sees it again"'
    local first=${number} first_out=${out}
    wait_for said '^status=staged'
    on_node pkill -KILL -x squashfuse_ll
    launch ''
    over
    cat "${out}"
    said '^status=staged .*/cache/v1/'
    touch "${WORLD_HOME1}/go"
    number=${first} out=${first_out}
    over
    rm "${WORLD_HOME1}/go"
    said 'sees it again'
    nothing_stays
}

@test "a sweep unmounts what a killed server of FUSE's has left" {
    root_hooks
    empty_cache
    mounting users
    packed
    launch ''
    over
    said '^status=staged .*/cache/v1/'
    wait_for idle
    on_node pkill -KILL -x squashfuse_ll
    sweep
    wait_for no_mount
    [ -z "$(leftovers)" ]
    nothing_stays
}

@test "who mounts is killed at any point: nothing is half there, and the sweep takes the rest" {
    root_hooks
    empty_cache
    mounting users
    packed
    local point
    for point in 0 ${FULL:+0.1} 0.2 ${FULL:+0.3} 0.4 ${FULL:+0.5}; do
        launch ''
        wait_for jvm_of
        sleep "${point}"
        kill -KILL "${jvm}" || :
        over
        said '^status=(staged|fallback)|staging ended with status 137'
        nothing_stays
    done
    launch ''
    over
    said '^status=staged .*/cache/v1/'
    nothing_stays
}

@test "without FUSE, and with an image that is stale or another user's, jobs stage and say why" {
    empty_cache
    mounting users
    packed
    on_node mount --bind "${WORLD_DIR}/nothing" /dev/fuse
    launch ''
    over
    cat "${out}"
    said 'demo.sqfs. is not mounted: (you may not use ./dev/fuse. on this node|only hooks that root runs)'
    said '^status=staged .*/cache/v1/'
    on_node umount /dev/fuse
    echo 'one more transaction' >>"${WORLD_HOME1}/.conda/envs/demo/conda-meta/history"
    launch ''
    over
    said 'passed over .*demo.sqfs.: it holds another state of the environment than it has now: conda-stagehand pack --image demo -o '
    said '^status=staged .*/cache/v1/'
    chmod -R go+rX "${WORLD_HOME1}"
    asks=${WORLD_HOME1}/.conda/envs/demo.sqfs who=${WORLD_USER2} home=${WORLD_HOME2}
    launch ''
    over
    said 'demo.sqfs. is not mounted: it was made for '
    said '^status=staged'
    no_mount
    rm "${WORLD_HOME1}/.conda/envs/demo.sqfs"
    nothing_stays
}

@test "a node that lost its power mounts anew" {
    root_hooks
    empty_cache
    mounting users
    packed
    launch ''
    over
    reboot again
    fuse_for_all
    sweep
    launch ''
    over
    cat "${out}"
    said '^status=staged .*/cache/v1/'
    mounted "${ROOT}/cache/v1/" # no mount outlives a boot
    nothing_stays
}
