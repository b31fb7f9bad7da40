/* A release of Slurm that is not the one that runs. */
#include <slurm/slurm_version.h>
#undef SLURM_VERSION_NUMBER
#define SLURM_VERSION_NUMBER SLURM_VERSION_NUM(21, 8, 0)
