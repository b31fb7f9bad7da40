#!/usr/bin/env bats
# Hooks that the queue runs as root, on a real Grid Engine:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/root.bats

# shellcheck disable=SC2016 # dollars that the job expands

bats_require_minimum_version 1.5.0
load hooked

setup() {
    with_hooks --root-hooks
    [ -d "${ROOT}/records" ] || install -d -m 700 "${ROOT}/records"
}
conf() { # KEY VALUE: for one test; setup has set-up write it anew
    sed -i "s:^$1=.*:$1=$2:" "${TREE}/etc/hooks.conf"
}
wait_until() { # COMMAND...
    deadline=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${deadline}" ] || return 1
        sleep 0.1
    done
}
hold() { # USER: a job that has its environment and runs until it is deleted; sets number
    number=$(job submit "$1" -j y -o out -l conda_env=demo <<<"${says}; sleep 600")
    wait_until grep -qs 'status=staged' "${WORLD_DIR}/home/$1/out" || {
        cat "${WORLD_DIR}/home/$1/out"
        job dump "${number}"
        return 1
    }
    rm "${WORLD_DIR}/home/$1/out"
}

parked() { # SUBMIT-ARGUMENTS...: what a job says that is parked by its prolog
    number=$(job submit "${WORLD_USER1}" -j y -o out "$@" <<<'echo began')
    job wait "${number}" Eqw
    job as "${WORLD_USER1}" qdel "${number}"
    job wait "${number}"
    cat "${WORLD_HOME1}"/out* && rm "${WORLD_HOME1}"/out*
}

@test "the user has the environment, and root a record of the job as long as it runs" {
    hold "${WORLD_USER2}"
    record=${ROOT}/records/sge-default-${Q}-${number}.1
    [ "$(stat -c '%U %a' "${record}")" = 'root 600' ]
    grep -qx "uid=$(id -u "${WORLD_USER2}")" "${record}"
    grep -qx "directory=${WORLD_TMP}/${number}.1.${Q}" "${record}"
    [ "$(stat -c '%U %a' "${WORLD_TMP}/${number}.1.${Q}/conda-stage")" = "${WORLD_USER2} 700" ]
    job as "${WORLD_USER2}" qdel "${number}"
    job wait "${number}"
    [ ! -e "${record}" ]
}

@test "several nodes of one local root keep their records apart" {
    conf local_root "${WORLD_DIR}/%n/local"
    install -d -m 700 "${WORLD_DIR}/${WORLD_HOST}/local/records"
    hold "${WORLD_USER1}"
    [ -s "${WORLD_DIR}/${WORLD_HOST}/local/records/sge-default-${Q}-${number}.1" ]
    job as "${WORLD_USER1}" qdel "${number}"
    job wait "${number}"
    [ -z "$(ls "${WORLD_DIR}/${WORLD_HOST}/local/records")" ]
}

@test "a sweep strikes what no epilog has struck, and nothing of a job that runs" {
    hold "${WORLD_USER1}"
    lost=${number}
    hold "${WORLD_USER2}"
    record=${ROOT}/records/sge-default-${Q}-${lost}.1
    set_queue epilog NONE
    cp "${record}" "${WORLD_DIR}/record"
    with_hooks --root-hooks
    # as if the node had gone down in the middle: the record and the tree are there, and execd knows nothing of the job
    cp -a "${WORLD_TMP}/${lost}.1.${Q}" "${WORLD_DIR}/tree-of-job"
    job as "${WORLD_USER1}" qdel "${lost}"
    job wait "${lost}"
    cp "${WORLD_DIR}/record" "${record}"
    cp -a "${WORLD_DIR}/tree-of-job" "${WORLD_TMP}/${lost}.1.${Q}"
    run "${TREE}/bin/conda-stagehand" sweep --dry-run
    [[ ${output} == *"would strike ${WORLD_TMP}/${lost}.1.${Q}"* && ${output} == *"kept ${WORLD_TMP}/${number}.1.${Q}"* ]]
    [ -e "${WORLD_TMP}/${lost}.1.${Q}/conda-stage/envs/demo" ]
    run -0 "${TREE}/bin/conda-stagehand" sweep
    [[ ${output} == *"struck ${WORLD_TMP}/${lost}.1.${Q}"* ]]
    [ ! -e "${record}" ]
    [ ! -e "${WORLD_TMP}/${lost}.1.${Q}" ]
    [ -e "${WORLD_TMP}/${number}.1.${Q}/conda-stage/envs/demo" ]
    rm -r "${WORLD_DIR}/tree-of-job" "${WORLD_DIR}/record"
    job as "${WORLD_USER2}" qdel "${number}"
    job wait "${number}"
}

@test "a prolog that stages has its node swept too" {
    record=${ROOT}/records/sge-default-${Q}-999999.1
    hold "${WORLD_USER1}"
    sed "s:^spool=.*:spool=${WORLD_SPOOL}/active_jobs/999999.1:;s:^directory=.*:directory=${WORLD_TMP}/999999.1.${Q}:" \
        "${ROOT}/records/sge-default-${Q}-${number}.1" >"${record}"
    first=${number}
    touch -d '10 minutes ago' "${ROOT}"
    hold "${WORLD_USER2}"
    wait_until [ ! -e "${record}" ]
    [ -e "${WORLD_TMP}/${first}.1.${Q}/conda-stage/envs/demo" ]
    job as "${WORLD_USER1}" qdel "${first}"
    job as "${WORLD_USER2}" qdel "${number}"
    job wait "${first}"
    job wait "${number}"
}

