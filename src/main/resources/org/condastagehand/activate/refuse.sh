# shellcheck shell=sh
# conda-stagehand wrote this file for a job whose environment it could not stage.
printf '%s\n' @MESSAGE@ >&2
unset CONDA_STAGE_PREFIX CONDA_STAGE_SOURCE
export CONDA_STAGE_STATUS=failed
return 1
