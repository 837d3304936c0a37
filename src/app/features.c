#include "app/features.h"

#include "cli/extract_table.h"
#include "cli/program_action.h"
#include "cli/server_table.h"
#include "cli/settle_table.h"
#include "cli/trail_table.h"
#include "cli/trust_table.h"

const struct feature *const features[] = {
    &extract_feature,
    &settle_feature,
    &trust_feature,
    &trail_feature,
    &server_feature,
    &program_feature,
    NULL,
};
