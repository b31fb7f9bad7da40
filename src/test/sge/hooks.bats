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

@test "status knows a job of hooks that run as the user, as long as it runs" {
    number=$(job submit "${WORLD_USER1}" -j y -o out -l conda_env=demo <<<'until [ -e ~/go ]; do sleep 0.1; done')
    until known=$("${TREE}/bin/conda-stagehand" status) && [[ ${known} == *"${WORLD_TMP}/${number}.1.${Q}"* ]]; do
        [ "${SECONDS}" -lt 120 ]
    done
    [[ ${known} == *"${WORLD_USER1}"*'may be alive'* ]]
    [[ $("${TREE}/bin/conda-stagehand" sweep --dry-run) == *"kept ${WORLD_TMP}/${number}.1.${Q}"* ]]
    touch "${WORLD_HOME1}/go"
    job wait "${number}"
    rm "${WORLD_HOME1}/go" "${WORLD_HOME1}/out"
}

@test "root@ hooks do the same, as the user, and keep their record only for the time of the job" {
    with_hooks --root-hooks
    run output "${WORLD_HOME2}" -l conda_env=demo <<<"id -un; ${says}"
    [[ ${output} == *"${WORLD_USER2}"*'status=staged'* ]]
}

@test "an array and two users at once" {
    first=$(job submit "${WORLD_USER1}" -t 1-6 -j y -o 'array.$TASK_ID' -l conda_env=demo <<<"${says}")
    second=$(job submit "${WORLD_USER2}" -j y -o out -l conda_env=demo <<<"${says}")
    job wait "${first}"
    job wait "${second}"
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
    job wait "${number}" Eqw
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

@test "a mistake in site.toml costs no job its environment: it runs with the original, and says which mistake" {
    cp "${TREE}/site-config/site.toml" "${WORLD_DIR}"
    echo 'stage_timout = "1 min"' >>"${TREE}/site-config/site.toml"
    run output "${WORLD_HOME1}" -l conda_env=demo <<<"${says}"
    cp "${WORLD_DIR}/site.toml" "${TREE}/site-config"
    [[ ${output} == *'stage_timout'*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
}

@test "a job whose node is at fault is queued again, once, where the site wants that" {
    sed -i 's/^min_free.*/min_free = "500 TB"/; $a [sge]\nrequeue = true' "${TREE}/site-config/site.toml"
    run output "${WORLD_HOME1}" -l conda_env=demo <<<"${says}"
    [ "$(grep -c 'space' <<<"${output}")" -eq 2 ]
    [[ ${output} == *'queued again, once'*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
}

@test "qdel of a running job leaves nothing" {
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        number=$(job submit "${WORLD_USER1}" -j y -o out -l conda_env=demo <<<"${says}; sleep 600")
        deadline=$((SECONDS + 120))
        until grep -qs 'status=staged' "${WORLD_HOME1}/out"; do
            [ "${SECONDS}" -lt "${deadline}" ]
            sleep 0.1
        done
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
