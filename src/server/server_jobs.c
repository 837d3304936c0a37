#include "server/server.h"

const struct job_kind server_jobs[] = {
    { .name = NULL },
};
