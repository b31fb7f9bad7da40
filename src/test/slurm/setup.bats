#!/usr/bin/env bats
# site-config/slurm/setup on a real Slurm:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/setup.bats

# shellcheck disable=SC1003,SC2016,SC2119,SC2120,SC2154 # backslashes and backquotes that are looked for, dollars that a job expands; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked

setup_file() {
    cp "${SLURM_CONF}" "${WORLD_DIR}/slurm.conf" # before any set-up
    install_hooks
    uninstalled
}
setup() {
    with_hooks
    cp "${SLURM_CONF}" "${BATS_TEST_TMPDIR}/before"
}
teardown() {
    uninstalled
    all_clear
}
uninstalled() { # as before set-up, whatever a test has left
    chmod 755 "${TREE}" "${TREE}/prolog"
    rm -f "${TREE}/etc/hooks.conf" /etc/slurm/job_container.conf
    install -m 644 "${WORLD_DIR}/slurm.conf" "${SLURM_CONF}"
    rm -f /etc/slurm/extra.conf # after the line that includes it: Slurm waits a minute for a file that is missing
    job set
}
configure() { "${TREE}/site-config/slurm/setup" "$@"; }
apply() { # and every slurmd has read it
    configure --apply "${SLURM_CONF}" --yes-installed-everywhere "$@"
    job set
}
unchanged() { cmp "${BATS_TEST_TMPDIR}/before" "${SLURM_CONF}"; }
shown() { scontrol show config | sed -n "s/^$1 *= //p"; }
append() { printf '%s\n' "$@" | tee -a "${SLURM_CONF}" >>"${BATS_TEST_TMPDIR}/before"; }
refuses() { # STATUS PATTERN ARGUMENT...: with at most a hint, and nothing changed
    local wanted=$1 pattern=$2
    shift 2
    run configure "$@"
    echo "${output}"
    [ "${status}" -eq "${wanted}" ]
    # shellcheck disable=SC2053 # a pattern
    [[ ${lines[0]} == "conda-stagehand: error: "${pattern} ]]
    [ "${#lines[@]}" -le 2 ]
    unchanged
    [ ! -e "${TREE}/etc/hooks.conf" ]
}
site_hook() { # FILE WHAT-IT-DOES
    printf '#!/bin/sh\n%s\n' "$2" >"$1"
    chmod 755 "$1"
}

