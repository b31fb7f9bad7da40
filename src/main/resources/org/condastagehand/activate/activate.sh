# shellcheck shell=sh
# conda-stagehand wrote this file for one job; source it from any POSIX shell, with or without `set -eu`.
# It starts no program (PATH may be empty), and twice is as good as once.
__conda_stage_options=$-
set +eu
__conda_stage_prefix=@PREFIX@
__conda_stage_envs=@ENVS@

# __conda_stage_kept becomes the list $1 without what $2 (`:this:that:`) names, each element behind a colon
__conda_stage_without() {
    __conda_stage_rest="${1}:"
    __conda_stage_kept=
    while [ -n "${__conda_stage_rest}" ]; do
        __conda_stage_item="${__conda_stage_rest%%:*}"
        __conda_stage_rest="${__conda_stage_rest#*:}"
        case "${2}" in
            *":${__conda_stage_item%/}:"*) ;;
            *) __conda_stage_kept="${__conda_stage_kept}:${__conda_stage_item}" ;;
        esac
    done
}
#{ activate

# an activate.d script may use unset variables, fail, or change its arguments and these options
__conda_stage_source() {
    set +eu
    # shellcheck source=/dev/null
    if [ -r "${1}" ]; then . "${1}" || :; fi
}

# what was active before leaves PATH; a conda that lives in /usr must not take the system's own directories along
__conda_stage_drop=":${__conda_stage_prefix}/bin:"
for __conda_stage_item in "${CONDA_STAGE_PREFIX-}" "${CONDA_PREFIX-}" "${CONDA_PREFIX_1-}" "${CONDA_PREFIX_2-}" \
    "${CONDA_PREFIX_3-}" "${CONDA_PREFIX_4-}" "${CONDA_PREFIX_5-}" "${CONDA_PREFIX_6-}" "${CONDA_PREFIX_7-}" \
    "${CONDA_PREFIX_8-}" "${CONDA_PREFIX_9-}"; do
    case "${__conda_stage_item%/}" in
        '' | /usr | /usr/local) ;;
        *) __conda_stage_drop="${__conda_stage_drop}${__conda_stage_item%/}/bin:" ;;
    esac
done
__conda_stage_kept=
if [ -n "${PATH-}" ]; then __conda_stage_without "${PATH}" "${__conda_stage_drop}"; fi
export PATH="${__conda_stage_prefix}/bin${__conda_stage_kept}"
unset CONDA_PREFIX_1 CONDA_PREFIX_2 CONDA_PREFIX_3 CONDA_PREFIX_4 CONDA_PREFIX_5 CONDA_PREFIX_6 CONDA_PREFIX_7 \
    CONDA_PREFIX_8 CONDA_PREFIX_9
export CONDA_PREFIX="${__conda_stage_prefix}"
export CONDA_DEFAULT_ENV=@NAME@
export CONDA_PROMPT_MODIFIER=@PROMPT@
export CONDA_SHLVL=1
#}

# conda refuses both of its names for this list at once; the envs of a stage that was inherited are another job's
__conda_stage_list="${CONDA_ENVS_PATH-}"
if [ -n "${CONDA_ENVS_DIRS-}" ]; then
    __conda_stage_list="${__conda_stage_list}${__conda_stage_list:+:}${CONDA_ENVS_DIRS}"
fi
__conda_stage_drop=":${__conda_stage_envs}:"
if [ "${CONDA_STAGE_STATUS-}" = staged ]; then
    __conda_stage_drop="${__conda_stage_drop}${CONDA_STAGE_PREFIX%/*}:"
fi
__conda_stage_kept=
if [ -n "${__conda_stage_list}" ]; then __conda_stage_without "${__conda_stage_list}" "${__conda_stage_drop}"; fi
__conda_stage_list="${__conda_stage_envs}${__conda_stage_kept}"
if [ -z "${__conda_stage_envs}" ]; then __conda_stage_list="${__conda_stage_kept#:}"; fi
unset CONDA_ENVS_DIRS CONDA_ENVS_PATH
if [ -n "${__conda_stage_list}" ]; then export CONDA_ENVS_PATH="${__conda_stage_list}"; fi

export CONDA_AUTO_ACTIVATE_BASE=false
export CONDA_AUTO_ACTIVATE=false
export CONDA_STAGE_STATUS=@STATUS@
export CONDA_STAGE_SOURCE=@SOURCE@
export CONDA_STAGE_PREFIX="${__conda_stage_prefix}"
#{ activate

# a login bash reads this after the profile has rewritten PATH; a file of that name is never the user's own
case "${BASH_ENV-}" in
    @BASH_ENV@ | */conda-stage/bash-env) ;;
    ?*) export CONDA_STAGE_BASH_ENV="${BASH_ENV}" ;;
    *) unset CONDA_STAGE_BASH_ENV ;;
esac
export BASH_ENV=@BASH_ENV@

# the environment's own variables and activate.d
@VARIABLES@
if [ -n "${PYTHONHOME-}" ]; then
    printf '%s\n' "conda-stagehand: warning: PYTHONHOME is set and leads python away from the environment" >&2
fi
@SCRIPTS@
unset -f __conda_stage_source
#}

unset -f __conda_stage_without
unset __conda_stage_prefix __conda_stage_envs __conda_stage_rest __conda_stage_kept __conda_stage_item \
    __conda_stage_drop __conda_stage_list
case "${__conda_stage_options}" in *u*) set -u ;; *) set +u ;; esac
case "${__conda_stage_options}" in *e*) set -e ;; *) set +e ;; esac
unset __conda_stage_options
