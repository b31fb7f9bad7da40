#!/usr/bin/env bats
# Our starter starts a job exactly as Grid Engine does without it. Each row of the table is one submission, made under those
# kinds of shell_start_mode that matter to it, in two queues that differ in their starter_method alone; what the job prints
# about itself, its exit status and Grid Engine's verdict must be the same. All run at once; the tests compare.
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/starter.bats

# shellcheck disable=SC2016 # dollars that the job expands

bats_require_minimum_version 1.5.0

load hooked
load rows

setup_file() {
    install_hooks
    install_rows
    cp "${BATS_TEST_DIRNAME}/witness" "${ROWS}/witness"
    cp "${BATS_TEST_DIRNAME}/witness" "${ROWS}/a witness"
    for mode in "${modes[@]}"; do make_queue "${mode}" bare starter_method NONE; done
    scripts
    rows
    settle
}

scripts() { # what the jobs run
    cat >"${ROWS}/tells" <<-'END'
	printf 'zero <%s> options <%s>\n' "$0" "$-"
	printf 'argument <%s>\n' "$@"
	[ -z "${BASH_VERSION-}" ] || { shopt login_shell || :; set -o; }
	command -v hello && hello
	printf 'path <%s> levels <%s> pwd <%s>\n' "${PATH}" "${SHLVL-}" "${PWD}"
	ROWS/witness
	END
    cat >"${ROWS}/tells.csh" <<-'END'
	printf 'zero <%s>\n' $0:q
	printf 'argument <%s>\n' $argv:q
	echo login $?loginsh $?prompt $?tcsh
	printf 'path <%s>\n' $PATH:q
	ROWS/witness
	END
    cat >"${ROWS}/tells.py" <<-'END'
	import subprocess, sys
	print(sys.argv, flush=True)
	subprocess.run(["ROWS/witness"])
	END
    printf 'print "argument <$_>\\n" for @ARGV; $| = 1; system("ROWS/witness")' >"${ROWS}/tells.pl"
    sed -i "s:ROWS/:${ROWS}/:" "${ROWS}"/tells*
    with_first_line /bin/bash tells tells.bash
    with_first_line '/bin/bash -e' tells tells.bash-e
    with_first_line /bin/tcsh tells.csh tells.tcsh
    with_first_line '/usr/bin/env python3' tells.py tells.python3
    with_first_line '/usr/bin/perl -w' tells.pl tells.perl
    with_first_line $'/bin/sh\r' tells tells.crlf
    with_first_line /no/such/interpreter tells tells.lost
    cp "${ROWS}/tells" "${ROWS}/tells.none"
    cp "${ROWS}/tells.bash" "${ROWS}/a script"
    printf 'case $1 in [0-9]*) exit "$1" ;; *) kill -s "$1" $$ ;; esac\n' >"${ROWS}/ends"
    printf '[ "${RESTARTED}" = 1 ] || exit 99\n' >"${ROWS}/again"
    for signals in 'USR1 USR2 TERM' ''; do
        # What no two runs have in common does not come to the output: that the signal, which is the whole group's, ended
        # `sleep` too, which the shell may or may not get to say, and a trap that the same signal interrupts and runs twice.
        { echo 'exec 2>/dev/null'
            for signal in ${signals}; do echo "trap 'trap \"\" ${signals}; echo got ${signal}; exit 9' ${signal}"; done
            echo 'echo ready; sleep 600 & wait; echo over'; } >"${ROWS}/waits${signals:+-trapped}"
    done
    echo 'echo BASH_ENV was read' >"${ROWS}/bash_env"
    chmod 755 "${ROWS}"/tells*
}
with_first_line() { # INTERPRETER FROM TO
    { printf '#!%s\n' "$1"; cat "${ROWS}/$2"; } >"${ROWS}/$3"
}

