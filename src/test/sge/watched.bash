# For bats files that watch a job's processes and files from outside. Read by `load watched`, after `load hooked`.

# shellcheck disable=SC2016 # dollars that another shell expands

watch() { # for a `setup`, after with_hooks
    elsewhere >"${BATS_TEST_TMPDIR}/before"
}
elsewhere() { # the directories are the machine's own, the users are the world's
    find /tmp /var/tmp /dev/shm -mindepth 1 -maxdepth 1 '(' -user "${WORLD_USER1}" -o -user "${WORLD_USER2}" ')' | sort
}
sweep() { # where an epilog was not run, or could not strike, root's record waits for this
    "${TREE}/bin/conda-stagehand" sweep
}
nothing_left() { # no file and no process
    all_clear
    diff "${BATS_TEST_TMPDIR}/before" <(elsewhere)
    wait_for no_process
}
no_process() {
    ! pgrep -u "${WORLD_USER1},${WORLD_USER2}" >/dev/null && ! pgrep -f 'libexec/(limited|sge-drop)|^/bin/sh -p -c .* alarm ' >/dev/null
}
wait_for() { # COMMAND...: at most two minutes
    local until=$((SECONDS + 120))
    until "$@"; do
        if [ "${SECONDS}" -ge "${until}" ]; then
            echo "not in time: $*"
            ps -eo pid,ppid,pgid,sid,user,stat,wchan:16,etimes,args --forest
            tail -n 5 "${WORLD_HOME1}"/*.out
            job dump
            return 1
        fi
        sleep 0.05
    done
}
begin() { # NAME SUBMIT-ARGUMENTS... with the script's rest on stdin: NAME is in `number` and the output in NAME.out
    name=$1
    shift
    { echo "${says}" && cat; } >"${BATS_TEST_TMPDIR}/script"
    number[${name}]=$(job submit "${WORLD_USER1}" -N "${name}" -j y -o "${name}.out" -l conda_env=demo "$@" \
        <"${BATS_TEST_TMPDIR}/script")
}
staged() { grep -q '^status=staged' "${WORLD_HOME1}/$1.out" 2>/dev/null; }
accounted() { # NUMBER KEY: a number of qacct's
    qacct -j "$1" 2>/dev/null | awk -v key="$2" '$1 == key {print $2}' | tail -n 1
}
ended_with() { # NUMBER STATUS
    [ "$(accounted "$1" exit_status)" = "$2" ]
}
process() { # NUMBER PATTERN: the first of a job's, or its hooks', processes
    for pid in $(pgrep -f "$2"); do
        ! grep -qzx "JOB_ID=$1" "/proc/${pid}/environ" 2>/dev/null || { echo "${pid}"; return 0; }
    done
    return 1
}
in_mid_staging() { # NUMBER: stops the program when it has begun to write; the number of its process is in `jvm`
    wait_for part_is_there "$1"
    jvm=$(process "$1" 'cli.Main hook sge_prolog')
    kill -STOP "${jvm}"
    local envs=("${WORLD_TMP}/$1".*/conda-stage/envs)
    [ -d "${envs[0]}/.big.stage" ]
    [ ! -e "${envs[0]}/big" ]
}
part_is_there() { # NUMBER
    find "${WORLD_TMP}/$1".*/conda-stage/envs/.big.stage -mindepth 1 2>/dev/null | grep -q .
}
big_environment() { # `big`: it takes a second or two to stage
    python3 -B "${BATS_TEST_DIRNAME}/../world/big_env.py" "${WORLD_HOME1}/.conda/envs"
    chown -R "${WORLD_USER1}" "${WORLD_HOME1}/.conda"
}
