# For bats files about the hooks: a tree of ours in the world, set up by its own set-up, and two users with an environment
# `demo` each. Read by `load hooked`; a file may have a setup_file of its own that calls install_hooks.

# of a cache in which nothing is kept
no_cache='.*/cache/\(images\|site\|v1\(/[0-9]+\(/\.wanted\)?\)?\)'

setup_file() { install_hooks; }
setup() { with_hooks; }
teardown() { all_clear; }

install_hooks() {
    : "${WORLD_DIR:?is not set: run this in a world}" "${STAGEHAND_TREE:?is not set: an installed tree}"
    export TREE=${WORLD_DIR}/tree ROOT=${WORLD_DIR}/local-root Q=${WORLD_QUEUE}
    mkdir -p "${TREE}/etc" "${ROOT}/records" "${ROOT}/users" "${ROOT}/cache/v1"
    chmod 700 "${ROOT}/records"
    chmod 1777 "${ROOT}/users" "${ROOT}/cache/v1"
    for part in bin libexec prolog epilog site-config; do cp -R "${STAGEHAND_TREE}/${part}" "${TREE}"; done
    cp -R "$(readlink -f "${STAGEHAND_TREE}/lib")" "${TREE}/lib"
    qconf -mattr queue qtype BATCH "${Q}" # an interactive queue gets no prolog and no epilog: see interactive.bats
    for user in "${WORLD_USER1}:${WORLD_HOME1}" "${WORLD_USER2}:${WORLD_HOME2}"; do
        install -d -o "${user%%:*}" "${user#*:}/.conda" "${user#*:}/.conda/envs"
        python3 "${BATS_TEST_DIRNAME}/../../demo/make_env.py" "${user#*:}/.conda/envs"
        chown -R "${user%%:*}" "${user#*:}/.conda"
    done
    with_hooks
}
with_hooks() { # [--root-hooks]: what a test may have changed is as it was
    printf 'local_root = "%s"\nmin_free = "0"\nstage_timeout = "2 min"\n' "${ROOT}" >"${TREE}/site-config/site.toml"
    touch "${ROOT}" # as just swept: no prolog does it in the middle of a test
    [ ! -e "${TREE}/java.away" ] || mv "${TREE}/java.away" "${TREE}/lib/runtime/bin/java"
    "${TREE}/site-config/sge/setup" --queue "${Q}" "$@"
}
without_java() { # until the next with_hooks: whoever starts it fails
    mv "${TREE}/lib/runtime/bin/java" "${TREE}/java.away"
}
all_clear() { # the queue is well, and no file is left where we may put one
    [ -z "$(job queue-state)" ]
    [ -z "$(find "${WORLD_TMP}" "${ROOT}" -mindepth 1 ! -path "${ROOT}/records" ! -path "${ROOT}/users" \
        ! -path "${ROOT}/cache" ! -regex "${no_cache}")" ]
}

job() { "${BATS_TEST_DIRNAME}/job" "$@"; }
set_queue() { # ATTRIBUTE VALUE
    qconf -mattr queue "$1" "$2" "${Q}" >/dev/null
}
output() { # USER-HOME SUBMIT-ARGUMENTS... with the script on stdin: what the job printed
    home=$1
    shift
    user=${home##*/}
    number=$(job submit "${user}" -j y -o out.\$TASK_ID "$@")
    job wait "${number}"
    cat "${home}"/out.* && rm "${home}"/out.*
}
# for a job's script: the job expands it
# shellcheck disable=SC2016,SC2034
says='echo "status=${CONDA_STAGE_STATUS} prefix=${CONDA_PREFIX} me=$(where-am-i)"'
