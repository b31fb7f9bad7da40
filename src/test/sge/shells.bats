#!/usr/bin/env bats
# In a job that asked for an environment, the staged one is what its shell finds first, whatever shell that is, however
# Grid Engine starts it and whatever the shell's own start-up files do to PATH. Arguments and exit status are the job's.
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/shells.bats

# shellcheck disable=SC2016 # dollars that the job expands

bats_require_minimum_version 1.5.0

load hooked
load rows

setup_file() {
    install_hooks
    install_rows
    mkdir -p "${WORLD_HOME3}/.conda/envs"
    python3 "${BATS_TEST_DIRNAME}/../../demo/make_env.py" "${WORLD_HOME3}/.conda/envs"
    chown -R "${WORLD_USER3}" "${WORLD_HOME3}/.conda"
    start_up_files
    scripts
    rows
    settle
}

start_up_files() { # /etc/profile sets PATH anew already; csh's users do so themselves
    printf '%s\n' 'set path = ( /usr/local/bin /usr/bin /bin )' 'setenv READ_CSHRC yes' >"${WORLD_HOME3}/.cshrc"
    echo 'set path = ( /usr/bin /bin )' >"${WORLD_HOME3}/.login"
    echo 'PATH=/usr/bin:/bin' >"${WORLD_HOME1}/.zprofile"
    conda_init "${WORLD_HOME2}"
    # other distributions' profiles leave PATH in place, and then what comes after them is in front of it
    sed -i "1i [ \"\${USER}\" != '${WORLD_USER2}' ] || return" /etc/profile
}
conda_init() { # HOME: an installation of conda, and what `conda init bash` adds; here also for shells that are not interactive
    export BASE=${WORLD_DIR}/base
    mkdir -p "${BASE}/bin" "${BASE}/condabin" "${BASE}/etc/profile.d"
    printf '#!/bin/sh\necho base\n' >"${BASE}/bin/where-am-i"
    cat >"${BASE}/bin/conda" <<-'END'
	#!/bin/bash
	# What conda's hook and its `activate` print: where they come to, and in the same order.
	case "$1 $2" in
	    'shell.bash hook')
	        printf 'export CONDA_EXE=%s\n' "$0"
	        cat <<'HOOK'
	conda() {
	    case $1 in activate) local ask; ask=$("$CONDA_EXE" shell.posix "$@") || return; eval "$ask" ;; *) "$CONDA_EXE" "$@" ;; esac
	}
	if [ -z "${CONDA_SHLVL+x}" ]; then
	    \export CONDA_SHLVL=0
	    PATH="$(\dirname "$(\dirname "$CONDA_EXE")")/condabin${PATH:+":${PATH}"}"
	    \export PATH
	fi
	HOOK
	        # conda before 4.6 knows no auto_activate_base; people also write this line themselves
	        [[ ${CONDA_AUTO_ACTIVATE_BASE} == false && ! ${OLD_CONDA} ]] || echo "conda activate base"
	        ;;
	    'shell.posix activate')
	        base=${0%/bin/conda} path=:${PATH}:
	        # auto_stack leaves the environment that was active in PATH
	        [[ ${CONDA_SHLVL} -eq 0 || ${OLD_CONDA} == stack ]] || path=${path/:"${CONDA_PREFIX}"\/bin:/:}
	        path=${path#:}
	        echo "PATH='${base}/bin:${path%:}'"
	        [[ ${CONDA_SHLVL} -eq 0 ]] || echo "export CONDA_PREFIX_${CONDA_SHLVL}='${CONDA_PREFIX}'"
	        echo "export PATH CONDA_PREFIX='${base}' CONDA_SHLVL=$((CONDA_SHLVL + 1)) CONDA_DEFAULT_ENV=base"
	        ;;
	esac
	END
    chmod 755 "${BASE}"/bin/*
    echo '. "$HOME/.bashrc"' >"$1/.bash_profile"
    cat >"$1/.bashrc" <<-END
	# >>> conda initialize >>>
	# !! Contents within this block are managed by 'conda init' !!
	__conda_setup="\$('${BASE}/bin/conda' 'shell.bash' 'hook' 2> /dev/null)"
	if [ \$? -eq 0 ]; then
	    eval "\$__conda_setup"
	else
	    if [ -f "${BASE}/etc/profile.d/conda.sh" ]; then
	        . "${BASE}/etc/profile.d/conda.sh"
	    else
	        export PATH="${BASE}/bin:\$PATH"
	    fi
	fi
	unset __conda_setup
	# <<< conda initialize <<<
	END
}

scripts() {
    cat >"${ROWS}/asks" <<-'END'
	echo "me <$(where-am-i)> status <${CONDA_STAGE_STATUS}> data <${DEMO_DATA}>"
	printf 'argument <%s>\n' "$@"
	set | grep -a '^__conda_stage'
	exit 7
	END
    cat >"${ROWS}/asks.csh" <<-'END'
	echo "me <"`where-am-i`"> status <$CONDA_STAGE_STATUS> data <$DEMO_DATA> cshrc <$?READ_CSHRC>"
	printf 'argument <%s>\n' $argv:q
	exit 7
	END
    printf 'import os, sys\nsys.stdout.flush(); os.system("sh ROWS/asks nothing | grep ^me")\nfor a in sys.argv[1:]: print("argument <%%s>" %% a)\nsys.exit(7)\n' |
        sed "s:ROWS:${ROWS}:" >"${ROWS}/asks.py"
    { echo '#!/bin/bash -l' && cat "${ROWS}/asks"; } >"${ROWS}/asks.bash-l"
    { echo '#!/bin/tcsh' && echo 'source "$TMPDIR/conda-stage/activate.csh"' && cat "${ROWS}/asks.csh"; } >"${ROWS}/asks.tcsh"
    chmod 755 "${ROWS}"/asks*
}

rows() {
    one=${WORLD_USER1} conda=${WORLD_USER2} csh=${WORLD_USER3} in_sides=(ours)
    in_modes=(posix_compliant script_from_stdin)
    for shell in /bin/sh /bin/bash /bin/zsh "${ROWS}/other/sh" "${ROWS}/plain/"{ba,da,z}sh-plain; do
        row "script${shell//\//-}" "${one}" -S "${shell}" -l conda_env=demo "${ROWS}/asks" "${odd[@]}"
    done
    for shell in /bin/tcsh "${ROWS}/plain/csh-plain"; do
        row "script-user${shell//\//-}" "${csh}" -S "${shell}" -l conda_env=demo "${ROWS}/asks.csh" "${odd[@]}"
        row "binary-user${shell//\//-}" "${csh}" -S "${shell}" -l conda_env=demo -b y "${ROWS}/asks" 'b c'
    done
    for old in '' 1 stack; do
        row "conda-init-${old}" "${conda}" -S /bin/bash -v "OLD_CONDA=${old}" -l conda_env=demo "${ROWS}/asks" "${odd[@]}"
    done
    in_modes=(posix_compliant)
    row script-python "${one}" -S /usr/bin/python3 -l conda_env=demo "${ROWS}/asks.py" "${odd[@]}"
    for shell in bash zsh sh; do row "binary-${shell}" "${one}" -S "/bin/${shell}" -l conda_env=demo -b y sh "${ROWS}/asks" 'b c'; done
    row binary-n "${one}" -l conda_env=demo -b y -shell n sh "${ROWS}/asks" "${odd[@]}"
    row conda-init-binary "${conda}" -S /bin/bash -v OLD_CONDA=1 -l conda_env=demo -b y "${ROWS}/asks" 'b c'
    in_modes=(unix_behavior)
    row script-first-line "${one}" -l conda_env=demo "${ROWS}/asks" "${odd[@]}"
    row script-first-line-login "${one}" -l conda_env=demo "${ROWS}/asks.bash-l" "${odd[@]}"
    row script-first-line-tcsh "${csh}" -l conda_env=demo "${ROWS}/asks.tcsh" "${odd[@]}"
    row conda-init-login "${conda}" -v OLD_CONDA=stack -l conda_env=demo "${ROWS}/asks.bash-l" "${odd[@]}"
}

sees() { # ROWS-OF-THE-NAME...: each has the staged environment, its arguments and its status; prints those that do not
    wrong=0
    for name; do
        for job in "${ROWS}/out/${name}"*.job; do
            read -r number queue <"${job}"
            here=${WORLD_TMP}/${number}.1.${queue}/conda-stage/envs/demo/share/demo
            arguments=$(printf 'argument <%s>\n' "${odd[@]}")
            case ${job##*/} in
                binary-n.*) ;;
                *binary*) arguments=$'argument <b>\nargument <c>' ;;
                *csh*) arguments=${arguments/$'argument <>\n'/} ;; # csh drops an empty word of `$argv:q`
            esac
            if [[ $(grep -a '^argument' "${job%.job}") != "${arguments/$'new\nline'/new}" ]] ||
                ! grep -q "me <${here}> status <staged> data <${here}>" "${job%.job}" ||
                grep -q __conda_stage "${job%.job}" ||
                ! grep -qx "${number} failed 0 exit_status 7" "${ROWS}/accounts"; then
                wrong=1
                echo "=== ${job} wants ${here}"
                cat "${job%.job}"
                grep "^${number} " "${ROWS}/accounts"
            fi
        done
    done
    [ "${wrong}" -eq 0 ]
}

@test "scripts in every shell, login or not, from a file and from stdin" { sees script-bin- script-var script-python; }
@test "csh and tcsh, whose .cshrc and .login set the path anew" { sees script-user; grep -q 'cshrc <1>' "${ROWS}"/out/script-user*; }
@test "-b y in every shell and in none" { sees binary-; }
@test "scripts by their first line; tcsh's with the guide's line" { sees script-first; }
@test "a home with conda init: the staged environment wins over base" { sees conda-init; }
@test "nothing is left, and no queue is in error" {
    all_clear
    [ -z "$(qstat -f | awk '/@/ && NF > 5')" ]
}
