# For bats files about what administrators see of jobs, on either scheduler. Read after `hooked`: /dev/log of a world, and the file
# for Prometheus.
# shellcheck disable=SC2154 # variables of hooked.bash

here=${BATS_TEST_DIRNAME}/../world

wait_until() { # COMMAND...
    deadline=$((SECONDS + 120))
    until "$@"; do
        [ "${SECONDS}" -lt "${deadline}" ] || { echo "not in time: $*" && return 1; }
        sleep 0.05
    done
}
listen() { # [deaf]: where the hooks are, until the end of the test
    LOG=${BATS_TEST_TMPDIR}/syslog
    where_hooks_are python3 -B "${here}/syslog.py" "${LOG}" "$@" >/dev/null 3>&- &
    wait_until grep -qsx listens "${LOG}"
}
forget() {
    [ -z "${LOG-}" ] || where_hooks_are kill "$(cat "${LOG}.pid")"
    ! where_hooks_are grep -qs ' /usr/bin/logger ' /proc/self/mountinfo || where_hooks_are umount /usr/bin/logger
}
logger_is() { # SCRIPT: in place of the system's, or what nobody can run
    printf '%s\n' "$1" >"${WORLD_DIR}/logger"
    chmod "${2:-755}" "${WORLD_DIR}/logger"
    where_hooks_are mount --bind "${WORLD_DIR}/logger" /usr/bin/logger
}
logged() { # EVENT JOB PATTERN: there is one such line, and one of that event for the job
    wait_until grep -q "conda-stagehand: event=$1 job=$2 " "${LOG}"
    grep "event=$1 job=$2 " "${LOG}"
    [ "$(grep -c "event=$1 job=$2 " "${LOG}")" -eq 1 ]
    grep -Eq "event=$1 job=$2 .*$3" "${LOG}"
}
is_logfmt() { # each message: words, quoted where they need it, of printable characters, and not cut off
    python3 - "${LOG}" <<'PYTHON'
import re, sys
word = r'[a-z_]+=(?:[^\s"=\\]+|"(?:[^"\\]|\\["\\])*")'
lines = [line for line in open(sys.argv[1], encoding="utf-8", errors="strict").read().split("\n") if "event=" in line]
assert lines
for line in lines:
    message = line.split("conda-stagehand: ", 1)[1]
    assert message.isprintable() and len(message.encode()) <= 1024, message
    assert re.fullmatch(word + "(?: " + word + ")*", message), message
    keys = re.findall(r'(?:^| )([a-z_]+)=(?:[^\s"=\\]+|"(?:[^"\\]|\\["\\])*")', message)
    assert len(keys) == len(set(keys)), message
PYTHON
}
has_metric() { # SERIES VALUE
    grep -Fqx "conda_stagehand_$1 $2" "${PROM}" || { grep "${1%%\{*}" "${PROM}" && return 1; }
}
