# shellcheck shell=bash
# Many ways to submit a job, all submitted at once in setup_file; the tests then read what the jobs printed.
# For bats files that have loaded `hooked`.

# shellcheck disable=SC2016,SC2034 # dollars that a job expands, names for those files
odd=(a 'b c' '' '*' '$HOME' 'back\slash' "it's" 'say "x"' $'new\nline' '`id`' 'x;y' '-x' 'é' $'tab\tx')
# shellcheck disable=SC2016,SC2034
mild=(a 'b c' '' '*' '$HOME' 'back\slash')
modes=(posix_compliant unix_behavior script_from_stdin)

setup() { :; }
teardown() { :; }

install_rows() { # directories, shells, and a queue MODE.ours for each shell_start_mode
    export ROWS=${WORLD_DIR}/rows
    install -d -m 1777 "${ROWS}" "${ROWS}/plain" "${ROWS}/other" "${ROWS}/here" "${ROWS}/out"
    # all of these are login shells; a shell of another name is none
    change_global login_shells bash,sh,ksh,csh,tcsh,zsh,dash
    for shell in bash dash zsh csh; do ln -s "/bin/${shell}" "${ROWS}/plain/${shell}-plain"; done
    ln -s /bin/bash "${ROWS}/other/sh"
    for mode in "${modes[@]}"; do make_queue "${mode}" ours starter_method "${TREE}/prolog/sge-starter"; done
}
change_global() { # KEY VALUE
    qconf -sconf | grep -v "^$1 " >"${BATS_FILE_TMPDIR}/global"
    echo "$1 $2" >>"${BATS_FILE_TMPDIR}/global"
    qconf -Mconf "${BATS_FILE_TMPDIR}/global"
}
make_queue() { # MODE SIDE KEY VALUE
    qconf -sq "${Q}" | sed "s/^\(qname \).*/\1$1.$2/; s/^\(slots \).*/\150/; s/^\(shell_start_mode \).*/\1$1/
        s/^\(notify \).*/\100:00:20/; s/^\(terminate_method \).*/\1SIGTERM/; s:^\($3 \).*:\1$4:" >"${BATS_FILE_TMPDIR}/queue"
    qconf -Aq "${BATS_FILE_TMPDIR}/queue"
}

# NAME USER [VARIABLE=VALUE...] QSUB-ARGUMENTS...: a job for each shell_start_mode of `in_modes`, in the queue of each of
# `in_sides`; it prints to ROWS/out/NAME.MODE.SIDE
row() {
    name=$1 user=$2
    shift 2
    variables=()
    while [[ $1 == [A-Z_]*=* ]]; do variables+=("$1") && shift; done
    for mode in "${in_modes[@]}"; do
        for side in "${in_sides[@]}"; do
            while (($(jobs -rp | wc -l) >= 6)); do wait -n; done # qsub waits for qmaster most of the time
            submit "${ROWS}/out/${name}.${mode}.${side}" "$@" 3>&- &
        done
    done
}
submit() { # FILE QSUB-ARGUMENTS...
    number=$(job as "${user}" env "${variables[@]}" qsub -terse -N row -q "${mode}.${side}" -j y -o "$1" -wd "${ROWS}/here" "${@:2}") ||
        echo "$*" >>"${ROWS}/refused"
    echo "${number%%.*} ${mode}.${side}" >"$1.job"
}
settle() { # until all jobs are gone; those that Grid Engine parks are noted and deleted
    wait
    [[ ! -e ${ROWS}/refused ]] || { cat "${ROWS}/refused" >&2 && return 1; }
    deadline=$((SECONDS + 400))
    until jobs=$(qstat -u '*' | sed 1,2d) && [[ -z ${jobs} ]]; do
        ((SECONDS < deadline)) || { echo "still there: ${jobs}" >&2 && return 1; }
        while read -r number _ _ _ letters _; do
            case ${letters} in
                Eqw) qstat -j "${number}" | sed -n 's/^error reason[^:]*: */parked: /p' >"${ROWS}/parked.${number}" ;;
                r) delete_when_ready "${number}" || continue ;;
                *) continue ;;
            esac
            qdel "${number}" >/dev/null
        done <<<"${jobs}"
        sleep 0.5
    done
    for _ in {1..240}; do # execd's and qmaster's books are a second late
        qacct -j 2>/dev/null | awk '/^jobnumber/ {n = $2} /^failed/ {f = $2} /^exit_status/ {print n, "failed", f, "exit_status", $2}' \
            >"${ROWS}/accounts"
        cut -d' ' -f1 "${ROWS}"/out/*.job | grep -qvxFf <(cut -d' ' -f1 "${ROWS}/accounts") || break
        sleep 0.5
    done
}
delete_when_ready() { # NUMBER: a job that waits for it
    file=$(grep -l "^$1 " "${ROWS}"/out/signal-{deleted,notified}-*.job) && grep -q ready "${file%.job}"
}
