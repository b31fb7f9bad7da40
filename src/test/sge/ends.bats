#!/usr/bin/env bats
# What a job does to its own directory, and many jobs at once, on a real Grid Engine. How jobs end is in ../world/faults.bats:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/ends.bats

# shellcheck disable=SC2016 # dollars that the job expands

bats_require_minimum_version 1.5.0

load hooked
load watched

setup() {
    with_hooks
    watch
}
teardown() { nothing_left; }

@test "a prolog whose shepherd was killed strikes what execd did not, on a node without a local root too" {
    declare -A number
    rmdir "${ROOT}/users"
    begin orphaned <<<''
    wait_for process "${number[orphaned]}" 'cli.Main hook sge_prolog'
    jvm=$(process "${number[orphaned]}" 'cli.Main hook sge_prolog')
    kill -STOP "${jvm}"
    prolog=$(process "${number[orphaned]}" '^/bin/sh -p .*/prolog/sge-prolog')
    kill -KILL "$(ps -o ppid= -p "${prolog}")"
    job wait "${number[orphaned]}"
    # as if the program had written while execd deleted
    job as "${WORLD_USER1}" mkdir -p "${WORLD_TMP}/${number[orphaned]}.1.${Q}/conda-stage/envs/demo"
    kill -CONT "${jvm}"
    wait_for no_process
    rm "${WORLD_HOME1}"/*.out
    nothing_left
    mkdir -m 1777 "${ROOT}/users"
}

@test "what a job does to its own directory harms nothing else, and does not stay" {
    declare -A number
    precious=${WORLD_HOME1}/precious
    job as "${WORLD_USER1}" sh -c 'mkdir -p precious/envs/demo && echo mine >precious/envs/demo/file && chmod -R go= precious'
    before=$(find "${precious}" -printf '%p %y %m %u %T@\n' | sort)
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        begin removed <<<'cd "${TMPDIR}" && chmod -R u+w conda-stage && rm -r conda-stage'
        begin linked <<<'cd "${TMPDIR}" && mv conda-stage x && ln -s ~/precious conda-stage'
        begin within <<<'cd "${TMPDIR}/conda-stage" && mv envs x && ln -s ~/precious/envs .'
        begin closed <<<'cd "${TMPDIR}" && mkdir -p conda-stage/a/b e && touch conda-stage/a/b/c && chmod 0 conda-stage/a/b conda-stage/a e conda-stage'
        begin pipe <<<'cd "${TMPDIR}" && mv conda-stage x && mkfifo conda-stage'
        begin written <<<'setsid sleep 600 & sleep 600'
        wait_for staged written
        wait_for process "${number[written]}" '^sleep 600'
        stage=$(echo "${WORLD_TMP}/${number[written]}".*/conda-stage)
        # none of the job's, whose own processes execd ends
        job as "${WORLD_USER1}" sh -c 'cd "$1" && while echo >"a$((n = (n + 1) % 5000))"; do :; done' - "${stage}" 2>/dev/null 3>&- &
        wait_for test -e "${stage}/a100"
        job as "${WORLD_USER1}" qdel "${number[written]}"
        for name in "${!number[@]}"; do
            job wait "${number[${name}]}"
            staged "${name}"
            [ "${name}" = written ] || wait_for ended_with "${number[${name}]}" 0
            run ! grep 'not all is struck' "${WORLD_HOME1}/${name}.out"
        done
        rm "${WORLD_HOME1}"/*.out
        [ "$(find "${precious}" -printf '%p %y %m %u %T@\n' | sort)" = "${before}" ]
        nothing_left
    done
}

all_accounted() {
    [ "$(qacct -j "${array}" 2>/dev/null | awk '$1 == "exit_status" {print $2}' | sort | uniq -c | tr -s ' \n' ' ')" = ' 6 0 7 1 7 2 ' ]
}
@test "an array of twenty, and another user meanwhile" {
    array=$(job submit "${WORLD_USER1}" -t 1-20 -j y -o 'array.$TASK_ID' -l conda_env=demo <<<"${says}; exit \$((SGE_TASK_ID % 3))")
    other=$(job submit "${WORLD_USER2}" -j y -o other.out -l conda_env=demo <<<"${says}")
    job wait "${array}"
    job wait "${other}"
    for task in $(seq 20); do
        grep -q "^status=staged prefix=${WORLD_TMP}/${array}.${task}.*me=${WORLD_TMP}/${array}.${task}[.]" "${WORLD_HOME1}/array.${task}"
    done
    wait_for all_accounted
    grep -q '^status=staged' "${WORLD_HOME2}/other.out"
    rm "${WORLD_HOME1}"/array.* "${WORLD_HOME2}/other.out"
}
