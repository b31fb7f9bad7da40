# shellcheck shell=bash
# conda-stagehand wrote this file for one job; bash reads it through BASH_ENV, after the profile of a login shell.
# It acts once: from here on BASH_ENV is what the user had.
__conda_stage_before=$-
set +eu
__conda_stage_restore() {
    if [[ -n ${CONDA_STAGE_BASH_ENV-} ]]; then export BASH_ENV="${CONDA_STAGE_BASH_ENV}"; else unset BASH_ENV; fi
    unset CONDA_STAGE_BASH_ENV
}
__conda_stage_restore

# bash expands the value, takes a name without a slash from the working directory, and is silent when there is no file
__conda_stage_file=${BASH_ENV-}
if [[ ${__conda_stage_file} == *[\$\`]* ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
    __conda_stage_file=${__conda_stage_file@P}
fi
if [[ ${__conda_stage_file} != */* ]]; then __conda_stage_file=./${__conda_stage_file}; fi
if [[ -r ${__conda_stage_file} && ! -d ${__conda_stage_file} ]]; then
    case ${__conda_stage_before} in *u*) set -u ;; esac
    case ${__conda_stage_before} in *e*) set -e ;; esac
    # `|| :` because what the file's last command returned is no failure of the script that bash is about to run
    # shellcheck source=/dev/null
    . "${__conda_stage_file}" || :
    __conda_stage_before=$-
    set +eu
fi

# a login shell whose profile has dropped the environment from PATH, or has activated another, as `conda init` does
__conda_stage_ours=@PREFIX@
if shopt -q login_shell && [[ ${CONDA_STAGE_PREFIX-} == "${__conda_stage_ours}" ]] \
    && [[ :${PATH-}: != *:"${__conda_stage_ours}"/bin:* || ${CONDA_PREFIX-} != "${__conda_stage_ours}" ]] \
    && [[ -r @ACTIVATE@ ]]; then
    # shellcheck source=/dev/null
    . @ACTIVATE@
    __conda_stage_restore
fi
unset -f __conda_stage_restore
unset __conda_stage_file __conda_stage_ours
case ${__conda_stage_before} in *u*) set -u ;; esac
case ${__conda_stage_before} in *e*) set -e ;; esac
unset __conda_stage_before
