#!/usr/bin/env bats
# Whatever ends a job on a real Grid Engine, nothing of it stays:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/ends.bats

# shellcheck disable=SC2016 # dollars that the job expands

bats_require_minimum_version 1.5.0

load hooked
load watched

setup_file() {
    install_hooks
    big_environment
}
setup() {
    with_hooks
    watch
}
teardown() { nothing_left; }

@test "however a running job ends" {
    declare -A number
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        begin held -h <<<''
        begin one <<<'exit 1'
        begin segv <<<'kill -SEGV $$'
        begin kill <<<'kill -KILL $$'
        begin group <<<'kill -KILL 0'
        begin runtime -l h_rt=2 <<<'sleep 600'
        begin notified -notify -l s_rt=2 <<<'trap "exit 7" USR1 USR2 XCPU; sleep 600 & wait'
        begin again <<<'[ "${RESTARTED}" != 0 ] || exit 99'
        begin parked <<<'exit 100'
        begin deleted <<<'sleep 600'
        job as "${WORLD_USER1}" qdel "${number[held]}"
        wait_for staged deleted
        job as "${WORLD_USER1}" qdel "${number[deleted]}"
        job wait "${number[parked]}" Eqw
        job as "${WORLD_USER1}" qdel "${number[parked]}"
        for name in "${!number[@]}"; do
            job wait "${number[${name}]}"
            [ "${name}" = held ] || staged "${name}"
        done
        for expected in one=1 segv=139 kill=137 group=137 runtime=137 notified=7 again=0 parked=100 deleted=137; do
            wait_for ended_with "${number[${expected%=*}]}" "${expected#*=}"
        done
        [ "$(grep -c '^status=staged' "${WORLD_HOME1}/again.out")" -eq 2 ]
        rm "${WORLD_HOME1}"/*.out
        nothing_left
    done
}

@test "whatever ends the staging" {
    declare -A number hook=([user]='prolog/sge-prolog' [--root-hooks]='libexec/sge-drop prolog')
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        begin deleted -l conda_env=big <<<''
        in_mid_staging "${number[deleted]}"
        job as "${WORLD_USER1}" qdel "${number[deleted]}"
        job wait "${number[deleted]}" dr
        kill -CONT "${jvm}" # its prolog goes on to its end, and the job does not start
        job wait "${number[deleted]}"
        run ! staged deleted

        begin killed -l conda_env=big <<<'ls "${TMPDIR}/conda-stage/envs"'
        in_mid_staging "${number[killed]}"
        kill -KILL "${jvm}"
        job wait "${number[killed]}"
        grep -q 'staging ended with status 137' "${WORLD_HOME1}/killed.out"
        grep -q "^status=fallback prefix=${WORLD_HOME1}" "${WORLD_HOME1}/killed.out"

        begin orphaned -l conda_env=big <<<''
        in_mid_staging "${number[orphaned]}"
        kill -KILL "$(shepherd "${number[orphaned]}")"
        job wait "${number[orphaned]}" # execd has removed all that is its own, under the program
        kill -CONT "${jvm}"
        wait_for no_process
        sweep

        begin headless -l conda_env=big <<<''
        in_mid_staging "${number[headless]}"
        kill -KILL "$(process "${number[headless]}" "${hook[${kind:-user}]}")"
        wait_for queue_in_error # Grid Engine's own doing: any prolog's signal disables the queue, and the job waits
        wait_for no_process
        job as "${WORLD_USER1}" qdel "${number[headless]}"
        qmod -cq "${Q}"
        job wait "${number[headless]}"
        rm "${WORLD_HOME1}"/*.out
        nothing_left
    done
}
queue_in_error() { [ "$(job queue-state)" = E ]; }

@test "whatever ends the epilog" {
    declare -A number
    for kind in '' --root-hooks; do
        # shellcheck disable=SC2086 # none or one
        with_hooks ${kind}
        for name in deleted orphaned; do
            begin "${name}" <<<'sleep 600'
            wait_for staged "${name}"
            hold_hooks
            wait_for pkill -KILL -u "${WORLD_USER1}" -x sleep
            wait_for process "${number[${name}]}" 'epilog/sge-epilog'
            case ${name} in
                deleted) job as "${WORLD_USER1}" qdel "${number[deleted]}" ;;
                orphaned)
                    kill -KILL "$(shepherd "${number[orphaned]}")"
                    job wait "${number[orphaned]}"
                    ;;
            esac
            let_hooks
            job wait "${number[${name}]}"
            wait_for no_process
            sweep
            nothing_left
        done
        rm "${WORLD_HOME1}"/*.out
    done
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
