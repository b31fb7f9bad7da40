#!/usr/bin/env bats
# site-config/sge/setup on a real Grid Engine:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/setup.bats

# shellcheck disable=SC2016 # backquotes that are looked for, dollars that another shell expands

bats_require_minimum_version 1.5.0

setup_file() {
    : "${WORLD_DIR:?is not set: run this in a world}" "${STAGEHAND_TREE:?is not set: an installed tree}"
    # set-up is about where hooks are, not what they do: a tree with the program and hooks that only tell that they ran
    export TREE=${WORLD_DIR}/tree
    mkdir -p "${TREE}/etc" "${TREE}/prolog" "${TREE}/epilog"
    cp -R "${STAGEHAND_TREE}/bin" "${STAGEHAND_TREE}/site-config" "${TREE}"
    ln -s "$(readlink -f "${STAGEHAND_TREE}/lib")" "${TREE}/lib"
    for hook in prolog/sge-prolog epilog/sge-epilog; do
        printf '#!/bin/sh -p\necho "%s as $(id -un)"\n' "${hook##*/}" >"${TREE}/${hook}"
    done
    printf '#!/bin/sh -p\necho sge-starter\nexec "$@"\n' >"${TREE}/prolog/sge-starter"
    chmod 755 "${TREE}"/*/sge-*
    export CONF=${TREE}/etc/hooks.conf Q=${WORLD_QUEUE}
}
setup() {
    sge=${BATS_TEST_DIRNAME}
    set_queue qtype BATCH # interactive queues get the starter alone
    qconf -sq "${Q}" | sed 's/^qname .*/qname two.q/' >"${BATS_TEST_TMPDIR}/two"
    qconf -Aq "${BATS_TEST_TMPDIR}/two"
    state >"${BATS_TEST_TMPDIR}/before"
}
teardown() { # what a test leaves when it fails must not make the next ones fail
    qconf -dq two.q || true
    qconf -purge queue prolog "${Q}@${WORLD_HOST}" || true
    qconf -purge queue prolog "${Q}@@allhosts" || true
    set_queue prolog NONE
    set_queue epilog NONE
    set_queue starter_method NONE
    job as "${WORLD_USER1}" qdel -u "${WORLD_USER1}" || true
    qconf -dattr exechost complex_values conda_env=-none- global || true
    qconf -dattr exechost complex_values conda_env=none global || true
    qconf -dattr exechost complex_values slots=99 global || true
    qconf -sc | grep -v '^conda_env ' >"${BATS_TEST_TMPDIR}/complexes"
    qconf -Mc "${BATS_TEST_TMPDIR}/complexes"
    qconf -dconf "${WORLD_HOST}" || true
    cluster_prolog none
    rm -f "${CONF}"
} >/dev/null 2>&1
job() { "${sge}/job" "$@"; }
configure() { "${TREE}/site-config/sge/setup" "$@"; }
set_queue() { # ATTRIBUTE VALUE [QUEUE]
    qconf -mattr queue "$1" "$2" "${3-${Q}}"
}
cluster_prolog() { # VALUE
    qconf -sconf | sed "s:^prolog .*:prolog $1:" >"${BATS_TEST_TMPDIR}/global"
    qconf -Mconf "${BATS_TEST_TMPDIR}/global"
}
state() { # all of Grid Engine's configuration that set-up may touch
    for queue in $(qconf -sql); do qconf -sq "${queue}"; done
    qconf -sc
    qconf -se global
    qconf -sconf
}
unchanged() { diff "${BATS_TEST_TMPDIR}/before" <(state); }
attribute() { # NAME [QUEUE]
    SGE_SINGLE_LINE=1 qconf -sq "${2-${Q}}" | awk -v name="$1" '$1 == name {sub(/^[^ ]+ +/, ""); print}'
}
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
    [ ! -e "${CONF}" ]
}

