#include "cli/command.h"
#include "cli/settle_table.h"
#include "cli/trust_table.h"

static enum err pending(struct command *command)
{
    return fail(command->trouble, ERR_BUG, "'%s' is not joined to the engine yet",
                command->action->verb);
}

enum err whatif_run(struct command *command) { return pending(command); }
