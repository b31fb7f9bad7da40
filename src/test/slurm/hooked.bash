# For bats files about the hooks: a tree of ours in the world, which all nodes see, its hooks in slurm.conf, and two users
# with an environment `demo` each. Read by `load hooked`.

# of a cache in which nothing is kept
no_cache='.*/cache/\(images\|site\|v1\(/[0-9]+\(/\.wanted\)?\)?\)'

setup_file() { install_hooks; }
setup() { with_hooks; }
teardown() { all_clear; }

install_hooks() {
    : "${WORLD_DIR:?is not set: run this in a world}" "${STAGEHAND_TREE:?is not set: an installed tree}"
    export TREE=${WORLD_DIR}/tree ROOT=${WORLD_LOCAL}/stage
    mkdir -p "${TREE}/etc"
    for part in bin libexec prolog epilog site-config; do cp -R "${STAGEHAND_TREE}/${part}" "${TREE}"; done
    cp -R "$(readlink -f "${STAGEHAND_TREE}/lib")" "${TREE}/lib"
    for node in $(nodes); do job on "${node}" "${TREE}/libexec/local-root" "${ROOT}"; done
    for user in "${WORLD_USER1}:${WORLD_HOME1}" "${WORLD_USER2}:${WORLD_HOME2}"; do
        install -d -o "${user%%:*}" "${user#*:}/.conda" "${user#*:}/.conda/envs"
        python3 "${BATS_TEST_DIRNAME}/../../demo/make_env.py" "${user#*:}/.conda/envs"
        chown -R "${user%%:*}" "${user#*:}/.conda"
    done
    with_hooks
    "${TREE}/site-config/slurm/setup" --apply "${SLURM_CONF}" --yes-installed-everywhere
    job set # set-up waits for slurmctld alone
}
with_hooks() { # what a test may have changed is as it was
    [ ! -e "${TREE}/java.away" ] || mv "${TREE}/java.away" "${TREE}/lib/runtime/bin/java"
    printf 'local_root = "%s"\nmin_free = "0"\nstage_timeout = "2 min"\n' "${ROOT}" >"${TREE}/site-config/site.toml"
    touch "${WORLD_DISKS}"/n?/stage # as just swept: no prolog does it in the middle of a test
}
without_java() { # until the next with_hooks: whoever starts it fails
    mv "${TREE}/lib/runtime/bin/java" "${TREE}/java.away"
}
all_clear() { # every node can be used, and no file is left where we may put one
    [ -z "$(job node-state)" ]
    for node in $(nodes); do
        [ -z "$(find "${WORLD_DISKS}/${node}/stage" -mindepth 2 ! -path '*/stage/turns/*' ! -regex "${no_cache}")" ]
        [ -z "$(job on "${node}" find /run/conda-stagehand -mindepth 2 2>/dev/null)" ]
    done
}

nodes() { seq -f 'n%g' "${WORLD_NODES}"; }
job() { "${BATS_TEST_DIRNAME}/job" "$@"; }
output() { # USER-HOME SUBMIT-ARGUMENTS... with the script on stdin: what the job printed
    home=$1
    shift
    user=${home##*/}
    number=$(job submit "${user}" -o out.%j "$@")
    job wait "${number}"
    cat "${home}"/out.* && rm "${home}"/out.*
}
# for a job's script: the job expands it
# shellcheck disable=SC2016,SC2034
says='echo "status=${CONDA_STAGE_STATUS} prefix=${CONDA_PREFIX} me=$(where-am-i)"'
