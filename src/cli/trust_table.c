#include "cli/trust_table.h"

static const char *const books[] = { "ledger", "budget", "forecast", NULL };

static const struct option bundle_options[] = {
    { .name = "out", .letter = 'o', .value = "FILE", .kind = VALUE_FILE, .required = true,
      .help = "The bundle to write, usually named *.ochil.zip. It is written whole or not at "
              "all; a file that is there is refused." },
    { .name = "book", .value = "BOOK", .choices = books,
      .help = "The lines to take: ledger unless given." },
    { .name = "through", .value = "PERIOD",
      .help = "Settle up to this period, such as 2014-15/P06. The whole year unless given." },
    { .name = "threads", .value = "N", .kind = VALUE_NUMBER,
      .help = "Read the ledgers with so many threads. One for each processor unless given." },
    { .name = "force", .help = "Replace a file that is there." },
    { .name = "json", .help = "Print one JSON object instead of text." },
    { 0 },
};

static const struct option keygen_options[] = {
    { .name = "out", .letter = 'o', .value = "KEY", .kind = VALUE_FILE, .required = true,
      .help = "The secret key to write; the public key is written beside it, with .pub behind "
              "its name. Files that are there are refused." },
    { .name = "no-password",
      .help = "Do not protect the secret key with a password. Whoever can read the file can "
              "then sign." },
    { .name = "password-file", .value = "FILE", .kind = VALUE_FILE,
      .help = "Take the password from the first line of this file instead of asking." },
    { 0 },
};

static const struct option sign_options[] = {
    { .name = "key", .letter = 'k', .value = "KEY", .kind = VALUE_FILE, .required = true,
      .help = "The secret key." },
    { .name = "partner", .value = "CODE",
      .help = "The partner that signs; its code stands in the signature's name. Without it, the "
              "partner whose code is the key file's name up to its first dot: clk.key signs for "
              "CLK." },
    { .name = "password-file", .value = "FILE", .kind = VALUE_FILE,
      .help = "Take the password from the first line of this file instead of asking." },
    { .name = "threads", .value = "N", .kind = VALUE_NUMBER,
      .help = "Read the ledgers with so many threads. One for each processor unless given." },
    { .name = "force", .help = "Replace a signature that is there." },
    { 0 },
};

static const struct option verify_options[] = {
    { .name = "key", .letter = 'k', .value = "PUB", .kind = VALUE_FILE, .repeatable = true,
      .help = "A public key; each must have signed the bundle." },
    { .name = "original", .value = "FILE", .kind = VALUE_FILE, .repeatable = true,
      .help = "An original extract: the bundled one must come from it." },
    { .name = "threads", .value = "N", .kind = VALUE_NUMBER,
      .help = "Read the ledgers with so many threads. One for each processor unless given." },
    { .name = "json", .help = "Print one JSON object instead of text." },
    { 0 },
};

static const struct action actions[] = {
    {
        .verb = "bundle", .run = bundle_run,
        .summary = "Pack a close so that a partner can compute it again",
        .description =
            "Packs what a partner needs to compute the bill again, and no more: the model, the "
            "ledger lines in scope without descriptions and without excluded lines, the output, "
            "the certificate, and for every original extract its hash, its lines, the lines "
            "left out and their total. A changed byte anywhere is found.",
        .argument = { { .name = "FOLDER", .kind = VALUE_FOLDER,
                        .help = "The partnership folder." } },
        .options = bundle_options,
        .example = {
            { "ochil bundle 2014-15 --out 2014-15.ochil.zip", "Pack the whole year." },
            { "ochil bundle 2014-15 --out p06.ochil.zip --through 2014-15/P06",
              "Pack April to September." },
        },
        .exits = { ERR_REFUSED, ERR_IO },
        .see_also = "sign verify close",
    },
    {
        .verb = "keygen", .run = keygen_run,
        .summary = "Make a pair of keys for signing bundles",
        .description =
            "Writes a secret key, which stays with its owner, and a public key, which every "
            "partner gets. Both are in minisign's format.\n\n"
            "The password that protects the secret key is asked for twice on the terminal and "
            "not shown. Without a terminal, name a file that holds it.",
        .options = keygen_options,
        .example = {
            { "ochil keygen --out clk.key", "Make clk.key and clk.key.pub; asks for a password." },
            { "ochil keygen --out clk.key --password-file secret.txt",
              "The same without being asked." },
        },
        .exits = { ERR_IO },
        .see_also = "sign verify",
    },
    {
        .verb = "sign", .run = sign_run,
        .summary = "Sign a bundle for a partner",
        .description =
            "Writes the partner's signature beside the bundle, as BUNDLE.CODE.minisig. The "
            "bundle itself is not changed, so every partner can sign the same file, and anyone "
            "can check the signature with minisign too. What is signed with it are the partner's "
            "code, the bundle's name and its SHA-256. The bundle is verified first: one that "
            "does not give the bill it claims is not signed.",
        .argument = { { .name = "BUNDLE", .kind = VALUE_FILE,
                        .help = "The bundle, a file *.ochil.zip." } },
        .options = sign_options,
        .example = {
            { "ochil sign 2014-15.ochil.zip --key clk.key --partner CLK",
              "Write 2014-15.ochil.zip.CLK.minisig." },
            { "minisign -V -p clk.key.pub -m 2014-15.ochil.zip -x 2014-15.ochil.zip.CLK.minisig",
              "Check it without Ochil." },
        },
        .exits = { ERR_IO, ERR_CHECK, ERR_RIGHTS },
        .see_also = "keygen verify bundle",
    },
    {
        .verb = "verify", .run = verify_run,
        .summary = "Compute a bundle's bill again and compare",
        .description =
            "Closes again from the bundle's own inputs and compares byte for byte. Prints "
            "'verified' with the bill and who signed, or the first difference with its file, "
            "row and column.\n\n"
            "Nothing is trusted but this program and the public keys that are named.",
        .argument = { { .name = "BUNDLE", .kind = VALUE_FILE,
                        .help = "The bundle, a file *.ochil.zip." } },
        .options = verify_options,
        .example = {
            { "ochil verify 2014-15.ochil.zip", "Does the bundle give the bill it claims?" },
            { "ochil verify 2014-15.ochil.zip --key clk.key.pub --key sti.key.pub",
              "And have both partners signed it?" },
            { "ochil verify 2014-15.ochil.zip --original ledger/stirling.csv",
              "And does the bundled extract come from ours?" },
        },
        .exits = { ERR_IO, ERR_CHECK },
        .see_also = "bundle sign",
    },
    { 0 },
};

const struct feature trust_feature = { "trust", "Checking each other", actions };