rows() {
    one=${WORLD_USER1} csh=${WORLD_USER3} plain=${ROWS}/plain
    in_modes=(posix_compliant) in_sides=(ours bare)
    for shell in dash bash; do
        for script in waits waits-trapped; do
            # the first of all, and with time enough to set their traps
            row "signal-limit-${shell}-${script}" "${one}" -S "/bin/${shell}" -l s_rt=0:0:20 "${ROWS}/${script}"
            row "signal-notified-${shell}-${script}" "${one}" -S "/bin/${shell}" -notify "${ROWS}/${script}"
            row "signal-deleted-${shell}-${script}" "${one}" -S "/bin/${shell}" "${ROWS}/${script}"
        done
    done

    in_modes=("${modes[@]}")
    row shell-default "${one}" "${ROWS}/tells" "${odd[@]}"
    row shell-csh-user "${csh}" -S /bin/tcsh "${ROWS}/tells.tcsh" "${odd[@]}"
    row script-bash "${one}" -S /bin/bash "${ROWS}/tells.bash" "${odd[@]}"
    row binary "${one}" -b y "${ROWS}/witness" "${mild[@]}"
    row binary-n "${one}" -b y -shell n "${ROWS}/witness" "${odd[@]}"

    in_modes=(posix_compliant script_from_stdin)
    for shell in bash dash zsh csh; do
        script=tells
        [[ ${shell} != csh ]] || script=tells.csh
        row "shell-login-${shell}" "${one}" -S "/bin/${shell}" "${ROWS}/${script}" "${odd[@]}"
        row "shell-plain-${shell}" "${one}" -S "${plain}/${shell}-plain" "${ROWS}/${script}" "${odd[@]}"
    done
    row shell-bash-as-sh "${one}" -S "${ROWS}/other/sh" "${ROWS}/tells" "${odd[@]}"
    row shell-python "${one}" -S /usr/bin/python3 "${ROWS}/tells.py"
    row binary-path "${one}" -b y -S /bin/bash "${ROWS}/tells.bash" "${mild[@]}"

    in_modes=(unix_behavior)
    for kind in bash-e tcsh python3 perl none; do row "script-${kind}" "${one}" -S /bin/bash "${ROWS}/tells.${kind}" "${odd[@]}"; done
    row script-array "${one}" -t 3-3 -b n -shell n "${ROWS}/tells.bash"
    for kind in crlf lost; do row "parked-script-${kind}" "${one}" "${ROWS}/tells.${kind}"; done

    in_modes=(posix_compliant)
    row shell-python-odd "${one}" -S /usr/bin/python3 "${ROWS}/tells.py" "${odd[@]}"
    row script-blank "${one}" "${ROWS}/a script" "${odd[@]}"
    row binary-y "${csh}" -b y -shell y -S /bin/tcsh "${ROWS}/witness" "${mild[@]}"
    row binary-plain "${one}" -b y -S "${plain}/bash-plain" "${ROWS}/witness" "${odd[@]:0:5}" ''
    row binary-blank "${one}" -b y "${ROWS}/a witness"
    row binary-odd "${one}" -b y "${ROWS}/witness" "${odd[@]}"
    row binary-missing "${one}" -b y /no/such/command
    row binary-n-name "${one}" -b y -shell n -v "PATH=${ROWS}:/bin" witness
    row binary-n-blank "${one}" -b y -shell n "${ROWS}/a witness"
    row binary-n-python3 "${one}" -b y -shell n "${ROWS}/tells.python3" "${odd[@]}"
    row binary-n-text "${one}" -b y -shell n "${ROWS}/tells.none" "${odd[@]}"
    row binary-n-text-name "${one}" -b y -shell n -v "PATH=${ROWS}:/bin" tells.none "${odd[@]}"
    row parked-shell "${one}" -S /no/such/shell "${ROWS}/tells"
    row parked-binary-n "${one}" -b y -shell n /no/such/command
    row parked-directory-n "${one}" -b y -shell n /etc

    for end in 0 1 3 100 126 127 255 SEGV KILL TERM; do row "end-${end}" "${one}" -S /bin/bash "${ROWS}/ends" "${end}"; done
    row end-99 "${one}" "${ROWS}/again"

    function='BASH_FUNC_hello%%=() {  echo a function\n}'
    row env-function "${one}" "${function}" -V -S /bin/bash "${ROWS}/tells.bash"
    row env-function-n "${one}" "${function}" SHLVL=3 OLDPWD=/etc 'A.B=c' 'EMPTY=' -V -b y -shell n "${ROWS}/witness"
    row env-newline "${one}" VALUE=$'one\ntwo\\n\'"' -v VALUE -S /bin/bash "${ROWS}/tells.bash"
    row env-bash "${one}" -v "BASH_ENV=${ROWS}/bash_env,ENV=${ROWS}/bash_env,POSIXLY_CORRECT=1,CDPATH=/,GLOBIGNORE=*,PS4=a" \
        -S /bin/bash "${ROWS}/tells.bash"
    row env-path "${one}" -v "PATH=/no:/bin:/usr/bin,TERM=x,LC_ALL=C" -S "${plain}/bash-plain" "${ROWS}/tells.bash"
    # every name that the starter itself uses, with and without its underscores
    names=$(grep -oE '__[a-z_]+' "${TREE}/prolog/sge-starter" | sed 's/^__//' | sort -u | sed 's/$/=mine/' | paste -sd,)
    row env-ours "${one}" -v "${names}" -b y -shell n "${ROWS}/witness"
    row known-names "${one}" -v "_=/x,SHELLOPTS=braceexpand:xtrace,BASHOPTS=extglob,IFS=x,OPTIND=7,BASH=z,PPID=1,LINENO=3,RANDOM=1" \
        -v "HISTCMD=8,SECONDS=9,UID=8,GROUPS=1,SHLVL=0" -b y -shell n "${ROWS}/witness"
}

