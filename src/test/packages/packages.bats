#!/usr/bin/env bats
# The packages on a machine of their own, see `root`; target/ has them, target/packages/before/ the same as version 0.0.1:
#   src/test/packages/run

# shellcheck disable=SC2016,SC2154 # dollars that another shell expands; bats sets `output`

bats_require_minimum_version 1.5.0

setup_file() {
    shopt -s nullglob
    deb=(target/conda-stagehand_*.deb) rpm=(target/conda-stagehand-*.rpm)
    [ "${#deb[@]}" -eq 1 ]
    [ "${#rpm[@]}" -eq 1 ]
    export DEB=${PWD}/${deb[0]} RPM=${PWD}/${rpm[0]} DEBIAN_FRONTEND=noninteractive
    version=${rpm[0]#target/conda-stagehand-}
    export VERSION=${version%-1.*}
    before=(target/packages/before/*.deb) before_rpm=(target/packages/before/*.rpm)
    export BEFORE=${PWD}/${before[0]} BEFORE_RPM=${PWD}/${before_rpm[0]}
    export P=/opt/conda-stagehand SITE=/etc/conda-stagehand/site.toml ROOT=/var/lib/conda-stagehand
    rm -rf "${P}" /etc/conda-stagehand "${ROOT}" # of an installation of this machine's own
    useradd --create-home visitor
    install -d -o visitor ~visitor/.conda ~visitor/.conda/envs
    python3 src/demo/make_env.py ~visitor/.conda/envs
    chown -R visitor: ~visitor
}
setup() { cd /root || return; }
teardown() { touch /tmp/go; } # the job of a test that has failed does not wait for ever

deb() { apt-get -qq install -y --no-install-recommends "$@" 2>&1; }
as_visitor() { setpriv --reuid visitor --regid visitor --init-groups env -i -C / HOME=/home/visitor PATH=/usr/bin:/bin "$@"; }
wait_until() { # COMMAND...
    deadline=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${deadline}" ] || { echo "not in time: $*" && return 1; }
        sleep 0.1
    done
}
names_in_deb() { dpkg-deb -c "$1" | awk '{ print substr($1, 1, 10), substr($6, 2) }' | grep -v '/$' | sort -k 2; }
names_in_rpm() {
    rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$1" | grep -v '^d' | sort -k 2
}
of_both() { # not where each distribution wants it
    sed -e 's/^lrw-r--r--/lrwxrwxrwx/' -e 's: /usr/lib/systemd: /lib/systemd:' -e 's:/vendor-completions/:/site-functions/:' |
        grep -v -e '/doc/conda-stagehand/copyright$' -e '/doc/conda-stagehand/changelog.gz$' | sort -k 2
}

@test "both packages have the same files with the same modes" {
    diff <(names_in_deb "${DEB}" | of_both) <(names_in_rpm "${RPM}" | of_both)
    names_in_deb "${DEB}" | grep -qx -- "-rwxr-xr-x ${P}/.package/lib/runtime/lib/jspawnhelper"
    [ "$(rpm -qp --qf '[%{FILEFLAGS:fflags} %{FILENAMES}\n]' "${RPM}" | grep '^c')" = "cn ${SITE}" ]
    rpm -K --nosignature "${RPM}"
    # nothing of the place where it was built
    run ! grep -qaF "${DEB%/target/*}" <(dpkg-deb --fsys-tarfile "${DEB}")
}

@test "after apt install the command works, with its pages, its timer and its start-up archive" {
    deb "${BEFORE}"
    [ "$(conda-stagehand --version)" = "conda-stagehand ${VERSION}" ] # the jar's, which is the same
    [ "$(dpkg-query -W -f '${Version}' conda-stagehand)" = 0.0.1 ]
    [ -s "${P}/lib/runtime/lib/server/conda-stagehand.jsa" ]
    [ -d "${ROOT}/records" ]
    [ -L /etc/systemd/system/timers.target.wants/conda-stagehand-sweep.timer ]
    systemd-analyze verify conda-stagehand-sweep.timer
    for page in conda-stagehand:1 conda-stagehand-stage:1 conda-stagehand-sweep:8; do
        [[ $(man -w "${page%:*}") == */man"${page#*:}"/* ]]
    done
    run ! man -w conda-stagehand-hook
    # `install` has changed nothing of the package's
    [ -z "$(dpkg --verify conda-stagehand)" ]
    # the tree is second names for the package's files, no second copy
    [ "${P}/lib/runtime/lib/modules" -ef "${P}/.package/lib/runtime/lib/modules" ]
    as_visitor conda-stagehand stage demo --to /tmp/demo
    [ -d /tmp/demo/conda-meta ]
}

@test "the list of parts names every library by its digest" {
    for jar in "${P}"/lib/*.jar; do
        grep -q "$(sha256sum "${jar}" | cut -d ' ' -f 1)" "${P}/share/sbom/conda-stagehand.cdx.json" || basename "${jar}"
    done >/tmp/unnamed
    [ "$(cat /tmp/unnamed)" = conda-stagehand.jar ] # which is what the list is of
    run ! grep -E '"(timestamp|serialNumber)"' "${P}/share/sbom/conda-stagehand.cdx.json"
}

@test "every page is one that man reads without a warning" {
    for page in /usr/share/man/man[18]/conda-stagehand*; do
        run -0 --separate-stderr man --warnings -E UTF-8 -l "${page}"
        [ -z "${stderr}" ]
        [[ ${output} == *SYNOPSIS*'EXIT STATUS'*'SEE ALSO'* ]]
    done
}

@test "bash completes commands, options and files" {
    completes() { # WORD...: what bash offers for the last one
        bash -c '. /usr/share/bash-completion/completions/conda-stagehand
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
            "$(complete -p conda-stagehand | sed "s/.*-F \([^ ]*\).*/\1/")" 2>/dev/null && printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
    }
    [ "$(completes conda-stagehand st | sort | paste -sd ' ')" = 'stage status' ]
    [ "$(completes conda-stagehand stage --w)" = --writable ]
    [ "$(completes conda-stagehand archives p)" = prune ]
    [ -z "$(completes conda-stagehand hoo)" ]
}

@test "zsh completes commands with what they are for, and options" {
    cat >/tmp/complete.zsh <<'EOF'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'fpath=(/usr/share/zsh/vendor-completions $fpath); autoload -U compinit; compinit -u -D; LISTMAX=1000; stty rows 50 columns 200; PS1="ready" RPS1='
offers() { # LINE PATTERN: types it and two tabs
    zpty -r shell before '*ready'
    zpty -n -w shell "$1"$'\t\t'
    zpty -r shell shown "$2" && print -r -- "$shown"
    zpty -n -w shell $'\C-c'
}
offers 'conda-stagehand ' '*stage *-- Put an environment, or an archive of one, into a directory*sweep *'
offers 'conda-stagehand stage --wri' '*--writable*'
EOF
    # a pattern that does not come is waited for
    run -0 timeout 60 zsh -f /tmp/complete.zsh
    [[ ${output} != *setup-slurm* ]]
}

@test "an upgrade keeps what was edited, and a program that runs" {
    sed -i 's/^min_free = .*/min_free = "0"/' "${SITE}"
    mkdir -p "${P}/etc"
    echo "local_root=${ROOT}" >"${P}/etc/hooks.conf"
    printf '%s\n' '#!/bin/sh' '#$ -l conda_env=demo' 'echo began >/tmp/began' 'while [ ! -e /tmp/go ]; do sleep 0.1; done' \
        'echo "${CONDA_STAGE_STATUS}" >/tmp/ended' >/tmp/job.sh
    as_visitor conda-stagehand run /tmp/job.sh 3>&- &
    wait_until [ -e /tmp/began ]
    old=$(readlink "${P}/lib")
    deb "${DEB}"
    [ "$(dpkg-query -W -f '${Version}' conda-stagehand)" = "${VERSION}" ]
    [ "$(readlink "${P}/lib")" != "${old}" ]
    [ -x "${P}/${old}/runtime/bin/java" ] # of the program that runs
    grep -qx 'min_free = "0"' "${SITE}"
    grep -qx "local_root=${ROOT}" "${P}/etc/hooks.conf"
    touch /tmp/go
    wait $!
    [ "$(cat /tmp/ended)" = staged ]
    [ -z "$(find "${ROOT}/users" -mindepth 2)" ]
}

@test "it is not removed as long as a scheduler may call its hooks" {
    run ! dpkg --remove conda-stagehand
    [[ ${output} == *"error: a scheduler may still call the hooks in \`${P}\`"* ]]
    [[ ${output} == *"hint: once for the cluster: ${P}/site-config/slurm/setup --remove"*", when no job that began before runs: rm ${P}/etc/hooks.conf"* ]]
    [ -x "${P}/prolog/slurm-prolog" ]
    [ "$(dpkg-query -W -f '${db:Status-Status}' conda-stagehand)" = installed ]
    conda-stagehand --version
}

@test "removed it leaves the site's own, and purged nothing, unless a job is there" {
    rm "${P}/etc/hooks.conf"
    dpkg --remove conda-stagehand
    [ ! -e /usr/bin/conda-stagehand ]
    [ "$(ls -A "${P}")" = .removed ]
    grep -qx 'min_free = "0"' "${SITE}"
    mkdir "${ROOT}/jobs/slurm-c-1"
    run -0 dpkg --purge conda-stagehand
    [[ ${output} == *"\`${ROOT}\` is kept, for something of a job is in it: ${ROOT}/jobs; when that is over: ${P}/.removed/purge"* ]]
    [ -d "${ROOT}/jobs/slurm-c-1" ]
    rmdir "${ROOT}/jobs/slurm-c-1"
    echo x=1 >"${ROOT}/records/metrics"
    area=${ROOT}/cache/v1/$(id -u visitor)
    install -d -o visitor -m 700 "${area}" # what install makes on the way to a directory is root's
    install -d -o visitor -m 500 "${area}/entry"
    "${P}/.removed/purge"
    [ ! -e "${ROOT}" ]
    [ ! -e "${P}" ]
    [ ! -e /etc/conda-stagehand ]
    [ -z "$(find /etc/systemd /lib/systemd /usr/share /var/lib/systemd -name '*conda-stagehand*' -print -quit)" ]
}

@test "the rpm is installed, upgraded with an edited site.toml, verified and erased" {
    rpm --initdb
    rpm -i --nodeps --noscripts "${BEFORE_RPM}"
    sed -i 's/^min_free = .*/min_free = "0"/' "${SITE}"
    # a tree installed by hand, whose hooks stage elsewhere
    mkdir -p "${P}/site-config" "${P}/etc"
    echo 'local_root = "/srv/stage"' >"${P}/site-config/site.toml"
    echo 'local_root=/srv/stage' >"${P}/etc/hooks.conf"
    run -0 rpm -U --nodeps "${RPM}"
    [[ ${output} == *"warning: \`${SITE}\` says local_root \`${ROOT}\`, but the hooks stage in \`/srv/stage\`"*"; cp ${P}/site-config/site.toml ${SITE}"* ]]
    rm -r "${P}/site-config/site.toml" "${P}/etc/hooks.conf"
    [ "$(rpm -q --qf '%{VERSION}' conda-stagehand)" = "${VERSION}" ]
    conda-stagehand --version
    grep -qx 'min_free = "0"' "${SITE}"
    [[ $(rpm -V --nodeps conda-stagehand) == *"c ${SITE}" ]]
    mkdir -p "${P}/etc"
    : >"${P}/etc/hooks.conf"
    run ! rpm -e conda-stagehand
    [[ ${output} == *'error: a scheduler may still call the hooks'* ]]
    conda-stagehand --version
    rm "${P}/etc/hooks.conf"
    rpm -e conda-stagehand
    [ "$(ls -A "${P}")" = .removed ]
    "${P}/.removed/purge"
    [ ! -e "${ROOT}" ]
    [ ! -e "${P}" ]
}
