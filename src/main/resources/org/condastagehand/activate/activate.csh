# conda-stagehand wrote this file for one job; source it from csh or tcsh. It starts no program that PATH must name.
set __conda_stage_prefix = @PREFIX@
set __conda_stage_envs = @ENVS@
# csh stops at a name that is not set, in a branch that is not taken too
if ( ! $?PATH ) setenv PATH ''
if ( ! $?CONDA_ENVS_PATH ) setenv CONDA_ENVS_PATH ''
if ( ! $?CONDA_ENVS_DIRS ) setenv CONDA_ENVS_DIRS ''
if ( ! $?CONDA_STAGE_PREFIX ) setenv CONDA_STAGE_PREFIX ''
if ( ! $?CONDA_STAGE_STATUS ) setenv CONDA_STAGE_STATUS ''
#{ activate

# what was active before leaves PATH; a conda that lives in /usr must not take the system's own directories along
if ( ! $?CONDA_PREFIX ) setenv CONDA_PREFIX ''
if ( ! $?CONDA_PREFIX_1 ) setenv CONDA_PREFIX_1 ''
if ( ! $?CONDA_PREFIX_2 ) setenv CONDA_PREFIX_2 ''
if ( ! $?CONDA_PREFIX_3 ) setenv CONDA_PREFIX_3 ''
if ( ! $?CONDA_PREFIX_4 ) setenv CONDA_PREFIX_4 ''
if ( ! $?CONDA_PREFIX_5 ) setenv CONDA_PREFIX_5 ''
if ( ! $?CONDA_PREFIX_6 ) setenv CONDA_PREFIX_6 ''
if ( ! $?CONDA_PREFIX_7 ) setenv CONDA_PREFIX_7 ''
if ( ! $?CONDA_PREFIX_8 ) setenv CONDA_PREFIX_8 ''
if ( ! $?CONDA_PREFIX_9 ) setenv CONDA_PREFIX_9 ''
set __conda_stage_drop = ( $__conda_stage_prefix:q/bin )
foreach __conda_stage_item ( $CONDA_STAGE_PREFIX:q $CONDA_PREFIX:q $CONDA_PREFIX_1:q $CONDA_PREFIX_2:q \
    $CONDA_PREFIX_3:q $CONDA_PREFIX_4:q $CONDA_PREFIX_5:q $CONDA_PREFIX_6:q $CONDA_PREFIX_7:q \
    $CONDA_PREFIX_8:q $CONDA_PREFIX_9:q )
    if ( x$__conda_stage_item:q != x && x$__conda_stage_item:q != x/usr && x$__conda_stage_item:q != x/usr/local ) \
        set __conda_stage_drop = ( $__conda_stage_drop:q $__conda_stage_item:q/bin )
end
set __conda_stage_kept = ( $__conda_stage_prefix:q/bin )
if ( x$PATH:q == x ) set path = ( )
foreach __conda_stage_item ( $path:q )
    foreach __conda_stage_old ( $__conda_stage_drop:q '' )
        if ( x$__conda_stage_item:q == x$__conda_stage_old:q || x$__conda_stage_item:q == x$__conda_stage_old:q/ ) break
    end
    if ( x$__conda_stage_old:q == x ) set __conda_stage_kept = ( $__conda_stage_kept:q $__conda_stage_item:q )
end
set path = ( $__conda_stage_kept:q )
unsetenv CONDA_PREFIX_[1-9]
setenv CONDA_PREFIX $__conda_stage_prefix:q
setenv CONDA_DEFAULT_ENV @NAME@
setenv CONDA_PROMPT_MODIFIER @PROMPT@
setenv CONDA_SHLVL 1
#}

# conda refuses both of its names for this list at once; the envs of a stage that was inherited are another job's.
# csh itself splits a list at its colons only for PATH.
set __conda_stage_drop = ( $__conda_stage_envs:q )
if ( $CONDA_STAGE_STATUS:q == staged ) set __conda_stage_drop = ( $__conda_stage_drop:q $CONDA_STAGE_PREFIX:h:q )
set __conda_stage_list = $__conda_stage_envs:q
set __conda_stage_path = ( $path:q )
setenv PATH $CONDA_ENVS_PATH:q
if ( x$CONDA_ENVS_DIRS:q != x && x$PATH:q != x ) setenv PATH $PATH:q":"
if ( x$CONDA_ENVS_DIRS:q != x ) setenv PATH $PATH:q$CONDA_ENVS_DIRS:q
if ( x$PATH:q == x ) set path = ( )
foreach __conda_stage_item ( $path:q )
    foreach __conda_stage_old ( $__conda_stage_drop:q '' )
        if ( x$__conda_stage_item:q == x$__conda_stage_old:q || x$__conda_stage_item:q == x$__conda_stage_old:q/ ) break
    end
    if ( x$__conda_stage_old:q == x && x$__conda_stage_list:q != x ) set __conda_stage_list = $__conda_stage_list:q":"
    if ( x$__conda_stage_old:q == x ) set __conda_stage_list = $__conda_stage_list:q$__conda_stage_item:q
end
set path = ( $__conda_stage_path:q )
unsetenv CONDA_ENVS_DIRS
setenv CONDA_ENVS_PATH $__conda_stage_list:q
if ( x$CONDA_ENVS_PATH:q == x ) unsetenv CONDA_ENVS_PATH

setenv CONDA_AUTO_ACTIVATE_BASE false
setenv CONDA_AUTO_ACTIVATE false
setenv CONDA_STAGE_STATUS @STATUS@
setenv CONDA_STAGE_SOURCE @SOURCE@
setenv CONDA_STAGE_PREFIX $__conda_stage_prefix:q
unset __conda_stage_prefix __conda_stage_envs __conda_stage_item __conda_stage_drop __conda_stage_old \
    __conda_stage_kept __conda_stage_list __conda_stage_path
#{ activate

# a bash below this shell; a file of that name is never the user's own
if ( ! $?BASH_ENV ) setenv BASH_ENV ''
if ( $BASH_ENV:q == @BASH_ENV@ || $BASH_ENV:q =~ */conda-stage/bash-env ) then
else if ( x$BASH_ENV:q == x ) then
    unsetenv CONDA_STAGE_BASH_ENV
else
    setenv CONDA_STAGE_BASH_ENV $BASH_ENV:q
endif
setenv BASH_ENV @BASH_ENV@

# the environment's own variables and activate.d
@VARIABLES@
# csh cannot write to its own standard error
if ( $?PYTHONHOME ) /bin/sh -c \
    'echo "conda-stagehand: warning: PYTHONHOME is set and leads python away from the environment" >&2'
@SCRIPTS@
#}
