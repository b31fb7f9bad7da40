# conda-stagehand wrote this file for a job whose environment it could not stage.
unsetenv CONDA_STAGE_PREFIX
unsetenv CONDA_STAGE_SOURCE
setenv CONDA_STAGE_STATUS failed
# csh cannot write to its own standard error, and has no `return`
/bin/sh -c 'printf "%s\n" "$1" >&2; exit 1' sh @MESSAGE@
