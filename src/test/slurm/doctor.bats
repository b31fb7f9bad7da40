#!/usr/bin/env bats
# conda-stagehand doctor on a real Slurm, well and with one thing after the other out of order:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/doctor.bats

# shellcheck disable=SC2016,SC2154 # backquotes that are looked for; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked
load ../world/doctor

setup_file() {
    install_hooks
    cp "${SLURM_CONF}" "${WORLD_DIR}/slurm.conf"
}
setup() {
    with_hooks
    "${TREE}/site-config/slurm/setup" --apply "${SLURM_CONF}" --yes-installed-everywhere
    "${TREE}/libexec/local-root" "${ROOT}"
    touch "${TREE}/etc/hooks.conf" # younger than the site.toml of with_hooks, also where nothing changed
}
teardown() {
    rm -f /etc/slurm/job_container.conf /etc/slurm/plugstack.conf.d/*.conf /etc/cron.d/conda-stagehand
    install -m 644 "${WORLD_DIR}/slurm.conf" "${SLURM_CONF}"
    job set
}
type_mend() { # CHECK
    mend "$1"
    sh -c "${typed}"
}
types_setup() { # what the line says, on the world's nodes that are no other machines
    mend "$1"
    sh -c "${typed} --yes-installed-everywhere"
    job set
}

@test "after set-up all that is Slurm's is well, for root and for a user, and nothing is changed" {
    find "${TREE}" "${ROOT}" /etc/slurm -printf '%p %m %u %s %T@\n' | sort >"${BATS_TEST_TMPDIR}/before"
    doctor 0
    for line in 'java' 'site.toml' 'local_root' 'hooks.conf' 'slurm Prolog' 'slurm Epilog' 'slurm TaskProlog' \
        'slurm PrologFlags' 'slurm PrologEpilogTimeout' 'slurm BatchStartTimeout' 'slurm hooks' 'private /tmp' 'slurm plug-in' \
        'clock'; do
        says ok "${line}"
    done
    [[ ${output} == *"ok    clock: within 10 s of slurmctld's"* ]]
    find "${TREE}" "${ROOT}" /etc/slurm -printf '%p %m %u %s %T@\n' | sort | diff "${BATS_TEST_TMPDIR}/before" -
    says warn 'start-up archive' 'is not that of this Java and these jars' # of a copy, at another path
    TREE=${STAGEHAND_TREE} run "${STAGEHAND_TREE}/bin/conda-stagehand" doctor
    says ok 'start-up archive' 'in use'
    run job as "${WORLD_USER1}" "${TREE}/bin/conda-stagehand" doctor
    echo "${output}"
    [ "${status}" -eq 0 ]
    says ok 'slurm Epilog'
    [[ ${lines[-1]} == *'what only root may read was left out'* ]]
}

@test "--json says the same, with the mend of each" {
    job set Epilog=
    run -69 --separate-stderr "${TREE}/bin/conda-stagehand" doctor --json
    python3 - "${output}" "${TREE}" "${SLURM_CONF}" <<'PY'
import json, sys
said = json.loads(sys.argv[1])
assert said["complete"] is True and said["node"], said
assert all(set(c) <= {"check", "verdict", "text", "mend"} and c["verdict"] in ("ok", "warn", "fail") for c in said["checks"])
epilog, = [c for c in said["checks"] if c["check"] == "slurm Epilog"]
assert epilog["verdict"] == "fail", epilog
assert epilog["mend"] == "%s/site-config/slurm/setup --apply %s" % tuple(sys.argv[2:]), epilog
PY
}

@test "slurm.conf without what set-up wrote: the line, and what it says to type mends it" {
    job set Epilog=
    doctor 69
    says fail 'slurm Epilog' "is not set, not \`${TREE}/epilog/slurm-epilog\`"
    types_setup 'slurm Epilog'
    job set PrologEpilogTimeout=60 BatchStartTimeout=20 PrologFlags=Alloc Prolog=/usr/bin/true
    doctor 69
    says fail 'slurm PrologEpilogTimeout' 'is `60`, not `600`'
    says fail 'slurm BatchStartTimeout' 'is `20`, not `360`'
    says fail 'slurm PrologFlags' 'is `Alloc`, not `Alloc,DeferBatch`'
    says fail 'slurm Prolog' "is \`/usr/bin/true\`, not \`${TREE}/prolog/slurm-prolog\`"
    types_setup 'slurm Prolog'
    doctor 0
    says ok 'slurm Prolog' 'which calls `/usr/bin/true`'
    # a script of the site's that calls ours
    printf '#!/bin/sh\nexec %s "$@"\n' "${TREE}/prolog/slurm-prolog" >"${WORLD_DIR}/own-prolog"
    job set "Prolog=${WORLD_DIR}/own-prol*"
    doctor 0
    says ok 'slurm Prolog' "which calls \`${TREE}/prolog/slurm-prolog\`"
    sed -i '/^next_prolog=/d' "${TREE}/etc/hooks.conf"
}

@test "hooks.conf that is older than site.toml, or says something else" {
    touch -d '1 hour ago' "${TREE}/etc/hooks.conf"
    doctor 0
    says warn hooks.conf 'is older than'
    type_mend hooks.conf
    printf 'epilog_wait = "7 s"\n' >>"${TREE}/site-config/site.toml"
    doctor 69
    says fail hooks.conf 'epilog_wait=7, not 30'
    type_mend hooks.conf
    doctor 0
    echo 'local_rot = "/x"' >>"${TREE}/site-config/site.toml"
    doctor 78
    says fail site.toml 'unknown key'
    says ok java
}

@test "the local root: modes, a missing part, noexec, too small a disk" {
    # what was mended is well in the next answer, where the next thing is not
    chmod 775 "${ROOT}"
    mount --bind "${ROOT}" "${ROOT}" && mount -o remount,bind,noexec "${ROOT}"
    doctor 69
    says fail local_root 'is not for root alone to change'
    says fail 'local disk' 'is mounted noexec'
    type_mend local_root
    type_mend 'local disk'
    rmdir "${ROOT}/trash"
    doctor 69
    says fail local_root 'trash` is missing'
    says warn 'local disk' 'is memory'
    type_mend local_root
    chmod 777 "${ROOT}/jobs"
    doctor 69
    says fail local_root 'jobs` must be a directory of root with mode 711, is 777 of 0'
    type_mend local_root
    doctor 0
    umount "${ROOT}"
    mount -t tmpfs -o size=20m,nr_inodes=500,mode=755 small "${ROOT}"
    "${TREE}/libexec/local-root" "${ROOT}"
    doctor 69
    says fail space 'no environment has so few files'
    umount "${ROOT}"
    truncate -s 64M "${WORLD_DIR}/disk.img"
    mkfs.ext4 -q "${WORLD_DIR}/disk.img"
    mount -o loop "${WORLD_DIR}/disk.img" "${ROOT}"
    "${TREE}/libexec/local-root" "${ROOT}"
    doctor 0
    says ok 'local disk' '(ext4)'
    says warn space 'may not fit'
    umount "${ROOT}"
}

@test "what gives jobs a /tmp of their own, and the plug-in" {
    printf 'BasePath=%s\n' "${WORLD_DIR}" >/etc/slurm/job_container.conf
    job set JobContainerType=job_container/tmpfs PrologFlags=Alloc,DeferBatch,Contain
    doctor 69
    says fail 'private /tmp' "is below \`${WORLD_DIR}\`, which is BasePath"
    printf 'BasePath=/nowhere\nDirs=/tmp,%s\n' "${WORLD_LOCAL}" >/etc/slurm/job_container.conf
    doctor 0
    says warn slurm "is below \`${WORLD_LOCAL}\`, of which job_container/tmpfs gives each job its own"
    job set JobContainerType= PrologFlags=Alloc,DeferBatch
    echo "optional auto_tmpdir.so mount=/tmp mount=${WORLD_LOCAL}" >/etc/slurm/plugstack.conf.d/auto.conf
    doctor 69
    says fail 'private /tmp' 'of which auto_tmpdir gives each job its own'
    rm /etc/slurm/plugstack.conf.d/auto.conf
    cp -R "${BATS_TEST_DIRNAME}/../../../site-config/slurm/spank" "${WORLD_DIR}/spank"
    echo "optional ${WORLD_DIR}/plugins/conda_stagehand.so" >/etc/slurm/plugstack.conf.d/ours.conf
    doctor 69
    says fail 'slurm plug-in' 'is missing'
    make -s -C "${WORLD_DIR}/spank" clean all "CPPFLAGS=-include ${BATS_TEST_DIRNAME}/other-release.h"
    install -D -m 644 "${WORLD_DIR}/spank/conda_stagehand.so" "${WORLD_DIR}/plugins/conda_stagehand.so"
    doctor 69
    says fail 'slurm plug-in' 'sbatch does not know --conda-env'
    type_mend 'slurm plug-in'
    doctor 0
    says ok 'slurm plug-in' 'sbatch takes --conda-env'
}

@test "slurmctld that does not answer, no start-up archive, nobody who sweeps" {
    mkdir -p /etc/cron.d
    doctor 0
    type_mend sweep
    mv "${TREE}/lib/runtime/lib/server/conda-stagehand.jsa" "${TREE}/archive.away"
    doctor 0
    says ok sweep 'by cron'
    says warn 'start-up archive' 'is missing'
    mv "${TREE}/archive.away" "${TREE}/lib/runtime/lib/server/conda-stagehand.jsa"
    job stop slurmctld
    doctor 69
    job start slurmctld
    says fail slurm 'scontrol show config: '
    mend slurm
    [ "${typed}" = 'scontrol ping' ]
}

@test "a disk that does not answer is one line, and the others come" {
    mv "${ROOT}" "${ROOT}.away"
    : >"${ROOT}"
    python3 -B "${BATS_TEST_DIRNAME}/../world/silent_file.py" "${ROOT}" 3>&- &
    silent=$!
    deadline=$((SECONDS + 60))
    until grep -q ' - fuse silent ' /proc/self/mountinfo; do
        [ "${SECONDS}" -lt "${deadline}" ]
        sleep 0.1
    done
    run "${TREE}/bin/conda-stagehand" doctor
    kill "${silent}"
    umount -l "${ROOT}"
    rm "${ROOT}"
    mv "${ROOT}.away" "${ROOT}"
    echo "${output}"
    [ "${status}" -eq 69 ]
    [ "$(grep -c 'does not answer' <<<"${output}")" -eq 1 ]
    says fail local_root "the disk of \`${ROOT}\` does not answer within 10 s"
    says ok 'slurm Epilog'
    says '[okwarn]*' decompressor 'gzip by '
}
