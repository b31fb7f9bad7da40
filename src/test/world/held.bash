# For bats files that stop a hook at its beginning: it waits for its settings. Read by `load held`.

hold_hooks() { # a hook that reads its settings now waits until let_hooks
    mv "${TREE}/etc/hooks.conf" "${TREE}/etc/hooks.conf.away"
    mkfifo -m 644 "${TREE}/etc/hooks.conf"
}
let_hooks() { # [SECONDS]: that nobody may take to ask for them
    mv "${TREE}/etc/hooks.conf" "${TREE}/etc/hooks.conf.fifo"
    mv "${TREE}/etc/hooks.conf.away" "${TREE}/etc/hooks.conf"
    timeout "${1:-60}" sh -c 'cat "$1" >"$1.fifo"' - "${TREE}/etc/hooks.conf"
    rm "${TREE}/etc/hooks.conf.fifo"
}
