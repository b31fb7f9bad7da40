#!/usr/bin/env bats
# What a task of any step sees on a real Slurm, however it was started and whatever it inherited:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/steps.bats

# shellcheck disable=SC2016,SC2154 # dollars that the job expands; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked

setup_file() {
    install_hooks
    cp "${TREE}/etc/hooks.conf" "${WORLD_DIR}/hooks.conf"
    export SEE=${WORLD_DIR}/see ENVS=${WORLD_HOME1}/.conda/envs
    cat >"${SEE}" <<-'END'
	#!/bin/sh
	echo "$1: me=$(where-am-i) prefix=${CONDA_PREFIX} status=${CONDA_STAGE_STATUS} data=${DEMO_DATA} tmp=${TMPDIR} on=$(hostname)"
	END
    chmod 755 "${SEE}"
    rm "${ENVS}/demo.tar.gz"
    activate_d
    other=${ENVS}/other
    mkdir -p "${other}/bin" "${other}/conda-meta"
    printf '#!/bin/sh\necho other\n' >"${other}/bin/where-am-i"
    chmod 755 "${other}/bin/where-am-i"
    touch "${other}/conda-meta/history"
    stand_in >"${WORLD_DIR}/conda.sh"
    conda_init "${WORLD_HOME2}"
}
setup() {
    with_hooks
    cp "${WORLD_DIR}/hooks.conf" "${TREE}/etc/hooks.conf"
}
conf() { # KEY=VALUE...
    for setting; do sed -i "/^${setting%%=*}=/d; \$ a ${setting}" "${TREE}/etc/hooks.conf"; done
}
activate_d() { # of demo all that such scripts do, of `exits` one that ends the shell that sources it
    python3 "${BATS_TEST_DIRNAME}/../../demo/make_env.py" "${ENVS}" exits
    rm "${ENVS}/exits.tar.gz"
    printf 'export BEFORE_EXIT=set\nexit 3\nexport AFTER_EXIT=set\n' >"${ENVS}/exits/etc/conda/activate.d/exits.sh"
    at=${ENVS}/demo/etc/conda/activate.d
    cat >"${at}/a.sh" <<-'END'
	set -eu
	export SETS='a  "b"$c'\''d=`e`\n '
	unset TAKEN
	false
	END
    echo 'export USES="<${NEVER_SET}>"; export RUNS="${RUNS-}x"; echo run >>"${HOME}/runs"' >"${at}/b.sh"
    printf '%s\n' 'echo "export EVIL=yes"' 'echo' 'echo print warned >&2' 'printf "unset PATH"' >"${at}/c.sh"
    printf '%s\n' 'function by_name() { eval export "\$1=\$1"; }' 'by_name BASHISM' >"${at}/d.sh"
    printf '%s\n' 'export TWO_LINES="1' 'export EVIL=2"' '[ -t 0 ] || sleep 4715 &' 'job=mine name=mine value=mine' >"${at}/e.sh"
    chown -R "${WORLD_USER1}" "${ENVS}"
}
stand_in() { # for conda's shell function: where activate comes to, and in the same order
    cat <<-'END'
	conda() {
	    [ "$1" = activate ] || return
	    for __at in "${CONDA_ENVS_PATH-}" "${HOME}/.conda/envs"; do
	        __new=${__at%%:*}/$2
	        [ ! -d "${__new}" ] || break
	    done
	    PATH=":${PATH}:"
	    case ${PATH} in *":${CONDA_PREFIX-/}/bin:"*) PATH=${PATH%%":${CONDA_PREFIX}/bin:"*}:${PATH#*":${CONDA_PREFIX}/bin:"} ;; esac
	    PATH=${PATH#:} PATH=${PATH%:}
	    export PATH="${__new}/bin:${PATH}" CONDA_PREFIX="${__new}" CONDA_DEFAULT_ENV="$2" CONDA_SHLVL=1
	}
	END
}
conda_init() { # HOME: what `conda init bash` adds, for shells that are not interactive too
    mkdir -p "$1/.conda/envs/base/bin"
    printf '#!/bin/sh\necho base\n' >"$1/.conda/envs/base/bin/where-am-i"
    chmod 755 "$1/.conda/envs/base/bin/where-am-i"
    echo '. "$HOME/.bashrc"' >"$1/.bash_profile"
    { stand_in && echo '[ "${CONDA_AUTO_ACTIVATE_BASE-}" = false ] || conda activate base'; } >"$1/.bashrc"
    chown -R "${1##*/}" "$1"
}
allocate() { # SALLOC-ARGUMENTS... with a script on stdin, which runs where salloc does
    cat >"${WORLD_DIR}/in-allocation"
    job as "${WORLD_USER1}" salloc -Q "$@" bash -e "${WORLD_DIR}/in-allocation"
}
its_number() { number=$(sed -n 's/^job=//p' <<<"${output}"); }
staged() { # NAME ENV: the line of that name is that of a task with ENV from this job's directory
    grep -Eqx "$1: me=(${ROOT}/jobs/slurm-${WORLD_CLUSTER}-[0-9]+)/conda-stage/envs/$2/share/demo prefix=\1/conda-stage/envs/$2 status=staged data=\1/conda-stage/envs/$2/share/demo tmp=\1 on=n[12]" <<<"${output}" || { echo "${output}" && false; }
}
original() { # NAME: it is the original, and nothing is another job's
    grep -Eqx "$1: me=${ENVS}/demo/share/demo prefix=${ENVS}/demo status=fallback data=${ENVS}/demo/share/demo tmp=/tmp on=n[12]" <<<"${output}" || { echo "${output}" && false; }
}

@test "steps of an allocation: each task has the environment once, whatever its activate.d does" {
    rm -f "${WORLD_HOME1}/runs"
    long=$(printf '/directory-%s:' $(seq 600))
    # shellcheck disable=SC2028 # the backslash is for the job
    run allocate -n16 -c1 --comment=conda_env=demo < <(echo "export TAKEN=taken TAKE='two
lines' job=theirs stage=theirs PATH=\"\${PATH}:${long}/last\"
        srun -n16 sh -c 'echo \"\${SLURM_PROCID} \$(echo \"\${PATH}\" | tr : \"\n\" | grep -c /jobs/slurm-) \${RUNS} \${PATH##*/}\"'
        srun ${SEE} second
        number_within=\${HOME}/1\${SLURM_JOB_ID}1; mkdir \${number_within}; TMPDIR=\${number_within} srun -n1 ${SEE} part
        srun -n1 sh -c 'printf \"%s\n\" \"sets=<\${SETS}> uses=\${USES} bashism=\${BASHISM} evil=\${EVIL-} taken=\${TAKEN-no} two=\${TWO_LINES-no} take=\$(echo \"\${TAKE}\" | wc -l) job=\${job} stage=\${stage}\"'
        [ -z \"\${CONDA_PREFIX-}\" ] || echo changed here")
    [ "${status}" -eq 0 ]
    [ "$(grep -cx '[0-9]* 1 x last' <<<"${output}")" -eq 16 ]
    [ "$(grep '1 x last' <<<"${output}" | sort -u | wc -l)" -eq 16 ]
    staged second demo
    staged part demo
    [ "$(grep -c '^second:' <<<"${output}")" -eq 16 ]
    grep -Fqx "sets=<a  \"b\"\$c'd=\`e\`\\n > uses=<> bashism=BASHISM evil= taken=no two=no take=2 job=mine stage=theirs" <<<"${output}"
    [ "$(grep -c 'staged `demo`' <<<"${output}")" -eq 1 ]
    [ "$(grep -cx 'export EVIL=yes' <<<"${output}")" -eq 4 ] # by the first task of each step: said, not done
    [ "$(grep -c '`TWO_LINES` is left out' <<<"${output}")" -eq 4 ]
    [[ ${output} != *'changed here'* ]]
    [ "$(wc -l <"${WORLD_HOME1}/runs")" -eq 34 ] # once for each task, and not in the prolog
}

@test "exec before a task's command: what is active in the step stays, and the status is the command's" {
    exec="${TREE}/bin/conda-stagehand exec"
    run allocate -N2 -n2 --comment=conda_env=demo <<<"srun ${exec} -- ${SEE} stepped
        srun -n1 -N1 ${exec} --env other sh -c 'exit 7' || echo \"ended with \$?\""
    staged stepped demo
    [ "$(grep -o '^stepped:.* on=n[12]$' <<<"${output}" | grep -o 'n[12]$' | sort -u | wc -l)" -eq 2 ]
    [[ ${output} == *'`--env other` is for Grid Engine'* ]]
    [[ ${output} == *'ended with 7'* ]]
    run allocate -n1 <<<"srun ${exec} -- ${SEE} bare"
    [[ ${output} == *'no environment is active in this step'* && ${output} == *'bare: me= prefix= status='* ]]
}

@test "a terminal: srun --pty with and without a login shell, whose profile drops the environment" {
    run job as "${WORLD_USER1}" script -qec "srun --comment=conda_env=demo --pty bash -i" /dev/null < <(printf '%s\n' "${SEE} plain" exit)
    output=${output//$'\r'/}
    staged plain demo
    run job as "${WORLD_USER1}" script -qec "salloc -Q --comment=conda_env=demo srun --pty bash -l" /dev/null < <(
        printf '%s\n' 'source "${TMPDIR}/conda-stage/activate"' "${SEE} sourced" "source ${WORLD_DIR}/conda.sh" \
            'PATH=/usr/bin:/bin; conda activate demo' "${SEE} named" exit
    )
    output=${output//$'\r'/}
    staged sourced demo
    staged named demo
}

@test "a script's own conda activate reaches its steps; a name that is staged is the staged copy" {
    run output "${WORLD_HOME1}" -n2 --comment=conda_env=demo < <(echo "${SEE} first
        . ${WORLD_DIR}/conda.sh
        conda activate other; export TMPDIR=/var/tmp SETS=mine; srun -n2 sh -c 'echo \"\$(where-am-i) \${CONDA_PREFIX##*/} \${TMPDIR} \${SETS} \${RUNS}\"'
        conda activate demo; TMPDIR=\${CONDA_STAGE_PREFIX%/conda-stage/*} srun -n1 ${SEE} again")
    staged first demo
    [ "$(grep -cx 'other other /var/tmp mine x' <<<"${output}")" -eq 2 ]
    staged again demo
}

@test "a login shell in a home with conda init, an environment active at submission, and no environment at all" {
    home=${WORLD_HOME2}
    active=$(job as "${WORLD_USER2}" env PATH="${home}/.conda/envs/base/bin:/usr/bin:/bin" CONDA_PREFIX="${home}/.conda/envs/base" \
        CONDA_SHLVL=1 CONDA_DEFAULT_ENV=base PYTHONHOME=/nowhere sbatch --parsable -n2 -o out --comment=conda_env=demo <<<"#!/bin/bash -l
            ${SEE} login; srun -n2 ${SEE} step; srun -n1 --export=NONE ${SEE} none; echo path=\${PATH}")
    job wait "${active}"
    run cat "${home}/out"
    rm "${home}/out"
    staged login demo
    staged step demo
    [ "$(grep -c '^step:' <<<"${output}")" -eq 2 ]
    staged none demo
    grep -q 'warning: PYTHONHOME is set' <<<"${output}"
    [[ ${output} == *path=* && ${output} != *path=*base* ]]
    run output "${WORLD_HOME1}" --export=NONE --comment=conda_env=demo < <(echo "${SEE} batch; srun ${SEE} step")
    staged batch demo
    staged step demo
}

@test "a script in activate.d that ends the shell: what came before it stays, and the job is told" {
    run output "${WORLD_HOME1}" --comment=conda_env=exits < <(echo "${SEE} batch; echo before=\${BEFORE_EXIT} after=\${AFTER_EXIT-unset}")
    staged batch exits
    [[ ${output} == *'warning: a script of activate.d has ended the shell'*'before=set after=unset'* ]]
}

@test "a job submitted from within a job leaves its directory" {
    run output "${WORLD_HOME1}" -w n1 -n4 --comment=conda_env=demo < <(echo "export LIST=/a:\${CONDA_PREFIX}/lib:/b FLAGS=\"-L\${CONDA_PREFIX}/lib -s\"
        sbatch -w n1 -W -o inner.none --wrap '${SEE} none; echo list=\${LIST} flags=\${FLAGS} n=\$(env | grep -v ^SLURM_ | grep -c \"jobs/slurm-\"); srun -n1 ${SEE} step'
        CONDA_STAGE=false sbatch -w n1 -W -o inner.off --wrap 'echo off=\${CONDA_STAGE_STATUS} \$(env | grep -v ^SLURM_ | grep -c \"jobs/slurm-\")'
        sbatch -w n1 -W -o inner.own --comment=conda_env=exits --wrap '${SEE} own'
        . ${WORLD_DIR}/conda.sh; conda activate other
        sbatch -w n1 -W -o inner.other --wrap 'echo \"other: \$(where-am-i) \${CONDA_PREFIX##*/}\"'
        cat inner.*; rm inner.*")
    original none
    original step
    grep -Fqx "list=/a:${ENVS}/demo/lib:/b flags=-L${ENVS}/demo/lib -s n=0" <<<"${output}"
    [ "$(grep -c "warning: \`demo\` is not staged on n1: \`${ENVS}/demo\` is used, from where it is" <<<"${output}")" -eq 3 ]
    grep -qx 'off=off 0' <<<"${output}"
    staged own exits
    grep -qx 'other: other other' <<<"${output}"
    run output "${WORLD_HOME1}" --export=ALL,CONDA_STAGE_STATUS=staged,CONDA_STAGE_PREFIX= <<<'echo "path=${PATH}"' # nobody's
    [ "${output}" = path=/usr/local/bin:/usr/bin:/bin ]
}

@test "a node on which local disk has another name sees its own copy" {
    for node in n1 n2; do cp -a "${WORLD_DISKS}/${node}/stage" "${WORLD_DISKS}/${node}/${node}"; done
    conf "local_root=${WORLD_LOCAL}/%n"
    run output "${WORLD_HOME1}" -N2 --comment=conda_env=demo < <(echo "echo job=\${SLURM_JOB_ID}; . ${WORLD_DIR}/conda.sh; export LIST=\${CONDA_PREFIX}/lib
        srun sh -c 'echo \"\$(where-am-i) \${LIST} \${TMPDIR} \${RUNS}\"'
        conda activate other; srun sh -c 'echo \"\$(where-am-i) \${CONDA_PREFIX##*/} \${CONDA_STAGE_PREFIX}\"'")
    its_number
    for node in n1 n2; do
        at=${WORLD_LOCAL}/${node}/jobs/slurm-${WORLD_CLUSTER}-${number}
        grep -Fqx "${at}/conda-stage/envs/demo/share/demo ${at}/conda-stage/envs/demo/lib ${at} x" <<<"${output}"
        grep -Fqx "other other ${at}/conda-stage/envs/demo" <<<"${output}"
        [ -z "$(find "${WORLD_DISKS}/${node}/${node}" -mindepth 2 ! -path '*/turns/*' ! -regex "${no_cache}")" ]
        rm -r "${WORLD_DISKS:?}/${node}/${node}"
    done
}

@test "a refused job: every step of its allocation fails with the reason; switched off, it runs" {
    run allocate -n4 --comment=conda_env=demp < <(echo "set +e
        for step in 1 2; do srun -n4 echo began; echo status=\$?; done
        CONDA_STAGE=false srun -n1 sh -c 'echo off=\${CONDA_STAGE_STATUS} \${CONDA_PREFIX-none} \${TMPDIR}'")
    [ "$(grep -c '^conda-stagehand: error: .*`demp`' <<<"${output}")" -eq 2 ]
    [ "$(grep -c '^status=[1-9]' <<<"${output}")" -eq 2 ]
    [[ ${output} != *began* ]]
    grep -qx 'off=off none /tmp' <<<"${output}"
    run output "${WORLD_HOME1}" --export=ALL,CONDA_STAGE=false --comment=conda_env=demo <<<'echo "off=${CONDA_STAGE_STATUS} ${CONDA_PREFIX-none} ${TMPDIR}"'
    grep -qx 'off=off none /tmp' <<<"${output}"
}

@test "TMPDIR is the job's own already, or is not to be ours; what a site had before ours comes first" {
    conf slurm_set_tmpdir=false
    run output "${WORLD_HOME1}" --comment=conda_env=demo <<<'echo "tmp=${TMPDIR} ${CONDA_STAGE_STATUS}"; ls -A "${TMPDIR}/conda-stage"'
    [[ ${output} == *'tmp=/tmp staged'*'cannot access'* ]]
    scratch=${WORLD_LOCAL}/scratch
    for key in prolog epilog task_prolog; do
        conf "next_${key}=${WORLD_DIR}/next-${key}"
        printf '#!/bin/sh\nexec >>"%s/log.$SLURMD_NODENAME" 2>&1\necho %s $(/usr/bin/id -u)\n' "${WORLD_DIR}" "${key}" >"${WORLD_DIR}/next-${key}"
    done
    echo "/bin/install -d -m 700 -o \${SLURM_JOB_UID} ${scratch}/\${SLURM_JOB_ID}" >>"${WORLD_DIR}/next-prolog"
    sed "s:^exec.*:echo export TMPDIR=${scratch}/\${SLURM_JOB_ID}\necho export PATH=/site/bin\:\${PATH}\necho unset TAKEN\nexit \${SITE_SAYS-0}:" \
        -i "${WORLD_DIR}/next-task_prolog"
    chmod 755 "${WORLD_DIR}"/next-*
    run output "${WORLD_HOME1}" -w n1 -n4 --export=ALL,TAKEN=yes --comment=conda_env=demo <<<'echo "job=${SLURM_JOB_ID}"; echo "tmp=${TMPDIR} $(readlink "${TMPDIR}/conda-stage") taken=${TAKEN-no}"
        where-am-i; echo "path=${PATH#*:}"; srun sh -c "readlink \"\${TMPDIR}/conda-stage\""; SITE_SAYS=7 srun -n1 echo began || echo "status=$?"'
    its_number
    at=${ROOT}/jobs/slurm-${WORLD_CLUSTER}-${number}/conda-stage
    grep -qx "tmp=${scratch}/${number} ${at} taken=no" <<<"${output}"
    grep -qx "${at}/envs/demo/share/demo" <<<"${output}"
    grep -q '^path=/site/bin:/usr/local/bin:' <<<"${output}"
    [ "$(grep -cx "${at}" <<<"${output}")" -eq 4 ]
    grep -qx 'status=7' <<<"${output}"
    [[ ${output} != *began* ]]
    [ "$(cat "${WORLD_DIR}/log.n1")" = $'prolog 0\nepilog 0' ]
    rmdir "${WORLD_DISKS}/n1/scratch/${number}" "${WORLD_DISKS}/n1/scratch" # the link in it is struck
}

@test "a component of a heterogeneous job that asked for nothing uses the original" {
    cp "${SLURM_CONF}" "${WORLD_DIR}/slurm.conf"
    sed -i 's:sched/builtin:sched/backfill:; s:^SchedulerParameters=.*:&,bf_interval=1:' "${SLURM_CONF}" # needed by such jobs
    job restart slurmctld
    run output "${WORLD_HOME1}" < <(echo "#!/bin/bash
#SBATCH -n1 -w n1 --comment=conda_env=demo
#SBATCH hetjob
#SBATCH -n2 -w n2
        srun --het-group=0 ${SEE} first
        srun --het-group=1 ${SEE} second")
    cp "${WORLD_DIR}/slurm.conf" "${SLURM_CONF}"
    job restart slurmctld
    staged first demo
    original second
    [ "$(grep -c '^second' <<<"${output}")" -eq 2 ]
    [ "$(grep -c 'is not staged on n2' <<<"${output}")" -eq 1 ]
}

@test "with a private /tmp for each job the environment is seen inside, and nothing of ours is in it" {
    printf 'AutoBasePath=true\nBasePath=%s/tmp\n' "${WORLD_LOCAL}" >/etc/slurm/job_container.conf
    job set JobContainerType=job_container/tmpfs PrologFlags=Alloc,DeferBatch,Contain
    # on one processor: Linux 6.18 numbers mount namespaces per processor, and the plug-in needs rising numbers
    job power-off n1
    taskset -c 0 "${BATS_TEST_DIRNAME}/job" boot n1
    run output "${WORLD_HOME1}" -w n1 -n2 --comment=conda_env=demo <<<"${SEE} batch; srun ${SEE} step; touch /tmp/mine; ls -A /tmp /dev/shm"
    staged batch demo
    staged step demo
    [[ ${output} == *$'\n/dev/shm:\n\n/tmp:\nmine' ]]
    [ ! -e /tmp/mine ]
    conf "local_root=/tmp/stage" # refused, for anybody could change /tmp; the job would not see it either
    run output "${WORLD_HOME1}" -w n1 --comment=conda_env=demo <<<"${SEE} batch; ls -A /tmp"
    [[ ${output} == *'`/tmp/stage` is missing or not only root'*"batch: me=${ENVS}/demo/share/demo prefix=${ENVS}/demo status=fallback"*'tmp=/run/conda-stagehand/jobs/slurm-'*' on=n1' ]]
    [ ! -e /tmp/stage ]
    rm /etc/slurm/job_container.conf
    job set JobContainerType= PrologFlags=Alloc,DeferBatch
    job restart n1
}
