#!/usr/bin/env bats
# bin/conda-stagehand: finds its tree, its Java and nothing else.

load common

setup() {
    make_tree
    start=${dist}/bin/conda-stagehand
}
teardown() {
    remove_tree
}

@test "runs the tree's own Java with the caller's arguments, blanks and empty ones too" {
    run stagehand "${start}" stage "a b" "" '*'
    [ "${status}" -eq 0 ]
    [ "${lines[0]}" = "java ${dist}/lib/runtime/bin/java" ]
    [[ "${output}" == *"argument org.condastagehand.cli.Main"$'\n'"argument stage"$'\n'"argument a b"$'\n'"argument "$'\n'"argument *"* ]]
    [[ "${output}" == *"argument -Dconda.stagehand.home=${dist}"$'\n'* ]]
}

@test "is found through symlinks: absolute, relative, and one to another" {
    mkdir -p "${place}/usr/bin"
    ln -s "${start}" "${place}/usr/bin/absolute"
    ln -s ../../dist/bin/conda-stagehand "${place}/usr/bin/relative"
    ln -s relative "${place}/usr/bin/second"
    ln -s "${place}/usr/bin" "${place}/bin"
    for name in usr/bin/absolute usr/bin/relative usr/bin/second bin/second; do
        run stagehand "${place}/${name}"
        [ "${lines[0]}" = "java ${dist}/lib/runtime/bin/java" ]
    done
}

@test "is found by a relative name, whatever CDPATH says" {
    mkdir -p "${place}/elsewhere/bin"
    cd "${dist}/bin"
    ln -s conda-stagehand link
    for name in conda-stagehand link ./link ../bin/link; do
        CDPATH=${place}/elsewhere run stagehand "${name}"
        [ "${lines[0]}" = "java ${dist}/lib/runtime/bin/java" ]
    done
    cd ..
    CDPATH=${place}/elsewhere run stagehand bin/link
    [ "${lines[0]}" = "java ${dist}/lib/runtime/bin/java" ]
}

@test "starts without PATH, and PATH and JAVA_HOME choose nothing" {
    mkdir "${place}/evil"
    for name in java readlink grep tr dirname; do
        printf '#!/bin/sh\necho evil\n' >"${place}/evil/${name}"
        chmod 755 "${place}/evil/${name}"
    done
    ln -s "${start}" "${place}/link"
    PATH=${place}/evil JAVA_HOME=${place}/evil /usr/bin/env "${place}/sh" -p "${place}/link" run >"${place}/out"
    run grep -x evil "${place}/out"
    [ "${status}" -eq 1 ]
    grep -Fx "java ${dist}/lib/runtime/bin/java" "${place}/out"
    grep -Fx "PATH=${place}/evil" "${place}/out"
    run env -i "${place}/sh" -p "${place}/link"
    [ "${lines[0]}" = "java ${dist}/lib/runtime/bin/java" ]
}

@test "puts aside what disturbs a JVM and hands it over, empty values too" {
    export LC_ALL=C MALLOC_ARENA_MAX=8 LD_LIBRARY_PATH='' JAVA_TOOL_OPTIONS='-Dx=a b' _JAVA_OPTIONS=-Xmx1m JDK_JAVA_OPTIONS=@evil
    export CLASSPATH=$'two\nlines'
    run stagehand "${start}"
    for expected in LC_ALL=C.UTF-8 CONDA_STAGEHAND_SAVED_LC_ALL=C MALLOC_ARENA_MAX=1 \
        CONDA_STAGEHAND_SAVED_MALLOC_ARENA_MAX=8 CONDA_STAGEHAND_SAVED_LD_LIBRARY_PATH= \
        'CONDA_STAGEHAND_SAVED_JAVA_TOOL_OPTIONS=-Dx=a b' CONDA_STAGEHAND_SAVED__JAVA_OPTIONS=-Xmx1m \
        CONDA_STAGEHAND_SAVED_JDK_JAVA_OPTIONS=@evil $'CONDA_STAGEHAND_SAVED_CLASSPATH=two\nlines'; do
        [[ $'\n'${output}$'\n' == *$'\n'"${expected}"$'\n'* ]]
    done
    for gone in LD_LIBRARY_PATH JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH CONDA_STAGEHAND_SAVED_LD_PRELOAD; do
        [[ $'\n'${output} != *$'\n'"${gone}="* ]]
    done
}

@test "a variable that is not set does not appear, and a saved one of another run is not taken over" {
    unset LC_ALL MALLOC_ARENA_MAX
    CONDA_STAGEHAND_SAVED_LC_ALL=stale CONDA_STAGEHAND_SAVED_LD_PRELOAD=evil.so \
        CONDA_STAGEHAND_SAVED_FUNCTIONS=stale run stagehand "${start}"
    [[ "${output}" != *CONDA_STAGEHAND_SAVED_* ]]
}

