#!/usr/bin/env bats
# conda-stagehand doctor on a real Grid Engine, well and with one thing after the other out of order:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/sge/world run bats src/test/sge/doctor.bats

# shellcheck disable=SC2016,SC2154 # backquotes that are looked for; variables of hooked.bash

bats_require_minimum_version 1.5.0
load hooked
load ../world/doctor

setup_file() {
    install_hooks
    "${TREE}/libexec/local-root" "${ROOT}"
}
setup() {
    with_hooks
    touch "${TREE}/etc/hooks.conf" # younger than the site.toml of with_hooks, also where nothing changed
}
teardown() {
    qconf -dq two.q >/dev/null 2>&1 || true
}
type_mend() { # CHECK
    mend "$1"
    sh -c "${typed}"
}

@test "after set-up all that is Grid Engine's is well, for root and for a user" {
    doctor 0
    for line in 'java' 'site.toml' 'local_root' 'hooks.conf' 'sge complex' 'sge host global' \
        "sge queue ${Q}" 'sge jsv'; do
        says ok "${line}"
    done
    says ok "sge queue ${Q}" 'prolog, epilog, starter_method'
    run job as "${WORLD_USER1}" "${TREE}/bin/conda-stagehand" doctor
    echo "${output}"
    [ "${status}" -eq 0 ]
    says ok "sge queue ${Q}"
}

# what was mended is well in the next answer, where the next thing is not
@test "a queue without one of its hooks, a queue without any, and no queue with any" {
    set_queue starter_method NONE
    doctor 69
    says fail "sge queue ${Q}" "starter_method is \`NONE\`, not \`${TREE}/prolog/sge-starter\`"
    type_mend "sge queue ${Q}"
    qconf -sq "${Q}" | sed 's/^qname .*/qname two.q/; s/^\(prolog\|epilog\|starter_method\) .*/\1 NONE/' >"${BATS_TEST_TMPDIR}/two"
    qconf -Aq "${BATS_TEST_TMPDIR}/two"
    doctor 0
    says ok "sge queue ${Q}"
    says warn 'sge queue two.q' 'has no hook of ours'
    qconf -dq two.q
    for hook in prolog epilog starter_method; do set_queue "${hook}" NONE; done
    doctor 69
    says fail 'sge queues' 'no queue has a hook of'
    type_mend 'sge queues'
    "${TREE}/site-config/sge/setup" --queue "${Q}" --root-hooks
    set_queue epilog "${TREE}/epilog/sge-epilog"
    doctor 69
    says fail "sge queue ${Q}" "epilog is \`${TREE}/epilog/sge-epilog\`, not \`root@"
    type_mend "sge queue ${Q}"
    doctor 0
    says ok "sge queue ${Q}" 'as root'
    set_queue qtype 'BATCH INTERACTIVE'
    with_hooks
    touch "${TREE}/etc/hooks.conf"
    set_queue prolog "${TREE}/prolog/sge-prolog"
    doctor 69
    says fail "sge queue ${Q}" 'it takes qrsh and qlogin, which its prolog puts into error state'
    type_mend "sge queue ${Q}"
    doctor 0
    set_queue qtype BATCH
}

@test "what the host global offers, the complex, hooks.conf and the JSV" {
    qconf -dattr exechost complex_values conda_env=-none- global
    doctor 69
    says fail 'sge host global' 'a job that requests one waits for ever'
    type_mend 'sge host global'
    qconf -mattr exechost complex_values conda_env=none global
    doctor 0
    says warn 'sge host global' 'waits for ever'
    type_mend 'sge host global'
    qconf -se global | grep -q conda_env=-none-
    qconf -dattr exechost complex_values conda_env=-none- global
    qconf -sc | grep -v '^conda_env ' >"${BATS_TEST_TMPDIR}/complexes"
    qconf -Mc "${BATS_TEST_TMPDIR}/complexes"
    printf 'epilog_wait = "7 s"\n' >>"${TREE}/site-config/site.toml"
    set_jsv "${TREE}/site-config/sge/jsv"
    mv "${TREE}/site-config/sge/jsv" "${TREE}/jsv.away"
    doctor 69
    mv "${TREE}/jsv.away" "${TREE}/site-config/sge/jsv"
    says fail 'sge jsv' 'qsub refuses every job'
    says fail hooks.conf 'epilog_wait=7, not 30'
    says fail 'sge complex' 'there is no complex'
    type_mend 'sge complex' # set-up, which writes hooks.conf too
    doctor 0
    says ok hooks.conf
    says ok 'sge complex'
    says ok 'sge host global'
    says ok 'sge jsv' 'hands requests to the job'
    set_jsv none
}
set_jsv() { # URL
    qconf -sconf | sed "s:^jsv_url .*:jsv_url $1:" >"${BATS_TEST_TMPDIR}/global"
    qconf -Mconf "${BATS_TEST_TMPDIR}/global"
}

@test "a qmaster that does not answer" {
    job kill qmaster
    doctor 69
    job start qmaster
    says fail sge 'qconf -se: '
    mend sge
}
