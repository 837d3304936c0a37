#include "finance/finance_table.h"

#include "finance/finance_pages.h"
#include "identity/right.h"
#include "register/evidence_desk.h"
#include "web/site.h"

#define PROFILE_FILE_MOST ((uint64_t)64 * 1024)
#define MAP_FILES_MOST ((uint64_t)4 * 1024 * 1024)

static const struct action actions[] = {
    { .verb = "money show", .summary = "The partnership's months, and what your council took in",
      .description =
          "Every financial year of the partnership, with its thirteen periods: April to March, "
          "and the final accounts. A period is open, closed softly, or locked. Beside it stands "
          "what your council has taken in for it; the partner sees its own.\n\n"
          "A head of finance of either council begins a year. That opens its periods and charges "
          "nobody anything.",
      .method = ACTION_GET, .route = "/money", .right = MAY_SEE_MONEY, .respond = money_show },
    { .verb = "year begin", .summary = "Begin a financial year of the partnership",
      .method = ACTION_POST, .route = "/money", .right = MAY_BEGIN_YEAR, .respond = year_make },

    { .verb = "month show", .summary = "A month: what is done, and what is missing from whom",
      .description =
          "A period of the partnership, with the state of each council: are the lines of its "
          "ledger taken in, and have all their codes a row in its map? That much each sees of the "
          "other. Below stand your own council's extracts and what its map lacks.",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}", .right = MAY_SEE_MONEY,
      .respond = month_show },

    { .verb = "settlement show", .summary = "What each council pays for a month",
      .description =
          "What each council bears of every cost pool, service or subjective group, by a run: of "
          "the month, of all that is billed now, or of the year to date; who owes whom; and what "
          "has changed since the period or the run before, or against the budget. Each figure "
          "leads to its working. The table is there as CSV, XLSX, ODS and JSON, exactly as "
          "it stands.\n\n"
          "Anybody of either council's finance can work it out, as often as they like: nobody is "
          "charged by it. It needs what both agreed, and both councils' extracts and maps; what "
          "is missing is named. When nothing has changed the run before stands.",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}/settlement",
      .right = MAY_SEE_MONEY, .respond = settlement_show },
    { .verb = "settlement make", .summary = "Work out what each council pays",
      .method = ACTION_POST, .route = "/money/{year:year}/{period:word}/settlement",
      .right = MAY_TAKE_EXTRACT, .respond = settlement_make },
    { .verb = "settlement file", .summary = "What each council pays, as a file",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}/settlement/{file:word}",
      .right = MAY_SEE_MONEY, .respond = settlement_file },
    { .verb = "run show", .summary = "A run: what went into it, and what came of it",
      .description =
          "Every extract, map, basis and cost model that a run was worked out from, by version "
          "and hash, and the files that the engine wrote, which are byte for byte those of "
          "`ochil close`. If it was refused, each fault stands here with what it means.",
      .method = ACTION_GET, .route = "/money/runs/{run}", .right = MAY_SEE_MONEY,
      .respond = run_show },
    { .verb = "run file", .summary = "A file of a run, as the engine wrote it",
      .method = ACTION_GET, .route = "/money/runs/{run}/files/{file:word}",
      .right = MAY_SEE_MONEY, .respond = run_file },
    { .verb = "working show", .summary = "Why a figure of a run is what it is",
      .description =
          "The steps from what was paid to what each council bears, for a pool and a period of a "
          "run: the basis in force with its values, source and the period that they date from; "
          "the share as a fraction and in per cent; the exact amount; the rounding rule and the "
          "penny that moved; the carry; corrections carried in; for support the whole chain. The "
          "steps added up again give the figure. It is worked out from what the run kept, so it "
          "stays what it was.",
      .method = ACTION_GET, .route = "/money/runs/{run}/working", .right = MAY_SEE_MONEY,
      .respond = working_show },
    { .verb = "working file", .summary = "The working of a figure, as a file",
      .method = ACTION_GET, .route = "/money/runs/{run}/working.json", .right = MAY_SEE_MONEY,
      .respond = working_file },
    { .verb = "lines show", .summary = "The ledger lines behind a figure",
      .description =
          "The lines of the extracts that went into the run, for a pool, period, kind and group: "
          "each with its extract, line and entry. A council sees its own lines whole; of the "
          "partner's what both agreed in the cost model, which usually is lines of cost that it "
          "bears a share of, without descriptions.",
      .method = ACTION_GET, .route = "/money/runs/{run}/lines", .right = MAY_SEE_MONEY,
      .prepare = lines_show_prepare, .respond = lines_show },
    { .verb = "lines file", .summary = "The ledger lines behind a figure, as a file",
      .method = ACTION_GET, .route = "/money/runs/{run}/lines.csv", .right = MAY_SEE_MONEY,
      .prepare = lines_file_prepare, .respond = lines_file },
    { .verb = "line show", .summary = "What became of a line, and why it was not charged",
      .description =
          "Say cost centre, account and period of a line of your council's ledger: which row of "
          "the map treats it, which figure it is part of and who bears what of it, or why nobody "
          "is charged. Below stand all codes of your council that the run charges nobody for.",
      .method = ACTION_GET, .route = "/money/runs/{run}/line", .right = MAY_SEE_MONEY,
      .prepare = line_fate_prepare, .respond = line_fate },

    { .verb = "month checks", .summary = "A month's checks, each explained",
      .description =
          "What must hold before the period is signed: earlier periods locked, extracts in and "
          "mapped, bases agreed, a run of what there is now that refused nothing, and the run's "
          "files added up again: nothing lost or made up, journals that balance and mirror each "
          "other, a bill that is the settlement. A check that has not passed says where it is "
          "mended; open queries hold nothing up.",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}/checks",
      .right = MAY_SEE_MONEY, .respond = checks_show },
    { .verb = "month sign-off", .summary = "A month's bill, who has signed it, and the lock",
      .description =
          "The head of finance of each council signs one run of the period, by the sum of its "
          "files; never the person who began that run. It can be signed when every check has "
          "passed. With the last signature the period is locked.\n\n"
          "A newer run that comes to something else, a changed extract, map or basis, or the "
          "other council's refusal undoes what was signed, and says so here and in the trail. "
          "Before that a period can be closed softly: an extract with lines of it, or a changed "
          "map, then needs a reason.",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}/sign",
      .right = MAY_SEE_MONEY, .respond = sign_show },
    { .verb = "month sign", .summary = "Sign a month's run for your council; the last one locks it",
      .method = ACTION_POST, .route = "/money/{year:year}/{period:word}/sign",
      .right = MAY_SIGN_PERIOD, .respond = sign_make },
    { .verb = "month refuse", .summary = "Take back what was signed, with a reason",
      .method = ACTION_POST, .route = "/money/{year:year}/{period:word}/refuse",
      .right = MAY_SIGN_PERIOD, .respond = sign_refuse },
    { .verb = "month soft", .summary = "Close a month softly",
      .method = ACTION_POST, .route = "/money/{year:year}/{period:word}/soft",
      .right = MAY_SIGN_PERIOD, .respond = period_soft_make },
    { .verb = "month open", .summary = "Open a month that is closed softly, with a reason",
      .method = ACTION_POST, .route = "/money/{year:year}/{period:word}/open",
      .right = MAY_SIGN_PERIOD, .respond = period_open_make },
    { .verb = "month nothing", .summary = "Say that your council has no lines in a month",
      .method = ACTION_POST, .route = "/money/{year:year}/{period:word}/nothing",
      .right = MAY_SIGN_PERIOD, .respond = period_nothing_make },

    { .verb = "locked list", .summary = "Locked months, and their evidence",
      .description =
          "Every month that was locked, with the run that was signed. Beside each year stand "
          "charged.csv and corrected.csv: what was charged for its locked months, as the engine "
          "reads it when it works out the next one.",
      .method = ACTION_GET, .route = "/records/evidence", .right = MAY_SEE_MONEY,
      .respond = locked_show },
    { .verb = "locked charged", .summary = "What was charged for locked months, as a file",
      .method = ACTION_GET, .route = "/records/charged/{year:year}",
      .right = MAY_SEE_MONEY, .respond = charged_file },
    { .verb = "locked corrected", .summary = "Corrections that locked months carried, as a file",
      .method = ACTION_GET, .route = "/records/corrected/{year:year}",
      .right = MAY_SEE_MONEY, .respond = corrected_file },
    { .verb = "locked show", .summary = "The evidence of a locked month",
      .description =
          "The bundle: what one needs to work the bill out again on any machine, with ochil "
          "verify, and no more: no descriptions, no excluded lines. Each council signs it with "
          "its own key on a machine of its own and brings the signature here, where it is checked "
          "against the key that the council has named.\n\n"
          "To verify is to let the server read the very extracts again and work the month out "
          "from what was agreed, mapped and charged then: every file must come out as it was "
          "locked; the chain of the trail is read anew, too. Below stands what went into the run, "
          "with hashes. Who takes the bundle, draws lines or verifies leaves an entry in the "
          "trail.",
      .method = ACTION_GET, .route = "/records/evidence/{year:year}/{period:word}",
      .right = MAY_SEE_MONEY, .respond = evidence_month_show },
    { .verb = "locked bundle", .summary = "The bundle of a locked month",
      .method = ACTION_GET, .route = "/records/evidence/{year:year}/{period:word}/bundle",
      .right = MAY_SEE_MONEY, .prepare = bundle_file_prepare, .respond = evidence_fetched },
    { .verb = "locked signature", .summary = "A council's signature under the bundle",
      .method = ACTION_GET, .route = "/records/evidence/{year:year}/{period:word}/signature",
      .right = MAY_SEE_MONEY, .respond = bundle_signature_file },
    { .verb = "locked sign", .summary = "Bring your council's signature under the bundle",
      .method = ACTION_POST,
      .route = "/records/evidence/{year:year}/{period:word}/signatures",
      .right = MAY_SIGN_PERIOD, .respond = bundle_signature_make },
    { .verb = "locked recount", .summary = "Work a locked month out again, and compare",
      .method = ACTION_POST, .route = "/records/evidence/{year:year}/{period:word}/recount",
      .right = MAY_RECOUNT, .respond = recount_make },
    { .verb = "locked sample", .summary = "Lines of a locked month, drawn by lot",
      .description =
          "Lines of the bundle for a test of detail, drawn with a seed: those whose SHA-256 of "
          "seed, council and entry is lowest. The same seed draws the same lines, so that "
          "anybody can draw them again. The working paper is a file with room for what was found.",
      .method = ACTION_GET, .route = "/records/evidence/{year:year}/{period:word}/sample",
      .right = MAY_SEE_MONEY, .prepare = sample_prepare, .respond = sample_show },
    { .verb = "locked sample-file", .summary = "The same as a working paper",
      .method = ACTION_GET, .route = "/records/evidence/{year:year}/{period:word}/sample.csv",
      .right = MAY_SEE_MONEY, .prepare = sample_prepare, .respond = sample_file },
    { .verb = "initiatives show", .summary = "That each council pays for its own initiatives alone",
      .description =
          "From the last settlement up to a month: what each council's own initiatives came to, "
          "what it bears of all of them, and the difference, which is nothing. Beside it, what "
          "they would cost the partner if they were common: worked out by the engine, charged to "
          "nobody.",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}/initiatives",
      .right = MAY_SEE_MONEY, .respond = initiatives_show },

    { .verb = "import list", .summary = "Extracts of your council's ledger",
      .description =
          "An extract is a file from a ledger system. It is kept as evidence, as it is; what is "
          "taken in are sums of its lines by cost centre, account and period. The partner sees "
          "neither.",
      .method = ACTION_GET, .route = "/money/imports", .right = MAY_SEE_MONEY,
      .respond = extracts_show },
    { .verb = "import new", .summary = "The form to upload an extract",
      .description =
          "Choose a file as the ledger system writes it: CSV, XLSX, ODS or a text of fixed width, "
          "also packed by gzip, xz or zstd. Nothing is taken in yet: you see first how it is "
          "read. The same file uploaded again changes nothing.",
      .method = ACTION_GET, .route = "/money/imports/new", .right = MAY_TAKE_EXTRACT,
      .respond = extract_new },
    { .verb = "import upload", .summary = "Upload an extract",
      .method = ACTION_POST, .route = "/money/imports", .right = MAY_TAKE_EXTRACT,
      .prepare = extract_make_prepare, .respond = extract_make, .upload_most = UPLOAD_USUAL },
    { .verb = "import show", .summary = "An extract: how it is read, and what came of it",
      .description =
          "Before it is taken in: which columns the profile uses, which not, which it misses, and "
          "the first rows as they would be. Then say how many lines the ledger system counts and "
          "what they come to. A job reads the extract; you may go on meanwhile and come back.\n\n"
          "All rows are taken in, or none. Refused rows stand here by their numbers in the file, "
          "and all of them in a file to be mended. An import can be withdrawn until a period that "
          "it has lines in is locked.",
      .method = ACTION_GET, .route = "/money/imports/{import}", .right = MAY_SEE_MONEY,
      .prepare = extract_show_prepare, .respond = extract_show },
    { .verb = "import choose", .summary = "Choose the profile that an extract is read with",
      .method = ACTION_POST, .route = "/money/imports/{import}/profile",
      .right = MAY_TAKE_EXTRACT, .respond = extract_choose },
    { .verb = "import begin", .summary = "Take an extract in, if it is what the ledger says",
      .method = ACTION_POST, .route = "/money/imports/{import}/begin", .right = MAY_TAKE_EXTRACT,
      .respond = extract_begin },
    { .verb = "import withdraw", .summary = "Withdraw an import, with a reason",
      .method = ACTION_POST, .route = "/money/imports/{import}/withdraw",
      .right = MAY_TAKE_EXTRACT, .respond = extract_withdraw },
    { .verb = "import errors", .summary = "The refused rows of an extract, as a file",
      .method = ACTION_GET, .route = "/money/imports/{import}/errors", .right = MAY_SEE_MONEY,
      .prepare = extract_errors_prepare, .respond = evidence_fetched },

    { .verb = "map first", .summary = "What your council's codes are: of the latest year",
      .description =
          "The map of the latest year. What a map is stands at the map of a year.",
      .method = ACTION_GET, .route = "/money/map", .right = MAY_SEE_MONEY,
      .respond = map_first_show },
    { .verb = "map show", .summary = "What your council's accounts and cost centres are, in a year",
      .description =
          "Each account belongs to a subjective group; each cost centre has a treatment (common, "
          "support, direct, initiative, excluded), a pool and, if one council bears it, its code; "
          "from a period to a period. The map is the engine's own two files, judged by the "
          "engine's own reader.\n\n"
          "Codes of lines that were taken in and that have no row stand here, the largest first. "
          "Tick several and say once what they are, or fill in the file and send it. A changed "
          "map is a new version; nothing that was taken in is read again.",
      .method = ACTION_GET, .route = "/money/map/{year:year}", .right = MAY_SEE_MONEY,
      .respond = map_show },
    { .verb = "map accounts", .summary = "The map's accounts, as a file",
      .method = ACTION_GET, .route = "/money/map/{year:year}/accounts.csv",
      .right = MAY_SEE_MONEY, .respond = map_accounts_file },
    { .verb = "map centres", .summary = "The map's cost centres, as a file",
      .method = ACTION_GET, .route = "/money/map/{year:year}/cost_centres.csv",
      .right = MAY_SEE_MONEY, .respond = map_centres_file },
    { .verb = "map moves", .summary = "What codes became, as a file",
      .method = ACTION_GET, .route = "/money/map/{year:year}/moves.csv",
      .right = MAY_SEE_MONEY, .respond = map_moves_file },
    { .verb = "map missing-accounts", .summary = "Accounts without a row, as a file to fill in",
      .method = ACTION_GET, .route = "/money/map/{year:year}/missing-accounts.csv",
      .right = MAY_SEE_MONEY, .respond = map_missing_accounts },
    { .verb = "map missing-centres", .summary = "Cost centres without a row, to fill in",
      .method = ACTION_GET, .route = "/money/map/{year:year}/missing-cost-centres.csv",
      .right = MAY_SEE_MONEY, .respond = map_missing_centres },
    { .verb = "map add-accounts", .summary = "Say of several accounts which group they are",
      .method = ACTION_POST, .route = "/money/map/{year:year}/accounts",
      .right = MAY_TAKE_EXTRACT, .respond = map_accounts_make },
    { .verb = "map add-centres", .summary = "Say of several cost centres what they are",
      .method = ACTION_POST, .route = "/money/map/{year:year}/cost-centres",
      .right = MAY_TAKE_EXTRACT, .respond = map_centres_make },
    { .verb = "map reorganise", .summary = "Cost centres end, and others begin, on a period",
      .method = ACTION_POST, .route = "/money/map/{year:year}/reorganise",
      .right = MAY_TAKE_EXTRACT, .respond = map_reorganise_make },
    { .verb = "code compare", .summary = "Both councils' codes, side by side",
      .description =
          "Which accounts of each council make a subjective group, and which cost centres a pool, "
          "with their treatment and periods. Of the other council's codes you see what the cost "
          "model of the year says: all, none, or those of cost that your council bears a share "
          "of.\n\n"
          "A reorganisation is dated: the old cost centre ends with a period and the new one "
          "begins with the next, so what was worked out for earlier periods reads as it did.",
      .method = ACTION_GET, .route = "/money/codes/{year:year}", .right = MAY_SEE_MONEY,
      .prepare = codes_show_prepare, .respond = codes_show },
    { .verb = "map keep", .summary = "Add files to the map, or put them in its place",
      .method = ACTION_POST, .route = "/money/map/{year:year}", .right = MAY_TAKE_EXTRACT,
      .respond = map_files_make, .upload_most = MAP_FILES_MOST },

    { .verb = "what-if list", .summary = "Questions to a run: what if a basis were another?",
      .description =
          "What would each council bear if a pool were shared on another basis, a value were "
          "another, or the rounding? A question is asked of a run that closed and is answered by "
          "the engine from what that run keeps. Nothing real is changed by it.\n\n"
          "A question that is kept is your council's alone until you share it.",
      .method = ACTION_GET, .route = "/money/what-if", .right = MAY_SEE_MONEY,
      .respond = what_ifs_show },
    { .verb = "what-if new", .summary = "Put a question together and see what it comes to",
      .description =
          "Choose a pool and another basis, fixed per cents, or how its cost, or a subjective "
          "group of it, is treated: shared, borne by one council, left out. Or choose another "
          "value of a basis, from a period on. Each choice becomes a line; lines can be written, "
          "too, as the command ochil whatif has them.\n\n"
          "Below stand what each council would bear, pool by pool, who would bear more and who "
          "less, and, for one value of a basis, where a council's total turns. To look further, "
          "change the lines; to throw all away, leave the page.",
      .method = ACTION_GET, .route = "/money/what-if/new", .right = MAY_SEE_MONEY,
      .prepare = what_if_new_prepare, .respond = what_if_new },
    { .verb = "what-if keep", .summary = "Keep a question under a name",
      .method = ACTION_POST, .route = "/money/what-if", .right = MAY_KEEP_WHAT_IF,
      .prepare = what_if_make_prepare, .respond = what_if_make },
    { .verb = "what-if show", .summary = "A question that is kept, answered",
      .description =
          "What is assumed, and what each council would bear, worked out anew from the run: the "
          "answer does not change. Its council can share it with the other, and throw it away.",
      .method = ACTION_GET, .route = "/money/what-if/{question}", .right = MAY_SEE_MONEY,
      .prepare = what_if_show_prepare, .respond = what_if_show },
    { .verb = "what-if share", .summary = "Share a question with every council, or no longer",
      .method = ACTION_POST, .route = "/money/what-if/{question}/share",
      .right = MAY_KEEP_WHAT_IF, .respond = what_if_share_make },
    { .verb = "what-if end", .summary = "Throw a question away",
      .method = ACTION_POST, .route = "/money/what-if/{question}/end",
      .right = MAY_KEEP_WHAT_IF, .respond = what_if_end_make },

    { .verb = "restatement list", .summary = "A report restated by the maps of a later period",
      .description =
          "When codes are reorganised, last year's report stays as it was. On request it is worked "
          "out again as if the maps of a later period had been in force: the report's own "
          "extracts, bases and cost model, each line followed from code to code by the moves.csv "
          "of both councils' maps. Nobody is charged, nothing that is locked is touched, and both "
          "councils read it.\n\n"
          "A line whose code the later map does not know stays as the report had it, and how many "
          "those are is told. A code that was split among codes that are treated differently needs "
          "a row in moves.csv that says which account went where: nothing is guessed.",
      .method = ACTION_GET, .route = "/money/{year:year}/{period:word}/restatements",
      .right = MAY_SEE_MONEY, .respond = restatements_show },
    { .verb = "restatement make", .summary = "Restate a report by the maps of a later period",
      .method = ACTION_POST, .route = "/money/{year:year}/{period:word}/restatements",
      .right = MAY_TAKE_EXTRACT, .prepare = restatement_make_prepare,
      .respond = restatement_make },
    { .verb = "restatement show", .summary = "A restated report, beside the report as it was",
      .description =
          "What each council would have borne, as it was and restated, by pool, service or "
          "subjective group, with the difference; which version of each council's map was used; "
          "how many lines have become another code's, and how many stay as they were. The table is "
          "there as a file, and so are the engine's own files.",
      .method = ACTION_GET, .route = "/money/restatements/{restatement}",
      .right = MAY_SEE_MONEY, .respond = restatement_show },
    { .verb = "restatement sheet-file", .summary = "A restated report as a file",
      .method = ACTION_GET, .route = "/money/restatements/{restatement}/{file:word}",
      .right = MAY_SEE_MONEY, .respond = restatement_sheet_file },
    { .verb = "restatement file", .summary = "A file of a restatement, as the engine wrote it",
      .method = ACTION_GET, .route = "/money/restatements/{restatement}/files/{file:word}",
      .right = MAY_SEE_MONEY, .respond = restatement_engine_file },

    { .verb = "on-account first", .summary = "What is paid on account, of the latest year",
      .description =
          "Leads to the latest financial year of the partnership, with its schedule of "
          "instalments and what was paid.",
      .method = ACTION_GET, .route = "/money/on-account", .right = MAY_SEE_MONEY,
      .respond = on_account_first },
    { .verb = "on-account show", .summary = "A year's instalments, what was paid, and the true-up",
      .description =
          "The schedule is the last run of the budget up to P13, in twelve parts. The council "
          "that leads a service records what was paid to it for a month; a head of finance of "
          "the council that paid confirms it, or refuses it with a reason. Only what both have "
          "said goes into the next run, whose true-up stands above.\n\n"
          "An entry is never changed. One that was confirmed and is wrong is reversed by another "
          "of the same amount with the other sign, by the same two. A confirmation undoes what "
          "was signed of a month that is not locked, if its run did not count it.",
      .method = ACTION_GET, .route = "/money/on-account/{year:year}", .right = MAY_SEE_MONEY,
      .respond = on_account_show },
    { .verb = "on-account file", .summary = "The schedule, the entries, or billed.csv, as a file",
      .method = ACTION_GET, .route = "/money/on-account/{year:year}/{file:word}",
      .right = MAY_SEE_MONEY, .respond = on_account_file },
    { .verb = "on-account record", .summary = "Record what was paid on account to your council",
      .method = ACTION_POST, .route = "/money/on-account/{year:year}",
      .right = MAY_TAKE_EXTRACT, .respond = on_account_record },
    { .verb = "on-account reverse", .summary = "Record the reversal of what was confirmed",
      .method = ACTION_POST, .route = "/money/on-account/{year:year}/reverse",
      .right = MAY_TAKE_EXTRACT, .respond = on_account_reverse },
    { .verb = "on-account answer", .summary = "Confirm or refuse what was recorded",
      .method = ACTION_POST, .route = "/money/payments/{payment}/answer",
      .right = MAY_SIGN_PERIOD, .respond = on_account_answer },
    { .verb = "on-account withdraw", .summary = "Withdraw what was recorded",
      .method = ACTION_POST, .route = "/money/payments/{payment}/withdraw",
      .right = MAY_TAKE_EXTRACT, .respond = on_account_withdraw },

    { .verb = "basis-file list", .summary = "Basis values from files: pupils, clients, floor area",
      .description =
          "Files that your council has brought for bases: a row for each council, or for each "
          "school or office of one, which are added up. Upload a CSV, XLSX, ODS or a text of "
          "fixed width.\n\n"
          "A file binds nobody: its values are what a draft begins with, and the file goes along "
          "as the draft's evidence. Until that is proposed it is your council's own.",
      .method = ACTION_GET, .route = "/money/basis-files", .right = MAY_SEE_MONEY,
      .respond = basis_files_show },
    { .verb = "basis-file upload", .summary = "Upload a file of basis values",
      .method = ACTION_POST, .route = "/money/basis-files", .right = MAY_PREPARE_BASIS,
      .prepare = extract_make_prepare, .respond = basis_file_make,
      .upload_most = UPLOAD_USUAL },
    { .verb = "basis-file show", .summary = "A file of basis values: how it is read, and its sums",
      .description =
          "The profile that the file is read with, its first rows as they are and as they would "
          "be, the rows that are refused by their numbers in the file, and what its rows come to "
          "for each council. The values are taken when no row is refused and they come to the "
          "control total; then a draft of the basis can begin with them.\n\n"
          "Councils stand in the file by their codes or their names.",
      .method = ACTION_GET, .route = "/money/basis-files/{values}", .right = MAY_SEE_MONEY,
      .prepare = basis_file_show_prepare, .respond = basis_file_show },
    { .verb = "basis-file read", .summary = "Read a file of basis values; take them if all is good",
      .method = ACTION_POST, .route = "/money/basis-files/{values}", .right = MAY_PREPARE_BASIS,
      .prepare = basis_file_read_prepare, .respond = basis_file_take },
    { .verb = "basis-file errors", .summary = "The refused rows of a file of basis values",
      .method = ACTION_GET, .route = "/money/basis-files/{values}/errors.csv",
      .right = MAY_SEE_MONEY, .prepare = basis_file_show_prepare, .respond = basis_file_errors },

    { .verb = "profile list", .summary = "How your council's extracts are read",
      .description =
          "A profile says how the extracts of one of your systems are read: which column is what, "
          "how dates and amounts are written, which rows are left out. A changed one is a new "
          "version; what was read with an old one stays as it was.",
      .method = ACTION_GET, .route = "/money/profiles", .right = MAY_SEE_MONEY,
      .respond = profiles_show },
    { .verb = "profile new", .summary = "The form for a profile",
      .description =
          "Write it, send it as a file, or come here from an extract: then the program has "
          "guessed one, with the reason behind each line. Nothing is guessed about amounts that "
          "could be read in two ways: such lines are left to you.",
      .method = ACTION_GET, .route = "/money/profiles/new", .right = MAY_TAKE_EXTRACT,
      .prepare = profile_new_prepare, .respond = profile_new },
    { .verb = "profile keep", .summary = "Keep a version of a profile",
      .method = ACTION_POST, .route = "/money/profiles", .right = MAY_TAKE_EXTRACT,
      .respond = profile_make, .upload_most = PROFILE_FILE_MOST },
    { .verb = "profile show", .summary = "A version of a profile",
      .description = "The profile as it was kept; a version is never changed.",
      .method = ACTION_GET, .route = "/money/profiles/{profile}", .right = MAY_SEE_MONEY,
      .respond = profile_show },
    { 0 },
};

const struct feature money_feature = { "money", "Money", actions };
