#!/usr/bin/env bats
# The fault matrix: whatever happens to a job, its hooks, the daemons or the disk, nothing of it stays, the node can be used
# and the next job works. Each test is a row, each run in a world a column; in either scheduler's world, as root:
#   STAGEHAND_TREE=INSTALLED-TREE src/test/slurm/world run bats src/test/world/faults.bats
#   STAGEHAND_TREE=INSTALLED-TREE [HOOKS=--root-hooks] src/test/sge/world run bats src/test/world/faults.bats
# FULL=1 does every fault several times, and those that `./dev test` has no time for; SEED=N repeats a soak.

# shellcheck disable=SC2016,SC2154 # dollars that the job expands; variables of faults.bash

bats_require_minimum_version 1.5.0
load "${WORLD_TESTS:?is not set: run this in a world}/hooked"
load held
load faults
load images
load "${WORLD_TESTS}/faults"

@test "exit 0" { fault 5 ends 'exit 0'; }
@test "exit 1" { fault 5 ends 'exit 1'; }
@test "segmentation fault" { fault 5 ends 'kill -SEGV $$'; }
@test "kill -9 of the job's shell" { fault 5 ends 'kill -KILL $$'; }
@test "kill -9 of the job's process group" { fault 5 ends 'kill -KILL 0'; }
@test "time limit" { fault 3 time_limit; }
@test "memory limit" { fault 3 memory_limit; }
@test "requeue" { fault 3 requeued; }

@test "cancelled in the queue" { fault 5 cancelled_in_queue; }
@test "cancelled in the prolog" { fault 5 cancelled_in_prolog; }
@test "cancelled in the middle of staging" { fault 5 cancelled_while_staging; }
@test "cancelled while running" { fault 5 cancelled_while_running; }
@test "cancelled in the epilog" { fault 5 cancelled_in_epilog; }

@test "kill -9 of the staging JVM, at ten points of its run" { fault 10 jvm_killed; }
@test "kill -9 of the prolog's shell" { fault 3 prolog_killed; }
@test "kill -9 of the epilog's shell" { fault 3 epilog_killed; }
@test "kill -9 of the node's daemon while it stages" { fault 3 daemon_killed staging; }
@test "kill -9 of the node's daemon while a job runs" { fault 3 daemon_killed running; }
@test "kill -9 of the job's daemon while it stages" { fault 3 keeper_killed staging; }
@test "kill -9 of the job's daemon while a job runs" { fault 3 keeper_killed running; }
@test "reboot while it stages" { fault 3 rebooted staging; }
@test "reboot while a job runs" { fault 3 rebooted running; }
@test "reboot, and the job runs again" { fault 3 rebooted again; }

@test "disk full in the middle of staging" { fault 3 disk_full size; }
@test "no inodes left in the middle of staging" { fault 3 disk_full inodes; }
@test "local disk unmounted while a job runs" { fault 3 disk_away; }
@test "local disk read-only while a job runs" { fault 3 disk_read_only; }
@test "local disk that stops to answer while it is staged to" { full && fault 2 disk_frozen; }
@test "archive cut while it is read" { fault 3 archive_cut; }
@test "shared file system that stops to answer, until our own time limit" { full && fault 2 shared_hangs; }
@test "clock set back by a day while a job runs" { fault 3 clock_set_back; }

@test "leftovers of another user's job of the same number" { fault 3 same_number; }

@test "soak: short jobs, killed at random" { soak; }