told() { # FILE: what the job said, and what Grid Engine said of it, with the same names for both sides
    read -r number queue <"$1.job"
    {
        cat "$1"
        cat "${ROWS}/parked.${number}" 2>/dev/null
        sed -n "s/^${number} //p" "${ROWS}/accounts"
    } | sed -E "s/${queue}/QUEUE/g; s:\b${number}\.([13])\b:JOB.\1:g; s:(job_scripts/|JOB_ID=|^process )${number}\b:\1JOB:
        s:[0-9/]{10} [0-9\:]{8} \[[0-9\:]*\]:TIME:; /^Groups:/ s: 65[45][0-9]{2}\b::; s/pipe:\[.*/pipe/"
}
same() { # GROUP...: prints every difference
    differ=0
    for group; do
        for job in "${ROWS}/out/${group}"*.bare.job; do
            bare=${job%.job} name=${job##*/} name=${name%.bare.job}
            [[ -s ${job} ]] || differ=1
            if ! diff -U 2 <(told "${bare}") <(told "${bare%.bare}.ours") >"${BATS_TEST_TMPDIR}/diff"; then
                differ=1
                echo "=== ${name}: without our starter (-), with it (+)"
                tail -n +3 "${BATS_TEST_TMPDIR}/diff"
            fi
        done
    done
    [ "${differ}" -eq 0 ]
}

@test "shells: login or not, -S, every shell_start_mode" { same shell-; }
@test "scripts: by their first line, without one, in an array" { same script-; }
@test "-b y: joined and split by a shell, or not" { same binary; }
@test "exit status and the job's own signals, as qacct has them" { same end-; }
@test "signals that Grid Engine sends" {
    same signal-
    for sent in notified:USR2 limit:USR1 deleted:TERM; do
        for out in "${ROWS}/out/signal-${sent%:*}-"*-trapped.*.ours; do [[ $(cat "${out}") == $'ready\ngot '"${sent#*:}" ]]; done
    done
}
@test "the environment: functions, newlines, what bash and we have names for" { same env-; }
@test "what was compared is not nothing" {
    run grep -L '^process ' "${ROWS}"/out/{shell,script,env}-*.ours
    [ -z "${output}" ]
}
@test "what cannot be started is parked, and says why in the job's output" {
    for job in "${ROWS}"/out/parked-*.job; do
        read -r number _ <"${job}"
        grep -q ^parked: "${ROWS}/parked.${number}"
    done
    for out in "${ROWS}"/out/parked-*.ours; do grep -q ': line [0-9]*: ' "${out}"; done
}
@test "known differences: the values of bash's own variables, for programs that read them from their environment" {
    run same known-
    names=$(sed -n 's/^[-+]started with \([A-Za-z_]*\)=.*/\1/p' <<<"${output}" | sort -u | paste -sd' ')
    [ "$(grep -c '^[-+]' <<<"${output}")" -eq "$(grep -c '^[-+]started' <<<"${output}")" ]
    echo "${names}"
    [ "${names}" = 'BASH BASHOPTS HISTCMD IFS LINENO OPTIND PPID RANDOM SHELLOPTS SHLVL _' ]
}
@test "a starter that the queue had before is given all that Grid Engine gave us" {
    printf '#!/bin/sh\necho "$1 <${SGE_STARTER_SHELL_PATH}> <${SGE_STARTER_SHELL_START_MODE}> <${SGE_STARTER_USE_LOGIN_SHELL}>"
        shift; exec /bin/sh "$@"\n' >"${ROWS}/site-starter"
    chmod 755 "${ROWS}/site-starter"
    echo "next_starter.${Q}=${ROWS}/site-starter word" >>"${TREE}/etc/hooks.conf"
    run output "${WORLD_HOME1}" <<<'echo ran'
    [ "${output}" = $'word </bin/sh> <posix_compliant> <true>\nran' ]
}
@test "nothing is left, and no queue is in error" {
    all_clear
    [ -z "$(qstat -f | awk '/@/ && NF > 5')" ]
}
