#!/usr/bin/env bats
# A new version takes the place of one whose jobs run and whose hooks are in the middle, on a real Slurm:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/upgrade.bats

# shellcheck disable=SC2016,SC2154,SC2030,SC2031 # variables of hooked.bash; each test sets its own

bats_require_minimum_version 1.5.0
load hooked
load ../world/upgrade

setup_file() {
    install_hooks
    as_installed
    new_version
    python3 -B "${BATS_TEST_DIRNAME}/../world/big_env.py" "${WORLD_HOME1}/.conda/envs"
    chown -R "${WORLD_USER1}" "${WORLD_HOME1}/.conda"
    export DISK=${WORLD_DISKS}/n1/stage
}
wait_until() { # COMMAND...
    deadline=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${deadline}" ] || { echo "not in time: $*" && return 1; }
        sleep 0.05
    done
}
submit() { # USER ENV: sets number, record, dir, out
    number=$(job submit "$1" -w n1 -o 'said.%j' --comment="conda_env=$2" <<<"${says}; exec sleep 600")
    record=${DISK}/records/slurm-${WORLD_CLUSTER}-${number} dir=${DISK}/jobs/slurm-${WORLD_CLUSTER}-${number}
    out=${WORLD_DIR}/home/$1/said.${number}
}
ended() { # NUMBER: the epilog is done, and the node well
    scancel "$1"
    job wait "$1"
    [ -z "$(job node-state)" ]
}

@test "what the version before staged, or is staging, the new one's epilog strikes" {
    submit "${WORLD_USER2}" demo
    wait_until grep -qs 'status=staged' "${out}"
    first=${number} first_dir=${dir}
    sed -i 's/^end$/unheard_of=1\nend/' "${record}" # a key more is no other format
    submit "${WORLD_USER1}" big
    wait_until eval 'jvm=$(pgrep -u "${WORLD_USER1}" -f "bin/java .*hook slurm_prolog")'
    kill -STOP "${jvm}"
    job on n1 "${NEW}/install" --prefix "${TREE}"
    is_new
    [ -d "${first_dir}/conda-stage" ]
    kill -CONT "${jvm}"
    wait_until grep -qs 'status=staged' "${out}"
    ended "${first}"
    ended "${number}"
    [ -z "$(find "${DISK}" -name 'slurm-*')" ]
    job on n1 "${TREE}/bin/conda-stagehand" sweep
}

@test "a record of a version that is newer still is left for it, and the node stays in service" {
    submit "${WORLD_USER1}" demo
    wait_until grep -qs 'status=staged' "${out}"
    sed -i 's/^format=.*/format=2/' "${record}"
    ended "${number}"
    [ -s "${record}" ]
    [ -d "${dir}/conda-stage" ]
    run -69 job on n1 "${TREE}/bin/conda-stagehand" sweep
    [[ ${output} == *"another version of conda-stagehand wrote \`${ROOT}/records/${record##*/}\`; it is left for that version's sweep"* ]]
    [ -d "${dir}/conda-stage" ]
    sed -i 's/^format=.*/format=1/' "${record}" # and this one is it
    job on n1 "${TREE}/bin/conda-stagehand" sweep
    [ ! -e "${dir}" ]
    [ ! -e "${record}" ]
}
