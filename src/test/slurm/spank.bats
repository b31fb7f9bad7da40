#!/usr/bin/env bats
# The SPANK plug-in on a real Slurm, with the hooks:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/spank.bats

# shellcheck disable=SC2016,SC2154 # dollars that the job expands; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked

setup_file() {
    export SEEN=${WORLD_DIR}/seen PLUGINS=${WORLD_DIR}/plugins
    export PLUGIN=${PLUGINS}/conda_stagehand.so
    cp -R "${BATS_TEST_DIRNAME}/../../../site-config/slurm/spank" "${WORLD_DIR}/spank"
    make -s -C "${WORLD_DIR}/spank" clean all install "plugindir=${PLUGINS}"
    echo "optional ${PLUGIN}" >/etc/slurm/plugstack.conf.d/conda-stagehand.conf
    mkdir "${SEEN}"
    install_hooks
    # as most sites have it; a heterogeneous job needs it
    sed -i 's:sched/builtin:sched/backfill:; s:^SchedulerParameters=:&bf_interval=1,:' "${SLURM_CONF}"
    job restart slurmctld
    job wait-nodes
    for hook in prolog epilog; do # what Slurm gives them, as it comes
        printf '#!/bin/sh -p\n/usr/bin/env | /bin/grep ^SPANK_CONDA | /usr/bin/sort >%s/%s.${SLURM_JOB_ID}\n:\n' \
            "${SEEN}" "${hook}" >"${WORLD_DIR}/next-${hook}"
        chmod 755 "${WORLD_DIR}/next-${hook}"
        echo "next_${hook}=${WORLD_DIR}/next-${hook}" >>"${TREE}/etc/hooks.conf"
    done
}
saw() { # NUMBER [WORD...]: prolog and epilog of the job, of ours
    cmp "${SEEN}/prolog.$1" "${SEEN}/epilog.$1"
    diff -u <([ $# -eq 1 ] || printf '%s\n' "${@:2}") "${SEEN}/prolog.$1"
}
ada() { job as "${WORLD_USER1}" "$@"; }
no_job() { [ -z "$(squeue -h)" ]; }

@test "sbatch, srun and salloc show the option in their help; the plug-in has the symbols of one and no others" {
    for program in sbatch srun salloc; do
        ada "${program}" --help | grep -A 1 -e '--conda-env=NAME  *stage this conda environment'
    done
    run nm -D --defined-only --format=just-symbols "${PLUGIN}"
    [ "$(tr '\n' ' ' <<<"${output}")" = \
        'plugin_name plugin_type plugin_version slurm_spank_init slurm_spank_init_post_opt spank_plugin_version ' ]
}

@test "a directive stages, on each node and for each step" {
    run output "${WORLD_HOME1}" -N2 <<<"#!/bin/bash
#SBATCH --conda-env=demo
${says}
srun bash -c '${says}'
srun env | grep -E '_conda_env=|SPANK_CONDA' | sort -u"
    echo "${output}"
    [ "$(grep -c "status=staged prefix=${ROOT}/.* me=${ROOT}/jobs/" <<<"${output}")" -eq 3 ]
}

@test "an option on the command line wins, whatever --export says and with an array, a comment and a variable" {
    for options in --export=NONE,HOME --export=ALL,CONDA_STAGE_ENV=other\ --array=1-2; do
        # shellcheck disable=SC2086 # a list of words
        number=$(ada CONDA_STAGE_ENV=third sbatch --parsable --conda-env=demo --comment=conda_env=fourth -o out.%j ${options} <<<"#!/bin/bash
#SBATCH --conda-env=nowhere
${says}")
        job wait "${number}"
        saw "${number}" SPANK_CONDA_ENV=demo SPANK_CONDA_STAGE_ENV=third
    done
    cat "${WORLD_HOME1}"/out.*
    [ "$(cat "${WORLD_HOME1}"/out.* | grep -c "status=staged prefix=${ROOT}/.* me=${ROOT}/jobs/")" -eq 3 ]
    rm "${WORLD_HOME1}"/out.*
}

@test "a requeued job is staged again" {
    run output "${WORLD_HOME1}" --requeue --conda-env=demo --open-mode=append -o out.again <<<"
${says}; [ \"\${SLURM_RESTART_COUNT-0}\" -gt 0 ] || { scontrol requeue \"\${SLURM_JOB_ID}\"; sleep 60; }"
    echo "${output}"
    [ "$(grep -c "status=staged prefix=${ROOT}/" <<<"${output}")" -eq 2 ]
}

@test "srun and salloc stage" {
    run ada srun --conda-env=demo bash -c "${says}"
    [[ ${output} == *"status=staged prefix=${ROOT}/"*"me=${ROOT}/jobs/"* ]]
    run ada salloc -Q --conda-env=demo srun bash -c "${says}"
    echo "${output}"
    [[ ${output} == *"status=staged prefix=${ROOT}/"*"me=${ROOT}/jobs/"* ]]
}

@test "without PrologFlags=Alloc the first step brings the option to the prolog" {
    job set PrologFlags=
    run ada salloc -Q -N2 --conda-env=demo srun bash -c "${says}"
    job set PrologFlags=Alloc,DeferBatch
    echo "${output}"
    [ "$(grep -c "status=staged prefix=${ROOT}/" <<<"${output}")" -eq 2 ]
}

@test "the submitter's CONDA_STAGE_ENV and CONDA_STAGE are carried" {
    number=$(ada CONDA_STAGE_ENV=demo sbatch --parsable -o out --export=NONE <<<"#!/bin/bash
${says}")
    job wait "${number}"
    grep "status=staged prefix=${ROOT}/" "${WORLD_HOME1}/out"
    saw "${number}" SPANK_CONDA_STAGE_ENV=demo
    number=$(ada CONDA_STAGE_ENV= CONDA_STAGE=false sbatch --parsable -o out --conda-env=demo <<<"#!/bin/bash
${says}")
    job wait "${number}"
    cat "${WORLD_HOME1}/out"
    grep 'status=off prefix= ' "${WORLD_HOME1}/out"
    saw "${number}" SPANK_CONDA_ENV=demo SPANK_CONDA_STAGE=false
}

@test "how much a job wants to be told is carried" {
    number=$(ada CONDA_STAGE_VERBOSE=2 sbatch --parsable -o out --conda-env=demo <<<"#!/bin/bash
${says}")
    job wait "${number}"
    run cat "${WORLD_HOME1}/out"
    echo "${output}"
    [[ ${output} == *'asked for by `--conda-env`'*'staged `demo`'*'phases: resolve '*status=staged* ]]
    saw "${number}" SPANK_CONDA_ENV=demo SPANK_CONDA_STAGE_VERBOSE=2
}

@test "a component of a heterogeneous job has its own option, or that of the one before it" {
    number=$(job submit "${WORLD_USER1}" -o /dev/null -n1 : -n1 --conda-env=demo <<<true)
    job wait "${number}"
    saw "${number}"
    saw $((number + 1)) SPANK_CONDA_ENV=demo
    ada srun -n1 --conda-env=demo true : -n1 true
    job wait $((number + 2))
    saw $((number + 2)) SPANK_CONDA_ENV=demo
    saw $((number + 3)) SPANK_CONDA_ENV=demo
}

@test "a step with the option is refused in one line, other steps and the job go on" {
    run output "${WORLD_HOME1}" --conda-env=demo <<<"
srun --conda-env=other true; echo refused=\$?
env -u SLURM_JOB_ID -u SLURM_JOBID srun --jobid=\${SLURM_JOB_ID} --conda-env=other true; echo joining=\$?
srun bash -c '${says}'; echo step=\$?"
    echo "${output}"
    [ "$(grep -v 'staged ' <<<"${output}" | head -n 4)" = \
        'srun: error: conda-stagehand: --conda-env is for a whole job, not for a step of one: give it to sbatch or salloc
refused=1
srun: error: conda-stagehand: --conda-env is for a whole job, not for a step of one: give it to sbatch or salloc
joining=1' ]
    [[ ${output} == *"status=staged prefix=${ROOT}/"*'step=0' ]]
    run ada srun --conda-env=demo echo --jobid=3
    [[ ${output} == *'--jobid=3' ]]
}

@test "a job that is submitted in a job asks for nothing by that" {
    rm -f "${SEEN}"/*
    number=$(job submit "${WORLD_USER1}" -o /dev/null --conda-env=demo <<<'sbatch -o /dev/null --wrap true
salloc -Q true
env -u SLURM_JOB_ID -u SLURM_JOBID srun true')
    job wait "${number}"
    saw "${number}" SPANK_CONDA_ENV=demo
    for inner in 1 2 3; do
        job wait $((number + inner))
        saw $((number + inner))
    done
    # and its own steps bring nothing to the nodes that they are the first to use
    job set PrologFlags=
    number=$(job submit "${WORLD_USER1}" -o /dev/null --conda-env=demo <<<'sbatch --wait -N2 -o inner --wrap "srun env"')
    job wait "${number}"
    job set PrologFlags=Alloc,DeferBatch
    saw $((number + 1))
    run ! grep -E 'SPANK_CONDA|conda_env=' "${WORLD_HOME1}/inner"
    [ "$(grep -c SLURM_STEP_ID= "${WORLD_HOME1}/inner")" -eq 2 ]
}

@test "what cannot be an environment is refused in one line, before anything is submitted" {
    long=$(printf '%4097s' '' | tr ' ' x)
    refused() { # WHY COMMAND...
        run ada "${@:2}"
        echo "${output}"
        [ "${status}" -ne 0 ] && [[ ${output} == *": error: conda-stagehand: $1"* ]] && [ "${#lines[@]}" -eq 1 ] && no_job
    }
    printf '#!/bin/bash\n' >"${WORLD_HOME1}/true"
    for program in sbatch salloc srun; do
        refused '--conda-env is empty' "${program}" --conda-env= true
        refused '--conda-env is longer than 4096 bytes' "${program}" "--conda-env=${long}" true
        refused '--conda-env has a line break' "${program}" --conda-env=$'demo\nother' true
        refused '--conda-env has a line break' "${program}" --conda-env=$'demo\r' true
        refused 'CONDA_STAGE_ENV has a line break' CONDA_STAGE_ENV=$'demo\nother' "${program}" true
        refused 'CONDA_STAGE_ENV is longer' CONDA_STAGE_ENV="${long}" "${program}" true
    done
    refused '--conda-env is empty' sbatch <<<$'#!/bin/bash\n#SBATCH --conda-env=\n'
    refused '--conda-env is longer' sbatch <<<$'#!/bin/bash\n#SBATCH --conda-env='"${long}"

    number=$(job submit "${WORLD_USER1}" -o out "--conda-env=${long:1}" <<<true)
    job wait "${number}"
    saw "${number}" "SPANK_CONDA_ENV=${long:1}"
}

@test "where the plug-in is gone or for another Slurm, jobs go on and those that were submitted with it are staged" {
    number=$(job submit "${WORLD_USER1}" --hold --conda-env=demo -o out <<<"${says}; srun bash -c '${says}'")
    make -s -C "${WORLD_DIR}/spank" -B install "plugindir=${PLUGINS}" CPPFLAGS="-include ${BATS_TEST_DIRNAME}/other-release.h"
    for gone in "touch ${WORLD_DIR}" "rm ${PLUGIN}"; do
        ${gone}
        run ! ada sbatch --conda-env=demo --wrap true
        [[ ${output} == *"unrecognized option '--conda-env=demo'"* ]]
        run output "${WORLD_HOME2}" <<<'srun echo ran'
        echo "${output}"
        [[ ${output} == *ran ]]
    done
    scontrol release "${number}"
    job wait "${number}"
    cat "${WORLD_HOME1}/out"
    [ "$(grep -c "status=staged prefix=${ROOT}/" "${WORLD_HOME1}/out")" -eq 2 ]
}
