# For the bats files about `doctor`: what it says of one thing, and what it says to type. Read by `load ../world/doctor`.

# shellcheck disable=SC2154 # of bats

doctor() { # STATUS: sets output and lines
    run "${TREE}/bin/conda-stagehand" doctor
    echo "${output}"
    [ "${status}" -eq "$1" ]
}
says() { # VERDICT CHECK [TEXT]: there is that line
    local line
    line=$(grep "^$1 *$2: " <<<"${output}")
    [[ ${line} == *"${3-}"* ]]
}
mend() { # CHECK: sets typed to what the first line of it says to type
    typed=$(sed -n "/^[a-z]* *${1//\//\\/}: /{n;s/^ *mend: //p;q}" <<<"${output}")
    [ -n "${typed}" ]
}
