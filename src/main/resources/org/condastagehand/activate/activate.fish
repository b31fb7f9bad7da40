# conda-stagehand wrote this file for one job; source it from fish.
begin
    set -l prefix @PREFIX@
    set -l envs @ENVS@
    set -l kept
    test -n "$envs"; or set envs
    #{ activate

    # what was active before leaves PATH; a conda that lives in /usr must not take the system's own directories along
    set -l drop $prefix/bin
    for name in CONDA_STAGE_PREFIX CONDA_PREFIX CONDA_PREFIX_{1,2,3,4,5,6,7,8,9}
        set -l old (string replace -r '/$' '' -- "$$name")
        contains -- "$old" '' /usr /usr/local; or set -a drop $old/bin
        string match -q 'CONDA_PREFIX_*' $name; and set -e $name
    end
    for item in $PATH
        contains -- (string replace -r '/$' '' -- "$item") $drop; or set -a kept "$item"
    end
    set -gx PATH $prefix/bin $kept
    set -gx CONDA_PREFIX $prefix
    set -gx CONDA_DEFAULT_ENV @NAME@
    set -gx CONDA_PROMPT_MODIFIER @PROMPT@
    set -gx CONDA_SHLVL 1
    #}

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
    set -gx CONDA_STAGE_STATUS @STATUS@
    set -gx CONDA_STAGE_SOURCE @SOURCE@
    set -gx CONDA_STAGE_PREFIX $prefix
    #{ activate

    # a bash below this shell; a file of that name is never the user's own
    if test -z "$BASH_ENV"
        set -e CONDA_STAGE_BASH_ENV
    else if test "$BASH_ENV" != @BASH_ENV@; and not string match -q '*/conda-stage/bash-env' -- "$BASH_ENV"
        set -gx CONDA_STAGE_BASH_ENV "$BASH_ENV"
    end
    set -gx BASH_ENV @BASH_ENV@

    # the environment's own variables and activate.d
    @VARIABLES@
    if test -n "$PYTHONHOME"
        echo "conda-stagehand: warning: PYTHONHOME is set and leads python away from the environment" >&2
    end
    @SCRIPTS@
    #}
end
true
