# conda-stagehand wrote this file for one job; source it from fish.
begin
    set -l prefix '__PREFIX__'
    set -l envs '__STAGE__/envs'
    set -l kept
    test -n "$envs"; or set envs

    # conda refuses both of its names for this list at once; the envs of a stage that was inherited are another job's
    set -l stale $envs
    if test "$CONDA_STAGE_STATUS" = staged
        set -a stale (string replace -r '/[^/]*$' '' -- "$CONDA_STAGE_PREFIX")
    end
    set kept
    for item in (string split : -- "$CONDA_ENVS_PATH") (string split : -- "$CONDA_ENVS_DIRS")
        test -z "$item"; or contains -- (string replace -r '/$' '' -- $item) $stale; or set -a kept $item
    end
    set -e CONDA_ENVS_DIRS
    set -e CONDA_ENVS_PATH
    if test -n "$envs$kept"
        set -gx CONDA_ENVS_PATH (string join : -- $envs $kept)
    end

    set -gx CONDA_AUTO_ACTIVATE_BASE false
    set -gx CONDA_AUTO_ACTIVATE false
    set -gx CONDA_STAGE_STATUS staged
    set -gx CONDA_STAGE_SOURCE '/shared/envs/demo.tar.gz'
    set -gx CONDA_STAGE_PREFIX $prefix
end
true
