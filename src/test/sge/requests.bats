#!/usr/bin/env bats
# What a job may ask for and how, on a real Grid Engine:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/requests.bats

# shellcheck disable=SC2016,SC2088,SC2154 # what the job or nobody expands; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked

teardown() {
    chmod 755 "${WORLD_SPOOL}/jobs"
    rm -f "${WORLD_HOME1}"/.conda-stage.toml "${SGE_ROOT}/${SGE_CELL}/common/sge_request"
    all_clear
}
toml() { # LINE...: of the first user
    printf '%s\n' "$@" >"${WORLD_HOME1}/.conda-stage.toml"
    chown "${WORLD_USER1}" "${WORLD_HOME1}/.conda-stage.toml"
}
staged() { # SUBMIT-ARGUMENTS...: the job has its environment from local disk
    run output "${WORLD_HOME1}" "$@" <<<"${says}"
    [[ ${output} == *"status=staged prefix=${WORLD_TMP}/"* ]]
}

@test "a JSV hands the request over, named by the user or by the site" {
    staged -jsv "${TREE}/site-config/sge/jsv" -l conda_env=demo
    echo "-jsv ${TREE}/site-config/sge/jsv" >>"${SGE_ROOT}/${SGE_CELL}/common/sge_request"
    run output "${WORLD_HOME1}" -l conda_env=demo <<<'echo "variable=${CONDA_STAGE_ENV}"; echo "${CONDA_STAGE_STATUS}"'
    [ "${lines[-2]} ${lines[-1]}" = 'variable=demo staged' ]
    run job submit "${WORLD_USER1}" -l 'conda_env=a*' <<<true
    [[ ${output} == *'`a*`'* ]]
}

@test "where execd's copy cannot be read the qmaster tells, then the script, and else the job is told so" {
    chmod 700 "${WORLD_SPOOL}/jobs"
    staged -l conda_env=demo
    sed -i '$a [sge]\nqstat = false' "${TREE}/site-config/site.toml"
    "${TREE}/site-config/sge/setup" --queue "${Q}"
    run output "${WORLD_HOME1}" <<<"$(printf '#$ -l conda_env=demo\n%s' "${says}")"
    [[ ${output} == *'status=staged'* ]]
    chmod 700 "${WORLD_SPOOL}/job_scripts"
    toml '# nothing asked'
    run output "${WORLD_HOME1}" -b y -l conda_env=demo echo began
    chmod 755 "${WORLD_SPOOL}/job_scripts"
    [[ ${output} == *'could not be read on this node'*began* ]]
}

@test "of several requests the last one counts, and a name that looks like one is none" {
    staged -l conda_env=nothing -l conda_env=demo -l h_rt=60
    staged -soft -l conda_env=demo
    run output "${WORLD_HOME1}" -N conda_env -v NOTE=conda_env=demo -A conda_env <<<'echo "began ${CONDA_STAGE_STATUS-}"; ls -A "${TMPDIR}"'
    [ "${output}" = 'began ' ]
}

@test "a job can do without, in every way to say so" {
    toml 'env = "demo"'
    for arguments in '-v CONDA_STAGE=false -l conda_env=demo' '-l conda_env=none'; do
        # shellcheck disable=SC2086 # a list of words
        run output "${WORLD_HOME1}" ${arguments} <<<'echo "began ${CONDA_PREFIX-}"; ls -A "${TMPDIR}"'
        [ "${output}" = 'began ' ]
    done
    toml 'env = "demo"' 'enabled = false'
    run output "${WORLD_HOME1}" <<<'echo "began ${CONDA_PREFIX-}"'
    [ "${output}" = 'began ' ]
}

@test "a wrong request of any kind is told to its job alone, and the queue stays clear" {
    ln -s /nowhere "${WORLD_HOME1}/dangling"
    head -c 300 /dev/urandom >"${WORLD_HOME1}/noise.tar.gz"
    printf 'x' >"${WORLD_HOME1}/tiny.zip"
    mkdir "${WORLD_HOME1}/no-env"
    mkdir "${WORLD_HOME1}/evil"
    ln -s /etc "${WORLD_HOME1}/evil/lib"
    tar -C "${WORLD_HOME1}/evil" -czf "${WORLD_HOME1}/evil.tar.gz" --transform 's:^lib$:../../lib:' lib
    tar -C / -czPf "${WORLD_HOME1}/absolute.tar.gz" /etc/hostname
    chown -hR "${WORLD_USER1}" "${WORLD_HOME1}"
    local long numbers=()
    long=$(printf 'x%.0s' $(seq 300))
    for value in demp Demo -- -n . .. ../demo a/b 'a b' 'a;b' '$(touch ran)' '`touch ran`' "${long}" demö '~' '~/noise.tar.gz' \
        /nowhere / /etc /dev/null "${WORLD_HOME1}/dangling" "${WORLD_HOME1}/no-env" "${WORLD_HOME1}/tiny.zip" \
        "${WORLD_HOME1}/noise.tar.gz" "${WORLD_HOME1}/evil.tar.gz" "${WORLD_HOME1}/absolute.tar.gz" "${WORLD_HOME2}/.conda" \
        file:///demo http://demo/ 'demo
demo'; do
        numbers+=("$(job submit "${WORLD_USER1}" -j y -o 'wrong.$JOB_ID' -v CONDA_STAGE_ENV="${value}" <<<'echo began')")
    done
    for line in 'env = demo' 'env = 7' 'envv = "demo"' '[env' 'env = "demo" # '$'\xff'; do
        mkdir -p "${WORLD_HOME1}/toml.${#numbers[@]}"
        printf '%s\n' "${line}" >"${WORLD_HOME1}/toml.${#numbers[@]}/.conda-stage.toml"
        chown -R "${WORLD_USER1}" "${WORLD_HOME1}/toml.${#numbers[@]}"
        numbers+=("$(job submit "${WORLD_USER1}" -j y -o "${WORLD_HOME1}/wrong.\$JOB_ID" -wd "${WORLD_HOME1}/toml.${#numbers[@]}" <<<'echo began')")
    done
    for number in "${numbers[@]}"; do
        job wait "${number}"
        grep -q '^conda-stagehand: error: ' "${WORLD_HOME1}/wrong.${number}"
        run ! grep -q '^began' "${WORLD_HOME1}/wrong.${number}"
    done
    [ "${#numbers[@]}" -ge 33 ]
    [ ! -e "${WORLD_HOME1}/ran" ]
    [ ! -e "${WORLD_TMP}/lib" ]
    rm -r "${WORLD_HOME1}"/{wrong,toml}.* "${WORLD_HOME1}"/{evil,no-env,dangling,noise.tar.gz,tiny.zip,evil.tar.gz,absolute.tar.gz}
}
