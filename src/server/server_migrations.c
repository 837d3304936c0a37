#include "server/server.h"

#include "finance/finance_sql.h"
#include "governance/governance_sql.h"
#include "identity/identity_sql.h"
#include "register/register_sql.h"
#include "store/store_sql.h"

const struct migration *const server_migrations[] = {
    &migration_0001_store,
    &migration_0002_council,
    &migration_0003_trail,
    &migration_0004_evidence,
    &migration_0005_job,
    &migration_0006_identity,
    &migration_0007_backup,
    &migration_0008_people,
    &migration_0009_two_keys,
    &migration_0010_risk,
    &migration_0011_login,
    &migration_0012_register,
    &migration_0013_action,
    &migration_0014_obligation,
    &migration_0015_policy,
    &migration_0016_evidence_link,
    &migration_0017_saved_view,
    &migration_0018_kept_form,
    &migration_0019_import,
    &migration_0020_login_link,
    &migration_0021_service,
    &migration_0022_service_grant,
    &migration_0023_money,
    &migration_0024_money_map,
    &migration_0025_period_standing,
    &migration_0026_what_if,
    &migration_0027_money_run,
    &migration_0028_period_sign,
    &migration_0029_query,
    &migration_0030_beside_the_bill,
    &migration_0031_journal_layout,
    &migration_0032_ledger_book,
    &migration_0033_import_change,
    &migration_0034_basis_file,
    &migration_0035_on_account,
    &migration_0036_restatement,
    NULL,
};
