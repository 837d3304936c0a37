#include "app/features.h"

#include "cli/program_action.h"
#include "cli/settle_table.h"
#include "cli/trust_table.h"

const struct feature *const features[] = {
    &settle_feature,
    &trust_feature,
    &program_feature,
    NULL,
};
