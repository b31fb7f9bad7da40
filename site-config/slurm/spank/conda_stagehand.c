/*
 * A SPANK plug-in that gives sbatch, srun and salloc the option --conda-env=NAME.
 *
 * All it does is done where a job is submitted: Prolog and Epilog get the option's value as SPANK_CONDA_ENV, and what the
 * submitter's environment has for CONDA_STAGE_ENV, CONDA_STAGE and CONDA_STAGE_VERBOSE by these names with SPANK_ before them.
 * It has no job_prolog and no job_epilog: one in any plug-in takes every plug-in's options out of the Prolog's environment.
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <slurm/spank.h>

SPANK_PLUGIN(conda_stagehand, 1)

enum { MAX_VALUE = 4096, CARRIED = 4 };

/* The first from the option, the others from variables of the same name. */
static const char *const carried[CARRIED] = {"CONDA_ENV", "CONDA_STAGE_ENV", "CONDA_STAGE", "CONDA_STAGE_VERBOSE"};

/* By this name, with SLURM_SPANK_ before it, Slurm hands the option to all that a job starts, and there sbatch, srun and
 * salloc take it for one of their own. */
#define OPTION "_SLURM_SPANK_OPTION_conda_stagehand_conda_env"

/* What was asked for; a copy, for a directive's value does not outlive the call. */
static char asked[MAX_VALUE + 1];

/* Ends the program before it has submitted anything. The return value of an optional plug-in would not, or with a second
 * line, which repeats the value. */
static void refuse(const char *what, const char *why)
{
    slurm_error("conda-stagehand: %s %s", what, why);
    exit(EXIT_FAILURE);
}

static void check(const char *what, const char *value)
{
    if (value == NULL || value[0] == '\0') {
        refuse(what, "is empty: give the name or the path of an environment");
    } else if (strlen(value) > MAX_VALUE) {
        refuse(what, "is longer than 4096 bytes");
    } else if (strpbrk(value, "\r\n") != NULL) {
        refuse(what, "has a line break");
    }
}

static void refuse_step(void)
{
    refuse("--conda-env", "is for a whole job, not for a step of one: give it to sbatch or salloc");
}

static int is_submission(void)
{
    spank_context_t context = spank_context();
    return context == S_CTX_ALLOCATOR || context == S_CTX_LOCAL;
}

static int in_allocation(void)
{
    return spank_context() == S_CTX_LOCAL && (getenv("SLURM_JOB_ID") != NULL || getenv("SLURM_JOBID") != NULL);
}

/* Whether srun was told to join a job. Slurm does not say; `optind` is where the command to run begins. */
static int joins_job(void)
{
    static const char option[] = "--jobi"; /* the shortest that getopt takes for it */
    char words[32768];
    ssize_t length = 0;
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);

    if (file >= 0) {
        length = read(file, words, sizeof(words) - 1);
        close(file);
    }
    words[length > 0 ? length : 0] = '\0';
    const char *word = words;
    for (int number = 0; number < optind && word - words < length; number++) {
        if (strncmp(word, option, strlen(option)) == 0) {
            return 1;
        }
        word += strlen(word) + 1;
    }
    return 0;
}

static int take(int value, const char *argument, int remote)
{
    (void) value;
    if (remote || !is_submission()) {
        return 0;
    }
    if (in_allocation()) {
        refuse_step();
    }
    check("--conda-env", argument);
    strcpy(asked, argument);
    return 0;
}

static struct spank_option option = {
    .name = "conda-env",
    .arginfo = "NAME",
    .usage = "stage this conda environment on the job's nodes (name, path or archive)",
    .has_arg = 1,
    .cb = take,
};

/* The variable by which a job's own processes know what their job has carried. */
static const char *inherited(const char *name)
{
    static char variable[128];

    snprintf(variable, sizeof(variable), "SLURM_SPANK_%s", name);
    return variable;
}

static void forget(spank_t spank, const char *name)
{
    unsetenv(inherited(name));
    spank_job_control_unsetenv(spank, name);
}

static void carry(spank_t spank, const char *name, const char *value)
{
    if (spank_job_control_setenv(spank, name, value, 1) != ESPANK_SUCCESS) {
        refuse(name, "cannot be passed on to the job's Prolog");
    }
}

/* Called before the options are read. */
int slurm_spank_init(spank_t spank, int count, char *arguments[])
{
    (void) count;
    (void) arguments;
    spank_option_register(spank, &option);
    if (!is_submission()) {
        return 0;
    }
    forget(spank, OPTION);
    unsetenv(OPTION);
    for (int i = 0; i < CARRIED && !in_allocation(); i++) {
        forget(spank, carried[i]);
    }
    return 0;
}

/* Without PrologFlags=Alloc it is a step that brings its job's variables to the Prolog of a node that has not run it. */
static void carry_for_step(spank_t spank)
{
    for (int i = 0; i < CARRIED; i++) {
        const char *value = getenv(inherited(carried[i]));

        if (value != NULL) {
            spank_job_control_setenv(spank, carried[i], value, 1);
        }
    }
}

static void carry_for_job(spank_t spank)
{
    if (asked[0] != '\0') {
        carry(spank, carried[0], asked);
    }
    for (int i = 1; i < CARRIED; i++) {
        const char *value = getenv(carried[i]);

        if (value != NULL && value[0] != '\0') {
            check(carried[i], value);
            carry(spank, carried[i], value);
        }
    }
}

/* Called when the options are read, before anything is submitted. For each component of a heterogeneous job: one that
 * does not say anything else has what the one before it has. */
int slurm_spank_init_post_opt(spank_t spank, int count, char *arguments[])
{
    (void) count;
    (void) arguments;
    if (!is_submission()) {
        return 0;
    }
    if (in_allocation()) {
        carry_for_step(spank);
        return 0;
    }
    if (spank_context() == S_CTX_LOCAL && asked[0] != '\0' && joins_job()) {
        refuse_step();
    }
    carry_for_job(spank);
    return 0;
}
