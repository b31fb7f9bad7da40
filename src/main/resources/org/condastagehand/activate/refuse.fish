# conda-stagehand wrote this file for a job whose environment it could not stage.
printf '%s\n' @MESSAGE@ >&2
set -e CONDA_STAGE_PREFIX
set -e CONDA_STAGE_SOURCE
set -gx CONDA_STAGE_STATUS failed
return 1