@test "root names nothing that is the user's: not in a prolog, not in an epilog, whatever a job did to its TMPDIR" {
    strace -f -y -qq -s 4096 -e trace=%file,fork,vfork,clone,clone3,setuid,setreuid,setresuid -o "${WORLD_DIR}/trace" \
        -p "$(pgrep -x sge_execd)" 2>/dev/null 3>&- &
    wait_until traced
    theirs=("${WORLD_HOME1}")
    for request in demo none demp; do
        number=$(job submit "${WORLD_USER1}" -j y -o out -l conda_env="${request}" <<<'cd "${TMPDIR}"
            chmod 0 conda-stage; mkdir -p a/b && chmod 0 a; ln -s /etc/passwd conda-stage.link; echo "${CONDA_PREFIX}"')
        job wait "${number}"
        theirs+=("${WORLD_TMP}/${number}.1.${Q}")
    done
    rm "${WORLD_HOME1}/out"
    pkill -INT -x strace # it lets go of execd
    wait
    # a control: the same trace has what the user's own processes did there
    grep -qF "\"${WORLD_HOME1}/.conda/envs/demo" "${WORLD_DIR}/trace"
    run -0 python3 -B "${BATS_TEST_DIRNAME}/../world/root_paths.py" "${WORLD_DIR}/trace" "${TREE}" "${theirs[@]}"
    [ "${#lines[@]}" -eq 1 ]
    [ "${output}" -gt 100 ]
    rm "${WORLD_DIR}/trace"
}
traced() { grep -q '^TracerPid:[[:space:]]*[1-9]' "/proc/$(pgrep -x sge_execd)/status"; }

@test "on a node without a local root a job falls back and says why, and one that asks for nothing does not notice" {
    rmdir "${ROOT}/records"
    run output "${WORLD_HOME1}" -l conda_env=demo <<<"${says}"
    [[ ${output} == *"no directory \`${ROOT}/records\`"*"status=fallback prefix=${WORLD_HOME1}/.conda/envs/demo"* ]]
    run output "${WORLD_HOME1}" <<<'echo "began ${CONDA_STAGE_STATUS-}"'
    [ "${output}" = 'began ' ]
}

@test "an account below min_uid gets no hook of ours: its job is told so, if it asks for something" {
    conf min_uid 60000
    run parked -l conda_env=demo
    [[ ${output} == *'is below min_uid 60000'* && ${output} != *began* ]]
    run output "${WORLD_HOME1}" <<<'echo began'
    [ "${output}" = began ]
}

@test "a line break in a path of the job's makes nobody somebody else" {
    # Grid Engine writes this path into the file that also says whose the job is
    run parked -l conda_env=demo -o "out
job_owner=${WORLD_USER2}"
    [[ ${output} == *'a path of it has a line break'* && ${output} != *began* ]]
}

@test "nothing that a job's environment names runs as root" {
    evil=${WORLD_HOME1}/evil
    mkdir -p "${evil}"
    for name in sed grep id sync mv head printenv setpriv env chmod rm java nice awk cat qstat bash sh dirname uname tail; do
        printf '#!/bin/sh\n/usr/bin/id -u >>"%s/ran"\nexit 0\n' "${WORLD_HOME1}" >"${evil}/${name}"
    done
    chmod 755 "${evil}"/*
    cp "${evil}/sh" "${evil}/profile"
    chown -R "${WORLD_USER1}" "${evil}"
    run output "${WORLD_HOME1}" -l conda_env=demo -v "PATH=${evil}:/usr/bin:/bin,BASH_ENV=${evil}/profile,ENV=${evil}/profile" \
        -v "JAVA_HOME=${evil},JAVA_TOOL_OPTIONS=-javaagent:${evil}/x.jar,_JAVA_OPTIONS=-Devil,JDK_JAVA_OPTIONS=-Devil" \
        -v "CLASSPATH=${evil},PYTHONPATH=${evil},BASH_FUNC_id%%=() { /usr/bin/id -u >>${WORLD_HOME1}/ran; }" \
        <<<'/usr/bin/env -u BASH_ENV /bin/true'
    run ! grep -sqx 0 "${WORLD_HOME1}/ran"
    rm -rf "${evil}" "${WORLD_HOME1}/ran"
}

@test "the site's own hooks run first, with Grid Engine's environment and as root, and theirs is the verdict" {
    set_queue starter_method NONE
    set_queue epilog NONE
    set_queue prolog NONE
    printf '#!/bin/sh\necho "site prolog $1 as $(id -u) path=${PATH} umask=$(umask) ${MARK}"\n[ "${MARK}" != stop ] || exit 100\n' \
        >"${WORLD_DIR}/site-prolog"
    printf '#!/bin/sh\necho "site epilog as $(id -u)"\n' >"${WORLD_DIR}/site-epilog"
    chmod 755 "${WORLD_DIR}"/site-*log
    set_queue prolog "root@${WORLD_DIR}/site-prolog argument"
    set_queue epilog "root@${WORLD_DIR}/site-epilog"
    with_hooks --root-hooks
    run output "${WORLD_HOME1}" -l conda_env=demo -v PATH=/usr/bin:/bin:/mine,MARK=go <<<"${says}"
    [[ ${output} == *'site prolog argument as 0 path='*':/mine umask=0022 go'*'status=staged'*'site epilog as 0'* ]]
    run parked -l conda_env=demo -v MARK=stop
    [[ ${output} == *stop* && ${output} != *began* ]]
    "${TREE}/site-config/sge/setup" --queue "${Q}" --remove
    [ "$(qconf -sq "${Q}" | awk '$1 == "prolog" {print $2, $3}')" = "root@${WORLD_DIR}/site-prolog argument" ]
    set_queue prolog NONE
    set_queue epilog NONE
}
