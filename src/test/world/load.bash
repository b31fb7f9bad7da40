# For bats files about many jobs at once on one node: users of their own, a gate that lets all prologs go at the same moment,
# and a look at what they take meanwhile. Read by `load ../world/load`, after `load hooked`.

# 64 with FULL=1; else what a machine bears that has other tests to run
CROWD=16
LEFTOVERS=500
[ -z "${FULL-}" ] || CROWD=64 LEFTOVERS=10000
TRIED=20
# shellcheck disable=SC2034 # for the files
GONE_UID=47999 # an account that is no more

make_crowd() { # users load1 to load$CROWD, each with an environment `demo`, every eighth with a broken archive of it
    for i in $(seq "${CROWD}"); do
        useradd --no-log-init --uid "$((47200 + i))" --user-group --create-home --home-dir "${WORLD_DIR}/home/load${i}" --shell /bin/bash "load${i}"
    done
    python3 -B "${BATS_TEST_DIRNAME}/../world/crowd_envs.py" "${WORLD_DIR}/home" "${CROWD}"
}
make_gate() { # exports `gate`, a prolog of the site's, behind which ours comes
    export gate=${WORLD_DIR}/site-prolog
    install -d -m 1777 "${WORLD_DIR}/came"
    : >"${WORLD_DIR}/shut"
    # flock: all wake up at once, whoever comes late does not wait at all, and nobody polls
    printf '#!/bin/sh\n: >"%s/came/$$"\nexec flock --shared "%s/shut" true\n' "${WORLD_DIR}" "${WORLD_DIR}" >"${gate}"
    chmod 755 "${gate}"
}
kind_of() { # NUMBER: what the user of that number asks for
    case $(($1 % 8)) in
        [0-3]) echo request ;;
        4) echo toml ;;
        5) echo nothing ;;
        6) echo mistake ;;
        7) echo broken ;;
    esac
}
crowd_came() { [ "$(find "${WORLD_DIR}/came" -type f | wc -l)" -eq "${CROWD}" ]; }
wait_for_crowd() { # COMMAND...: at most four minutes
    deadline=$((SECONDS + 240))
    until "$@"; do
        if [ "${SECONDS}" -ge "${deadline}" ]; then
            echo "not in time: $*"
            job dump
            return 1
        fi
        sleep 0.1
    done
}
let_crowd_in() { # NAME SUBMIT-COMMAND: all of them wait at the gate, then all go; what they took is in NAME.figures
    rm -rf "${WORLD_DIR}"/came/* "${WORLD_DIR}"/home/load*/said
    exec 7<"${WORLD_DIR}/shut"
    flock 7
    for i in $(seq "${CROWD}"); do
        # shellcheck disable=SC2154 # of hooked.bash; who has no environment has no such program
        "$2" "load${i}" "$(kind_of "${i}")" <<<"${says/where-am-i/where-am-i 2>&-}" 7<&-
    done
    wait_for_crowd crowd_came 7<&-
    python3 -B "${BATS_TEST_DIRNAME}/../world/sampler.py" "${TREE}" >"${WORLD_DIR}/$1.figures" 3>&- 7<&- &
    sampler=$!
    opened=$(date +%s%N)
    exec 7<&-
    wait_for_crowd crowd_has_said
    kill -TERM "${sampler}"
    wait "${sampler}"
    echo "slowest $(find "${WORLD_DIR}"/home/load*/said -printf '%T@\n' | sort -n | tail -n 1 |
        awk -v opened="${opened}" '{printf "%.1f", $1 - opened / 1e9}') s" >>"${WORLD_DIR}/$1.figures"
    sed "s/^/# ${CROWD} at once, $1: /" "${WORLD_DIR}/$1.figures" >&3
}
crowd_has_said() { # the last line, or why it has none
    [ "$(grep -lsE '^status=|demp' "${WORLD_DIR}"/home/load*/said | wc -l)" -eq "${CROWD}" ]
}
figure() { # NAME KEY
    awk -v key="$2" '$1 == key {print $2}' "${WORLD_DIR}/$1.figures"
}
is_bounded() { # NAME: a place for each of max_concurrent, and of who waits some shells
    figures=$(cat "${WORLD_DIR}/$1.figures")
    echo "${figures}"
    [ "$(figure "$1" jvms)" -le 4 ]
    [ "$(figure "$1" rss)" -le $((4 * 256 + CROWD * 16)) ]
    [ "$(figure "$1" threads)" -le $((4 * 32 + CROWD * 6)) ]
    [ "$(figure "$1" slowest | cut -d. -f1)" -lt 120 ] # stage_timeout
}
hold_places() { # DIRECTORY: all of them, until let_places
    rm -f "${WORLD_DIR}/held"
    # shellcheck disable=SC2016 # for the inner shell
    bash -c 'cd "$1" && for i in 1 2 3 4; do exec {place}<"${i}" && flock "${place}" || exit; done; : >"$2"; exec sleep 600' \
        hold "$1" "${WORLD_DIR}/held" 3>&- &
    holder=$!
    wait_for_crowd [ -e "${WORLD_DIR}/held" ]
}
let_places() { kill "${holder}"; }
right_verdicts() { # LOCAL-PREFIX: below it a staged environment lies
    for i in $(seq "${CROWD}"); do
        said=$(cat "${WORLD_DIR}/home/load${i}/said") original=${WORLD_DIR}/home/load${i}/.conda/envs/demo
        echo "load${i} $(kind_of "${i}"): ${said}" # for whoever reads why it failed
        case $(kind_of "${i}") in
            request | toml) [[ ${said} == *"status=staged prefix=$1"*" me=$1"* ]] ;;
            nothing) [ "${said}" = 'status= prefix= me=' ] ;;
            mistake) [[ ${said} == *"no environment \`demp\`"* && ${said} != *prefix=* ]] ;;
            broken) [[ ${said} == *demo.tar.gz*"status=fallback prefix=${original} me=${original}"* ]] ;;
        esac || return 1
    done
}
sweep_them() { # COMMAND...: what it says is in `swept`, what it takes in sweep.figures
    python3 -B "${BATS_TEST_DIRNAME}/../world/sampler.py" "${TREE}" >"${WORLD_DIR}/sweep.figures" 3>&- &
    sampler=$!
    began=$(date +%s%N)
    "$@" >"${WORLD_DIR}/swept" 2>"${WORLD_DIR}/sweep.err" || { tail -n 20 "${WORLD_DIR}/sweep.err" && return 1; }
    ended=$(date +%s%N)
    kill -TERM "${sampler}"
    wait "${sampler}"
    echo "seconds $(((ended - began) / 1000000000))" >>"${WORLD_DIR}/sweep.figures"
    sed "s/^/# sweep of ${LEFTOVERS}: /" "${WORLD_DIR}/sweep.figures" >&3
}
one_by_one() { # RECORDS COMMAND...: as an epilog does it, for each record there; sets `each` to the milliseconds that one takes
    each=$(date +%s%N)
    for record in "$1"/*; do "${@:2}" "${ROOT}/records/${record##*/}"; done
    each=$((($(date +%s%N) - each) / 1000000 / TRIED))
    echo "# one by one: ${each} ms a job" >&3
}
is_bounded_sweep() { # one by one it would take hours after a bad night; memory does not grow with the jobs
    [ "$(figure sweep seconds)" -le $((10 + LEFTOVERS * each / 2000)) ]
    [ "$(figure sweep rss)" -le 400 ]
    [ "$(figure sweep processes)" -le 20 ]
}
