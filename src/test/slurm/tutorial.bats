#!/usr/bin/env bats
# docs/tutorial.md, typed from its first command to its last, and what it says is printed:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/slurm/tutorial.bats
# Three programs are stand-ins, for what a world has no use for: apt-get (the packages are there), systemctl (there is no
# systemd), ./dev (it installs STAGEHAND_TREE, as ./dev test has made it).

bats_require_minimum_version 1.5.0

local_root=/var/lib/conda-stagehand # the page's; the machine may have one

setup() {
    : "${WORLD_DIR:?is not set: run this in a world}" "${STAGEHAND_TREE:?is not set: an installed tree}"
    repository=$(cd "${BATS_TEST_DIRNAME}/../../.." && pwd)
    root=${WORLD_DIR}/root clone=${WORLD_DIR}/clone steps=${BATS_TEST_TMPDIR}/steps
    for place in /opt /home; do mount -t tmpfs tmpfs "${place}"; done
    mkdir -p "${clone}" "${steps}"
    ln -s "${repository}/src" "${clone}"
    stand_in dev <<END
[ "\$*" = 'install --prefix /opt/conda-stagehand' ]
mkdir -p /opt/conda-stagehand/etc
for part in bin libexec prolog epilog site-config; do cp -R '${STAGEHAND_TREE}'/\${part} /opt/conda-stagehand; done
cp -R "\$(readlink -f '${STAGEHAND_TREE}/lib')" /opt/conda-stagehand/lib
printf 'local_root = "%s"\n' '${root}' >/opt/conda-stagehand/site-config/site.toml
/opt/conda-stagehand/libexec/local-root '${root}'
END
    stand_in apt-get <<'END'
case $* in update) exit ;; 'install -y '*) shift 2 ;; *) exit 2 ;; esac
dpkg-query --show --showformat '${Package} ${Status}\n' "$@"
END
    stand_in systemctl <<'END'
[ "$1" = restart ] && shift
for unit; do case ${unit} in munge) pgrep -x munged ;; slurmctld) slurmctld ;; slurmd) slurmd -vv -L /run/slurmd.log ;; *) exit 2 ;; esac; done
END
    "${BATS_TEST_DIRNAME}/job" stop slurmctld
    for node in "${WORLD_DIR}"/nodes/n*[0-9]; do "${BATS_TEST_DIRNAME}/job" power-off "${node##*/}"; done
    rm -rf "${WORLD_DIR}"/slurmctld/* "${WORLD_DIR}"/slurmd/* # another cluster's
}
stand_in() { # NAME, with its lines on stdin
    { printf '#!/bin/sh\nset -e\n' && cat; } >"${clone}/$1"
    chmod 755 "${clone}/$1"
}

steps_of() { # PAGE: a file for each block of commands, N.sh, and beside it N.text, what the block after it says is printed
    awk -v steps="${steps}" '
        /^```/ { kind = kind ? "" : substr($0, 4); if (kind == "sh") file = sprintf("%s/%02d", steps, ++step); next }
        kind == "sh" || kind == "text" { print >(file "." kind) }' <(sed "s:${local_root}:${root}:g" "$1")
}
typed() { # FILE: at a terminal of root's in the clone, or of ada's
    if [ "${who}" = root ]; then
        (cd "${clone}" && env -i HOME=/root PATH="${clone}:/usr/sbin:/usr/bin:/sbin:/bin" bash -e "$1")
    else
        "${BATS_TEST_DIRNAME}/job" as "${who}" bash -e <"$1"
    fi
}
without_numbers() { sed -E 's/(local-)[0-9a-f.]+/\1N/; s/[0-9]+(\.[0-9]+)?/N/g'; }
printed() { # TEXT: each line of it, whatever its numbers
    while read -r line; do grep -qxF -e "${line}" <(echo "${output}" | without_numbers) || missing "${line}"; done < <(without_numbers <"$1")
}
slurmd_has_read() { # slurm.conf again, as it does a moment after set-up has ended
    local until=$((SECONDS + 60))
    until [ "$(grep -c 'Log file re-opened' /run/slurmd.log)" -ge 2 ]; do
        [ "${SECONDS}" -lt "${until}" ] || return 1
        sleep 0.1
    done
}
missing() {
    printf 'not printed: %s\nbut: %s\n' "$1" "${output}" >&2
    return 1
}
@test "what the tutorial says is so" {
    steps_of "${repository}/docs/tutorial.md"
    who=root
    for step in "${steps}"/*.sh; do
        case $(cat "${step}") in
            'su - '*) who=$(sed 's/su - //' "${step}") ;;
            *)
                run typed "${step}"
                [ "${status}" -eq 0 ] || missing "the end of $(cat "${step}")"
                [ ! -e "${step%.sh}.text" ] || printed "${step%.sh}.text"
                ! grep -q 'setup --apply' "${step}" || slurmd_has_read
                [ "$(tail -n 1 "${step}")" != exit ] || who=root
                ;;
        esac
    done
    compared=("${steps}"/*.text)
    [ "${#compared[@]}" -ge 5 ]
    [ ! -e /opt/conda-stagehand ] && [ ! -e "${root}" ]
}