@test "without --apply it prints lines that work, each with its reason" {
    configure >"${BATS_TEST_TMPDIR}/lines"
    unchanged
    grep -v '^#' "${BATS_TEST_TMPDIR}/lines" >"${BATS_TEST_TMPDIR}/settings"
    [ "$(cat "${BATS_TEST_TMPDIR}/settings")" = "Prolog=${TREE}/prolog/slurm-prolog
Epilog=${TREE}/epilog/slurm-epilog
TaskProlog=${TREE}/prolog/slurm-task-prolog
PrologFlags=Alloc,DeferBatch
PrologEpilogTimeout=600
BatchStartTimeout=360" ]
    [ "$(grep -c '^# [a-zA-Z]*[:,]' "${BATS_TEST_TMPDIR}/lines")" -ge 6 ]
    cat "${BATS_TEST_TMPDIR}/lines" >>"${SLURM_CONF}"
    job set
    run output "${WORLD_HOME1}" --comment=conda_env=demo <<<"${says}"
    [[ ${output} == *"status=staged prefix=${ROOT}/jobs/"* ]]
    run configure
    [[ ${output} == *$'\nBatchStartTimeout=360\n# nothing to change\n'* ]]
    # what was pasted is taken out by --remove too, but for what may have been the site's
    run configure --remove --apply "${SLURM_CONF}"
    [ "${status}" -eq 0 ]
    run -1 grep "${TREE}/prolog" <(shown Prolog)
}

@test "--apply edits the file and has Slurm take it, --remove brings it back to the byte" {
    append '# the end' 'TaskProlog = "/site/none" # it'
    sed -i '/^# the end/,$d' "${SLURM_CONF}" "${BATS_TEST_TMPDIR}/before"
    append '  prologFLAGS = Serial\' '  # the end' 'BatchStartTimeout=900'
    printf '#no newline' | tee -a "${SLURM_CONF}" >>"${BATS_TEST_TMPDIR}/before"
    chown slurm "${SLURM_CONF}"
    chmod 664 "${SLURM_CONF}"
    run apply
    echo "${output}"
    [ "${lines[0]}" = "changed \`${TREE}/etc/hooks.conf\`" ]
    [ "${lines[1]}" = "changed \`${SLURM_CONF}\`: Prolog: none -> \`${TREE}/prolog/slurm-prolog\`" ]
    [[ ${output} == *"PrologFlags \`Serial\` -> \`Serial,Alloc,DeferBatch\`"*'changed the running Slurm: scontrol reconfigure'* ]]
    [[ ${output} == *'warning: PrologFlags has Serial: '* ]]
    [ "$(stat -c '%U %G %a' "${SLURM_CONF}")" = 'slurm root 664' ]
    [ "$(shown Prolog) $(shown PrologFlags) $(shown BatchStartTimeout)" = \
        "${TREE}/prolog/slurm-prolog Alloc,DeferBatch,Serial 900 sec" ]
    [ "$(stat -c '%U %a' "${TREE}/etc/hooks.conf")" = 'root 644' ]
    run output "${WORLD_HOME1}" -N2 --comment=conda_env=demo <<<"${says}"
    [[ ${output} == *"status=staged prefix=${ROOT}/jobs/"* ]]
    cp "${SLURM_CONF}" "${BATS_TEST_TMPDIR}/after"
    run configure --apply "${SLURM_CONF}"
    [ "${lines[0]}" = 'nothing to change' ]
    cmp "${BATS_TEST_TMPDIR}/after" "${SLURM_CONF}"
    run configure --remove --dry-run
    [[ ${lines[0]} == 'would change '* ]]
    cmp "${BATS_TEST_TMPDIR}/after" "${SLURM_CONF}"
    configure --remove
    unchanged
    [ "$(stat -c '%U %G %a' "${SLURM_CONF}")" = 'slurm root 664' ]
    [ "$(shown Prolog) $(shown PrologFlags)" = '(null) Serial' ]
    run -1 grep slurm_[abc] "${TREE}/etc/hooks.conf"
    run configure --remove
    [ "${output}" = '# nothing to change' ]
}

@test "hooks that were there are called by ours, as Slurm called them" {
    install -d "${WORLD_DIR}/site"
    for name in a 'b b'; do
        site_hook "${WORLD_DIR}/site/${name}" "printf '%s' '${name} ' >>${WORLD_LOCAL}/order"
    done
    site_hook "${WORLD_DIR}/site-epilog" "echo epilog >>${WORLD_LOCAL}/order"
    site_hook "${WORLD_DIR}/site-task" 'echo export SITE=task; echo print site task'
    append "Prolog=${WORLD_DIR}/site/*" "Epilog = \"${WORLD_DIR}/site-epilog\"" "taskprolog=${WORLD_DIR}/site-task"
    job set
    run apply
    [[ ${output} == *"kept PrologEpilogTimeout without a limit: \`${WORLD_DIR}/site/*\`"* ]]
    [ "$(shown PrologEpilogTimeout)" = 65534 ]
    grep -qxF "next_prolog=${WORLD_DIR}/site/*" "${TREE}/etc/hooks.conf"
    run configure --apply "${SLURM_CONF}"
    [ "${lines[1]}" = 'nothing to change' ]
    run output "${WORLD_HOME1}" --nodelist=n1 --comment=conda_env=demo <<<"${says}"'; echo "site=${SITE}"'
    echo "${output}"
    [[ ${output} == *'site task'*"status=staged prefix=${ROOT}/jobs/"*'site=task'* ]]
    [ "$(cat "${WORLD_DISKS}/n1/order")" = 'b b a epilog' ]
    configure --remove
    unchanged
    job set
    run output "${WORLD_HOME1}" --nodelist=n1 <<<'echo "site=${SITE}"'
    [[ ${output} == *'site task'*'site=task'* ]]
    [ "$(tail -n 1 "${WORLD_DISKS}/n1/order")" = 'b b a epilog' ]
    rm "${WORLD_DISKS}/n1/order"
}

@test "--remove after somebody has edited the file brings back our keys alone" {
    append 'Prolog=/site/prolog'
    apply
    sed -i 's/^PrologEpilogTimeout=.*//; s/^BatchStartTimeout=.*/BatchStartTimeout=500/' "${SLURM_CONF}"
    echo 'PrologFlags=Alloc' >>"${SLURM_CONF}"
    sed -i '0,/^PrologFlags=/{//d}; s/^KillWait=.*/KillWait=3/' "${SLURM_CONF}"
    run configure --remove
    echo "${output}"
    [[ ${output} == *'kept PrologFlags: edited since set-up'*'kept BatchStartTimeout: edited since set-up'* ]]
    [[ ${output} == *"Prolog \`${TREE}/prolog/slurm-prolog\` -> \`/site/prolog\`"* ]]
    grep -qx 'KillWait=3' "${SLURM_CONF}"
    run -1 grep -F "${TREE}" "${SLURM_CONF}"
    [ "$(shown BatchStartTimeout) $(shown Prolog)" = '500 sec /site/prolog' ]
}

@test "refuses nodes that it cannot see, and says how to look at them" {
    refuses 78 'the cluster has other nodes than this host: `n\[1-2\]`; *' --apply "${SLURM_CONF}"
    typed=${lines[1]##*everywhere: }
    run sh -c "${typed}"
    [ "${status}" -eq 0 ]
    [ "$(grep -c "${TREE}/prolog/slurm-prolog" <<<"${output}")" -eq 2 ]
}

@test "refuses what somebody has to decide first, in one line" {
    refuses 2 "Missing required parameter for option '--apply' (FILE)" --apply
    refuses 2 "Unknown option: '--aply=x'" --aply=x
    refuses 2 '--remove and --local-root do not go together' --remove --local-root /x
    refuses 65 'cannot read `/none/slurm.conf`: no such file or directory' --apply /none/slurm.conf
    refuses 65 '`/etc` is no file' --apply /etc
    refuses 65 '--local-root must be an absolute path*' --local-root here
    refuses 65 '--local-root must have no blank*' --local-root '/a$b'
    append 'Prolog=/old/prolog/slurm-prolog'
    refuses 78 "Prolog is another installation's, \`/old/prolog/slurm-prolog\`" --apply "${SLURM_CONF}"
    [ "${lines[1]}" = 'conda-stagehand: hint: /old/site-config/slurm/setup --remove' ]
    append 'Prolog=/site/prolog'
    refuses 78 'Prolog stands more than once: line * of `'"${SLURM_CONF}"'`, line * of *' --apply "${SLURM_CONF}"
    cp "${WORLD_DIR}/slurm.conf" "${SLURM_CONF}"
    cp "${SLURM_CONF}" "${BATS_TEST_TMPDIR}/before"
    echo 'Epilog=/site/epilog' >/etc/slurm/extra.conf
    append 'include extra.conf'
    refuses 78 'line 1 of `/etc/slurm/extra.conf` has Epilog, and only *' --apply "${SLURM_CONF}"
    echo 'Epilog=relative' >/etc/slurm/extra.conf
    refuses 78 'Epilog `relative` is no absolute path *' --apply "${SLURM_CONF}"
    cp "${WORLD_DIR}/slurm.conf" "${SLURM_CONF}"
    cp "${SLURM_CONF}" "${BATS_TEST_TMPDIR}/before"
    chmod 775 "${TREE}"
    refuses 78 "root's hooks must be root's alone to change, and \`${TREE}\` is not" --apply "${SLURM_CONF}"
    chmod 755 "${TREE}"
}

@test "a file that Slurm does not take comes back" {
    append 'ProctrackType=proctrack/cgroup' # Contain is added
    append 'PrologFlags=NoHold'
    cp "${SLURM_CONF}" "${WORLD_DIR}/copy.conf"
    # not the running cluster's: edited, and left to people
    run configure --apply "${WORLD_DIR}/copy.conf" --yes-installed-everywhere
    [ "${status}" -eq 0 ]
    grep -qx 'PrologFlags=NoHold,Alloc,DeferBatch' "${WORLD_DIR}/copy.conf"
    [[ ${output} == *'copy `'*'; then: scontrol reconfigure'*'warning: PrologFlags has NoHold'* ]]
    [ "$(shown Prolog)" = '(null)' ]
    configure --remove
    cmp "${WORLD_DIR}/copy.conf" "${SLURM_CONF}"
    cp "${WORLD_DIR}/slurm.conf" "${SLURM_CONF}"
    cp "${SLURM_CONF}" "${BATS_TEST_TMPDIR}/before"
    # scontrol that refuses to reconfigure
    mkdir "${BATS_TEST_TMPDIR}/bin"
    rm "${TREE}/etc/hooks.conf"
    site_hook "${BATS_TEST_TMPDIR}/bin/scontrol" \
        "[ \"\$1\" != reconfigure ] || { echo 'slurm_reconfigure error: not today' >&2; exit 1; }; exec $(command -v scontrol) \"\$@\""
    PATH=${BATS_TEST_TMPDIR}/bin:${PATH} run configure --apply "${SLURM_CONF}" --yes-installed-everywhere
    echo "${output}"
    [ "${status}" -eq 78 ]
    [ "${lines[1]}" = "undone \`${TREE}/etc/hooks.conf\`" ]
    [ "${lines[2]}" = 'conda-stagehand: error: scontrol reconfigure: slurm_reconfigure error: not today' ]
    unchanged
    [ ! -e "${TREE}/etc/hooks.conf" ]
    run job as "${WORLD_USER1}" "${TREE}/site-config/slurm/setup" --apply "${SLURM_CONF}" --yes-installed-everywhere
    echo "${output}"
    [ "${status}" -eq 78 ]
    [ "${lines[0]}" = "conda-stagehand: error: cannot write \`${TREE}/etc/hooks.conf\`: permission denied" ]
    unchanged
}

@test "--local-root makes it and writes site.toml; where it cannot work there is a warning" {
    cp "${TREE}/site-config/site.toml" "${BATS_TEST_TMPDIR}/site.toml"
    run apply --local-root "${WORLD_DIR}/roots/%n"
    [ "${lines[0]}" = "changed \`${TREE}/site-config/site.toml\`: local_root = \"${WORLD_DIR}/roots/%n\"" ]
    run apply --local-root "${WORLD_DIR}/new/root"
    [ "${lines[0]}" = "changed \`${WORLD_DIR}/new/root\`: made on this node" ]
    [[ ${lines[-1]} == *"warning: local_root was \`${WORLD_DIR}/roots/%n\`: what jobs have staged there stays;"*"type on each node: rm -r --one-file-system ${WORLD_DIR}/roots/%n" ]]
    [ "$(stat -c '%U %a' "${WORLD_DIR}/new/root/records")" = 'root 700' ]
    [ "$(sed 's:^local_root.*::' "${TREE}/site-config/site.toml")" = "$(sed 's:^local_root.*::' "${BATS_TEST_TMPDIR}/site.toml")" ]
    grep -qx "local_root = \"${WORLD_DIR}/new/root\"" "${TREE}/site-config/site.toml"
    grep -qx "local_root=${WORLD_DIR}/new/root" "${TREE}/etc/hooks.conf"
    [[ ${output} == *"next: make the local root on each node: ${TREE}/libexec/local-root ${WORLD_DIR}/new/root"* ]]
    run configure --apply "${SLURM_CONF}" --local-root "${WORLD_DIR}/new/root"
    [ "${output}" = 'nothing to change' ]
    run configure --apply "${SLURM_CONF}" --local-root /tmp/stage --dry-run
    echo "${output}"
    [[ ${lines[-1]} == 'conda-stagehand: warning: local_root `/tmp/stage` lies where every user may write'* ]]
    printf 'AutoBasePath=true\nBasePath=%s\nDirs=/tmp,/scratch\n' "${WORLD_LOCAL}" >/etc/slurm/job_container.conf
    configure --remove
    printf 'JobContainerType=job_container/tmpfs\nPrologFlags=Contain\n' >>"${SLURM_CONF}"
    run configure --apply "${SLURM_CONF}" --local-root /scratch/stage --dry-run --yes-installed-everywhere
    echo "${output}"
    [[ ${lines[-1]} == 'conda-stagehand: warning: local_root `/scratch/stage` is below `/scratch`, of which job_container/tmpfs'* ]]
    run configure --apply "${SLURM_CONF}" --local-root /scratches/stage --dry-run --yes-installed-everywhere
    [[ ${output} != *job_container* ]]
    printf '[slurm]\nset_tmpdir = false\n' >>"${TREE}/site-config/site.toml"
    apply
    grep -qx slurm_set_tmpdir=false "${TREE}/etc/hooks.conf"
    run ! sh -c "ls /etc/slurm/*.new '${TREE}'/etc/*.new '${TREE}'/site-config/*.new"
}
