#!/usr/bin/env bats
# The hooks on a real Slurm:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/hooks.bats

# shellcheck disable=SC2016,SC2154 # dollars that the job expands; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked

@test "a job that names its environment runs from local disk" {
    run output "${WORLD_HOME1}" --comment='conda_env=demo' <<<"#!/bin/bash
${says}; echo tmp=\${TMPDIR}"
    echo "${output}"
    [[ ${output} == *"staged "*"status=staged prefix=${ROOT}/jobs/"*"me=${ROOT}/jobs/"*"tmp=${ROOT}/jobs/"* ]]
}
