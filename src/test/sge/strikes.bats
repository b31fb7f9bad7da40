#!/usr/bin/env bats
# What makes a strike hard, on a real Grid Engine: leftovers in a job's TMPDIR, mounts, an epilog by hand, no Java:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/strikes.bats

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # dollars that the job expands; `run` in one test is not seen in another; `jvm` is in watched

bats_require_minimum_version 1.5.0

load hooked
load watched

setup_file() {
    install_hooks
    big_environment
}
setup() {
    declare -gA number=()
    with_hooks
    watch
}
teardown() { nothing_left; }
epilog() { # NUMBER [ROOT-HOOKS]: as execd would run it, for the first user's job
    set -- "$1" "${2-}" "${WORLD_TMP}/$1.1.${Q}"
    if [ -z "$2" ]; then
        job as "${WORLD_USER1}" SGE_JOB_SPOOL_DIR="$(job spool "$1")" JOB_ID="$1" QUEUE="${Q}" TMPDIR="$3" "${TREE}/epilog/sge-epilog"
    else
        env SGE_JOB_SPOOL_DIR="$(job spool "$1")" JOB_ID="$1" QUEUE="${Q}" TMPDIR="$3" "${TREE}/epilog/sge-epilog"
    fi
}
for_both_kinds() { # TEST: with hooks that run as the user, then with root's
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        "$1" "${kind}"
        rm -f "${WORLD_HOME1}"/*.out
        nothing_left
    done
}

leftovers() { # ROOT-HOOKS: of another user's job of that number, and of an earlier run of this one
    for owner in "${WORLD_USER2}" "${WORLD_USER1}"; do
        begin again -h <<<''
        directory=${WORLD_TMP}/${number[again]}.1.${Q}
        install -d -o "${owner}" "${directory}"
        install -d -o "${owner}" -m 700 "${directory}/conda-stage" "${directory}/conda-stage/envs"
        install -o "${owner}" -m 600 /dev/null "${directory}/conda-stage/envs/left"
        [ -z "$1" ] || printf 'format=1\nnode=%s\nuid=%s\ngid=%s\ndirectory=%s\nspool=%s\nboot=before\nend\n' "${WORLD_HOST}" \
            "$(id -u "${owner}")" "$(id -g "${owner}")" "${directory}" "$(job spool "${number[again]}")" \
            >"${ROOT}/records/sge-default-${Q}-${number[again]}.1"
        qrls "${number[again]}" >/dev/null
        job wait "${number[again]}"
        staged again
        run ! grep 'error:' "${WORLD_HOME1}/again.out"
        rm "${WORLD_HOME1}/again.out"
        sweep # what cannot be struck because it is another's keeps the user's own record until then
        nothing_left
    done
}
@test "what an earlier job of the same number left, another user's too, keeps nobody from staging" {
    for_both_kinds leftovers
}

by_hand() { # ROOT-HOOKS
    # without a prolog
    epilog 999999 "$1"
    begin held <<<'sleep 600'
    wait_for staged held
    directory=${WORLD_TMP}/${number[held]}.1.${Q}
    for _ in 1 2; do
        epilog "${number[held]}" "$1"
        [ -d "${directory}" ]
        [ -z "$(ls -A "${directory}")" ]
        [ -z "$(ls "${ROOT}/records")" ]
    done
    job as "${WORLD_USER1}" qdel "${number[held]}"
    job wait "${number[held]}"
    # while the prolog still stages
    begin early -l conda_env=big <<<''
    in_mid_staging "${number[early]}"
    for _ in 1 2; do
        epilog "${number[early]}" "$1"
        [ -z "$(ls -A "${WORLD_TMP}/${number[early]}.1.${Q}")" ]
    done
    kill -CONT "${jvm}"
    wait_for no_job "${number[early]}"
    run ! staged early
    [ "$(job queue-state)" = '' ]
}
no_job() { # over, or parked: then it goes
    [ "$(job state "$1")" != Eqw ] || job as "${WORLD_USER1}" qdel "$1"
    [ -z "$(job state "$1")" ] && [ ! -e "$(job spool "$1")" ]
}
@test "an epilog without a prolog, twice, and while the prolog still stages" {
    for_both_kinds by_hand
}

mounted() { # ROOT-HOOKS: by hand, since execd itself would follow a mount when it removes TMPDIR
    directory=${WORLD_TMP}/777777.1.${Q}
    record=${ROOT}/records/sge-default-${Q}-777777.1
    install -d -o "${WORLD_USER1}" "${WORLD_DIR}/precious"
    for mount in bind tmpfs; do
        install -d -o "${WORLD_USER1}" "${directory}" "${directory}/conda-stage" "${directory}/conda-stage/in"
        install -o "${WORLD_USER1}" /dev/null "${WORLD_DIR}/precious/kept"
        [ -z "$1" ] || printf 'format=1\nnode=%s\nuid=%s\ngid=%s\ndirectory=%s\nspool=%s\nboot=before\nend\n' "${WORLD_HOST}" \
            "$(id -u "${WORLD_USER1}")" "$(id -g "${WORLD_USER1}")" "${directory}" "$(job spool 777777)" >"${record}"
        case ${mount} in
            bind) mount --bind "${WORLD_DIR}/precious" "${directory}/conda-stage/in" ;;
            tmpfs)
                mount -t tmpfs -o uid="$(id -u "${WORLD_USER1}")" none "${directory}/conda-stage/in"
                install -o "${WORLD_USER1}" /dev/null "${directory}/conda-stage/in/kept"
                ;;
        esac
        run -0 epilog 777777 "$1"
        [[ ${output} == *'not all is struck'* ]]
        [ -e "${WORLD_DIR}/precious/kept" ]
        kept=$(echo "${directory}"/.conda-stage.struck.*/in)
        [ -e "${kept}/kept" ]
        [ -z "$1" ] || [ -e "${record}" ]
        umount "${kept}"
        run -0 epilog 777777 "$1"
        [ -z "${output}" ]
        [ -z "$(ls -A "${directory}")" ]
        rmdir "${directory}"
    done
    rm -r "${WORLD_DIR}/precious"
}
@test "no mount is crossed, of the same disk neither; what has one in it is left and told, and goes when it is gone" {
    for_both_kinds mounted
}