@test "adds the complex, the global value and the queue's hooks, and says each" {
    run configure --queue "${Q}"
    [ "${status}" -eq 0 ]
    [ "${output}" = "changed \`${CONF}\`
changed complex \`conda_env\`: added
changed host \`global\`: complex_values with \`conda_env=-none-\`
changed queue \`${Q}\`: prolog \`NONE\` -> \`${TREE}/prolog/sge-prolog\`
changed queue \`${Q}\`: epilog \`NONE\` -> \`${TREE}/epilog/sge-epilog\`
changed queue \`${Q}\`: starter_method \`NONE\` -> \`${TREE}/prolog/sge-starter\`" ]
    [ "$(qconf -sc | grep conda_env | tr -s ' ')" = 'conda_env conda_env RESTRING != YES NO NONE 0' ]
    qconf -se global | grep -qx 'complex_values  *conda_env=-none-'
    number=$(echo 'echo job' | job submit "${WORLD_USER1}" -l conda_env=foo -q "${Q}" -S /bin/sh -j y -o added.out)
    job wait "${number}"
    [ "$(tr '\n' , <"${WORLD_HOME1}/added.out")" = \
        "sge-prolog as ${WORLD_USER1},sge-starter,job,sge-epilog as ${WORLD_USER1}," ]
}

@test "hooks.conf is root's, readable by all, and says what site.toml says" {
    configure --queue "${Q}"
    [ "$(stat -c '%U %a' "${CONF}")" = 'root 644' ]
    local_root=$(sed -n 's/^local_root = "\(.*\)"/\1/p' "${TREE}/site-config/site.toml")
    [ "$(cat "${CONF}")" = "local_root=${local_root}
java=${TREE}/lib/runtime/bin/java
stage_timeout=300
max_concurrent=4
epilog_wait=30
toml_requests=true
min_uid=1000
slurm_set_tmpdir=true
images=off
sge_qstat=true
syslog=true
metrics=false
sge_spool=${WORLD_SPOOL%/*}
sge_added=complex global" ]
    "$(sed -n 's/^java=//p' "${CONF}")" -version
    cp "${TREE}/site-config/site.toml" "${BATS_TEST_TMPDIR}"
    sed -i 's/^stage_timeout.*/stage_timeout = "2 min"/; s/^qstat.*/qstat = false/; s:^local_root.*:local_root = "/a/%n":' \
        "${TREE}/site-config/site.toml"
    run configure --queue "${Q}"
    cp "${BATS_TEST_TMPDIR}/site.toml" "${TREE}/site-config/site.toml"
    [ "${output}" = "changed \`${CONF}\`" ]
    grep -qx 'stage_timeout=120' "${CONF}"
    grep -qx 'sge_qstat=false' "${CONF}"
    grep -qx 'local_root=/a/%n' "${CONF}"
}

@test "a second time changes nothing and says so" {
    configure --queue "${Q}"
    state >"${BATS_TEST_TMPDIR}/before"
    cp "${CONF}" "${BATS_TEST_TMPDIR}/conf"
    run configure --queue "${Q}"
    [ "${status}" -eq 0 ]
    [ "${output}" = 'nothing to change' ]
    unchanged
    cmp "${CONF}" "${BATS_TEST_TMPDIR}/conf"
}

@test "--dry-run says the same and changes nothing" {
    run configure --queue "${Q}" --dry-run
    [ "${#lines[@]}" -eq 6 ]
    [ "${lines[3]}" = "would change queue \`${Q}\`: prolog \`NONE\` -> \`${TREE}/prolog/sge-prolog\`" ]
    unchanged
    [ ! -e "${CONF}" ]
}

@test "--remove brings back what was there, to the byte" {
    set_queue prolog 'root@/site/prolog -a b=c d,e $job_id "x y"'
    set_queue epilog '/site/epilog'
    set_queue starter_method '/site/starter --long' two.q
    qconf -mattr exechost complex_values slots=99 global
    state >"${BATS_TEST_TMPDIR}/before"
    configure --queue "${Q}" --queue two.q
    grep -qxF "next_prolog.${Q}=root@/site/prolog -a b=c d,e \$job_id \"x y\"" "${CONF}"
    grep -qxF "next_epilog.${Q}=/site/epilog" "${CONF}"
    grep -qxF 'next_starter.two.q=/site/starter --long' "${CONF}"
    run ! grep -e "next_starter.${Q}" -e 'next_prolog.two.q' "${CONF}"
    configure --queue "${Q},two.q" # a second time must not take ours for the site's
    grep -qxF "next_epilog.${Q}=/site/epilog" "${CONF}"
    configure --remove --queue "${Q}" --queue two.q
    unchanged
    run ! grep -e next_ -e added "${CONF}"
    run configure --remove --queue "${Q}"
    [ "${output}" = 'nothing to change' ]
}

@test "--root-hooks runs prolog and epilog as root, the starter never; and back" {
    set_queue epilog /site/epilog
    configure --queue "${Q}"
    run configure --queue "${Q}" --root-hooks
    [ "${output}" = "changed queue \`${Q}\`: prolog \`${TREE}/prolog/sge-prolog\` -> \`root@${TREE}/prolog/sge-prolog\`
changed queue \`${Q}\`: epilog \`${TREE}/epilog/sge-epilog\` -> \`root@${TREE}/epilog/sge-epilog\`" ]
    grep -qx "next_epilog.${Q}=/site/epilog" "${CONF}"
    number=$(echo 'echo job' | job submit "${WORLD_USER1}" -q "${Q}" -S /bin/sh -j y -o root.out)
    job wait "${number}"
    [ "$(tr '\n' , <"${WORLD_HOME1}/root.out")" = 'sge-prolog as root,sge-starter,job,sge-epilog as root,' ]
    configure --remove --queue "${Q}"
    [ "$(attribute epilog)" = /site/epilog ]
}

@test "the complex stays while another queue has the hooks" {
    configure --queue "${Q}" --queue two.q
    run configure --remove --queue "${Q}"
    [ "${lines[-1]}" = "kept complex \`conda_env\`: queue \`two.q\` has our hooks" ]
    [ "$(attribute prolog)" = NONE ]
    [ "$(attribute prolog two.q)" = "${TREE}/prolog/sge-prolog" ]
    configure --remove --queue two.q
    unchanged
}

@test "the complex stays while a job requests it, and goes the next time" {
    configure --queue "${Q}"
    number=$(echo true | job submit "${WORLD_USER1}" -h -soft -l conda_env=foo)
    run configure --remove --queue "${Q}"
    [ "${lines[-1]}" = "kept complex \`conda_env\`: job ${number} requests it; type this again when no job does" ]
    [ "$(attribute prolog)" = NONE ]
    qconf -sc | grep -q '^conda_env '
    job as "${WORLD_USER1}" qdel "${number}"
    run configure --remove --queue "${Q}"
    [ "${status}" -eq 0 ]
    unchanged
}

@test "a running job still finds the site's own epilog after --remove" {
    set_queue epilog /site/epilog
    state >"${BATS_TEST_TMPDIR}/before"
    configure --queue "${Q}"
    number=$(echo 'sleep 600' | job submit "${WORLD_USER1}" -q "${Q}")
    job wait "${number}" r
    run configure --remove --queue "${Q}"
    [[ "${output}" == *"kept next_epilog.${Q} in"* ]]
    grep -qx "next_epilog.${Q}=/site/epilog" "${CONF}"
    unchanged
    job as "${WORLD_USER1}" qdel "${number}"
    job wait "${number}"
    configure --remove --queue "${Q}"
    run ! grep next_ "${CONF}"
}

@test "a complex that was there before set-up stays" {
    { qconf -sc && echo 'conda_env conda_env RESTRING != YES NO NONE 0'; } >"${BATS_TEST_TMPDIR}/own"
    qconf -Mc "${BATS_TEST_TMPDIR}/own"
    state >"${BATS_TEST_TMPDIR}/before"
    configure --queue "${Q}"
    grep -qx 'sge_added=global' "${CONF}"
    run configure --remove --queue "${Q}"
    [[ "${output}" == *"kept complex \`conda_env\`: it was there before set-up"* ]]
    unchanged
}

@test "conda_env=none, which turns staging off, is a request like any other" {
    configure --queue "${Q}"
    number=$(echo true | job submit "${WORLD_USER1}" -l conda_env=none)
    job wait "${number}"
}

@test "a site that offers none itself is told what that does, and keeps it" {
    { qconf -sc && echo 'conda_env conda_env RESTRING != YES NO NONE 0'; } >"${BATS_TEST_TMPDIR}/own"
    qconf -Mc "${BATS_TEST_TMPDIR}/own"
    qconf -mattr exechost complex_values conda_env=none global
    state >"${BATS_TEST_TMPDIR}/before"
    run configure --queue "${Q}"
    [ "${status}" -eq 0 ]
    [[ "${lines[-1]}" == *'mend it with: qconf -mattr exechost complex_values conda_env=-none- global' ]]
    configure --remove --queue "${Q}"
    unchanged
    qconf -mattr exechost complex_values conda_env=other global
    rm "${CONF}"
    state >"${BATS_TEST_TMPDIR}/before"
    refuses 78 'host `global` has `conda_env=other`, not `conda_env=-none-`' --queue "${Q}"
    qconf -dattr exechost complex_values conda_env=other global
}

@test "a queue that takes qrsh gets the starter alone and keeps its own prolog, and so does any with --starter-only" {
    set_queue prolog /site/prolog "${Q}"
    set_queue prolog /n/prolog "two.q@${WORLD_HOST}" # which only hooks of ours would hide
    set_queue qtype 'BATCH INTERACTIVE'
    configure --queue "${Q}"
    configure --queue two.q --starter-only
    [ "$(attribute prolog),$(attribute epilog),$(attribute starter_method)" = \
        "/site/prolog,NONE,${TREE}/prolog/sge-starter" ]
    [ "$(attribute starter_method two.q)" = "${TREE}/prolog/sge-starter" ]
    # once it is for batch jobs alone it gets the others, and loses them when it no longer is
    set_queue qtype BATCH
    configure --queue "${Q}"
    [ "$(attribute prolog)" = "${TREE}/prolog/sge-prolog" ]
    set_queue qtype 'BATCH INTERACTIVE'
    configure --queue "${Q}"
    [ "$(attribute prolog),$(attribute epilog)" = '/site/prolog,NONE' ]
    configure --queue "${Q}" --queue two.q --remove
    [ "$(attribute prolog),$(attribute starter_method)" = '/site/prolog,NONE' ]
    run ! grep next_ "${CONF}"
}

@test "warns that qrsh disables a queue with root hooks, and says what to type" {
    set_queue qtype 'BATCH INTERACTIVE'
    run configure --queue "${Q}" --root-hooks --dry-run
    [ "${status}" -eq 0 ]
    [[ "${lines[-1]}" == 'conda-stagehand: warning: queue `'"${Q}"'` takes qrsh and qlogin, '* ]]
    bash -c "${lines[-1]##*another queue: }"
    run configure --queue "${Q}" --root-hooks --dry-run
    [[ "${output}" != *warning* ]]
}

@test "refuses a complex of that name with another meaning" {
    { qconf -sc && echo 'conda_env ce STRING == YES NO NONE 0'; } >"${BATS_TEST_TMPDIR}/own"
    qconf -Mc "${BATS_TEST_TMPDIR}/own"
    state >"${BATS_TEST_TMPDIR}/before"
    refuses 78 'there is another complex of the name: `conda_env ce STRING == YES NO NONE 0`' --queue "${Q}"
}

@test "refuses hooks of single hosts and host groups, with what to type" {
    set_queue prolog /n/prolog "${Q}@${WORLD_HOST}"
    state >"${BATS_TEST_TMPDIR}/before"
    refuses 78 "queue \`${Q}\` has a prolog of its own for \`${WORLD_HOST}\`, \`/n/prolog\`*" --queue "${Q}" --queue two.q
    # what the hint says, typed
    typed=$(sed -n "s:.*type\: ::; s:/path/to/it:/site/prolog:p" <<<"${output}")
    bash -c "${typed}"
    configure --queue "${Q}"
    grep -qx "next_prolog.${Q}=/site/prolog" "${CONF}"
    configure --remove --queue "${Q}"
    rm "${CONF}"
    set_queue prolog /n/prolog "${Q}@@allhosts"
    state >"${BATS_TEST_TMPDIR}/before"
    refuses 78 "queue \`${Q}\` has a prolog of its own for \`@allhosts\`*" --queue two.q --queue "${Q}"
}

@test "refuses to hide the cluster's prolog, and goes on once the queue has it" {
    cluster_prolog /cluster/prolog
    state >"${BATS_TEST_TMPDIR}/before"
    refuses 78 "the cluster's prolog \`/cluster/prolog\` (qconf -sconf) would no longer run in queue \`${Q}\`" --queue "${Q}"
    bash -c "${lines[1]##*calls it: }"
    configure --queue "${Q}"
    grep -qx "next_prolog.${Q}=/cluster/prolog" "${CONF}"
}

@test "refuses to hide a host's own prolog" {
    printf 'prolog /host/prolog\n' >"${BATS_TEST_TMPDIR}/${WORLD_HOST}"
    qconf -Aconf "${BATS_TEST_TMPDIR}/${WORLD_HOST}"
    refuses 78 "the prolog \`/host/prolog\` of host \`${WORLD_HOST}\` (qconf -sconf ${WORLD_HOST}) would no longer run*" \
        --queue "${Q}"
}

@test "refuses a queue that another installation has" {
    set_queue epilog root@/opt/older/epilog/sge-epilog
    state >"${BATS_TEST_TMPDIR}/before"
    refuses 78 "queue \`${Q}\` has the epilog of another installation*" --queue "${Q}"
    [ "${lines[1]}" = "conda-stagehand: hint: /opt/older/site-config/sge/setup --queue ${Q} --remove" ]
}

@test "refuses a queue that does not exist, a pattern, and none" {
    refuses 65 "Grid Engine has no queue \`nosuch.q\`" --queue "${Q}" --queue nosuch.q
    refuses 65 "not the name of a cluster queue: \`a*\`" --queue 'a*'
    refuses 65 "not the name of a cluster queue: \`${Q}@${WORLD_HOST}\`" --queue "${Q}@${WORLD_HOST}"
    refuses 2 "Missing required option*" --remove
}

@test "refuses a tree without its hooks, which would disable the queue" {
    chmod -x "${TREE}/epilog/sge-epilog"
    refuses 78 "\`${TREE}/epilog/sge-epilog\` is missing" --queue "${Q}"
    chmod +x "${TREE}/epilog/sge-epilog"
}

@test "refuses root hooks that others could change" {
    chmod 775 "${TREE}/prolog"
    refuses 78 "root's hooks must be root's alone to change, and \`${TREE}/prolog\` is not" --queue "${Q}" --root-hooks
    chmod 755 "${TREE}/prolog"
}

@test "somebody who may not write the tree, or is no manager, changes nothing" {
    run job as "${WORLD_USER1}" "${TREE}/site-config/sge/setup" --queue "${Q}"
    [ "${status}" -eq 78 ]
    [ "${lines[0]}" = "conda-stagehand: error: cannot write \`${CONF}\`: permission denied" ]
    chown "${WORLD_USER1}" "${TREE}/etc"
    run job as "${WORLD_USER1}" "${TREE}/site-config/sge/setup" --queue "${Q}"
    chown root "${TREE}/etc"
    [ "${status}" -eq 78 ]
    [ "${lines[0]}" = "changed \`${CONF}\`" ]
    [ "${lines[1]}" = "undone \`${CONF}\`" ]
    [[ "${lines[2]}" == *"error: qconf -Mc: denied: \"${WORLD_USER1}\" must be manager for this operation" ]]
    unchanged
    [ ! -e "${CONF}" ]
}

@test "a failure halfway brings back everything" {
    set_queue prolog /site/prolog
    state >"${BATS_TEST_TMPDIR}/before"
    mkdir "${BATS_TEST_TMPDIR}/bin"
    # qconf that refuses the last step
    printf '#!/bin/sh\ncase $1 in -Mattr) echo "denied: not today" >&2; exit 1 ;; esac\nexec %s "$@"\n' \
        "$(command -v qconf)" >"${BATS_TEST_TMPDIR}/bin/qconf"
    chmod 755 "${BATS_TEST_TMPDIR}/bin/qconf"
    PATH=${BATS_TEST_TMPDIR}/bin:${PATH} run configure --queue "${Q}"
    [ "${status}" -eq 78 ]
    [[ "${output}" == *"error: qconf -Mattr: denied: not today"* ]]
    unchanged
    [ ! -e "${CONF}" ]
    configure --queue "${Q}"
    state >"${BATS_TEST_TMPDIR}/before"
    cp "${CONF}" "${BATS_TEST_TMPDIR}/conf"
    sed -i 's/-Mattr/-Mc/' "${BATS_TEST_TMPDIR}/bin/qconf"
    PATH=${BATS_TEST_TMPDIR}/bin:${PATH} run configure --remove --queue "${Q}"
    [ "${status}" -eq 78 ]
    unchanged
    cmp "${CONF}" "${BATS_TEST_TMPDIR}/conf"
}

@test "finds Grid Engine without SGE_ROOT, and says when there is none" {
    run env -u SGE_ROOT -u SGE_CELL "${TREE}/site-config/sge/setup" --queue "${Q}" --dry-run
    [ "${status}" -eq 0 ]
    SGE_ROOT=/nowhere run configure --queue "${Q}"
    [ "${status}" -eq 78 ]
    [ "${lines[0]}" = 'conda-stagehand: error: qconf -se: error: SGE_ROOT directory "/nowhere" doesn'\''t exist' ]
    [[ "${lines[1]}" == *settings.sh ]]
    PATH=/nowhere SGE_ROOT=/nowhere run configure --queue "${Q}"
    [ "${status}" -eq 78 ]
    [ "${lines[0]}" = 'conda-stagehand: error: no `qconf` in PATH or `/nowhere/bin`' ]
    SGE_QMASTER_PORT=1 run configure --queue "${Q}"
    [ "${status}" -eq 69 ]
    [[ "${lines[0]}" == 'conda-stagehand: error: qconf -se: error: commlib error: '* ]]
}

@test "is found through a symlink, and leaves nothing in /tmp" {
    ln -s "${TREE}/site-config/sge/setup" "${BATS_TEST_TMPDIR}/link"
    mkdir "${BATS_TEST_TMPDIR}/tmp"
    TMPDIR=${BATS_TEST_TMPDIR}/tmp "${BATS_TEST_TMPDIR}/link" --queue "${Q}"
    TMPDIR=${BATS_TEST_TMPDIR}/tmp "${BATS_TEST_TMPDIR}/link" --queue "${Q}" --remove
    [ -z "$(ls "${BATS_TEST_TMPDIR}/tmp")" ]
    unchanged
}
