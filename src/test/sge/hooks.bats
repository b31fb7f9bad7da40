#!/usr/bin/env bats
# The hooks on a real Grid Engine:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/hooks.bats

# shellcheck disable=SC2016 # dollars that the job expands

bats_require_minimum_version 1.5.0

load hooked

@test "a job that names its environment runs from local disk, by every way to name it" {
    cp "${WORLD_HOME1}/.conda/envs/demo.tar.gz" "${WORLD_HOME1}/elsewhere.tar.gz"
    chown "${WORLD_USER1}" "${WORLD_HOME1}/elsewhere.tar.gz"
    for value in demo "${WORLD_HOME1}/.conda/envs/demo" "${WORLD_HOME1}/elsewhere.tar.gz"; do
        run output "${WORLD_HOME1}" -l "conda_env=${value}" <<<"${says}"
        [[ ${output} == *"status=staged prefix=${WORLD_TMP}/"*"me=${WORLD_TMP}/"* ]]
    done
    run output "${WORLD_HOME1}" <<<"$(printf '#$ -l conda_env=demo\n%s' "${says}")"
    [[ ${output} == *'status=staged'* ]]
    run output "${WORLD_HOME1}" -v CONDA_STAGE_ENV=demo <<<"${says}"
    [[ ${output} == *'status=staged'* ]]
    echo 'env = "demo"' >"${WORLD_HOME1}/.conda-stage.toml"
    chown "${WORLD_USER1}" "${WORLD_HOME1}/.conda-stage.toml"
    run output "${WORLD_HOME1}" <<<"${says}"
    rm "${WORLD_HOME1}/.conda-stage.toml"
    [[ ${output} == *'status=staged'* ]]
}

@test "the environment is active in every shell, a login shell's profile notwithstanding" {
    for shell in /bin/sh /bin/bash /bin/zsh; do
        run output "${WORLD_HOME1}" -S "${shell}" -l conda_env=demo <<<"${says}"
        [[ ${output} == *"me=${WORLD_TMP}/"* ]]
    done
    run output "${WORLD_HOME1}" -b y -l conda_env=demo where-am-i
    [[ ${output} == *"${WORLD_TMP}/"* ]]
    run output "${WORLD_HOME1}" -b y -shell n -l conda_env=demo where-am-i
    [[ ${output} == *"${WORLD_TMP}/"* ]]
}

@test "root@ hooks do the same, as the user, and keep their record only for the time of the job" {
    with_hooks --root-hooks
    run output "${WORLD_HOME2}" -l conda_env=demo <<<"id -un; ${says}"
    [[ ${output} == *"${WORLD_USER2}"*'status=staged'* ]]
}

@test "an array and two users at once" {
    first=$(job submit "${WORLD_USER1}" -t 1-6 -j y -o 'array.$TASK_ID' -l conda_env=demo <<<"${says}")
    second=$(job submit "${WORLD_USER2}" -j y -o out -l conda_env=demo <<<"${says}")
    job wait "${first}" 120
    job wait "${second}" 120
    [ "$(grep -l 'status=staged' "${WORLD_HOME1}"/array.* | wc -l)" -eq 6 ]
    grep -q 'status=staged' "${WORLD_HOME2}/out"
    rm "${WORLD_HOME1}"/array.* "${WORLD_HOME2}/out"
}

@test "a job without a request starts no JVM and is untouched" {
    without_java
    run output "${WORLD_HOME1}" <<<'env | grep -c ^CONDA_; ls -A "${TMPDIR}" | wc -l'
    with_hooks --root-hooks
    without_java
    run output "${WORLD_HOME1}" <<<'env | grep -c ^CONDA_; ls -A "${TMPDIR}" | wc -l'
    [ "${lines[*]}" = '0 0' ]
}

