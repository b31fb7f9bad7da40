# conda-stagehand wrote this file for one job; source it from csh or tcsh. It starts no program that PATH must name.
set __conda_stage_prefix = __PREFIX__
set __conda_stage_envs = __STAGE__/envs
# csh stops at a name that is not set, in a branch that is not taken too
if ( ! $?PATH ) setenv PATH ''
if ( ! $?CONDA_ENVS_PATH ) setenv CONDA_ENVS_PATH ''
if ( ! $?CONDA_ENVS_DIRS ) setenv CONDA_ENVS_DIRS ''
if ( ! $?CONDA_STAGE_PREFIX ) setenv CONDA_STAGE_PREFIX ''
if ( ! $?CONDA_STAGE_STATUS ) setenv CONDA_STAGE_STATUS ''

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
setenv CONDA_STAGE_STATUS staged
setenv CONDA_STAGE_SOURCE /shared/envs/demo.tar.gz
setenv CONDA_STAGE_PREFIX $__conda_stage_prefix:q
unset __conda_stage_prefix __conda_stage_envs __conda_stage_item __conda_stage_drop __conda_stage_old \
    __conda_stage_kept __conda_stage_list __conda_stage_path