@test "functions that bash exported reach a job, line ends and all" {
    module() {
        echo "two lines"
    }
    export -f module
    run stagehand "${start}" run job.sh
    saved=$'\n'${output#*CONDA_STAGEHAND_SAVED_FUNCTIONS=} # bats exports some of its own
    [[ "${saved}" == *$'\n''BASH_FUNC_module%%=() {  echo "two lines"'$'\001}\n'* ]]
}

@test "BASH_ENV, ENV and exported functions of the caller do not run in it" {
    echo 'echo intruder' >"${place}/env"
    readlink() { echo intruder; }
    export -f readlink
    ln -s "${start}" "${place}/link"
    BASH_ENV=${place}/env ENV=${place}/env run stagehand "${place}/link"
    [ "${lines[0]}" = "java ${dist}/lib/runtime/bin/java" ]
    [ "$(head -n 1 "${start}")" = '#!/bin/sh -p' ]
}

@test "becomes the JVM, so that a signal to it is a signal to the JVM" {
    "${place}/sh" -p "${start}" >"${place}/out" &
    wait "$!"
    grep -x "pid $!" "${place}/out"
}

@test "without its runtime it takes the absolute java of hooks.conf" {
    rm -r "${dist}/lib/runtime"
    mkdir "${dist}/etc"
    fake_java "${place}/java"
    printf 'local_root=/x\njava=%s\n' "${place}/java" >"${dist}/etc/hooks.conf"
    run stagehand "${start}"
    [ "${lines[0]}" = "java ${place}/java" ]
}

@test "without any Java it says so in one line: 69, and 125 for run" {
    rm -r "${dist}/lib/runtime"
    mkdir "${dist}/etc" "${place}/bin"
    fake_java "${place}/bin/java"
    for configured in '' 'java=java' 'java=/nowhere/java'; do
        echo "${configured}" >"${dist}/etc/hooks.conf"
        PATH=${place}/bin:${PATH} run stagehand "${start}" --version
        [ "${status}" -eq 69 ]
        [ "${output}" = "conda-stagehand: error: no Java in \`${dist}/lib/runtime\`: install again with ./install --prefix ${dist}" ]
    done
    run stagehand "${start}" run job.sh
    [ "${status}" -eq 125 ]
}

@test "where the address space is too small it names h_vmem instead of starting a JVM" {
    ulimit -v 480000
    run stagehand "${start}" --version
    [ "${status}" -eq 69 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ "${output}" == *h_vmem* ]]
}

@test "leaves the caller's umask alone" {
    printf '#!/bin/sh\numask\n' >"${dist}/lib/runtime/bin/java"
    umask 027
    run stagehand "${start}"
    [ "${output}" = 0027 ]
}

@test "exec becomes the command without Java; its help is Java's" {
    stagehand "${start}" exec --help >"${place}/out"
    grep -Fx 'argument exec' "${place}/out"
    grep -Fx 'argument --help' "${place}/out"
    rm "${dist}/lib/runtime/bin/java"
    CONDA_STAGE=false run stagehand "${start}" exec -- /bin/sh -c 'echo "$$ <${CONDA_STAGE_STATUS}> <$1>"; exit 7' sh 'a  b'
    [ "${status}" -eq 7 ]
    [[ ${output} == *' <off> <a  b>' ]]
    CONDA_STAGE=false "${place}/sh" -p "${start}" exec sh -c 'echo $$' >"${place}/out" &
    wait $!
    [ "$(cat "${place}/out")" -eq $! ]
    run env -u JOB_ID -u SLURM_JOB_ID -u CONDA_STAGE_PREFIX "${place}/sh" -p "${start}" exec -- true
    [ "${status}" -eq 125 ]
    [ "${lines[0]}" = 'conda-stagehand: error: this process belongs to no job of Grid Engine or Slurm on this host' ]
    run stagehand "${start}" exec --env
    [ "${status}" -eq 2 ]
    [ "${lines[1]}" = 'conda-stagehand: hint: conda-stagehand exec --help' ]
}

@test "exec gives the command bash's functions, and variables that have the names of ours" {
    share() { echo "shared $1"; }
    export -f share
    export self=mine home=mine
    CONDA_STAGE=false run stagehand "${start}" exec bash -c 'share "a  b"; echo "${self} ${home} ${CONDA_STAGEHAND_SAVED_FUNCTIONS-none}"'
    [ "${output}" = 'shared a  b
mine mine none' ]
}

@test "a variable that reaches the program from a user's hook reaches it by way of root, too" {
    libexec=${repository}/src/main/dist/libexec
    names() { grep -oE '\b_?[A-Z][A-Z_]+[A-Z]\b' | sort -u; }
    of_hook=$(sed -n '/^for name in/,/; do/p' "${libexec}/as-hook" | names)
    by_root=$(sed -n '/^as_user()/,/^}/p' "${libexec}/sge-drop" "${libexec}/slurm-job" | names)
    # the first is of a hook that root does not run, the others of a job that is staged already
    [ "$(comm -23 <(echo "${of_hook}") <(echo "${by_root}") | tr '\n' ' ')" = \
        'CONDA_STAGE_EXEC_ENV CONDA_STAGE_SHEPHERD CONDA_STAGE_SOURCE ' ]
    for name in CONDA_STAGE CONDA_STAGE_ENV CONDA_STAGE_VERBOSE; do # and what a job itself says of its staging, by each way
        for file in "${libexec}/as-hook" "${libexec}/sge-drop" "${libexec}/slurm-job" "${repository}/prolog/sge-activate"; do
            grep -qwE "${name}(=.*)?" "${file}"
        done
    done
}
