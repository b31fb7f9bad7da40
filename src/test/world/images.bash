# For bats files in which environments are mounted, after `load faults`. With IMAGES=1 that file has the jobs of the fault matrix see
# one so. Read by `load images`.

# shellcheck disable=SC2154,SC2034

idle() { # but for what serves images
    ! pgrep -u "${WORLD_USER1},${WORLD_USER2}" | xargs -r ps -o comm= -p | grep -qv squashfuse && ! of_hooks >/dev/null
}
fuse_for_all() { # as udev makes it
    on_node sh -c '[ "$(stat -c %a /dev/fuse)" = 666 ] || { [ -e "$1" ] || mknod -m 666 "$1" c 10 229; mount --bind "$1" /dev/fuse; }' \
        fuse "${WORLD_DIR}/fuse"
}
mounting() { # site | users
    printf 'images = "%s"\n' "$1" >>"${TREE}/site-config/site.toml"
    sed -i "s/^images=.*/images=$1/" "${TREE}/etc/hooks.conf"
    on_node "${TREE}/libexec/local-root" "${ROOT}"
    fuse_for_all
    images=${cache%/v1}/images
    [ -e "${WORLD_DIR}/nothing" ] || install -m 600 /dev/null "${WORLD_DIR}/nothing"
}
packed() { # as the user, beside the environment
    job as "${WORLD_USER1}" "${TREE}/bin/conda-stagehand" pack --image demo -o "${WORLD_HOME1}/.conda/envs/demo.sqfs" --force
}
mounts() { # of ours, and what serves them or has their bytes; a loop device goes when the kernel has time
    on_node sh -c 'grep -E "squash" /proc/self/mounts | grep -F "$1/"; losetup -a | grep -F "$1/"; pgrep -af "squashfuse[_l]* $1/"' mounts "${ROOT}/cache" || :
}
mounted() { [ "$(mounts | grep -c "^[^ ]* $1[^ ]* [^ ]*squash")" -eq 1 ]; } # BEGINNING-OF-PATH
no_mount() { [ -z "$(mounts)" ]; }
unused() { find "${cache}" -path '*/.leases/*' -exec touch -h -d '-15 days' '{}' + 2>/dev/null || :; } # what FUSE serves to its user root cannot look at
nothing_mounted() { # when what no job sees has not been used for long
    unused
    sweep
    wait_for no_mount
}
