#!/usr/bin/env bats
# The hooks on a real Slurm:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/hooks.bats

# shellcheck disable=SC2016,SC2154 # dollars that the job expands; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked

staged_here() { # what a job says that has its environment
    [[ ${output} == *"status=staged prefix=${ROOT}/jobs/slurm-${WORLD_CLUSTER}-"*"me=${ROOT}/jobs/"* ]]
}
script() { # BODY [SHEBANG]
    printf '%s\n%s\n' "${2:-#!/bin/bash}" "$1"
}
toml() { # LINE...: of the first user
    printf '%s\n' "$@" >"${WORLD_HOME1}/.conda-stage.toml"
    chown "${WORLD_USER1}" "${WORLD_HOME1}/.conda-stage.toml"
}

@test "a job that names its environment runs from local disk, by every way to name it" {
    cp "${WORLD_HOME1}/.conda/envs/demo.tar.gz" "${WORLD_HOME1}/elsewhere.tar.gz"
    chown "${WORLD_USER1}" "${WORLD_HOME1}/elsewhere.tar.gz"
    for value in demo "${WORLD_HOME1}/.conda/envs/demo" "${WORLD_HOME1}/elsewhere.tar.gz"; do
        run output "${WORLD_HOME1}" --comment="project=x conda_env=${value} other" < <(script "${says}")
        staged_here
        [[ ${output} == *'conda-stagehand: staged '* ]]
    done
    run output "${WORLD_HOME2}" < <(script "#SBATCH --comment=conda_env=demo
${says}")
    staged_here
    toml 'env = "demo"'
    run output "${WORLD_HOME1}" < <(script "${says}; echo tmp=\${TMPDIR}")
    rm "${WORLD_HOME1}/.conda-stage.toml"
    staged_here
    [[ ${output} == *"tmp=${ROOT}/jobs/slurm-${WORLD_CLUSTER}-"* ]]
}

@test "the environment is active in every shell, a login shell's profile and another environment at submission notwithstanding" {
    for shebang in /bin/sh /bin/bash '/bin/bash -l' /bin/zsh /bin/tcsh; do
        said=$([[ ${shebang} == *csh ]] && echo 'echo me=`where-am-i`' || echo "${says}")
        run output "${WORLD_HOME1}" --comment=conda_env=demo < <(script "${said}" "#!${shebang}")
        [[ ${output} == *"me=${ROOT}/jobs/"* ]]
    done
    env=${WORLD_HOME1}/.conda/envs/demo
    number=$(job as "${WORLD_USER1}" env PATH="/somewhere/bin:${env}/bin:/usr/bin:/bin" CONDA_PREFIX="${env}" CONDA_SHLVL=1 \
        sbatch --parsable -o out --comment=conda_env=demo --wrap "${says}; echo \"path=\${PATH}\"")
    job wait "${number}"
    run cat "${WORLD_HOME1}/out"
    rm "${WORLD_HOME1}/out"
    staged_here
    [[ ${output} == *"/envs/demo/bin:/somewhere/bin:/usr/bin:/bin"* ]]
}

@test "a step has what the script has, changed by it or not, and sixteen ranks each have it once" {
    run output "${WORLD_HOME1}" -n16 -c1 --comment=conda_env=demo < <(script 'srun sh -c "where-am-i; echo \"\${PATH}\" | tr : \"\n\" | grep -c stage-"
export PATH=/mine:${PATH}
srun -n2 sh -c "echo first=\${PATH%%:*}"
export PATH=/usr/bin:/bin
srun -n1 sh -c "echo bare=\${PATH}"')
    [ "$(grep -c "^${ROOT}/jobs/.*/envs/demo" <<<"${output}")" -eq 16 ]
    [ "$(grep -cx 1 <<<"${output}")" -eq 16 ]
    [ "$(grep -cx 'first=/mine' <<<"${output}")" -eq 2 ]
    grep -qx 'bare=/usr/bin:/bin' <<<"${output}"
    [ "$(grep -c 'staged `demo`' <<<"${output}")" -eq 1 ]
}

@test "two nodes each have their own copy, and one that cannot stage uses the original" {
    run output "${WORLD_HOME1}" -N2 --comment=conda_env=demo < <(script 'srun sh -c "echo \"\$(hostname) \$(where-am-i)\""')
    for node in n1 n2; do [[ ${output} == *"${node} ${ROOT}/jobs/"* ]]; done
    mount -o remount,size=1m "${WORLD_DISKS}/n2"
    run output "${WORLD_HOME1}" -N2 -w n1,n2 --comment=conda_env=demo < <(script 'srun sh -c "echo \"\$(hostname) \$(where-am-i) \${CONDA_STAGE_STATUS} \$(echo \"\$PATH\" | grep -c jobs/slurm)\""')
    mount -o remount,size=1g "${WORLD_DISKS}/n2"
    [[ ${output} == *"n1 ${ROOT}/jobs/"*' staged 1'* && ${output} == *"n2 ${WORLD_HOME1}/.conda/envs/demo"*' fallback 0'* ]]
    [[ ${output} == *'No space'* || ${output} == *'space'* ]]
}

@test "an array of twenty and two users at once" {
    first=$(job submit "${WORLD_USER1}" --array=1-20 -o 'array.%a' --comment=conda_env=demo < <(script "${says}"))
    second=$(job submit "${WORLD_USER2}" -o out --comment=conda_env=demo < <(script "${says}"))
    job wait "${first}"
    job wait "${second}"
    [ "$(cat "${WORLD_HOME1}"/array.* | grep -c 'status=staged')" -eq 20 ]
    grep -q 'status=staged' "${WORLD_HOME2}/out"
    rm "${WORLD_HOME1}"/array.* "${WORLD_HOME2}/out"
}

@test "a job without a request is untouched and starts no JVM" {
    without_java
    run output "${WORLD_HOME1}" --comment='an ordinary comment' < <(script 'env | grep -c ^CONDA_; echo "${TMPDIR-none}"; srun env | grep -c ^CONDA_')
    [ "${lines[*]}" = '0 /tmp 0' ]
}

@test "without the program the job is told and fails, and the node stays" {
    without_java
    number=$(job submit "${WORLD_USER1}" -o out --comment=conda_env=demo < <(script 'echo began'))
    job wait "${number}" || true
    [ "$(job state "${number}")" = FAILED ]
    run cat "${WORLD_HOME1}/out"
    rm "${WORLD_HOME1}/out"
    [[ ${output} == *'no Java in'*'was not staged'* && ${output} != *began* ]]
}

@test "what cannot be staged falls back to the original, or fails where the user wants that" {
    archive=${WORLD_HOME1}/.conda/envs/demo.tar.gz
    cp -p "${archive}" "${WORLD_DIR}/whole"
    head -c 20000 "${WORLD_DIR}/whole" >"${archive}"
    run output "${WORLD_HOME1}" --comment=conda_env=demo < <(script "${says}")
    [[ ${output} == *'is broken'*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
    toml 'on_failure = "fail"'
    run output "${WORLD_HOME1}" --comment=conda_env=demo < <(script 'echo began')
    rm "${WORLD_HOME1}/.conda-stage.toml"
    cp -p "${WORLD_DIR}/whole" "${archive}"
    [[ ${output} == *'is broken'* && ${output} != *began* ]]
}

@test "a mistake in site.toml costs no job its environment: it runs with the original, and says which mistake" {
    echo 'stage_timout = "1 min"' >>"${TREE}/site-config/site.toml"
    run output "${WORLD_HOME1}" --comment=conda_env=demo < <(script "${says}")
    [[ ${output} == *'stage_timout: '*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
}

@test "a wrong request of any kind fails its job with a reason, and no node is drained" {
    numbers=()
    long=$(printf 'x%.0s' $(seq 300))
    for value in demp -- .. a/b "${long}" '$(touch${IFS}ran)' /nowhere /etc /dev/null "${WORLD_HOME2}/.conda" http://demo/; do
        numbers+=("$(job submit "${WORLD_USER1}" -o 'wrong.%j' --comment="conda_env=${value}" < <(script 'echo began'))")
    done
    for line in 'env = demo' 'env = 7' '[env'; do
        toml "${line}"
        numbers+=("$(job submit "${WORLD_USER1}" -o 'wrong.%j' --hold < <(script 'echo began'))")
        job as root scontrol release "${numbers[-1]}"
        job wait "${numbers[-1]}" || true
    done
    rm "${WORLD_HOME1}/.conda-stage.toml"
    for number in "${numbers[@]}"; do
        job wait "${number}" || true
        [ "$(job state "${number}")" = FAILED ]
        grep -q '^conda-stagehand: error: ' "${WORLD_HOME1}/wrong.${number}"
        run ! grep -q '^began' "${WORLD_HOME1}/wrong.${number}"
    done
    rm "${WORLD_HOME1}"/wrong.*
    [ ! -e "${WORLD_HOME1}/ran" ]
}