java_less() {
    install -d -o "${WORLD_USER1}" "${WORLD_DIR}/precious"
    install -o "${WORLD_USER1}" /dev/null "${WORLD_DIR}/precious/kept"
    begin linked <<<"cd \"\${TMPDIR}\" && mv conda-stage x && ln -s ${WORLD_DIR}/precious conda-stage && ln -s ${WORLD_DIR}/precious x/link; sleep 600"
    begin plain <<<'sleep 600'
    wait_for staged linked
    wait_for staged plain
    wait_for test -L "${WORLD_TMP}/${number[linked]}.1.${Q}/x/link"
    without_java
    # another directory in the place of the job's own: whoever's it is, what it points at stays
    mv "${WORLD_TMP}/${number[plain]}.1.${Q}/conda-stage" "${WORLD_DIR}/moved"
    install -d -o "${WORLD_USER2}" -m 700 "${WORLD_TMP}/${number[plain]}.1.${Q}/conda-stage"
    ln -s "${WORLD_DIR}/precious" "${WORLD_TMP}/${number[plain]}.1.${Q}/conda-stage/link"
    for name in linked plain; do
        job as "${WORLD_USER1}" qdel "${number[${name}]}"
        job wait "${number[${name}]}"
    done
    [ -e "${WORLD_DIR}/precious/kept" ]
    find "${WORLD_TMP}" "${ROOT}" -mindepth 1 -ls # for whoever reads why it failed
    with_hooks
    sweep
    chmod -R u+w "${WORLD_DIR}/moved"
    rm -r "${WORLD_DIR}/precious" "${WORLD_DIR}/moved"
}
@test "without Java the shells strike, and follow nothing" {
    for_both_kinds java_less
}