@test "a wrong name fails that job with a reason, and nothing else" {
    number=$(job submit "${WORLD_USER1}" -j y -o out -l conda_env=demp <<<'echo began')
    job wait "${number}"
    run cat "${WORLD_HOME1}/out"
    rm "${WORLD_HOME1}/out"
    [[ ${output} == *'no environment `demp`'*'demo'* && ${output} != *began* ]]
}

@test "without our starter a wrong name parks the job with its reason" {
    set_queue starter_method NONE
    number=$(job submit "${WORLD_USER1}" -j y -o out -l conda_env=demp <<<'echo began')
    job wait "${number}" 60 Eqw
    grep -q 'no environment `demp`' "${WORLD_HOME1}/out"
    job as "${WORLD_USER1}" qdel "${number}"
    job wait "${number}"
    rm "${WORLD_HOME1}/out"
}

@test "what cannot be staged falls back to the original, or fails where the user wants that" {
    archive=${WORLD_HOME1}/.conda/envs/demo.tar.gz
    cp -p "${archive}" "${WORLD_DIR}/whole"
    head -c 20000 "${WORLD_DIR}/whole" >"${archive}"
    run output "${WORLD_HOME1}" -l conda_env=demo <<<"${says}"
    [[ ${output} == *'is broken'*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
    echo 'on_failure = "fail"' >"${WORLD_HOME1}/.conda-stage.toml"
    chown "${WORLD_USER1}" "${WORLD_HOME1}/.conda-stage.toml"
    run output "${WORLD_HOME1}" -l conda_env=demo <<<"echo began"
    rm "${WORLD_HOME1}/.conda-stage.toml"
    cp -p "${WORLD_DIR}/whole" "${archive}"
    [[ ${output} == *'is broken'* && ${output} != *began* ]]
}

@test "qdel of a running job leaves nothing" {
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        number=$(job submit "${WORLD_USER1}" -j y -o out -l conda_env=demo <<<"${says}; sleep 600")
        job wait "${number}" 60 r
        until grep -q 'status=staged' "${WORLD_HOME1}/out"; do sleep 0.1; done
        job as "${WORLD_USER1}" qdel "${number}"
        job wait "${number}"
        rm "${WORLD_HOME1}/out"
        all_clear
    done
}

@test "when the program cannot start the job is told, not left alone, and the queue is clear" {
    without_java
    number=$(job submit "${WORLD_USER1}" -j y -o out -l conda_env=demo <<<'echo began')
    job wait "${number}" || true
    run cat "${WORLD_HOME1}/out"
    rm "${WORLD_HOME1}/out"
    [[ ${output} == *'staging ended with status'* && ${output} != *began* ]]
}

@test "nothing that a job's environment names runs as root under root@ hooks" {
    with_hooks --root-hooks
    evil=${WORLD_HOME1}/evil
    mkdir -p "${evil}"
    for name in sed grep id sync mv head printenv setpriv env chmod rm java nice awk cat qstat bash sh dirname; do
        printf '#!/bin/sh\n/usr/bin/id -u >>"%s/ran"\nexit 0\n' "${WORLD_HOME1}" >"${evil}/${name}"
    done
    chmod 755 "${evil}"/*
    cp "${evil}/sh" "${evil}/profile"
    chown -R "${WORLD_USER1}" "${evil}"
    run output "${WORLD_HOME1}" -l conda_env=demo -v "PATH=${evil}:/usr/bin:/bin,BASH_ENV=${evil}/profile,ENV=${evil}/profile" \
        -v "JAVA_HOME=${evil},JAVA_TOOL_OPTIONS=-javaagent:${evil}/x.jar,_JAVA_OPTIONS=-Devil,JDK_JAVA_OPTIONS=-Devil" \
        -v "CLASSPATH=${evil},PYTHONPATH=${evil},BASH_FUNC_id%%=() { /usr/bin/id -u >>${WORLD_HOME1}/ran; }" \
        <<<'/usr/bin/env -u BASH_ENV /bin/true'
    run ! grep -qx 0 "${WORLD_HOME1}/ran"
    rm -rf "${evil}" "${WORLD_HOME1}/ran"
}
