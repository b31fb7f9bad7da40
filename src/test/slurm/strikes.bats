#!/usr/bin/env bats
# What makes a strike hard, on a real Slurm: mounts, a writer that never stops, an epilog in the middle of staging, no Java:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/strikes.bats

# shellcheck disable=SC2016,SC2154,SC2030,SC2031 # dollars that the job expands; variables of hooked.bash; each test sets its own

bats_require_minimum_version 1.5.0
load hooked

setup_file() {
    install_hooks
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
submit() { # ENV BODY: sets number, id, dir, out
    number=$(job submit "${WORLD_USER1}" -w n1 -o 'said.%j' --comment="conda_env=$1" <<<"${says}; $2")
    id=slurm-${WORLD_CLUSTER}-${number} dir=${DISK}/jobs/slurm-${WORLD_CLUSTER}-${number}
    out=${WORLD_HOME1}/said.${number}
}
hold() { # BODY: a job that has its environment, then does BODY and waits to be ended
    submit demo "$1 exec sleep 600"
    wait_until grep -qs 'status=staged' "${out}"
}
in_trash() { find "${DISK}/trash" -mindepth 1 -maxdepth 1 -name "${id}.*"; }
# shellcheck disable=SC2120 # `run` passes them
sweep() { job on n1 "${TREE}/bin/conda-stagehand" sweep "$@"; }

@test "no mount is crossed, of the same disk neither; what has one in it is left, told, and struck when it is gone" {
    install -d -o "${WORLD_USER1}" "${WORLD_DISKS}/n1/precious"
    for kind in bind tmpfs; do
        hold 'mkdir "${TMPDIR}/in" && echo x >"${TMPDIR}/file";'
        install -o "${WORLD_USER1}" /dev/null "${WORLD_DISKS}/n1/precious/kept"
        case ${kind} in
            bind) job on n1 mount --bind "${WORLD_LOCAL}/precious" "${ROOT}/jobs/${id}/in" ;;
            tmpfs) job on n1 sh -c 'mount -t tmpfs none "$1" && chown "$2" "$1" && install -o "$2" /dev/null "$1/kept"' - \
                "${ROOT}/jobs/${id}/in" "${WORLD_USER1}" ;;
        esac
        scancel "${number}"
        job wait "${number}"
        [ -z "$(job node-state)" ]
        [ ! -e "${dir}" ]
        [ ! -e "${DISK}/records/${id}" ]
        left=$(in_trash)
        run -69 sweep
        [[ ${output} == *"cannot strike \`${ROOT}/trash/${id}."* ]]
        job on n1 test -e "${ROOT}/trash/${left##*/}/in/kept"
        [ -e "${WORLD_DISKS}/n1/precious/kept" ]
        job on n1 umount "${ROOT}/trash/${left##*/}/in"
        run -0 sweep
        [ -z "$(in_trash)" ]
    done
    rm -r "${WORLD_DISKS}/n1/precious"
}

@test "processes that never stop to write hold up no epilog; what they keep alive is the sweep's" {
    sed -i 's/^epilog_wait=.*/epilog_wait=3/' "${TREE}/etc/hooks.conf"
    # faster than one rm: each stands in a directory of its own, where rename does not reach it
    hold 'for i in 1 2 3 4 5 6 7 8; do mkdir "${TMPDIR}/${i}"; (cd "${TMPDIR}/${i}" && setsid python3 -c "
import os
n = 0
while True:
    n += 1
    try:
        os.makedirs(\"%d/x\" % (n % 500))
        open(\"%d/x/file\" % (n % 500), \"w\").close()
    except FileNotFoundError:
        pass # of our own directory, when it is gone
    except FileExistsError:
        pass
" </dev/null >/dev/null 2>&1 &); done;'
    wait_until [ -e "${dir}/8/499" ]
    scancel "${number}"
    job wait "${number}"
    [ -z "$(job node-state)" ]
    [ ! -e "${dir}" ]
    [ ! -e "${DISK}/records/${id}" ]
    job on n1 pkill -KILL -u "${WORLD_USER1}" python3
    wait_until eval '! job on n1 pgrep -u "${WORLD_USER1}" python3'
    run -0 sweep
    [ -z "$(in_trash)" ]
}

@test "an epilog while the prolog still stages: nothing is published, and nothing stays" {
    submit big :
    wait_until eval 'jvm=$(pgrep -u "${WORLD_USER1}" -f "bin/java .*hook slurm_prolog")'
    wait_until eval '[ -n "$(find "${dir}/conda-stage/envs/.big.stage" -mindepth 1 -print -quit 2>/dev/null)" ]'
    kill -STOP "${jvm}"
    for _ in 1 2; do
        job on n1 env -i SLURM_JOB_ID="${number}" SLURM_JOB_UID=47101 SLURM_JOB_GID=47101 SLURM_JOB_USER="${WORLD_USER1}" \
            SLURM_CLUSTER_NAME="${WORLD_CLUSTER}" SLURMD_NODENAME=n1 SLURM_CONF="${SLURM_CONF}" "${TREE}/epilog/slurm-epilog"
        [ ! -e "${dir}" ]
        [ ! -e "${DISK}/records/${id}" ]
    done
    kill -CONT "${jvm}"
    job wait "${number}"
    run ! grep -s 'status=staged' "${out}"
    [ -z "$(job node-state)" ]
    [ ! -e "${dir}" ]
    run -0 sweep
}

@test "without Java the shells strike: through no symlink, and nothing that took the directory's place" {
    install -d -o "${WORLD_USER1}" "${WORLD_DIR}/precious"
    install -o "${WORLD_USER1}" /dev/null "${WORLD_DIR}/precious/kept"
    hold "mv \${TMPDIR}/conda-stage \${TMPDIR}/away; ln -s ${WORLD_DIR}/precious \${TMPDIR}/conda-stage; ln -s ${WORLD_DIR}/precious \${TMPDIR}/x;"
    first=${number} second_must_be=$((number + 1))
    hold ''
    [ "${number}" -eq "${second_must_be}" ]
    wait_until [ -L "${DISK}/jobs/slurm-${WORLD_CLUSTER}-${first}/x" ]
    without_java
    mv "${dir}" "${DISK}/jobs/moved"
    install -d -o "${WORLD_USER1}" "${dir}" "${dir}/foreign"
    scancel "${first}" "${number}"
    job wait "${first}"
    job wait "${number}"
    [ -z "$(job node-state)" ]
    [ ! -e "${DISK}/jobs/slurm-${WORLD_CLUSTER}-${first}" ]
    [ -e "${WORLD_DIR}/precious/kept" ]
    [ -d "${dir}/foreign" ]
    [ -e "${DISK}/records/${id}" ]
    rm -r "${dir}"
    mv "${DISK}/jobs/moved" "${dir}"
    with_hooks
    run -0 sweep
    [ ! -e "${dir}" ]
}
